// The module's side of the loader: fetches it, feeds it, reports its snapshots.

import { marks } from '../../src/browser/navigation.js';
import {
  INTERACTION_PAINT,
  LARGEST_PAINT,
  SHIFT,
  SOFT_PAINT,
  interactionCount,
  numbers,
  supports,
} from '../../src/browser/observe.js';
import { idle, probe, selector } from '../../src/browser/probe.js';
import { badge, draw, place } from '../../src/badge/element.js';
import { SLOTS, read } from './snapshot.js';
import { source } from './tag.js';
import { began, begin, nav, rename, report, view as current } from './view.js';

/** Kinds of numbers beside the entry types, as in decode.rs. */
const START = 7;
const NAVIGATION = 8;
const SETTLED = 9;
const HIDDEN = 10;
const RESTORED = 11;
const PAINTED = 12;
const SOFT = 13;
const PAGE = 14;
const ELEMENT = 15;
const AUDITED = 16;

/** The most numbers of one signal: a navigation. */
const MOST = 12;

/** After the load event the page is given so many ms to paint what it loaded. */
const SETTLING = 500;

/** After a paint, its interaction is told within so many ms. */
const TOLD = 200;

let wasm, given, flush;

/** Culprits' selectors, by the index that the module knows them by. */
let selectors = {};

/** Fetches and starts the module; `deliver` processes what was observed. Rejects where it can't. */
export async function start(deliver, type, firstHidden, activation) {
  flush = deliver;
  const answer = await fetch(new URL(NHIP_WASM, source), {
    integrity: NHIP_INTEGRITY,
    credentials: 'omit',
  });
  if (!answer.ok) throw answer.status;
  wasm = (await WebAssembly.instantiate(await answer.arrayBuffer())).instance.exports;
  // It allocates nothing, so its memory stays where it is.
  given = new Float64Array(wasm.memory.buffer, wasm.numbers(), MOST);
  // Asked only now: the page may have been hidden while the module was on its way.
  send(START, type, firstHidden(), activation, supports(LARGEST_PAINT), supports(SHIFT));
}

function send(kind, ...numbers) {
  given.set(numbers);
  return wasm.signal(kind);
}

export function take(kind, entry) {
  if (kind == SOFT_PAINT) return soften(entry);
  send(kind, ...numbers(entry));
  redraw();
}

/**
 * Once the page has settled, probes the viewport, shows the badge and sends the first report: the
 * largest paint of a late image comes after the load event that waited for the image.
 */
export function settleDown() {
  const of = current;
  const kind = (kind) => (...numbers) => send(kind, ...numbers);
  const audit = () =>
    probe(kind(PAGE), kind(ELEMENT), (complete, nodes) => {
      if (of != current) return;
      selectors = {};
      // A document without a viewport has nothing to check.
      if (document.documentElement.clientWidth) send(AUDITED, complete);
      first((index) => (selectors[index] = selectors[index] || selector(nodes[index])));
    });
  setTimeout(() => {
    if (of != current) return;
    if (document.body && !document.hidden) return audit();
    // A page in the background has no viewport that anybody looks at.
    first();
    addEventListener('visibilitychange', audit, { once: true });
  }, SETTLING);
}

function first(name) {
  flush();
  place();
  report('started', paint(name));
}

export function settle() {
  flush();
  send(SETTLED);
}

export function hidden(at) {
  send(HIDDEN, at);
}

export function hide(at) {
  renewed();
  flush();
  hidden(at);
  last();
}

const last = () => report('final', snapshot().measured, 1);

/** The page came back from the back/forward cache at `at`, and was painted so long after. */
export function restore(at, after) {
  // What is not delivered yet is of the view before, unless that one was over before the module came.
  if (after == null) flush();
  send(RESTORED, at, interactionCount());
  // Painted before the module was there.
  if (after >= 0) send(PAINTED, after);
}

export function painted(after) {
  send(PAINTED, after);
  first();
}

/** Of a view that the browser told of and the page did not yet name: where it is. */
let unnamed;

/** Begins the view that the page told of, if it did not begin yet. */
let renewal;
const renewed = () => renewal && renewal();

/** The page, a single-page application, shows another one since `at`: a new view. */
function renew(at, name) {
  last();
  begin('soft', at, name);
  send(SOFT, at, interactionCount());
  settleDown();
}

/** The page tells that it shows another one; the browser may have told of it before. */
export function view(name) {
  if (unnamed == location.href) {
    unnamed = 0;
    return rename(name);
  }
  renewed();
  const at = performance.now();
  renewal = () => {
    renewal = 0;
    flush();
    renew(at, name);
  };
  // The interaction that led here is the view before's, and is told some frames after its paint.
  requestAnimationFrame(() => setTimeout(renewed, TOLD));
}

/** The browser reports such a navigation; the page may have told of it before. */
function soften(entry) {
  // Before it was what it is, it was an experiment with other numbers.
  if (!entry.getLargestInteractionContentfulPaint) return;
  renewed();
  if (nav != 'soft' || began < entry.startTime) {
    renew(entry.startTime);
    unnamed = location.href;
  }
  send(SOFT_PAINT, ...numbers(entry));
  const largest = entry.getLargestInteractionContentfulPaint();
  if (largest) take(INTERACTION_PAINT, largest);
}

function snapshot(name = (index) => selectors[index]) {
  const navigation = marks();
  if (navigation) send(NAVIGATION, ...navigation);
  return read(new Float64Array(wasm.memory.buffer, wasm.snapshot(interactionCount()), SLOTS), name);
}

let drawing;

/** The badge follows when the browser has nothing better to do. */
function redraw() {
  if (badge && !drawing) drawing = idle(() => paint());
}

function paint(name) {
  drawing = 0;
  const { letter, measured } = snapshot(name);
  if (badge) draw(letter, measured);
  return measured;
}
