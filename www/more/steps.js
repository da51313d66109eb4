// Steps of a service, as the page tells them: filing, payment.

import { link } from '../core/link.js';
import { extras, mayAsk } from './scripts.js';

/** As many as a report may carry. */
const MOST = 10;

const RESULTS = ['start', 'done', 'error'];

let steps = [];
let view;

/** `nhip.step(service, result)`. When the service was started is kept in the tab, without an id. */
export function step({ args: [service, result] }) {
  if (link.isSilent()) return;
  const name = link.redact(String(service)).slice(1);
  if (!RESULTS.includes(result)) {
    return console.warn(`nhip: step: expected start, done or error, got "${result}"`);
  }
  // A page that came back, or shows another one, is a view of its own.
  if (view != link.envelope.view) steps = [];
  view = link.envelope.view;
  if (steps.length < MOST) steps.push({ service: name, result, ms: result == 'start' ? begin(name) : end(name) });
  // A question that does not come is none.
  if (result == 'done' && mayAsk()) extras().then(() => link.extras.offer()).catch(() => {});
}

const key = (name) => 'nhip-step-' + name;

function begin(name) {
  // Without consent nothing is kept in the browser, either: there will be no duration.
  if (!link.consented) return;
  try {
    sessionStorage[key(name)] = Date.now();
  } catch (_) {
    // Storage is blocked: there will be no duration.
  }
}

function end(name) {
  try {
    const ms = Date.now() - sessionStorage[key(name)];
    sessionStorage.removeItem(key(name));
    return ms >= 0 ? ms : undefined;
  } catch (_) {
    // As above.
  }
}

/** What a report says of them. */
export const told = () => (view == link.envelope.view ? { steps } : {});
