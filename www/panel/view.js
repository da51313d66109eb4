// The panel as it is seen: <nhip-panel>, at the page's side, or at the foot of a small screen. It is no
// dialog: the page behind it can be used, and the readings follow.

import { link } from '../core/link.js';
import { adopt } from '../more/sheet.js';
import { panel as english } from '../words/en.js';
import { panel as vietnamese } from '../words/vi.js';
import { clear, outline } from './outline.js';
import { SECTIONS } from './sections.js';
import { INSIDE, OUTSIDE } from './style.js';

/** How often the readings are looked at, in ms. */
const EVERY = 1000;

let host, sheet, opener, timer, found, words, whenClosed;

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value == 'function') made.addEventListener(name, value);
    else if (value != null && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child != null));
  return made;
};

/**
 * Puts the element into the page once. Its content stands in a frame of its own: what moves there is no
 * layout shift of the page, and what is pressed there no interaction with it.
 */
export async function show(examined, closed) {
  found = examined;
  whenClosed = closed;
  words = link.vietnamese() ? vietnamese : english;
  opener = document.activeElement?.shadowRoot?.activeElement || document.activeElement;
  if (!customElements.get('nhip-panel')) customElements.define('nhip-panel', class extends HTMLElement {});
  host = document.createElement('nhip-panel');
  const root = host.attachShadow({ mode: 'open' });
  adopt(root, OUTSIDE);
  const frame = element('iframe', { title: words.title });
  // Firefox replaces a new frame's document once more.
  const isThere = new Promise((there) => frame.addEventListener('load', there, { once: true }));
  root.append(frame);
  document.body.append(host);
  await isThere;
  await painted();
  sheet = frame.contentDocument;
  if (sheet) await fill(frame.contentWindow);
}

/**
 * The browser has laid out and painted what is there, in a task of its own. A page that is not seen paints
 * nothing, and is not waited for.
 */
const painted = () =>
  new Promise((go) => {
    requestAnimationFrame(() => setTimeout(go));
    setTimeout(go, 100);
  });

async function fill(window) {
  sheet.documentElement.lang = link.vietnamese() ? 'vi' : 'en';
  sheet.title = words.title;
  adopt(sheet, INSIDE, window);
  sheet.addEventListener('keydown', ({ key }) => key == 'Escape' && close());
  const closing = element('button', { type: 'button', class: 'close', 'aria-label': words.close, click: close }, '×');
  const body = element('main', {});
  sheet.body.append(element('header', {}, element('h1', {}, words.title), closing), body);
  const context = { words, element, outline, clear, isVietnamese: link.vietnamese(), sheet };
  const drawn = SECTIONS.map(([id, draw]) => {
    // What is said of all changes is told to who cannot see it: the region itself has to stay for that.
    const place = element('div', id == 'summary' ? { role: 'status', class: 'lead' } : {});
    const section =
      id == 'summary'
        ? element('section', {}, place, element('p', {}, words.about))
        : element('details', { open: true, id }, element('summary', {}, element('h2', {}, words.sections[id])), place);
    return { draw, section, place };
  });
  const draw = async () => {
    for (const part of drawn) {
      // Each in a frame of its own: on a weak device none of the tasks is long.
      await painted();
      if (!host) return;
      const state = part.draw.state ? JSON.stringify(part.draw.state(found)) : 'once';
      if (state == part.state) continue;
      part.state = state;
      // Who stands on a button of this section stays there.
      const at = [...part.place.querySelectorAll('button,a')].indexOf(sheet.activeElement);
      // What is pointed at is drawn anew, and pointed at no more.
      if (part.place.contains(sheet.activeElement)) clear();
      const content = [part.draw(found, context)].flat().filter(Boolean);
      part.place.textContent = '';
      part.place.append(...content);
      if (!part.section.isConnected) body.append(part.section);
      if (at >= 0) part.place.querySelectorAll('button,a')[at]?.focus();
    }
  };
  const again = async () => {
    if (!document.hidden) {
      await found.again();
      await draw();
    }
    if (host) timer = setTimeout(again, EVERY);
  };
  await draw();
  again().catch((error) => console.warn('nhip: check:', error));
}

/** Whoever opened it stands at its first button. */
export const focus = () => sheet?.querySelector('button').focus();

function close() {
  clearTimeout(timer);
  clear();
  host.remove();
  host = undefined;
  whenClosed();
  // The menu that it was opened from is closed since.
  const badge = document.querySelector('nhip-badge')?.shadowRoot?.querySelector('button');
  (opener?.isConnected && opener != document.body ? opener : badge)?.focus();
}
