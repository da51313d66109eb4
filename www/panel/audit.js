// The viewport's checks again, with the elements themselves: of this page as it is now, or of a frame of
// another width. A module of its own, so that nothing of it is in the view's report.

import { probe, selector } from '../../src/browser/probe.js';
import { AUDITED, ELEMENT, MOST, PAGE } from '../core/kinds.js';
import { SLOTS, read } from '../core/snapshot.js';

/** Where in the page's numbers (probe.js) the pointer and the device's width are told. */
const COARSE = 0;
const DEVICE_WIDTH = 6;

/** Up to this width a frame stands for a device that is touched. */
const TOUCHED = 1024;

export { selector };

/**
 * `{checks, culprits, ms}`: verdicts by check, elements by failing check, and the main thread's time that
 * it took. `width`: that of the device which a frame stands for.
 */
export async function audit(compiled, width) {
  const wasm = (await WebAssembly.instantiate(compiled)).exports;
  const given = new Float64Array(wasm.memory.buffer, wasm.numbers(), MOST);
  const send = (kind, numbers) => {
    given.set(numbers);
    return wasm.signal(kind);
  };
  const tellPage = (...page) => {
    if (width) {
      page[COARSE] = width <= TOUCHED;
      page[DEVICE_WIDTH] = width;
    }
    send(PAGE, page);
  };
  const tell = (...element) => send(ELEMENT, element);
  return new Promise((resolve) =>
    probe(tellPage, tell, (complete, nodes, ms) => {
      send(AUDITED, [complete]);
      const slots = new Float64Array(wasm.memory.buffer, wasm.snapshot(NaN), SLOTS);
      const { viewport } = read(slots, (index) => nodes[index]).measured;
      resolve({ checks: viewport?.checks || {}, culprits: viewport?.culprits || {}, ms });
    }),
  );
}
