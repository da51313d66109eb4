// The element <nhip-badge>: its place, its parts and its style. What it says is drawn by mod.rs.

import { badge as wanted, say } from '../../www/loader/tag.js';

/** The box to draw into, once there is one. */
export let badge;

// It has nothing to press, so taps go through to the form below it.
const STYLE = `:host{all:initial;position:fixed;bottom:12px;right:12px;z-index:2147483000;color-scheme:light dark;pointer-events:none}
@media print{:host{display:none}}
:host([left]){right:auto;left:12px}
:host([inside]){position:absolute;bottom:auto;right:auto}
div{display:grid;grid-template-columns:auto auto;gap:0 10px;align-items:center;padding:7px 12px 7px 8px;max-width:calc(100vw - 24px);box-sizing:border-box;border-radius:10px;border:1px solid #8a94a3;background:#fff;color:#1b232d;font:14px/1.35 system-ui,sans-serif;box-shadow:0 1px 5px #0003}
b{grid-row:span 3;width:36px;text-align:center;font:700 24px/40px system-ui,sans-serif;border-radius:7px;background:#e7ebf0}
small{font-size:12px;color:#4a5564}
@media(prefers-color-scheme:dark){div{background:#1b232d;color:#f2f5f8;border-color:#6a7686}b{background:#35404e}small{color:#bac4d0}}`;

/** Defines the element, and puts one where the tag asks for it. */
export function place() {
  if (!self.customElements || customElements.get('nhip-badge')) return;
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
  const host = corner ? document.body : find(wanted);
  if (!host) return say(`data-badge: no element matches "${wanted}"`);
  const element = document.createElement('nhip-badge');
  if (!corner) element.setAttribute('inside', '');
  else if (corner[1] == 'left') element.setAttribute('left', '');
  host.appendChild(element);
}

function find(selector) {
  try {
    return document.querySelector(selector);
  } catch (_) {
    // No selector at all: said where nothing was found.
  }
}

export function write(letter, load, response, note, spoken) {
  [letter, load, response, note].forEach((text, at) => {
    const part = badge.children[at];
    if (part.textContent != text) part.textContent = text;
  });
  badge.setAttribute('aria-label', spoken);
  badge.dataset.grade = letter;
}
