// Quick checks of what a page says and how it can be used without sight or without a pointer. Each gives
// `{id, verdict, nodes, value}`. They find what is plainly wrong; that nothing is found is no conformance.

import { contrast } from './contrast.js';
import { isShown, pause } from './dom.js';

/** Of a list of culprits: pass without any. */
const of = (id, nodes) => ({ id, verdict: nodes.length ? 'fail' : 'pass', nodes, value: nodes.length });

/** Those that `is` so, some at a time, so that the page has its turn. */
async function some(selector, is) {
  const found = [];
  for (const [at, node] of document.querySelectorAll(selector).entries()) {
    if (at % 50 == 49) await pause();
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
  const inner = node.querySelector('img[alt]:not([alt=""]),svg[aria-label],[title],svg title');
  return inner ? inner.alt || inner.getAttribute('aria-label') || inner.title || text(inner) : '';
}

const isDecoration = (node) => /^(presentation|none)$/.test(node.getAttribute('role')) || node.closest('[aria-hidden=true]');

const withoutAlternative = (node) =>
  isShown(node) && !isDecoration(node) && !node.hasAttribute('alt') && !node.getAttribute('aria-label') && !node.getAttribute('aria-labelledby');

const FIELDS = 'input:not([type=hidden],[type=submit],[type=button],[type=reset],[type=image]),select,textarea';

const withoutLabel = (node) =>
  isShown(node) &&
  ![...(node.labels || [])].some((label) => text(label)) &&
  !node.getAttribute('aria-label')?.trim() &&
  !node.title?.trim() &&
  !(node.getAttribute('aria-labelledby') || '').split(/\s+/).some((id) => text(id && document.getElementById(id)));

const withoutName = (node) => isShown(node) && !node.closest('[aria-hidden=true]') && !nameOf(node) && !node.value;

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
  for (const sheet of document.styleSheets) {
    let rules;
    try {
      rules = sheet.cssRules;
    } catch (_) {
      yield null;
      continue;
    }
    yield* flat(rules);
  }
}

function* flat(rules) {
  for (const rule of rules) {
    if (rule.selectorText) yield rule;
    else if (rule.cssRules) yield* flat(rule.cssRules);
  }
}

const SIGNS = /^(outline|box-shadow|border|background|text-decoration|color)/;

/**
 * Elements whose outline a style takes away while they have the focus, and no style of theirs with focus
 * gives another sign.
 */
async function withoutFocus() {
  const taken = [];
  const given = [];
  let unread = false;
  let looked = 0;
  for (const rule of styles()) {
    if (++looked % 200 == 0) await pause();
    if (!rule) unread = true;
    else if (/:focus/.test(rule.selectorText)) {
      const { style } = rule;
      // Where a part of them is meant, `:not(:focus-visible)`, the rest keeps the browser's own sign.
      if (/:not\([^)]*:focus/.test(rule.selectorText)) continue;
      const none = /^(none|0px|0)$/.test(style.outlineStyle) || /^0(px)?$/.test(style.outlineWidth);
      const sign = [...style].some((name) => SIGNS.test(name) && !(none && /^outline/.test(name)));
      if (sign) given.push(rule.selectorText);
      else if (none) taken.push(rule.selectorText);
    } else if (/^none$/.test(rule.style.outlineStyle) || rule.style.outlineWidth == '0px') taken.push(rule.selectorText);
  }
  const bare = (selectors) => selectors.map((all) => all.replace(/:focus(-visible|-within)?/g, '')).join(',');
  const matches = (node, selectors) => {
    try {
      return selectors.length > 0 && node.matches(bare(selectors).replace(/(^|,)\s*(?=,|$)/g, '$1*'));
    } catch (_) {
      return false;
    }
  };
  const nodes = await some('a[href],button,input,select,textarea,summary,[tabindex="0"]', (node) =>
    isShown(node) && matches(node, taken) && !matches(node, given));
  return { ...of('focus', nodes), ...(unread && !nodes.length && { verdict: 'unknown' }) };
}

/** One after the other. */
export async function content() {
  const found = [];
  const lang = document.documentElement.lang.trim();
  found.push({ id: 'lang', verdict: /^[a-z]{2,3}(-|$)/i.test(lang) ? 'pass' : 'fail', nodes: [] });
  found.push({ id: 'title', verdict: document.title.trim() ? 'pass' : 'fail', nodes: [] });
  found.push(of('alt', await some('img,[role=img]:not(svg),input[type=image],area[href]', withoutAlternative)));
  found.push(of('labels', await some(FIELDS, withoutLabel)));
  found.push(of('names', await some('a[href],button,[role=button],[role=link],input[type=submit],input[type=button]', withoutName)));
  found.push(badHeadings());
  found.push(await contrast());
  found.push(await withoutFocus());
  return found;
}
