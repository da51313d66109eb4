// What is wrong with a tag, to its developer.

import { link } from '../core/link.js';

const { dataset } = link.script;

const say = (text) => console.warn('nhip: ' + text);

const EXPECTED = {
  portal: 'a code such as vn-hn',
  endpoint: 'an address',
  sample: '1/1 to 1/1000',
};

/** An attribute that holds nothing that it may. */
export const fault = (name) => say(`data-${name}: expected ${EXPECTED[name]}, got "${dataset[name] ?? ''}"`);

/** No element is what `data-badge` asks for. */
export const placeless = () => say(`data-badge: no element matches "${dataset.badge}"`);

/** The collector's own words, whatever they are. */
export async function refused(answer) {
  const { reason, message } = (await answer.json().catch(() => 0)) || {};
  say(`report refused (${answer.status} ${reason || ''}): ${message || ''}`);
}
