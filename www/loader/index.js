// The loader: the path of a page view in the browser.
//
// At the tag it notes what cannot be known later: when the page was first hidden, its largest paint
// so far, its errors. The module starts at the page's load, or after 5 s. Until then the loader
// reports by itself what it knows: a view lost silently is a defect.

import * as module from './module.js';
import { navigation } from '../../src/browser/navigation.js';
import { EVENT, FIRST_PAINT, LARGEST_PAINT, observe, supports } from '../../src/browser/observe.js';
import { badge, isFirst, isValid, say } from './tag.js';
import { begin, isSilent, rename, report, setConsent, view } from './view.js';

/** By the number of their entry type. */
const PAINTS = ['lcp', 'fcp'];

const NAVS = ['navigate', 'reload', 'back_forward', 'prerender'];

/** After a navigation the module starts no later than this. */
const LATEST = 5000;

/** Entries kept for the module, before no more events are: enough for the taps of some seconds. */
const MOST_EARLY = 500;

/** A load that took longer is not believed; the module says why, the loader leaves it out. */
const LONGEST = 600000;

if (isFirst && isValid) {
  self.nhip = { consent: setConsent, view: () => {} };
  if (document.prerendering) document.addEventListener('prerenderingchange', boot, { once: true });
  else boot();
}

function boot() {
  const entry = navigation();
  const activation = (entry && entry.activationStart) || 0;
  const nav = activation ? 3 : entry ? Math.max(NAVS.indexOf(entry.type), 0) : 0;
  begin(NAVS[nav].replace('_', '-'), activation);

  /** The view whose largest paint is final. */
  let settled;
  /** When the page last came back from the back/forward cache, and how long after it was painted. */
  let restored, repainted;
  const early = [];

  const seen = performance
    .getEntriesByType('visibility-state')
    .find((state) => state.name == 'hidden' && state.startTime >= activation);
  let firstHidden = seen ? seen.startTime : document.hidden ? 0 : Infinity;

  // 1: the module runs. 2: it cannot, and that was reported.
  let state = 0;

  // The module takes over with what was seen. Observed from now on, because of interactions under
  // 104 ms, and of a soft navigation's place among others: nothing of them is kept for later.
  const flush = observe((kind, entry) => {
    if (state == 1) module.take(kind, entry);
    // After input only the largest paint is final.
    else if (kind == LARGEST_PAINT ? settled != view : kind != EVENT || early.length < MOST_EARLY) {
      early.push([kind, entry]);
    }
  });

  // What the loader alone can tell of the view.
  const known = () => {
    const load = {};
    const tell = (name, at) => {
      if (at >= 0 && at < LONGEST) load[name] = Math.max(0, Math.round((at - activation) * 10) / 10);
    };
    if (!restored) {
      flush();
      for (const [kind, { startTime }] of early) {
        if (startTime < firstHidden && PAINTS[kind]) tell(PAINTS[kind], startTime);
      }
      // As in measure/load.rs: no response, or one in the future, is none.
      const { responseStart, loadEventEnd } = navigation() || {};
      if (responseStart > 0 && responseStart <= performance.now()) {
        tell('ttfb', responseStart);
        tell('loaded', loadEventEnd || NaN);
      }
    }
    return { load };
  };

  const settle = (event) => {
    const of = view;
    if (!event.isTrusted || settled == of) return;
    // In a task of its own: this must not lengthen the interaction.
    setTimeout(() => {
      // It led to another page of the application, whose paints are to come.
      if (of != view) return;
      if (state == 1) module.settle();
      else flush();
      settled = of;
    });
  };
  for (const type of ['keydown', 'click']) addEventListener(type, settle, true);

  const leave = (event) => {
    if (event.type != 'pagehide' && !document.hidden) return;
    if (state == 1) module.hide(event.timeStamp);
    else if (!state) report('abandoned', known(), 1);
    firstHidden = Math.min(firstHidden, event.timeStamp);
  };
  addEventListener('visibilitychange', leave, true);
  // Safari before 14.1, which has no paints either, does not hide a page that is navigated away from.
  // Elsewhere `pagehide` comes first, and before the last entries.
  if (!supports(FIRST_PAINT)) addEventListener('pagehide', leave, true);

  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    const at = (restored = event.timeStamp);
    repainted = NaN;
    if (state == 1) module.restore(at);
    begin('bfcache', at);
    firstHidden = Infinity;
    if (state == 2) report('blocked', known());
    // Hidden before it was painted, or left and restored again: this paint is no one's.
    const painted = () => {
      if (at != restored || firstHidden < Infinity) return;
      repainted = performance.now() - at;
      if (state == 1) module.painted(repainted);
    };
    requestAnimationFrame(() => requestAnimationFrame(painted));
  });

  // What a router tells before the module runs is the name of the page that is loading.
  self.nhip.view = (name) => (state == 1 ? module.view : rename)(name && String(name));

  let going = 0;
  const go = () => {
    // Nobody would see what was measured.
    if (going++ || (badge == 'none' && isSilent())) return;
    module
      .start(flush, nav, () => (restored ? Infinity : firstHidden), activation)
      .then(() => {
        state = 1;
        if (restored) module.restore(restored, repainted);
        early.splice(0).forEach((taken) => module.take(...taken));
        if (settled == view) module.settle();
        if (!restored && firstHidden < Infinity) module.hidden(firstHidden);
        module.settleDown();
      })
      .catch((error) =>
        // A page that is being left aborts the fetch, too: that view is abandoned, not blocked.
        setTimeout(() => {
          state = 2;
          say('the module did not start: ' + error);
          report('blocked', known());
        }, 1000),
      );
  };
  if (document.readyState == 'complete') setTimeout(go);
  else {
    addEventListener('load', () => setTimeout(go));
    setTimeout(go, LATEST + activation - performance.now());
  }
}
