// The tag's data-* attributes → what they ask for. Faults are said in the console, never thrown; what
// only a registry can tell, the collector's answer says.

import './ask.js';
import { link } from './link.js';

const { script, envelope } = link;
export const data = script.dataset;

/** Undefined where nothing can be sent. */
export const endpoint = (() => {
  if (!data.portal) return link.ask('fault', 'portal');
  try {
    return link.endpoint();
  } catch (_) {
    link.ask('fault', 'endpoint');
  }
})();

/** Where data is spared, only a badge that stands in the page is asked for. */
export const badge = (!link.spares && data.badge) || 'none';

const { weight } = envelope;
if (!(weight > 0 && weight <= 1000 && weight % 1 == 0)) {
  link.ask('fault', 'sample');
  envelope.weight = 1;
}

/** Vietnamese first: whatever is not clearly another language. */
link.vietnamese = () => {
  const lang = /^(vi|en)$/.test(data.lang) ? data.lang : document.documentElement.lang || navigator.language;
  return !/^en/i.test(lang);
};

/** The page group so far is a name that the page gave, else the tag's, else the path. */
export const rename = (name) => (link.envelope.page = link.redact(name || data.page || location.pathname));
