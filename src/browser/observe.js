// What was observed. Entries leave as five numbers each; which five is the contract with decode.rs.

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
export const supports = (kind) => PerformanceObserver.supportedEntryTypes.includes(TYPES[kind]);

/** `performance.interactionCount`; undefined where the browser does not count. */
export const interactionCount = () => performance.interactionCount;

/** The five numbers; NaN where the entry has none: an event without an id is of no interaction. */
export const numbers = (entry) => [
  entry.startTime,
  entry.duration,
  entry.interactionId,
  // What moved, or when what an interaction or a soft navigation led to was painted.
  entry.value || entry.largestContentfulPaint?.renderTime || entry.presentationTime || entry.paintTime,
  entry.hadRecentInput,
];

/** When it was over. */
export const end = (entry) => entry.startTime + entry.duration;

/**
 * Entries of our types, each with its number. The loader has one observer for all, so that entries of
 * several types keep their order around a soft navigation.
 */
export function kinds(entries) {
  // https://github.com/w3c/performance-timeline/issues/224
  if (entries.some((entry) => entry.entryType == TYPES[SOFT_PAINT])) entries.sort((a, b) => end(a) - end(b));
  return entries
    .map((entry) => [TYPES.indexOf(entry.entryType), entry])
    .filter(([kind, { name }]) => kind >= 0 && (kind != FIRST_PAINT || name == 'first-contentful-paint'));
}
