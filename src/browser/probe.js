// The viewport probe: reads what the checks ask of the page's elements, in idle slices, and judges
// nothing. An element that has no text of its own, is no target and does not stick out is passed by:
// reading a box or a style costs more than all the rest. Never reads what a person typed.

import { segment } from '../../www/loader/redact.js';

/** Texts and elements looked at, and elements told, at most, so that no page makes this long. */
const MOST = 10000;
const MOST_TOLD = 3000;

/** Elements looked at between two looks at the clock. */
const SLICE = 20;

/** A slice is no longer than this, however idle the browser is: a tap may come. */
const LONGEST_SLICE = 8;

const TARGETS =
  'a[href],button,input,select,textarea,summary,[role=button],[role=link],[role=checkbox],[role=radio],[role=switch],[role=tab],[role=menuitem]';

/** Two letters in a row: a text, not a separator. */
const WORDS = /\p{L}\p{L}/u;

export const touch = () => matchMedia('(pointer:coarse)').matches;

export const idle = (work) =>
  self.requestIdleCallback
    ? requestIdleCallback(work, { timeout: 2000 })
    : // WebKit has no idle callback.
      setTimeout(work, 1);

/**
 * Calls `tell(...numbers)` for each element that matters, then `done(page, nodes)`: the page's
 * numbers, and the nodes by their index. The numbers are the contract with decode.rs.
 */
export const probe = (tell, done) => idle(() => look(tell, done));

function look(tell, done) {
  const { body, documentElement: root } = document;
  const { clientWidth } = root;
  const overflows = width(root) - clientWidth > 1;
  const targets = new Set(body.querySelectorAll(TARGETS));
  /** Letters of its own, by element. */
  const letters = new Map();
  const walker = document.createTreeWalker(body, 4 /* texts */);
  let read = 0;
  for (; read < MOST && walker.nextNode(); read++) {
    const { data, parentNode } = walker.currentNode;
    const { length } = data.trim();
    if (length) letters.set(parentNode, (letters.get(parentNode) || 0) + length);
  }
  // Parents stand before their children, as far as anybody asks for them.
  const candidates = overflows ? body.querySelectorAll('*') : [...new Set([...targets, ...letters.keys()])];
  const nodes = [];
  const places = new Map();

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
  /** Scrolls or clips: what sticks out of it does not widen the page. The viewport does so for body. */
  const contains = (element) => {
    const { overflowX, position } = getComputedStyle(element);
    return overflowX != 'visible' || position == 'fixed';
  };
  const contained = around(contains);
  /** A collapsed menu, a text for screen readers only: its content has boxes that nobody sees. */
  const closed = around((element) => !fits(element) && contains(element));

  const visit = (element) => {
    const style = getComputedStyle(element);
    const visible = fits(element) && !closed(element) && style.visibility == 'visible';
    const target = visible && targets.has(element) && isTarget(element, style);
    const text = (visible && letters.get(element)) || 0;
    const box = target || overflows ? element.getBoundingClientRect() : {};
    const sticks = overflows && box.right + x > clientWidth + 1 && style.display != 'none';
    if ((!text && !target && !sticks) || element.localName == 'nhip-badge') return;
    let above = element.parentElement;
    while (above && !places.has(above)) above = above.parentElement;
    places.set(element, nodes.length);
    nodes.push(element);
    tell(
      above ? places.get(above) : -1,
      box.left + x,
      box.top + y,
      box.right + x,
      box.bottom + y,
      (sticks && (contained(element.parentElement) || isFixed(element))) |
        (target << 1) |
        ((target && isFixed(element)) << 2),
      text,
      text && parseFloat(style.fontSize),
    );
  };

  let next = 0;
  let x, y;
  const more = () => next < candidates.length && next < MOST && nodes.length < MOST_TOLD;
  const slice = (deadline) => {
    // A busy page never leaves time: then it is taken, little by little.
    const left = deadline ? Math.max(deadline.timeRemaining(), 2) : 4;
    const until = performance.now() + Math.min(left, LONGEST_SLICE);
    // Asked once: like any box, they make the browser look whether all is laid out.
    ({ scrollX: x, scrollY: y } = self);
    do {
      for (let n = 0; n < SLICE && more(); n++) visit(candidates[next++]);
    } while (more() && performance.now() < until);
    if (more()) return idle(slice);
    const last = nodes[nodes.length - 1];
    // Not all was read: the page is too large, not there yet, or was changed under our feet.
    const complete =
      next == candidates.length && read < MOST && document.readyState != 'loading' && (!last || last.isConnected);
    idle(() => done(page(complete), nodes));
  };
  idle(slice);
}

/** Larger than a dot. What is no HTML has no offset. */
function fits(element) {
  const { offsetWidth, offsetHeight } = element;
  return offsetWidth == null ? element.getClientRects().length > 0 : offsetWidth > 1 && offsetHeight > 1;
}

/** Stays where it is while the page scrolls: what it is placed in is not the body. */
function isFixed(element) {
  // A part of a drawing has no offset parent, not even none.
  while (element && element.offsetParent !== null) element = element.offsetParent || element.parentElement;
  return element != document.body;
}

function isTarget(element, style) {
  if (element.disabled || element.type == 'hidden') return false;
  // Its label can be tapped, too.
  if (element.labels && element.labels.length && /^(radio|checkbox)$/.test(element.type)) {
    return false;
  }
  // An inline link in a text is exempt: the text's line height decides its size.
  return !(
    style.display == 'inline' &&
    [...element.parentNode.childNodes].some((child) => child.nodeType == 3 && WORDS.test(child.data))
  );
}

/** How wide the page can be scrolled. */
function width(root) {
  const clips = (element) => element && /hidden|clip/.test(getComputedStyle(element).overflowX);
  return clips(root) || clips(document.body) ? root.clientWidth : root.scrollWidth;
}

function page(complete) {
  const root = document.documentElement;
  // Several are merged by browsers; the last word on each counts.
  const meta = [...document.querySelectorAll('meta[name=viewport i]')].map((m) => m.content).join();
  const last = (pattern) => (meta.match(pattern) || []).pop() || '';
  const scale = parseFloat(last(/maximum-scale\s*=\s*[\d.]+/gi).split('=')[1]);
  // iOS does not turn `screen` with the device.
  const wide = innerWidth > innerHeight;
  return [
    touch(),
    /device-width/i.test(last(/(^|[,;\s])width\s*=\s*[\w-]+/gi)),
    /=\s*(no|0)/i.test(last(/user-scalable\s*=\s*\w+/gi)) || scale < 2,
    root.clientWidth,
    innerHeight,
    width(root),
    Math[wide ? 'max' : 'min'](screen.width, screen.height),
    complete,
  ];
}

/** The longest selector; a page's own names have no bound. */
const LONGEST = 120;

/** A structural selector: tag with its id or classes, else its place in its parent. */
export const selector = (element) => structural(element).slice(0, LONGEST);

function structural(element) {
  const known = (name) => segment(name)[0] != ':';
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
