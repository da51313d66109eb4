// The module's numbers → the measured part of a report. Their order is that of src/snapshot.rs; NaN is
// what the browser could not tell.

/** The most numbers that a snapshot has. */
export const SLOTS = 45;

const LETTERS = 'ABCDE';
const VERDICTS = ['pass', 'fail', 'unknown'];
const REASONS = ['negative', 'too-long'];
const NAMING = 'content-width text-size target-size';
const CULPRITS = 5;

/** The grade's letter, and the measured part; culprits are given a name by `name(index)`. */
export function read(slots, name) {
  let at = 0;
  const told = (names, as) => {
    const object = {};
    for (const key of names.split(' ')) {
      const n = slots[at++];
      if (n == n) object[key] = as ? as[n] : n;
    }
    return object;
  };
  const some = (object) => (Object.keys(object).length ? object : undefined);

  const letter = LETTERS[slots[at++]];
  const load = told('lcp fcp ttfb loaded');
  const response = told('inp server_wait');
  const layout = told('cls');
  load.phases = some(told('redirect dns connect tls wait download'));
  const dropped = some(told('lcp fcp ttfb loaded server_wait phases inp cls', REASONS));
  let viewport = some(told('width height'));
  if (viewport) {
    viewport.checks = told('viewport-meta content-width zoom text-size target-size layout-stability', VERDICTS);
    const culprits = {};
    for (const check of NAMING.split(' ')) {
      const indices = slots.slice(at, (at += CULPRITS)).filter((n) => n == n);
      if (indices.length) culprits[check] = [...new Set(Array.from(indices, name))];
    }
    viewport.culprits = some(culprits);
  }
  return { letter, measured: { load, response, layout, viewport, dropped } };
}
