// The navigation's own timing entry.

/** The entry; undefined where the browser has none. */
export const navigation = () => performance.getEntriesByType('navigation')[0];

const FIELDS =
  'redirectStart redirectEnd domainLookupStart domainLookupEnd connectStart connectEnd secureConnectionStart requestStart responseStart responseEnd loadEventEnd';

/** For decode.rs: eleven marks, and the time of reading. Undefined where there is no entry. */
export function marks() {
  const entry = navigation();
  return entry && FIELDS.split(' ').map((field) => entry[field]).concat(performance.now());
}
