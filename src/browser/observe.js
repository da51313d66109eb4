// The one doorway to PerformanceObserver. Entries leave as five numbers each; which five is the
// contract with decode.rs.

/** Entry types by their number. */
export const LARGEST_PAINT = 0;
export const FIRST_PAINT = 1;
export const SHIFT = 2;
export const EVENT = 3;
export const FIRST_INPUT = 4;
export const INTERACTION_PAINT = 5;
export const SOFT_PAINT = 6;

const TYPES =
  'largest-contentful-paint paint layout-shift event first-input interaction-contentful-paint soft-navigation'.split(' ');

/** Whether the browser has the type. */
export function supports(kind) {
  try {
    return PerformanceObserver.supportedEntryTypes.includes(TYPES[kind]);
  } catch (_) {
    return false;
  }
}

/** `performance.interactionCount`; undefined where the browser does not count. */
export const interactionCount = () => performance.interactionCount;

/** The five numbers; NaN where the entry has none: an event without an id is of no interaction. */
export const numbers = (entry) => [
  entry.startTime,
  entry.duration,
  entry.interactionId,
  // What moved, or when what an interaction or a soft navigation led to was painted.
  entry.value || (entry.largestContentfulPaint || {}).renderTime || entry.presentationTime || entry.paintTime,
  entry.hadRecentInput,
];

const end = (entry) => entry.startTime + entry.duration;

/**
 * Observes all types, what is buffered included, and hands each entry to `push(kind, entry)`: one
 * observer, so that entries of several types keep their order around a soft navigation. Gives what
 * processes the records that were not delivered yet.
 */
export function observe(push) {
  const take = (entries) => {
    // https://github.com/w3c/performance-timeline/issues/224
    if (entries.some((entry) => entry.entryType == TYPES[SOFT_PAINT])) entries.sort((a, b) => end(a) - end(b));
    for (const entry of entries) {
      if (entry.entryType != 'paint' || entry.name == 'first-contentful-paint') {
        push(TYPES.indexOf(entry.entryType), entry);
      }
    }
  };
  // Without the browser's own count, every event's id is needed to estimate it.
  const durationThreshold = interactionCount() == null ? 0 : 40;
  let observer;
  try {
    observer = new PerformanceObserver((list) =>
      // Safari calls before the entry is complete: wait for a microtask.
      // https://github.com/GoogleChrome/web-vitals/issues/277
      Promise.resolve()
        .then(() => take(list.getEntries()))
        .catch(() => 0),
    );
    TYPES.forEach((type, kind) => supports(kind) && observer.observe({ type, buffered: true, durationThreshold }));
  } catch (_) {
    // Nothing is observed, so nothing is told.
  }
  return () => observer && take(observer.takeRecords());
}
