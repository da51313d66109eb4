// What is wrong with a tag, to its developer.

import { link } from '../core/link.js';
import { adopt } from './sheet.js';

const { dataset } = link.script;

const say = (text) => console.warn('nhip: ' + text);

const EXPECTED = {
  portal: 'a code such as vn-hn',
  endpoint: 'an address',
  sample: '1/1 to 1/1000',
};

/** An attribute that holds nothing that it may. */
export function fault(name) {
  const text = `data-${name}: expected ${EXPECTED[name]}, got "${dataset[name] ?? ''}"`;
  say(text);
  // Without the others there is no panel; whoever asked for it looks at the page, not at the console.
  if (name != 'sample' && /nhip=check/.test(location.search)) show(text);
}

const STYLE = `p{all:initial;position:fixed;left:12px;bottom:12px;max-width:calc(100vw - 60px);padding:8px 12px;border:2px solid #b00;border-radius:8px;z-index:99999999;color-scheme:light dark;background:window;color:windowtext;font:14px/1.4 system-ui,sans-serif}`;

function show(text) {
  const root = document.body.appendChild(document.createElement('nhip-panel')).attachShadow({ mode: 'open' });
  adopt(root, STYLE);
  const told = root.appendChild(document.createElement('p'));
  told.setAttribute('role', 'alert');
  told.textContent = 'Nhịp: ' + text;
}

/** No element is what `data-badge` asks for. */
export const placeless = () => say(`data-badge: no element matches "${dataset.badge}"`);

/** The collector's own words, whatever they are. */
export async function refused(answer) {
  const { reason, message } = (await answer.json().catch(() => 0)) || {};
  say(`report refused (${answer.status} ${reason || ''}): ${message || ''}`);
}
