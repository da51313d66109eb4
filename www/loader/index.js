// The loader: small, because every visitor waits for it. It alone owns the view's id and sequence,
// sampling, opt-outs and consent; it keeps what cannot be known later, and at the page's load, or after
// 5 s, fetches the core (`www/core/`), which measures. Until then, and where the core cannot run, it
// reports by itself what little it knows: a view lost silently is a defect.

import { redact } from './redact.js';

/** After a navigation the core is fetched no later than this. */
const LATEST = 5000;

/** So much is kept for the core; with more this is no page that loads. */
const MOST_EARLY = 5000;

/**
 * What the core measures: soft navigations, shifts, events, first inputs, paints. Observed from now on: what is
 * too fast or too much, browsers do not keep.
 */
const OBSERVED = /soft|t$/;

const script = document.currentScript || document.head;
const { dataset, src } = script;
const early = [];
/** N of "1/N": this view, if it is reported, stands for N. What is no such thing, the core says. */
const weight = +(dataset.sample?.slice(2) || 1);

const take = (event) => link.deliver(event);
const now = () => performance.now();
const checks = /nhip=check/.test(location.search);
let silent = navigator.globalPrivacyControl || navigator.doNotTrack == 1 || checks || Math.random() * weight >= 1;
const beside = (path) => new URL(path, src || location).href;

let policy;

/** What the loader and the core share: www/core/link.js. */
const link = {
  script,
  consented: dataset.consent != 'required',

  /** Takes the entries that were observed, or an event. Before there is an observer it only waits. */
  deliver: (taken) => early.push(taken),

  /**
   * Nothing is reported: unless there is a badge, nothing need be measured. The badge's own opt-out is
   * asked for as late as that: the first look into the storage takes longer than all else here.
   */
  isSilent() {
    try {
      silent = silent || localStorage['nhip-off'];
    } catch (_) {
      // Storage is blocked: nobody can have opted out in it.
    }
    return silent;
  },

  /** A new view begins at `at`: what its reports have in common. */
  begin(nav, at) {
    link.began = at;
    link.firstHidden = document.hidden ? 0 : Infinity;
    link.envelope = {
      // No secret: it only has to be another than all others.
      view: (1e15 + '').replace(/./g, () => ((Math.random() * 16) | 0).toString(16)),
      page: redact(dataset.page || location.pathname),
      seq: 0,
      weight,
      portal: dataset.portal,
      nav,
      agency: dataset.agency,
      v: 1,
      automated: navigator.webdriver,
    };
  },

  endpoint: () => beside(dataset.endpoint || '/v1/reports'),

  /** The view's next report, where it may be sent. */
  tell(kind, more) {
    if (!link.consented || link.isSilent()) return;
    link.envelope.seq++;
    const detail = { ...link.envelope, kind, age: now() - link.began, ...more };
    document.dispatchEvent(new CustomEvent('nhip:report', { detail }));
    return JSON.stringify(detail);
  },
  early,
  redact,

  /** Fetches another of our scripts; it is held to `integrity`, which is its query, too. */
  bring(name, integrity, failed) {
    const url = beside(name + '.js?' + integrity);
    policy = policy || self.trustedTypes?.createPolicy('nhip', { createScriptURL: String });
    document.head.append(
      Object.assign(document.createElement('script'), {
        crossOrigin: '',
        nonce: script.nonce,
        src: policy?.createScriptURL(url) ?? url,
        link,
        onerror: failed,
        integrity,
      }),
    );
  },
};

function boot() {
  const timing = () => performance.getEntriesByType('navigation')[0] || {};
  const { activationStart = 0, type = 'navigate' } = timing();
  link.begin(activationStart ? 'prerender' : type.replace('_', '-'), activationStart);

  let kind = 'abandoned';

  const report = () => {
    const load = {};
    // Whether it can be believed, the collector judges; it rounds, too.
    const tell = (name, at) => {
      if (at <= now() && at > 0) load[name] = Math.max(0, at - activationStart);
    };
    if (link.began == activationStart) {
      const { startTime } = performance.getEntriesByName('first-contentful-paint')[0] || {};
      if (startTime < link.firstHidden) tell('fcp', startTime);
      tell('ttfb', timing().responseStart);
      tell('loaded', timing().loadEventEnd);
    }
    try {
      const text = link.tell(kind, { phase: document.readyState, load });
      // A string goes as text/plain: no preflight.
      if (text) navigator.sendBeacon(link.endpoint(), text);
    } catch (_) {
      // The core says what is wrong with the address.
    }
  };

  link.observer = new PerformanceObserver((list) => link.deliver(list.getEntries()));
  for (const type of PerformanceObserver.supportedEntryTypes) {
    if (OBSERVED.test(type)) link.observer.observe({ type, buffered: true, durationThreshold: 40 });
  }

  link.deliver = (taken) => {
    if (taken.type == 'consent') [link.consented] = taken.args;
    if (early.length < MOST_EARLY) early.push(link.observer.takeRecords(), taken);
    if (document.hidden && taken.type == 'visibilitychange') {
      report();
      link.firstHidden = Math.min(link.firstHidden, taken.timeStamp);
    }
  };
  ['visibilitychange', 'keydown', 'unhandledrejection', 'error', 'click'].map((type) => addEventListener(type, take, true));
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    early.length = 0;
    link.begin('bfcache', event.timeStamp);
    take(event);
    requestAnimationFrame(() =>
      requestAnimationFrame(() => take({ type: 'painted', timeStamp: now() })),
    );
  });

  link.giveUp = (error) =>
    // A page that is being left aborts the fetch, too: that view is abandoned, not blocked.
    setTimeout(() => {
      console.warn('nhip:', (kind = 'blocked'), error);
      report();
    }, 1000);

  const go = () => {
    const { saveData, effectiveType } = navigator.connection || {};
    link.spares = /2g/.test(effectiveType) || saveData;
    if (document.readyState != 'complete' && (link.spares || now() < LATEST + activationStart)) return setTimeout(go, 200);
    // Nobody would see what was measured.
    if (checks || dataset.badge || !link.isSilent()) link.bring('nhip-core', NHIP_INTEGRITY, link.giveUp);
  };
  go();
}

// In a frame, and for a second tag on a page, nothing happens.
if (self == top && !self.nhip?.consent) {
  self.nhip = {};
  ['check', 'step', 'consent', 'view'].map(
    (type) => (nhip[type] = (...args) => new Promise((done) => take({ type, args, done }))),
  );
  if (document.prerendering) document.addEventListener('prerenderingchange', boot);
  else boot();
}
