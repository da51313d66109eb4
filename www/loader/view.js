// One page view: its id, its sequence, and the one place that sends.

import { device, engine, net } from './environment.js';
import { agency, consent, endpoint, pageGroup, portal, say, weight } from './tag.js';

const stored = () => {
  try {
    return localStorage.getItem('nhip-off');
  } catch (_) {
    // Storage is blocked: nobody can have opted out in it.
  }
};

/** Global Privacy Control, Do Not Track, the badge's own opt-out, a self-check, an unsampled view. */
let silent =
  navigator.globalPrivacyControl ||
  navigator.doNotTrack == '1' ||
  stored() ||
  /[?&]nhip=check\b/.test(location.search) ||
  Math.random() * weight >= 1;

let consented = !consent;
let waiting;

let view, sequence, began, nav, last;

/** A new view begins at `at`. */
export function begin(kind, at) {
  view = [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => (byte + 256).toString(16).slice(1))
    .join('');
  sequence = 0;
  began = at;
  nav = kind;
  last = '';
}

const errors = { uncaught: 0, rejected: 0 };

addEventListener('error', (event) => (event.message ? errors.uncaught++ : 0));
addEventListener('unhandledrejection', () => errors.rejected++);

/**
 * Reports what was measured so far, if anything changed. `beacon`: the page may be going away, and
 * only a beacon arrives from every exit; its answer can't be known. Otherwise a fetch, whose answer
 * says what is wrong with the tag.
 */
export function report(kind, measured, beacon) {
  // A first final is news by itself: the view ended as it was.
  const state = JSON.stringify([kind, measured, errors]);
  if (!consented) waiting = () => report(kind, measured);
  // A first report that comes after another (the page was hidden meanwhile) is no first one.
  if (silent || !consented || state == last || (kind == 'started' && sequence)) return;
  last = state;
  const body = Object.assign(
    {
      v: 1,
      portal,
      view,
      seq: ++sequence,
      kind,
      nav,
      age: Math.max(0, Math.round(performance.now() - began)),
      page: pageGroup(),
      agency,
      engine: engine(),
      device: device(),
      net: net(),
      weight,
      automated: navigator.webdriver || undefined,
      errors: errors.uncaught + errors.rejected ? errors : undefined,
    },
    measured,
  );
  // A string goes as text/plain: no preflight.
  const text = JSON.stringify(body);
  document.dispatchEvent(new CustomEvent('nhip:report', { detail: JSON.parse(text) }));
  if (beacon && navigator.sendBeacon) navigator.sendBeacon(endpoint, text);
  else {
    fetch(endpoint, { method: 'POST', body: text, keepalive: true, credentials: 'omit' }).then(
      refused,
      () => say('reports cannot reach ' + endpoint),
    );
  }
}

/** A refusal of this tag is said once, and nothing more is sent. */
async function refused(answer) {
  if (answer.status < 400 || answer.status == 429 || answer.status > 499) return;
  silent = 1;
  const { reason, message } = await answer.json().catch(() => ({}));
  say(`the collector refused the report (${answer.status} ${reason || ''}): ${message || ''}`);
}

export function setConsent(given) {
  consented = given;
  if (given && waiting) waiting();
  waiting = 0;
}
