// The browser's entries, as far as they are not the core's to observe.

/** Milliseconds as the module tells them. */
export const tenth = (ms) => Math.round(ms * 10) / 10;

/** `note(entry)` for each entry of `type`, what was kept of them and what is to come; false where there is none. */
export function observe(type, note, options) {
  if (!PerformanceObserver.supportedEntryTypes.includes(type)) return false;
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
  return true;
}
