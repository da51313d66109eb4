// The one doorway to PerformanceObserver. Entries leave as packed numbers, five each; which five
// is the contract with decode.rs.

/** Entry types by their number. */
export const LARGEST_PAINT = 0;
export const FIRST_PAINT = 1;
export const SHIFT = 2;
export const EVENT = 3;
export const FIRST_INPUT = 4;

const TYPES = ['largest-contentful-paint', 'paint', 'layout-shift', 'event', 'first-input'];

/** Whether the browser has the type. */
export function supports(kind) {
  try {
    return PerformanceObserver.supportedEntryTypes.includes(TYPES[kind]);
  } catch (_) {
    return false;
  }
}

/** Whether its `event` entries say which interaction they belong to. */
export const tellsInteractions = () =>
  self.PerformanceEventTiming && 'interactionId' in PerformanceEventTiming.prototype;

const FIELDS = ['startTime', 'duration', 'interactionId', 'value', 'hadRecentInput'];

export const PER_ENTRY = FIELDS.length;

const observers = [];

/** Observes one type, what is buffered included, and hands each batch to `push(kind, numbers)`. */
export function observe(kind, push, durationThreshold) {
  if (!supports(kind)) return;
  try {
    const take = (entries) => {
      const numbers = [];
      for (const entry of entries) {
        if (kind != FIRST_PAINT || entry.name == 'first-contentful-paint') {
          for (const field of FIELDS) numbers.push(+entry[field] || 0);
        }
      }
      if (numbers.length) push(kind, numbers);
    };
    const observer = new PerformanceObserver((list) =>
      // Safari calls before the entry is complete: wait for a microtask.
      // https://github.com/GoogleChrome/web-vitals/issues/277
      Promise.resolve()
        .then(() => take(list.getEntries()))
        .catch(() => 0),
    );
    observer.observe({ type: TYPES[kind], buffered: true, durationThreshold });
    observers.push(() => take(observer.takeRecords()));
  } catch (_) {
    // Nothing is observed, so nothing is told.
  }
}

/** Processes what the browser has recorded and not delivered yet. */
export function flush() {
  for (const take of observers) take();
}

/** `performance.interactionCount`; undefined where the browser does not count. */
export const interactionCount = () => performance.interactionCount;
