// The navigation's own timing entry.

/** The entry; undefined where the browser has none. */
export const navigation = () => performance.getEntriesByType('navigation')[0];

const FIELDS =
  'redirectStart redirectEnd domainLookupStart domainLookupEnd connectStart connectEnd secureConnectionStart requestStart responseStart responseEnd loadEventEnd';

/** Once the load event has ended, nothing more is to come. */
let final;

/** For decode.rs: eleven marks, and the time of reading. Undefined where there is no entry. */
export function marks() {
  if (final) return final;
  const entry = navigation();
  if (!entry) return undefined;
  const marks = FIELDS.split(' ').map((field) => entry[field]).concat(performance.now());
  if (entry.loadEventEnd) final = marks;
  return marks;
}
