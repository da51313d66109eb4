// The badge <nhip-badge>: the grade of this view, its load time and its response, in a sentence short
// enough to read aloud.

import { link } from '../../www/core/link.js';
import { data, badge as wanted } from '../../www/core/tag.js';
import { badge as vietnamese } from '../../www/words/vi.js';

/** What to draw into, once there is one. */
export let badge;

// Taps go through to the form below it, but for those on its menu's button. It grows with its words; drawn
// from its corner by a transform, which is no layout shift, where a box at the right would be one. Chromium
// 80 does not know `canvas`, by its older name `window` all do.
const STYLE = `:host{all:initial;display:grid;direction:ltr;grid:auto/auto auto;gap:0 8px;padding:8px;width:max-content;max-width:calc(100vw - 42px);border-radius:10px;border:1px solid #899;color-scheme:light dark;background:window;color:windowtext;font:14px/1.35 system-ui,sans-serif;position:fixed;left:calc(100% - 12px);top:calc(100% - 12px);transform:translate(-100%,-100%);z-index:99999999;pointer-events:none}
@media print{:host{display:none}}
:host([left]){left:12px;transform:translateY(-100%)}
:host([inside]){position:absolute;left:auto;top:auto;transform:none}
b{grid-row:span 3;display:grid;place-content:center;width:36px;font-size:24px;background:#88a3}
small{font-size:12px}
button{all:unset;grid-area:1/3/span 3;pointer-events:auto;cursor:pointer;width:24px;text-align:center}
button:focus-visible{outline:2px solid}`;

/** Puts the element where the tag asks for it; defines it once there is one in the page. */
export function place() {
  if (badge) return;
  const corner = /^bottom-(left|right)$/.exec(wanted);
  let host = document.body;
  try {
    // Where the tag asks for none, the page may have put one somewhere.
    if (!corner) host = document.querySelector(wanted == 'none' ? 'nhip-badge' : wanted);
  } catch (_) {
    // No selector at all.
    host = null;
  }
  if (!host) return wanted == 'none' || link.ask('placeless');
  customElements.define(
    'nhip-badge',
    class extends HTMLElement {
      connectedCallback() {
        if (badge) return;
        link.drawn = badge = this.attachShadow({ mode: 'open' });
        this.setAttribute('role', 'region');
        this.setAttribute('aria-live', 'polite');
        if (data.show) link.ask('dress', badge);
        const add = (tag) => badge.appendChild(document.createElement(tag));
        ['b', 'span', 'span', 'small'].map(add);
        const menu = add('button');
        menu.onclick = () => link.ask('menu', badge);
        try {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(STYLE);
          badge.adoptedStyleSheets = [sheet];
        } catch (_) {
          // Safari before 16.4; a strict style-src leaves it plain there.
          add('style').textContent = STYLE;
        }
      }
    },
  );
  if (wanted == 'none') return;
  const element = document.createElement('nhip-badge');
  element.setAttribute(corner ? corner[1] : 'inside', '');
  host.appendChild(element);
}

let speaking;

/** Draws what was measured so far; `again` draws it once there are words for it. */
export function draw(letter = '–', { load, response }, again) {
  const words = link.vietnamese() ? vietnamese : link.words;
  if (!words) return link.ask('speak', again);
  const { host } = badge;
  // A screen reader knows a live region once it was there without words; what follows the first ones is
  // no news to anybody.
  if (!speaking) return (speaking = setTimeout(again, 99));
  setTimeout(() => host.setAttribute('aria-live', 'off'), 500);
  // Cut off, not rounded: 2.49 s is under 2.5 s and must not read as it.
  const seconds = (ms) => (Math.floor(ms / 100) / 10).toFixed(1).replace('.', words.decimal) + ' s';
  const { lcp, loaded } = load;
  const { inp = -1, server_wait: wait = -1 } = response;
  // The worse of the two readings, under its own name: they are never mixed.
  const worse = Math.max(inp, wait);
  [
    letter,
    // LCP; `loadEventEnd`, named as such, where the browser has none.
    lcp >= 0 ? words.load + seconds(lcp) : loaded >= 0 ? words.loaded + seconds(loaded) : words.load + words.untold,
    (worse > inp ? words.wait : words.inp) + (worse < 0 ? words.untold : (worse | 0) + ' ms'),
    words.where,
    // The button's sign comes with the rest: it would be moved by it.
    '⋮',
  ].forEach((text, at) => {
    const part = badge.children[at];
    if (part.textContent != text) part.textContent = text;
  });
  host.setAttribute('aria-label', words.name);
  badge.children[4].setAttribute('aria-label', words.menu);
}
