// The viewport probe: reads the page's boxes in idle slices, judges nothing. Never reads what a
// person typed.

import { segment } from '../../www/loader/redact.js';

/** Elements read at most, so that no page makes this long. */
const MOST = 3000;

/** Elements read between two looks at the clock. */
const SLICE = 25;

const TARGETS =
  'a[href],button,input,select,textarea,summary,[role=button],[role=link],[role=checkbox],[role=radio],[role=switch],[role=tab],[role=menuitem]';

/** Two letters in a row: a text, not a separator. */
const WORDS = /\p{L}\p{L}/u;

export const touch = () => matchMedia('(pointer:coarse)').matches;

const idle = (work) =>
  self.requestIdleCallback
    ? requestIdleCallback(work, { timeout: 2000 })
    : // WebKit has no idle callback.
      setTimeout(work, 1);

/** Calls `done(page, elements, nodes)`: packed for decode.rs, and the nodes by their index. */
export function probe(done) {
  const nodes = [];
  const numbers = [];
  const known = new Map();
  const root = document.documentElement;
  const walker = document.createTreeWalker(root, 1 /* elements */);
  let node = document.body;
  walker.currentNode = node || root;

  const slice = (deadline) => {
    // A busy page never leaves time: then it is taken, little by little.
    const until = performance.now() + (deadline ? Math.max(deadline.timeRemaining(), 2) : 4);
    do {
      for (let n = 0; node && nodes.length < MOST && n < SLICE; n++) node = visit(node);
    } while (node && nodes.length < MOST && performance.now() < until);
    if (node && nodes.length < MOST) idle(slice);
    else {
      const last = nodes[nodes.length - 1];
      // Not all was read: the page is too large, not there yet, or was changed under our feet.
      const complete = !node && document.readyState != 'loading' && !!last && last.isConnected;
      done(page(complete), numbers, nodes);
    }
  };

  /** Reads one element; gives the next, past what is not rendered. */
  const visit = (element) => {
    const style = getComputedStyle(element);
    if (style.display == 'none' || element.localName == 'nhip-badge') return beside(element);
    const box = element.getBoundingClientRect();
    const above = known.get(element.parentNode) || { index: -1 };
    const fits = box.width > 1 && box.height > 1;
    const visible = fits && !above.closed && style.visibility == 'visible';
    const fixed = above.fixed || style.position == 'fixed';
    // What body and root do with their overflow is done by the viewport.
    const contains = element != document.body && (fixed || style.overflowX != 'visible');
    let letters = 0;
    for (let child = element.firstChild; child; child = child.nextSibling) {
      if (child.nodeType == 3) letters += child.data.replace(/\s/g, '').length;
    }
    // A collapsed menu: its content has boxes that nobody sees.
    const closed = above.closed || (contains && !fits);
    known.set(element, { index: nodes.length, fixed, closed });
    nodes.push(element);
    numbers.push(
      above.index,
      box.left + scrollX,
      box.top + scrollY,
      // A fixed box does not widen the page.
      fixed ? 0 : box.right + scrollX,
      box.bottom + scrollY,
      contains | ((visible && isTarget(element, style)) << 1) | (fixed << 2),
      visible ? letters : 0,
      parseFloat(style.fontSize),
    );
    return walker.nextNode();
  };

  const beside = () => {
    let next;
    while (!(next = walker.nextSibling()) && walker.parentNode());
    return next;
  };

  if (node) idle(slice);
}

function isTarget(element, style) {
  if (!element.matches(TARGETS) || element.disabled || element.type == 'hidden') return false;
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

function page(complete) {
  const root = document.documentElement;
  // Several are merged by browsers; the last word on each counts.
  const meta = [...document.querySelectorAll('meta[name=viewport i]')].map((m) => m.content).join();
  const last = (pattern) => (meta.match(pattern) || []).pop() || '';
  const scale = parseFloat(last(/maximum-scale\s*=\s*[\d.]+/gi).split('=')[1]);
  const clips = (element) => /hidden|clip/.test(getComputedStyle(element).overflowX);
  const cannotScroll = clips(root) || (document.body && clips(document.body));
  // iOS does not turn `screen` with the device.
  const wide = innerWidth > innerHeight;
  return [
    touch(),
    /device-width/i.test(last(/(^|[,;\s])width\s*=\s*[\w-]+/gi)),
    /=\s*(no|0)/i.test(last(/user-scalable\s*=\s*\w+/gi)) || scale < 2,
    root.clientWidth,
    innerHeight,
    cannotScroll ? root.clientWidth : root.scrollWidth,
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
