// The loader: the path of a page view in the browser.
//
// At the tag it notes what cannot be known later: when the page was first hidden, its largest paint
// so far, its errors. The module starts at the page's load, or after 5 s. Until then the loader
// reports by itself what it knows: a view lost silently is a defect.

import * as module from './module.js';
import { navigation } from '../../src/browser/navigation.js';
import { FIRST_PAINT, LARGEST_PAINT, PER_ENTRY, flush, observe } from '../../src/browser/observe.js';
import { badge, isFirst, isValid, say } from './tag.js';
import { begin, isSilent, report, setConsent } from './view.js';
import { place } from '../../src/badge/element.js';

const NAVS = ['navigate', 'reload', 'back_forward', 'prerender'];

/** After a navigation the module starts no later than this. */
const LATEST = 5000;

/** A load that took longer is not believed; the module says why, the loader leaves it out. */
const LONGEST = 600000;

if (isFirst && isValid) {
  self.nhip = { consent: setConsent };
  if (document.prerendering) addEventListener('prerenderingchange', boot, { once: true });
  else boot();
}

function boot() {
  const entry = navigation();
  const activation = (entry && entry.activationStart) || 0;
  // Safari before 15 has no entry, but the old number.
  const type = entry ? NAVS.indexOf(entry.type) : performance.navigation.type;
  const nav = activation ? 3 : NAVS[type] ? type : 0;
  begin(NAVS[nav].replace('_', '-'), activation);

  let firstHidden = Infinity;
  let settled = false;
  /** When the page last came back from the back/forward cache. */
  let restored;
  const early = [];
  const hidden = () => document.visibilityState == 'hidden';

  const seen = performance
    .getEntriesByType('visibility-state')
    .find((state) => state.name == 'hidden' && state.startTime >= activation);
  if (seen) firstHidden = seen.startTime;
  else if (hidden()) firstHidden = 0;

  // 1: the module runs. 2: it cannot, and that was reported.
  let state = 0;

  // The module takes over these observers with what they saw.
  const take = (kind, numbers) => {
    if (state == 1) module.take(kind, numbers);
    // After input only the largest paint is final.
    else if (kind != LARGEST_PAINT || !settled) early.push([kind, numbers]);
  };
  observe(LARGEST_PAINT, take);
  observe(FIRST_PAINT, take);

  // What the loader alone can tell of the view.
  const known = () => {
    const load = {};
    const tell = (name, at) => {
      if (at >= 0 && at < LONGEST) load[name] = Math.max(0, Math.round((at - activation) * 10) / 10);
    };
    if (!restored) {
      flush();
      for (const [kind, numbers] of early) {
        // Of the batch's last entry, its start.
        const [at] = numbers.slice(-PER_ENTRY);
        if (at < firstHidden) tell(kind == LARGEST_PAINT ? 'lcp' : 'fcp', at);
      }
      // As in measure/load.rs: no response, or one in the future, is none.
      const { responseStart, loadEventEnd } = navigation() || {};
      if (responseStart > 0 && responseStart <= performance.now()) {
        tell('ttfb', responseStart);
        if (loadEventEnd) tell('loaded', loadEventEnd);
      }
    }
    return { load };
  };

  const settle = (event) => {
    if (!event.isTrusted || settled) return;
    // In a task of its own: this must not lengthen the interaction.
    setTimeout(() => {
      if (state == 1) module.settle();
      else flush();
      settled = true;
    });
  };
  addEventListener('keydown', settle, true);
  addEventListener('click', settle, true);

  const leave = (event) => {
    if (event.type != 'pagehide' && !hidden()) return;
    if (state == 1) module.hide(event.timeStamp);
    else if (!state) report('abandoned', known(), 1);
    firstHidden = Math.min(firstHidden, event.timeStamp);
  };
  addEventListener('visibilitychange', leave, true);
  // Safari before 14.1 does not hide a page that is navigated away from.
  addEventListener('pagehide', leave, true);

  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    const at = (restored = event.timeStamp);
    if (state == 1) module.restore(at);
    begin('bfcache', at);
    firstHidden = Infinity;
    if (state == 2) report('blocked', known());
    // Hidden before it was painted, or left and restored again: this paint is no one's.
    const painted = () =>
      state == 1 && at == restored && firstHidden == Infinity && module.painted(performance.now() - at);
    requestAnimationFrame(() => requestAnimationFrame(painted));
  });

  let going = 0;
  const go = () => {
    // Nobody would see what was measured.
    if (going++ || (isSilent() && badge == 'none')) return;
    module
      .start(nav, () => (restored ? Infinity : firstHidden), activation)
      .then(() => {
        state = 1;
        for (const [kind, numbers] of early) module.take(kind, numbers);
        if (settled) module.settle();
        if (restored) module.restore(restored);
        else if (firstHidden < Infinity) module.hidden(firstHidden);
        place();
        module.run();
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
