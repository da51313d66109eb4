// The badge <nhip-badge>: the grade of this view, its load time and its response, in a sentence short
// enough to read aloud.

import { badge as wanted, say, vietnamese } from '../../www/loader/tag.js';
import { ENGLISH, VIETNAMESE } from './words.js';

/** The box to draw into, once there is one. */
export let badge;

// It has nothing to press, so taps go through to the form below it. It grows with its words; drawn
// from its corner by a transform, which is no layout shift, where a box at the right would be one.
const STYLE = `:host{all:initial;position:fixed;left:calc(100% - 12px);top:calc(100% - 12px);width:max-content;transform:translate(-100%,-100%);z-index:99999999;pointer-events:none}
@media print{:host{display:none}}
:host([left]){left:12px;transform:translateY(-100%)}
:host([inside]){position:absolute;left:auto;top:auto;transform:none}
div{display:grid;grid:auto/auto auto;gap:0 10px;padding:7px 12px 7px 8px;max-width:calc(100vw - 46px);border-radius:10px;border:1px solid #899;background:#fff;color:#123;font:14px/1.35 system-ui,sans-serif}
b{grid-row:span 3;width:36px;text-align:center;font-size:24px;line-height:40px;background:#eef}
small{font-size:12px;color:#456}
@media(prefers-color-scheme:dark){div{background:#123;color:#fff;border-color:#678}b{background:#345}small{color:#bcd}}`;

/** Puts the element where the tag asks for it; defines it once there is one in the page. */
export function place() {
  if (customElements.get('nhip-badge') || (wanted == 'none' && !document.querySelector('nhip-badge'))) return;
  customElements.define(
    'nhip-badge',
    class extends HTMLElement {
      connectedCallback() {
        if (badge) return;
        const root = this.attachShadow({ mode: 'open' });
        const add = (parent, tag) => parent.appendChild(document.createElement(tag));
        const box = add(root, 'div');
        box.setAttribute('role', 'group');
        for (const tag of ['b', 'span', 'span', 'small']) add(box, tag);
        try {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(STYLE);
          root.adoptedStyleSheets = [sheet];
        } catch (_) {
          // Safari before 16.4; a strict style-src leaves it plain there.
          add(root, 'style').textContent = STYLE;
        }
        badge = box;
      }
    },
  );
  if (wanted == 'none') return;
  const corner = /^bottom-(left|right)$/.exec(wanted);
  let host = document.body;
  try {
    if (!corner) host = document.querySelector(wanted);
  } catch (_) {
    // No selector at all.
    host = null;
  }
  if (!host) return say(`data-badge: no element matches "${wanted}"`);
  const element = document.createElement('nhip-badge');
  element.setAttribute(corner ? corner[1] : 'inside', '');
  host.appendChild(element);
}

/** Draws what was measured so far. */
export function draw(letter = '–', { load, response }) {
  const words = vietnamese() ? VIETNAMESE : ENGLISH;
  // Cut off, not rounded: 2.49 s is under 2.5 s and must not read as it.
  const seconds = (ms) => (Math.floor(ms / 100) / 10).toFixed(1).replace('.', words.decimal) + ' s';
  const { lcp, loaded = NaN } = load;
  const { inp = -1, server_wait: wait = -1 } = response;
  // The worse of the two readings, under its own name: they are never mixed.
  const worse = Math.max(inp, wait);
  const texts = [
    letter,
    // LCP; `loadEventEnd`, named as such, where the browser has none.
    lcp >= 0 ? words.load + seconds(lcp) : loaded >= 0 ? words.loaded + seconds(loaded) : words.load + words.untold,
    (worse > inp ? words.wait : words.inp) + (worse < 0 ? words.untold : Math.floor(worse) + ' ms'),
    words.view + ' · ' + words.where,
  ];
  texts.forEach((text, at) => {
    const part = badge.children[at];
    if (part.textContent != text) part.textContent = text;
  });
  badge.setAttribute('aria-label', [words.view, ...texts.slice(0, 3), words.where].join('. '));
}
