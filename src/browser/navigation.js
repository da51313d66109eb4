// The navigation's own timing entry.

/** The entry; undefined where the browser has none. */
export const navigation = () => performance.getEntriesByType('navigation')[0];

const FIELDS = [
  'redirectStart',
  'redirectEnd',
  'domainLookupStart',
  'domainLookupEnd',
  'connectStart',
  'connectEnd',
  'secureConnectionStart',
  'requestStart',
  'responseStart',
  'responseEnd',
  'loadEventEnd',
];

/** Packed for decode.rs: eleven marks, and the time of reading. Empty where there is no entry. */
export function marks() {
  const entry = navigation();
  return entry ? FIELDS.map((field) => entry[field]).concat(performance.now()) : [];
}
