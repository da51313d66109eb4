// The module's side of the loader: fetches it, feeds it, reports its snapshots.

import * as wasm from 'nhip-glue';
import { built } from '../../src/browser/object.js';
import { marks } from '../../src/browser/navigation.js';
import {
  EVENT,
  FIRST_INPUT,
  LARGEST_PAINT,
  SHIFT,
  flush,
  interactionCount,
  observe,
  supports,
  tellsInteractions,
} from '../../src/browser/observe.js';
import { probe, selector } from '../../src/browser/probe.js';
import { source, vietnamese } from './tag.js';
import { report } from './view.js';
import { badge } from '../../src/badge/element.js';

export { hidden } from 'nhip-glue';

/** After the load event the page is given so many ms to paint what it loaded. */
const SETTLED = 500;

/** Culprits' selectors, by the index that the module knows them by. */
const selectors = {};

/** Fetches and starts the module. Rejects where it can't. */
export async function start(nav, firstHidden, activation) {
  const answer = await fetch(new URL(NHIP_WASM, source), {
    integrity: NHIP_INTEGRITY,
    credentials: 'omit',
  });
  if (!answer.ok) throw answer.status;
  const { instance } = await WebAssembly.instantiate(await answer.arrayBuffer(), wasm.imports);
  wasm.connect(instance.exports);

  const told = supports(LARGEST_PAINT) | (supports(SHIFT) << 1) | (tellsInteractions() << 2);
  // Asked only now: the page may have been hidden while the module was on its way.
  wasm.start(nav, firstHidden(), activation, told);
}

export function take(kind, numbers) {
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
  setTimeout(() => {
    if (document.visibilityState != 'hidden') return audit();
    // A page in the background has no viewport that anybody looks at.
    first();
    addEventListener('visibilitychange', audit, { once: true });
  }, SETTLED);
}

const audit = () =>
  probe((page, elements, nodes) => {
    if (document.documentElement.clientWidth) {
      wasm.findings(page, elements);
      for (const index of Object.values(culprits(measure())).flat()) {
        selectors[index] = selector(nodes[index]);
      }
    }
    first();
  });

function first() {
  flush();
  draw();
  report('started', snapshot());
}

export function settle() {
  flush();
  wasm.settle();
}

export function hide(at) {
  flush();
  wasm.hidden(at);
  report('final', snapshot(), 1);
}

/** The page came back from the back/forward cache at `at`. */
export function restore(at) {
  flush();
  wasm.restored(at, interactionCount());
}

export function painted(after) {
  wasm.painted(after);
  first();
}

function measure() {
  wasm.navigation(marks());
  wasm.snapshot(interactionCount());
  return built();
}

const culprits = (measured) => (measured.viewport || {}).culprits || {};

function snapshot() {
  const measured = measure();
  const named = culprits(measured);
  for (const check in named) named[check] = named[check].map((index) => selectors[index]);
  return measured;
}

function draw() {
  if (badge) {
    wasm.navigation(marks());
    wasm.draw(vietnamese(), interactionCount());
  }
}
