// The loader: small, because every visitor waits for it. It alone owns the view's id and sequence,
// sampling, opt-outs and consent; it keeps what cannot be known later, and at the page's load, or after
// 5 s, fetches the core (`www/core/`), which measures. Until then, and where the core cannot run, it
// reports by itself what little it knows: a view lost silently is a defect.

import { redact } from './redact.js';

/** After a navigation the core is fetched no later than this. */
const LATEST = 5000;

/** So much is kept for the core; with more this is no page that loads. */
const MOST_EARLY = 5000;

/** What the core measures. Observed from now on: what is too fast or too much, browsers do not keep. */
const OBSERVED = /event|input|soft|shift|paint/;

const script = document.currentScript || document.head;
const { dataset, src } = script;
const early = [];
/** N of "1/N": this view, if it is reported, stands for N. What is no such thing, the core says. */
const weight = +(dataset.sample?.slice(2) ?? 1);

const now = () => performance.now();
const take = (event) => link.deliver(event);
const beside = (path) => new URL(path, src || location).href;

let silent =
  navigator.globalPrivacyControl ||
  navigator.doNotTrack == 1 ||
  /nhip=check/.test(location.search) ||
  Math.random() * weight >= 1;

/** What the loader and the core share: www/core/link.js. */
const link = {
  early,
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
      view: Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte % 16).toString(16)).join(''),
      portal: dataset.portal,
      seq: 0,
      weight,
      page: redact(dataset.page || location.pathname),
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
    const detail = { ...link.envelope, kind, age: Math.max(0, Math.round(now() - link.began)), ...more };
    document.dispatchEvent(new CustomEvent('nhip:report', { detail }));
    return JSON.stringify(detail);
  },
  script,
  redact,
};

function boot() {
  const timing = () => performance.getEntriesByType('navigation')[0] || {};
  const { activationStart = 0, type = 'navigate' } = timing();
  link.begin(activationStart ? 'prerender' : type.replace('_', '-'), activationStart);

  let kind = 'abandoned';

  const report = () => {
    const load = {};
    // Whether it can be believed, the collector judges.
    const tell = (name, at) => {
      if (at > 0 && at <= now()) load[name] = +Math.max(0, at - activationStart).toFixed(1);
    };
    if (link.began == activationStart) {
      const { startTime } = performance.getEntriesByName('first-contentful-paint')[0] || {};
      if (startTime < link.firstHidden) tell('fcp', startTime);
      tell('ttfb', timing().responseStart);
      tell('loaded', timing().loadEventEnd);
    }
    try {
      const text = link.tell(kind, { load, phase: document.readyState });
      // A string goes as text/plain: no preflight.
      if (text) navigator.sendBeacon(link.endpoint(), text);
    } catch (_) {
      // The core says what is wrong with the address.
    }
  };

  const observer = (link.observer = new PerformanceObserver((list) => link.deliver(list.getEntries())));
  for (const type of PerformanceObserver.supportedEntryTypes) {
    if (OBSERVED.test(type)) observer.observe({ type, buffered: true, durationThreshold: 40 });
  }

  link.fail = (error) =>
    // A page that is being left aborts the fetch, too: that view is abandoned, not blocked.
    setTimeout(() => {
      console.warn('nhip:', (kind = 'blocked'), error);
      report();
    }, 1000);

  link.deliver = (taken) => {
    if (taken.type == 'consent') [link.consented] = taken.args;
    if (early.length < MOST_EARLY) early.push(observer.takeRecords(), taken);
    if (taken.type != 'visibilitychange' || !document.hidden) return;
    report();
    if (taken.timeStamp < link.firstHidden) link.firstHidden = taken.timeStamp;
  };
  for (const type of ['unhandledrejection', 'visibilitychange', 'click', 'error', 'keydown']) {
    addEventListener(type, take, true);
  }
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    early.length = 0;
    link.begin('bfcache', event.timeStamp);
    take(event);
    requestAnimationFrame(() =>
      requestAnimationFrame(() => take({ type: 'painted', timeStamp: now() })),
    );
  });

  const go = () => {
    const { connection } = navigator;
    link.spares = connection?.saveData || /2g/.test(connection?.effectiveType);
    if (document.readyState != 'complete' && (link.spares || now() < LATEST + activationStart)) return setTimeout(go, 99);
    // Nobody would see what was measured.
    if (!dataset.badge && link.isSilent()) return;
    const url = beside('nhip-core.js?' + NHIP_INTEGRITY);
    const core = Object.assign(document.createElement('script'), {
      onerror: () => link.fail(url),
      integrity: NHIP_INTEGRITY,
      src: self.trustedTypes?.createPolicy('nhip', { createScriptURL: () => url }).createScriptURL(url) ?? url,
      link,
      crossOrigin: '',
      nonce: script.nonce,
    });
    document.head.append(core);
  };
  go();
}

// In a frame, and for a second tag on a page, nothing happens.
if (self == top && !self.nhip?.consent) {
  self.nhip = {};
  for (const type of ['consent', 'step', 'view']) nhip[type] = (...args) => take({ type, args });
  document.prerendering ? document.addEventListener('prerenderingchange', boot) : boot();
}
