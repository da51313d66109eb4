// The loader: the path of a page view in the browser.
//
// At the tag it notes what cannot be known later: when the page was first hidden, its largest paint
// so far, its errors. The module starts at the page's load, or after 5 s. Until then the loader
// reports by itself what it knows: a view lost silently is a defect.

import * as module from './module.js';
import { marks, navigation } from '../../src/browser/navigation.js';
import { FIRST_PAINT, LARGEST_PAINT, observe } from '../../src/browser/observe.js';
import { isValid, say } from './tag.js';
import { begin, report, setConsent } from './view.js';
import { place } from '../../src/badge/element.js';

const NAVS = ['navigate', 'reload', 'back_forward', 'prerender'];

/** After a navigation the module starts no later than this. */
const LATEST = 5000;

// In a frame nothing is reported; a second tag on the page does nothing.
if (self == top && !self.nhip && isValid) {
  self.nhip = { consent: setConsent };
  if (document.prerendering) addEventListener('prerenderingchange', boot, { once: true });
  else boot();
}

function boot() {
  const entry = navigation() || {};
  const activation = entry.activationStart || 0;
  const nav = activation ? 3 : Math.max(NAVS.indexOf(entry.type), 0);
  begin(NAVS[nav].replace('_', '-'), activation);

  let firstHidden = Infinity;
  let settled = false;
  const early = [];
  const hidden = () => document.visibilityState == 'hidden';

  const seen = performance
    .getEntriesByType('visibility-state')
    .find((state) => state.name == 'hidden' && state.startTime >= activation);
  if (seen) firstHidden = seen.startTime;
  else if (hidden()) firstHidden = 0;

  // The module takes over these observers with what they saw.
  let push = (...batch) => early.push(batch);
  const take = (kind, numbers) => push(kind, numbers);
  const largestPaint = observe(LARGEST_PAINT, take);
  observe(FIRST_PAINT, take);

  // What the loader alone can tell.
  const known = () => {
    const load = {};
    for (const [kind, numbers] of early) {
      const at = numbers[numbers.length - 5];
      const name = kind == LARGEST_PAINT ? 'lcp' : 'fcp';
      if (at < firstHidden) load[name] = Math.max(0, tenths(at - activation));
    }
    const timing = marks();
    // As in measure/load.rs: no response, or one in the future, is none.
    if (timing[8] > 0 && timing[8] <= timing[11]) {
      load.ttfb = Math.max(0, tenths(timing[8] - activation));
      if (timing[10]) load.loaded = Math.max(0, tenths(timing[10] - activation));
    }
    return { load };
  };

  // 1: the module runs. 2: it cannot, and that was reported.
  let state = 0;
  const settle = (event) => {
    if (event.isTrusted && !settled) {
      settled = true;
      // In its own task: this must not lengthen the interaction.
      setTimeout(() => state == 1 && module.settle());
    }
  };
  addEventListener('keydown', settle, true);
  addEventListener('click', settle, true);

  addEventListener(
    'visibilitychange',
    (event) => {
      if (!hidden()) return;
      if (state == 1) module.hide(event.timeStamp);
      else if (!state) report('abandoned', known(), 1);
      firstHidden = Math.min(firstHidden, event.timeStamp);
    },
    true,
  );

  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    const at = event.timeStamp;
    begin('bfcache', at);
    if (state == 2) report('blocked', {});
    requestAnimationFrame(() =>
      requestAnimationFrame(() => state == 1 && module.restore(at, performance.now() - at)),
    );
  });

  let going = 0;
  const go = () => {
    if (going++) return;
    module
      .start(nav, firstHidden, activation, largestPaint)
      .then((entries) => {
        state = 1;
        push = entries;
        for (const batch of early) push(...batch);
        if (settled) module.settle();
        if (firstHidden < Infinity) module.hidden(firstHidden);
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

const tenths = (ms) => Math.round(ms * 10) / 10;
