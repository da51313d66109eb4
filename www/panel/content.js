// Quick checks of what a page says and how it can be used without sight or without a pointer. Each gives
// `{id, verdict, nodes, value}`. They find what is plainly wrong; that nothing is found is no conformance.

import { contrast } from './contrast.js';
import { isShown, pause } from './dom.js';

/** Of a list of culprits: pass without any. */
const of = (id, nodes) => ({ id, verdict: nodes.length ? 'fail' : 'pass', nodes, value: nodes.length });

/** Those that `is` so, some at a time, so that the page has its turn. */
async function some(selector, is, atOnce = 50) {
  const found = [];
  for (const [at, node] of document.querySelectorAll(selector).entries()) {
    if (at % atOnce == atOnce - 1) await pause();
    if (is(node)) found.push(node);
  }
  return found;
}

const text = (node) => (node?.textContent || '').trim();

/** Its name for who cannot see it, as far as that is told without the browser's own tree. */
function nameOf(node) {
  const told = node.getAttribute('aria-label')?.trim() || node.title?.trim();
  if (told) return told;
  const by = (node.getAttribute('aria-labelledby') || '').split(/\s+/).map((id) => text(id && document.getElementById(id)));
  if (by.join('')) return by.join(' ');
  if (text(node)) return text(node);
  const inner = node.querySelector('img[alt]:not([alt=""]),[aria-label],[title],svg title');
  return inner ? inner.alt || inner.getAttribute('aria-label') || inner.title || text(inner) : '';
}

const isDecoration = (node) => /^(presentation|none)$/.test(node.getAttribute('role')) || node.closest('[aria-hidden=true]');

const withoutAlternative = (node) =>
  isShown(node) && !isDecoration(node) && !node.hasAttribute('alt') && !node.getAttribute('aria-label') && !node.getAttribute('aria-labelledby');

const FIELDS =
  'input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]):not([type=image]),select,textarea';

const withoutLabel = (node) =>
  isShown(node) &&
  !node.closest('[aria-hidden=true]') &&
  ![...(node.labels || [])].some((label) => text(label)) &&
  !node.getAttribute('aria-label')?.trim() &&
  !node.title?.trim() &&
  !(node.getAttribute('aria-labelledby') || '').split(/\s+/).some((id) => text(id && document.getElementById(id)));

/** Of an input its value is its name, and browsers have one for "submit"; of a button it is not. */
const isNamed = ({ tagName, type, value }) => tagName == 'INPUT' && (type == 'submit' || value);

const withoutName = (node) =>
  isShown(node) && !node.closest('[aria-hidden=true]') && !nameOf(node) && !isNamed(node);

/** Headings that go more than one level deeper than the one before; or a page without the first. */
function badHeadings() {
  const all = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6,[role=heading]')].filter(
    (node) => node.getClientRects().length && !node.closest('[aria-hidden=true]'),
  );
  const level = (node) => +(node.getAttribute('aria-level') || /^H(\d)/.exec(node.tagName)?.[1] || 2);
  const bad = all.filter((node, at) => at && level(node) > level(all[at - 1]) + 1);
  if (!all.some((node) => level(node) == 1)) return { id: 'headings', verdict: 'fail', nodes: all.slice(0, 1) };
  return { id: 'headings', verdict: bad.length ? 'fail' : 'pass', nodes: bad };
}

/** Rules of the page's own styles; those of other origins cannot be read. */
function* styles() {
  for (const sheet of document.styleSheets) yield* inner(sheet);
}

function* inner(sheet) {
  let rules;
  try {
    rules = sheet.cssRules;
  } catch (_) {
    return yield null;
  }
  if (!(sheet.media?.mediaText && !matchMedia(sheet.media.mediaText).matches)) yield* flat(rules);
}

function* flat(rules) {
  for (const rule of rules) {
    if (rule.selectorText) yield rule;
    else if (rule.styleSheet) yield* inner(rule.styleSheet);
    else if (rule.cssRules && !(rule.media && !matchMedia(rule.media.mediaText).matches)) yield* flat(rule.cssRules);
  }
}

