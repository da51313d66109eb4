// The viewport probe: reads what the checks ask of the page's elements, in idle slices, and judges
// nothing. Boxes and styles are what costs, so it reads them where they can still change a verdict:
// texts from the smallest on until the module says that it is enough, targets whose places meet, and,
// where the page is too wide, what sticks out. Never reads what a person typed.

import { link } from '../../www/core/link.js';

/** Texts looked at, and elements told, at most, so that no page makes this long. */
const MOST = 10000;
const MOST_TOLD = 3000;

/** Elements looked at between two looks at the clock. */
const SLICE = 20;

/** A slice is no longer than this, however idle the browser is: a tap may come. */
const LONGEST_SLICE = 8;

/** CSS px: a target that is smaller needs a place of this size for itself. */
const SMALL = 24;

const TARGETS =
  'a[href],button,input,select,textarea,summary,[role=button],[role=link],[role=checkbox],[role=radio],[role=switch],[role=tab],[role=menuitem]';

/** Two letters in a row: a text, not a separator. */
const WORDS = /\p{L}\p{L}/u;

let coarse;

/** Asked once: it does not change, and the browser would look whether all is laid out. */
export const touch = () => (coarse = coarse == null ? matchMedia('(pointer:coarse)').matches : coarse);

/** WebKit has no idle callback; there the options are a delay of nothing. */
export const idle = (work) => (self.requestIdleCallback || setTimeout)(work, { timeout: 2000 });

/**
 * Calls `tellPage` with the page's numbers; `tell` with those of each element that matters, which says
 * whether the texts so far are enough; and `done(complete, nodes, ms)`: whether all was read, the
 * elements in the order in which they were told, and the main thread's time. The numbers are the contract with decode.rs.
 */
export function probe(tellPage, tell, done) {
  const { body, documentElement: root } = document;
  const nodes = [];
  const places = new Map();
  // Of the viewport in the page; asked once a slice, because like any box it asks whether all is laid out.
  let x, y;
  let complete;

  /**
   * Tells an element; `box` is left, top, right and bottom in the page. `flags` are those of
   * measure/viewport.rs, and 8: what only sticks out has a place for its children, too.
   */
  const add = (element, box, flags, letters, px) => {
    let above = element;
    while (above && !places.has(above)) above = above.parentElement;
    const told = tell(above ? places.get(above) : -1, ...box, flags, letters, px);
    if (flags) places.set(element, nodes.length);
    nodes.push(element);
    return told;
  };

  const place = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left + x, top + y, right + x, bottom + y];
  };

  function* texts() {
    const walker = document.createTreeWalker(body, 4 /* texts */);
    /** By font size. */
    const sizes = {};
    let last = {};
    let node;
    let read = 0;
    for (; read < MOST && (node = walker.nextNode()); read++) {
      const { data, parentNode } = node;
      const { length } = data.trim();
      if (length) {
        // A parent whose texts stand apart comes again: to ask whether it was there costs more.
        if (last.element != parentNode) {
          const { fontSize } = getComputedStyle(parentNode);
          (sizes[fontSize] = sizes[fontSize] || []).push((last = { element: parentNode, letters: 0 }));
        }
        last.letters += length;
      }
      if (isLong()) yield;
    }
    complete = read < MOST;
    for (const size of Object.keys(sizes).sort((a, b) => parseFloat(a) - parseFloat(b))) {
      for (const { element, letters } of sizes[size]) {
        if (isVisible(element) && add(element, NOWHERE, 0, letters, parseFloat(size))) return;
        if (isLong()) yield;
      }
    }
  }

  function* targets() {
    const all = [];
    for (const element of body.querySelectorAll(TARGETS)) {
      const box = place(element);
      const [left, top, right, bottom] = box;
      const x = Math.max(0, SMALL - right + left) / 2;
      const y = Math.max(0, SMALL - bottom + top) / 2;
      if (right - left > 1 && bottom - top > 1) {
        all.push({ element, box, small: x + y, left: left - x, top: top - y, right: right + x, bottom: bottom + y });
      }
      if (isLong()) yield;
    }
    // From the top down, each is compared with those that begin before it ends.
    const down = [...all].sort((a, b) => a.top - b.top);
    for (let [at, one] of down.entries()) {
      for (let other; (other = down[++at]) && other.top < one.bottom; ) {
        if ((one.small || other.small) && one.left < other.right && other.left < one.right) one.meets = other.meets = 1;
      }
      if (isLong()) yield;
    }
    let any;
    for (const { element, box, meets } of all) {
      // That there is one, is told of any.
      if ((meets || !any) && isTarget(element)) any = [add(element, box, 2 | (isFixed(element) << 2), 0, 0)];
      if (isLong()) yield;
    }
  }

  function* tooWide(clientWidth) {
    for (const element of body.querySelectorAll('*')) {
      const box = place(element);
      // What a box around it scrolls or clips, or what is fixed, does not widen the page.
      if (box[2] > box[0] && box[2] > clientWidth + 1) {
        add(element, box, 8 | (isContained(element.parentElement) || isFixed(element)), 0, 0);
      }
      if (isLong()) yield;
    }
  }

  // Of an element and all that is around it, asked once.
  const around = (holds) => {
    const known = new Map();
    const ask = (element) => {
      if (!element || element == body) return false;
      if (!known.has(element)) known.set(element, holds(element) || ask(element.parentElement));
      return known.get(element);
    };
    return ask;
  };
  const contains = (element) => {
    const { overflowX, position } = getComputedStyle(element);
    return overflowX != 'visible' || position == 'fixed';
  };
  const isContained = around(contains);
  /** A collapsed menu, a text for screen readers only: its content has boxes that nobody sees. */
  const isClosed = around((element) => !fits(element) && contains(element));
  const isVisible = (element) =>
    fits(element) && getComputedStyle(element).visibility == 'visible' && !isClosed(element);

  const isTarget = (element) => {
    if (element.disabled || element.type == 'hidden' || !isVisible(element)) return false;
    // Its label can be tapped, too.
    if (element.labels && element.labels.length && /^(radio|checkbox)$/.test(element.type)) return false;
    // An inline link in a text is exempt: the text's line height decides its size.
    return !(
      getComputedStyle(element).display == 'inline' &&
      [...element.parentNode.childNodes].some((child) => child.nodeType == 3 && WORDS.test(child.data))
    );
  };

  function* all() {
    const numbers = page(root);
    const [, , , clientWidth, , scrollWidth] = numbers;
    tellPage(...numbers);
    // What is left costs a weak device most.
    if (link.spares) return;
    yield* texts();
    yield* targets();
    if (scrollWidth - clientWidth > 1) yield* tooWide(clientWidth);
  }

  const steps = all();
  let looked = 0;
  let until;
  let ms = 0;
  /** Whether it is time to let the page have its turn. */
  const isLong = () => ++looked % SLICE == 0 && (performance.now() > until || nodes.length >= MOST_TOLD);

  const slice = (deadline) => {
    // A busy page never leaves time: then it is taken, little by little.
    const left = deadline ? Math.max(deadline.timeRemaining(), 2) : 4;
    const from = performance.now();
    until = from + Math.min(left, LONGEST_SLICE);
    ({ scrollX: x, scrollY: y } = self);
    const isDone = steps.next().done;
    ms += performance.now() - from;
    if (!isDone && nodes.length < MOST_TOLD) return idle(slice);
    // Not all was read: the page is too large, not there yet, or was changed under our feet.
    complete = complete && isDone && document.readyState != 'loading' && nodes.every((node) => node.isConnected);
    // In a task of its own: the first report is as long as a slice.
    idle(() => done(complete, nodes, ms));
  };
  idle(slice);
}

