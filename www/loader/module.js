// The module's side of the loader: fetches it, feeds it, reports its snapshots.

import * as wasm from 'nhip-glue';
import { built } from '../../src/browser/object.js';
import { marks } from '../../src/browser/navigation.js';
import { EVENT, FIRST_INPUT, SHIFT, flush, interactionCount, observe } from '../../src/browser/observe.js';
import { probe, selector } from '../../src/browser/probe.js';
import { script, vietnamese } from './tag.js';
import { report } from './view.js';
import { badge } from '../../src/badge/element.js';

export const { hidden, settle } = wasm;

/** After the load event the page is given so many ms to paint what it loaded. */
const SETTLED = 500;

/** A culprit's selector, by the index that the module knows it by. */
let selectorOf;

/** Fetches and starts the module; gives the function that takes entries. Rejects where it can't. */
export async function start(nav, firstHidden, activation, largestPaint) {
  const source = new URL(NHIP_WASM, script.src);
  const answer = await fetch(source, { integrity: NHIP_INTEGRITY, credentials: 'omit' });
  if (!answer.ok) throw answer;
  const { instance } = await WebAssembly.instantiate(await answer.arrayBuffer(), wasm.imports);
  wasm.connect(instance.exports);

  const interactions =
    self.PerformanceEventTiming && 'interactionId' in PerformanceEventTiming.prototype;
  const shifts = PerformanceObserver.supportedEntryTypes.includes('layout-shift');
  wasm.start(nav, firstHidden, activation, largestPaint | (shifts << 1) | (interactions << 2));
  return take;
}

function take(kind, numbers) {
  wasm.entries(kind, numbers);
  draw();
}

/** Observes the rest, probes the viewport, and sends the first report once the page has settled. */
export function run() {
  observe(SHIFT, take);
  // Without the browser's own count, every event's id is needed to estimate it.
  observe(EVENT, take, interactionCount() == null ? 0 : 40);
  observe(FIRST_INPUT, take);
  draw();
  // The largest paint of a late image comes after the load event that waited for the image.
  setTimeout(
    () =>
      probe((page, elements, nodes) => {
        wasm.findings(page, elements);
        selectorOf = (index) => selector(nodes[index]);
        draw();
        flush();
        report('started', snapshot());
      }),
    SETTLED,
  );
}

export function hide(at) {
  flush();
  wasm.hidden(at);
  report('final', snapshot(), 1);
}

export function restore(at, paint) {
  wasm.restored(at, paint, interactionCount());
  draw();
  report('started', snapshot());
}

function snapshot() {
  wasm.navigation(marks());
  wasm.snapshot(interactionCount());
  const measured = built();
  const culprits = (measured.viewport || {}).culprits;
  for (const check in culprits) culprits[check] = culprits[check].map(selectorOf);
  return measured;
}

function draw() {
  if (badge) {
    wasm.navigation(marks());
    wasm.draw(vietnamese(), interactionCount());
  }
}
