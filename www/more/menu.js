// The badge's menu: what is measured, and the opt-out.

import { link } from '../core/link.js';
import { menu as english } from '../words/en.js';
import { menu as vietnamese } from '../words/vi.js';
import { check, explain, extras, mayAsk } from './scripts.js';
import { adopt } from './sheet.js';

const STYLE = `section{grid-column:1/-1;max-width:20em;pointer-events:auto}
section button{width:auto;min-height:24px;padding:4px 8px;margin:0 8px 4px 0;border:1px solid;border-radius:6px}`;

const OFF = 'nhip-off';

/** Whether somebody opted out, and the browser kept it. */
const isOff = () => {
  try {
    return !!localStorage[OFF];
  } catch (_) {
    return false;
  }
};

/** Nothing is sent, and nothing of ours is left but the choice itself. False: that could not be kept. */
function optOut() {
  link.silence();
  try {
    for (const storage of [localStorage, sessionStorage]) {
      for (const key of Object.keys(storage)) if (/^nhip-/.test(key)) storage.removeItem(key);
    }
    localStorage[OFF] = 1;
    return true;
  } catch (_) {
    return false;
  }
}

let section, styled;

function close(root) {
  section.remove();
  section = undefined;
  root.querySelector('button').focus();
}

/** Opens the menu in the badge, or closes it. */
export function menu(root) {
  if (section) return close(root);
  const words = link.vietnamese() ? vietnamese : english;
  const add = (tag, text) => {
    const element = section.appendChild(document.createElement(tag));
    element.textContent = text;
    return element;
  };
  section = document.createElement('section');
  section.setAttribute('role', 'dialog');
  section.setAttribute('aria-label', root.querySelector('button').getAttribute('aria-label'));
  // Not `onkeydown`: what such a handler returns would keep Tab from the browser.
  section.addEventListener('keydown', ({ key }) => key == 'Escape' && close(root));
  const why = add('p', '');
  explain()
    .then(() => link.why())
    .then(
      ({ sentence }) => (why.textContent = sentence),
      () => (why.textContent = words.untold),
    );
  if (mayAsk()) {
    const place = add('div', '');
    extras()
      .then(() => link.extras.ask(place))
      .catch(() => place.remove());
  }
  add('p', words.about);
  const said = add('p', '');
  why.setAttribute('role', 'status');
  said.setAttribute('role', 'status');
  const choice = add('button', '');
  const offer = () => (choice.textContent = isOff() ? words.on : words.off);
  offer();
  choice.onclick = () => {
    if (isOff()) {
      localStorage.removeItem(OFF);
      said.textContent = words.isOn;
    } else said.textContent = optOut() ? words.isOff : words.notKept;
    offer();
  };
  add('button', words.check).onclick = () => {
    said.textContent = '';
    check().then(
      // Who opened it stands in the panel now.
      () => {
        section?.remove();
        section = undefined;
      },
      () => (said.textContent = words.unopened),
    );
  };
  add('button', words.close).onclick = () => close(root);
  if (!styled) adopt(root, STYLE);
  styled = 1;
  root.appendChild(section);
  choice.focus();
}