const SIGNS = /^(outline|box-shadow|border|background|text-decoration|color)/;

const FOCUS = /:focus(-visible|-within)?/g;

const isNone = ({ outlineStyle, outlineWidth }) => outlineStyle == 'none' || /^0(px)?$/.test(outlineWidth);

/**
 * The selectors of a rule, without the focus itself; up to it, where it is a sign on another element (its
 * label, what is around it). What this browser then cannot read is left out: nobody is blamed by it.
 */
function bare(selectorText) {
  const known = [];
  for (const one of selectorText.split(/,(?![^(]*\))/)) {
    const at = one.search(FOCUS);
    const rest = at < 0 ? '' : one.slice(at).replace(FOCUS, '');
    const selector = (/[ +~>]/.test(rest.trim()) ? one.slice(0, at) : one.replace(FOCUS, '')).trim() || '*';
    try {
      document.createDocumentFragment().querySelector(selector);
      known.push({ selector, isWithin: /:focus-within/.test(one) });
    } catch (_) {
      // `:has(:focus)` without its focus.
    }
  }
  return known;
}

const isOf = (node, selectors) =>
  selectors.some(({ selector, isWithin }) => (isWithin ? node.closest(selector) : node.matches(selector)));

/**
 * Elements whose outline a style takes away while they have the focus, and no style with focus gives them
 * another sign.
 */
async function withoutFocus() {
  const taken = [];
  const given = [];
  let unread = false;
  let looked = 0;
  for (const rule of styles()) {
    if (++looked % 100 == 0) await pause();
    if (!rule) unread = true;
    else if (/:focus/.test(rule.selectorText)) {
      // Where a part of them is meant, `:not(:focus-visible)`, the rest keeps the browser's own sign.
      if (/:not\([^)]*:focus/.test(rule.selectorText)) continue;
      const none = isNone(rule.style);
      const isSign = [...rule.style].some((name) => SIGNS.test(name) && !(none && /^outline/.test(name)));
      if (isSign) given.push(...bare(rule.selectorText));
      else if (none) taken.push(...bare(rule.selectorText));
    } else if (isNone(rule.style)) taken.push(...bare(rule.selectorText));
  }
  const nodes = await some(
    'a[href],button,input,select,textarea,summary,[tabindex="0"]',
    (node) => isShown(node) && isOf(node, taken) && !isOf(node, given),
    10,
  );
  return { ...of('focus', nodes), ...(unread && !nodes.length && { verdict: 'unknown' }) };
}

/** Letters that Vietnamese has and English has not. */
const VIETNAMESE = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i;

/** None, or one that the page's words are plainly not of: a template's default. */
function language() {
  const lang = document.documentElement.lang.trim();
  const isTold = /^[a-z]{2,3}(-|$)/i.test(lang);
  const isOther = /^en/i.test(lang) && VIETNAMESE.test((document.title + document.querySelector('h1')?.textContent).normalize('NFC'));
  return { id: 'lang', verdict: isTold && !isOther ? 'pass' : 'fail', nodes: [] };
}

/** A check that this browser cannot run is none that the page fails. */
async function told(id, check) {
  try {
    return await check();
  } catch (_) {
    return { id, verdict: 'unknown', nodes: [] };
  }
}

const NAMELESS = 'a[href],button,[role=button],[role=link],input[type=submit],input[type=button]';

/** One after the other. */
export async function content() {
  const found = [language(), { id: 'title', verdict: document.title.trim() ? 'pass' : 'fail', nodes: [] }];
  for (const [id, check] of [
    ['alt', async () => of('alt', await some('img,[role=img]:not(svg),input[type=image],area[href]', withoutAlternative))],
    ['labels', async () => of('labels', await some(FIELDS, withoutLabel))],
    ['names', async () => of('names', await some(NAMELESS, withoutName))],
    ['headings', badHeadings],
    ['contrast', contrast],
    ['focus', withoutFocus],
  ]) {
    await pause();
    found.push(await told(id, check));
  }
  return found;
}
