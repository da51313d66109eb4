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
  tellsInteractions,
} from '../../src/browser/observe.js';
import { idle, probe, selector } from '../../src/browser/probe.js';
import { badge, draw } from '../../src/badge/element.js';
import { SLOTS, read } from './snapshot.js';
import { source } from './tag.js';
import { began, begin, nav, report, view } from './view.js';

/** Kinds of numbers beside the entry types, as in decode.rs. */
const START = 7;
const NAVIGATION = 8;
const SETTLED = 9;
const HIDDEN = 10;
const RESTORED = 11;
const PAINTED = 12;
const SOFT = 13;
const ELEMENT = 14;
const PAGE = 15;

/** The most numbers of one signal: a navigation. */
const MOST = 12;

/** After the load event the page is given so many ms to paint what it loaded. */
const SETTLING = 500;

let wasm, given, observer;

/** Culprits' selectors, by the index that the module knows them by. */
let selectors = {};

/** Fetches and starts the module, which goes on with what `entries` observes. Rejects where it can't. */
export async function start(entries, type, firstHidden, activation) {
  observer = entries;
  const answer = await fetch(new URL(NHIP_WASM, source), {
    integrity: NHIP_INTEGRITY,
    credentials: 'omit',
  });
  if (!answer.ok) throw answer.status;
  wasm = (await WebAssembly.instantiate(await answer.arrayBuffer())).instance.exports;
  // It allocates nothing, so its memory stays where it is.
  given = new Float64Array(wasm.memory.buffer, wasm.numbers(), MOST);
  // Asked only now: the page may have been hidden while the module was on its way.
  send(START, type, firstHidden(), activation, supports(LARGEST_PAINT), supports(SHIFT), tellsInteractions());
}

function send(kind, ...numbers) {
  given.set(numbers);
  wasm.signal(kind);
}

const tell = (...numbers) => send(ELEMENT, ...numbers);

export function take(kind, entry) {
  if (kind == SOFT_PAINT) return soften(entry);
  send(kind, ...numbers(entry));
  redraw();
}

/** Observes the rest, probes the viewport, and sends the first report once the page has settled. */
export function run() {
  observer.observe(SHIFT);
  observer.observe(INTERACTION_PAINT);
  observer.observe(SOFT_PAINT);
  // Before it is seen: empty, it would be another size.
  paint();
  settleDown();
}

/** The largest paint of a late image comes after the load event that waited for the image. */
function settleDown() {
  const of = view;
  const audit = () =>
    probe(tell, (page, nodes) => {
      if (of != view) return;
      if (document.documentElement.clientWidth) {
        send(PAGE, ...page);
        selectors = {};
        snapshot((index) => (selectors[index] = selector(nodes[index])));
      }
      first();
    });
  setTimeout(() => {
    if (of != view) return;
    if (document.body && document.visibilityState != 'hidden') return audit();
    // A page in the background has no viewport that anybody looks at.
    first();
    addEventListener('visibilitychange', audit, { once: true });
  }, SETTLING);
}

function first() {
  observer.flush();
  report('started', paint());
}

export function settle() {
  observer.flush();
  send(SETTLED);
}

export function hidden(at) {
  send(HIDDEN, at);
}

export function hide(at) {
  observer.flush();
  hidden(at);
  last();
}

const last = () => report('final', snapshot().measured, 1);

/** The page came back from the back/forward cache at `at`, and was painted so long after. */
export function restore(at, after) {
  // What is not delivered yet is of the view before, unless that one was over before the module came.
  if (after == null) observer.flush();
  send(RESTORED, at, interactionCount());
  // Painted before the module was there.
  if (after >= 0) send(PAINTED, after);
}

export function painted(after) {
  send(PAINTED, after);
  first();
}

/** The page, a single-page application, shows another one since `at`: a new view. */
export function renew(at, name) {
  last();
  begin('soft', at, name);
  send(SOFT, at, interactionCount());
  settleDown();
}

/** The browser reports such a navigation; the page may have told of it before. */
function soften(entry) {
  // Before it was what it is, it was an experiment with other numbers.
  if (!entry.getLargestInteractionContentfulPaint) return;
  if (nav != 'soft' || began < entry.startTime) renew(entry.startTime);
  send(SOFT_PAINT, ...numbers(entry));
  const largest = entry.getLargestInteractionContentfulPaint();
  if (largest) take(INTERACTION_PAINT, largest);
}

function snapshot(name = (index) => selectors[index]) {
  send(NAVIGATION, ...marks());
  return read(new Float64Array(wasm.memory.buffer, wasm.snapshot(interactionCount()), SLOTS), name);
}

let drawing;

/** The badge follows when the browser has nothing better to do. */
function redraw() {
  if (badge && !drawing) drawing = idle(paint);
}

function paint() {
  drawing = 0;
  const { letter, measured } = snapshot();
  if (badge) draw(letter, measured);
  return measured;
}
