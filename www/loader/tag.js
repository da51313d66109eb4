// The tag's data-* attributes → what they ask for. Faults are said in the console, never thrown.

import { redact } from './redact.js';

const script = document.currentScript;

const data = script ? script.dataset : {};

/** In a frame, and for a second tag on a page, the loader is silent altogether. */
export const isFirst = self == top && !(self.nhip && self.nhip.consent);

export const say = (text) => isFirst && console.warn('nhip: ' + text);

const NOTHING = 'nothing is sent';

const fault = (name, expected, got, then) =>
  say(`data-${name}: expected ${expected}, got "${got}"; ${then}`);

const CODE = /^(?=.{1,32}$)[a-z\d]+(-[a-z\d]+)*$/;

/** A code of the registry, or undefined with a word in the console. */
function code(name) {
  const value = data[name] || '';
  const code = value.toLowerCase();
  if (CODE.test(code)) return code;
  fault(name, 'a code such as vn-hn', value, NOTHING);
}

export const portal = code('portal');

export const agency = data.agency && code('agency');

/** Where the tag's script came from; a copy inside the page came with it. */
export const source = (script && script.src) || location.href;

export const endpoint = (() => {
  try {
    const url = new URL(data.endpoint || '/v1/reports', source);
    if (/^https?:$/.test(url.protocol)) return url.href;
  } catch (_) {
    // Said below.
  }
  fault('endpoint', 'an address', data.endpoint, NOTHING);
})();

/** False where something was given that nothing can be sent with. */
export const isValid = portal && (!data.agency || agency) && endpoint;

export const badge = data.badge || 'none';

export const consent = data.consent == 'required';

/** N of "1/N": this view, if it is reported, stands for N. */
export const weight = (() => {
  const sample = data.sample || '1';
  const n = +sample.replace(/^1\//, '');
  if (n >= 1 && n <= 1000 && n % 1 == 0) return n;
  fault('sample', '1/1 to 1/1000', sample, 'every view is reported');
  return 1;
})();

/** Vietnamese first: whatever is not clearly another language. */
export const vietnamese = () => {
  const lang = /^(vi|en)$/.test(data.lang) ? data.lang : document.documentElement.lang || navigator.language;
  return !/^en/.test(lang.toLowerCase());
};

/** The page group: a name that the page gave, else the tag's, else the path. */
export const group = (name) => redact(name || data.page || location.pathname);
