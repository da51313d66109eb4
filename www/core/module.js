// The module's side of the core: starts it, feeds it, reports its snapshots.

import { marks, navigation } from '../../src/browser/navigation.js';
import {
  EVENT,
  INTERACTION_PAINT,
  LARGEST_PAINT,
  SHIFT,
  SOFT_PAINT,
  interactionCount,
  kinds,
  numbers,
  supports,
} from '../../src/browser/observe.js';
import { idle, probe, selector } from '../../src/browser/probe.js';
import { badge, draw, place } from '../../src/badge/element.js';
import {
  AUDITED,
  ELEMENT,
  HIDDEN,
  MOST,
  NAVIGATION,
  PAGE,
  PAINTED,
  RESTORED,
  SETTLED,
  SOFT,
  START,
} from './kinds.js';
import { link } from './link.js';
import { bytes } from './literal.js';
import { take as request } from './requests.js';
import { SLOTS, read } from './snapshot.js';
import { rename } from './tag.js';
import { begin as beginView, report } from './view.js';

/** In decode.rs's order. */
const NAVS = ['navigate', 'reload', 'back-forward', 'prerender'];

/** After the load event the page is given so many ms to paint what it loaded. */
const SETTLING = 500;

/** After a paint, its interaction is told within so many ms. */
const TOLD = 200;

let wasm, given;

/** Culprits' selectors, by the index that the module knows them by. */
let selectors = {};

/** Starts the module. Rejects where it can't. */
export async function start() {
  const { instance, module } = await WebAssembly.instantiate(bytes(NHIP_WASM));
  wasm = instance.exports;
  link.compiled = module;
  // It allocates nothing, so its memory stays where it is.
  given = new Float64Array(wasm.memory.buffer, wasm.numbers(), MOST);

  const { activationStart = 0 } = navigation() || {};
  // Asked only now: the page may have been hidden while the module started. Hidden when the loader
  // came, it was perhaps not hidden from the beginning.
  const seen = performance
    .getEntriesByType('visibility-state')
    .find((state) => state.name == 'hidden' && state.startTime >= activationStart);
  const firstHidden = seen ? Math.min(seen.startTime, link.firstHidden || Infinity) : link.firstHidden;
  send(
    START,
    NAVS.indexOf(link.envelope.nav),
    firstHidden,
    activationStart,
    supports(LARGEST_PAINT),
    supports(SHIFT),
  );
  // Without the browser's own count, every event's id is needed to estimate it.
  if (interactionCount() == null && supports(EVENT)) link.observer.observe({ type: 'event', durationThreshold: 0 });
  // For what was answered with an error.
  for (const type of ['resource', 'navigation']) link.observer.observe({ type, buffered: true });
}

/**
 * The module is given what came before it did. The loader has reported what there was to report, and
 * what is not delivered yet came after all of it.
 */
export let isEarly = 1;

/** All that came before the module did, it was given. */
export function begin() {
  isEarly = 0;
  if (link.firstHidden < Infinity) send(HIDDEN, link.firstHidden);
  settleDown();
}

function send(kind, ...numbers) {
  given.set(numbers);
  return wasm.signal(kind);
}

const flush = () => isEarly || takeNow(link.observer.takeRecords());

function takeNow(entries) {
  for (const entry of entries) {
    // An icon that the browser asked for by itself ("other") is missing on many a page, and missed by nobody.
    if (entry.responseStatus > 399 && entry.initiatorType != 'other') link.ask('failed', entry);
    request(entry);
  }
  kinds(entries).forEach(take);
}

export function takeAll(entries) {
  if (isEarly) takeNow(entries);
  // Safari delivers before they are complete: https://github.com/GoogleChrome/web-vitals/issues/277
  else queueMicrotask(() => takeNow(entries));
}

function take([kind, entry]) {
  if (kind == SOFT_PAINT) return soften(entry);
  // What is painted in a shadow root has no element. Once there is one of ours, what is as small is taken for it.
  if (entry.size < LARGEST_OWN && !entry.element && link.drawn) return;
  send(kind, ...numbers(entry));
  redraw();
}

/**
 * Once the page has settled, probes the viewport, shows the badge and sends the first report: the
 * largest paint of a late image comes after the load event that waited for the image.
 */
export function settleDown() {
  const of = link.envelope;
  const kind = (kind) => (...numbers) => send(kind, ...numbers);
  const audit = () =>
    probe(kind(PAGE), kind(ELEMENT), (complete, nodes) => {
      if (of != link.envelope) return;
      selectors = {};
      // A document without a viewport has nothing to check.
      if (document.documentElement.clientWidth) send(AUDITED, complete);
      first((index) => (selectors[index] = selectors[index] || selector(nodes[index])));
    });
  setTimeout(() => {
    if (of != link.envelope) return;
    if (document.body && !document.hidden) return audit();
    // A page in the background has no viewport that anybody looks at.
    first();
    addEventListener('visibilitychange', audit, { once: true });
  }, SETTLING);
}

function first(name) {
  if (isEarly) return;
  flush();
  place();
  report('started', paint(name));
}

/** CSS px², more than any text of the badge or of the question after a service. */
const LARGEST_OWN = 3e4;

/** The visitor pressed something at `at`. */
export function settle(at) {
  const settled = () => {
    // If it led to another page of the application, its paints are to come.
    if (at <= link.began) return;
    flush();
    send(SETTLED);
  };
  // In a task of its own: this must not lengthen the interaction.
  if (isEarly) settled();
  else setTimeout(settled);
}

export function hide(at) {
  if (isEarly) return;
  link.firstHidden = Math.min(link.firstHidden, at);
  renewed();
  flush();
  send(HIDDEN, at);
  last();
}

const last = () => report('final', snapshot().measured, 1);

/** The page came back from the back/forward cache at `at`. */
export function restore(at) {
  flush();
  send(RESTORED, at, interactionCount());
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
  beginView('soft', at, name);
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
  if (link.envelope.nav != 'soft' || link.began < entry.startTime) {
    renew(entry.startTime);
    unnamed = location.href;
  }
  send(SOFT_PAINT, ...numbers(entry));
  const largest = entry.getLargestInteractionContentfulPaint();
  if (largest) take([INTERACTION_PAINT, largest]);
}

function snapshot(name = (index) => selectors[index]) {
  const navigation = marks();
  if (navigation) send(NAVIGATION, ...navigation);
  return read(new Float64Array(wasm.memory.buffer, wasm.snapshot(interactionCount()), SLOTS), name);
}

let drawing;

/** What was measured so far, for whoever opens the badge's menu. */
link.measured = () => snapshot().measured;

/** The badge follows when the browser has nothing better to do. */
function redraw() {
  if (badge && !drawing) drawing = idle(() => paint());
}

function paint(name) {
  drawing = 0;
  const { letter, measured } = snapshot(name);
  const { load, response } = measured;
  // Over a limit of grade A: why is asked of nobody else.
  if (load.lcp >= 2500 || response.server_wait >= 200 || response.inp >= 200) link.ask('slow', wasm.pace);
  if (badge) draw(letter, measured, paint);
  return measured;
}