/** A text's place is asked by nobody. */
const NOWHERE = [0, 0, 0, 0];

/** Larger than a dot. What is no HTML, a part of a drawing, does not say. */
function fits(element) {
  const { offsetWidth, offsetHeight } = element;
  return offsetWidth == null || (offsetWidth > 1 && offsetHeight > 1);
}

/** Stays where it is while the page scrolls: what it is placed in is not the body. */
function isFixed(element) {
  // A part of a drawing has no offset parent, not even none.
  while (element && element.offsetParent !== null) element = element.offsetParent || element.parentElement;
  return element != document.body;
}

/** How wide the page can be scrolled. */
function scrollable(root) {
  const clips = (element) => element && /hidden|clip/.test(getComputedStyle(element).overflowX);
  return clips(root) || clips(document.body) ? root.clientWidth : root.scrollWidth;
}

function page(root) {
  const viewport = {};
  // Several are merged by browsers; the last word on each counts.
  for (const { content } of document.querySelectorAll('meta[name=viewport i]')) {
    content.toLowerCase().replace(/([\w-]+)\s*=\s*([\w.-]+)/g, (_, key, value) => (viewport[key] = value));
  }
  // iOS does not turn `screen` with the device.
  const wide = innerWidth > innerHeight;
  return [
    touch(),
    viewport.width == 'device-width',
    /^(no|0)/.test(viewport['user-scalable']) || viewport['maximum-scale'] < 2,
    root.clientWidth,
    innerHeight,
    scrollable(root),
    Math[wide ? 'max' : 'min'](screen.width, screen.height),
  ];
}

/** The longest selector. With this, three checks' culprits leave a report far under its 4 KiB. */
const LONGEST = 120;

/** A structural selector: tag with its id or classes, else its place in its parent. */
export const selector = (element) => structural(element).replace(/[^!-~]/g, '').slice(0, LONGEST);

function structural(element) {
  const known = (name) => !link.redact(name).includes(':');
  const tag = element.localName;
  // Not `element.id`: in a form, a field of that name stands there.
  const id = element.getAttribute('id');
  if (id && known(id)) return tag + '#' + id;
  const classes = [...element.classList].filter(known).slice(0, 2);
  if (classes.length) return [tag, ...classes].join('.');
  const parent = element.parentElement;
  if (!parent) return tag;
  const place = [...parent.children].indexOf(element) + 1;
  const above = parent == document.body ? 'body' : structural(parent);
  return (above.includes('>') ? parent.localName : above) + '>' + tag + ':nth-child(' + place + ')';
}
