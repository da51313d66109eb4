// What tells why a view was slow: what LCP waited for, what kept the main thread busy, how fast the
// device is. Names and meanings are those of protocol/src/report/causes.rs; what the browser cannot tell
// is absent. Who is to blame is not judged here.

import { navigation } from '../../src/browser/navigation.js';
import { end } from '../../src/browser/observe.js';
import { link } from '../core/link.js';
import { observe, tenth } from './observe.js';

/** Of resources, the document and events. */
const MARKS =
  'startTime domainLookupStart connectEnd requestStart responseStart responseEnd transferSize'.split(' ');

/** Milliseconds, beside the clock's ticks: all rounds together take four to eight times as long. */
const ENOUGH = 0.6;

/** A clock that has not moved enough in so many rounds is too coarse. */
const MOST_ROUNDS = 2e6;

let view, pace;

/** Largest paints by their LCP, and long tasks: what the browser kept of them, and what is to come. */
const paints = {};
const tasks = [];
let observesTasks;

/** The entry's own marks, 0 for those that it does not have. */
const marks = (entry) => entry && MARKS.map((name) => tenth(entry[name] || 0));

/** This view is over a limit. `work` is the module's, to time the device by. */
export function slow(work) {
  if (!view) {
    observe('largest-contentful-paint', (entry) => (paints[tenth(entry.startTime)] = entry));
    observesTasks = observe('longtask', (task) => tasks.push(task));
    (self.requestIdleCallback || setTimeout)(() => calibrate(work));
  }
  view = link.envelope.view;
}

/**
 * Twice the work at a time, until the clock's tick is small against it, or a coarse one did not move. Done
 * two times, because another process may have had its turn in one of them.
 */
function calibrate(work) {
  let rounds = 500;
  let tick = 0;
  let took;
  const time = () => {
    const from = performance.now();
    work(rounds);
    return performance.now() - from;
  };
  do {
    rounds *= 2;
    took = Math.min(time(), time());
    tick = tick || took;
  } while (took < ENOUGH + 4 * tick && rounds < MOST_ROUNDS);
  pace = [rounds, took, tick];
}

/** What tells why these readings are what they are. */
export function told({ load, response }) {
  if (view != link.envelope.view) return {};
  const page = navigation() || {};
  const causes = { pace };
  const paint = load.lcp >= 2500 && paints[load.lcp];
  if (paint) {
    // A text comes with the document, and the document is the first to block rendering.
    let resource = paint.url ? undefined : page;
    let blocking = page.renderBlockingStatus && page;
    for (const entry of performance.getEntriesByType('resource')) {
      if (entry.name == paint.url) resource = entry;
      // The document itself does not block.
      if (entry.renderBlockingStatus != page.renderBlockingStatus && entry.responseEnd > blocking.responseEnd) {
        blocking = entry;
      }
    }
    causes.resource = marks(resource);
    causes.blocking = marks(blocking);
    if (observesTasks) causes.busy = tasks.reduce((sum, task) => sum + (end(task) < load.lcp && task.duration), 0);
  }
  if (response.server_wait >= 200 && page.serverTiming) {
    causes.server = Math.max(0, ...page.serverTiming.map((timing) => timing.duration));
  }
  return { causes };
}
