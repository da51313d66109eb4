// One page view: its id, its sequence, and the one place that sends.

import { device, engine, net } from './environment.js';
import { agency, consent, endpoint, group, portal, say, weight } from './tag.js';

const stored = () => {
  try {
    return localStorage.getItem('nhip-off');
  } catch (_) {
    // Storage is blocked: nobody can have opted out in it.
  }
};

/** Global Privacy Control, Do Not Track, a self-check, an unsampled view. */
let silent =
  navigator.globalPrivacyControl ||
  navigator.doNotTrack == '1' ||
  /[?&]nhip=check\b/.test(location.search) ||
  Math.random() * weight >= 1;

let consented = !consent;
let waiting;

/** Its random id, its kind, and when it began. */
export let view, nav, began;

let page, sequence, last, errors;

/** What stays the same, and takes longer to ask than all the rest of a report. */
let client;

/**
 * Nothing is reported: unless there is a badge, nothing need be measured. The badge's own opt-out is
 * asked for as late as that: the first look into the storage takes longer than all else at the start.
 */
export const isSilent = () => (silent = silent || stored());

/** A new view begins at `at`, of the page group `name` or of the path's. */
export function begin(kind, at, name) {
  if (!view) {
    addEventListener('error', (event) => (event.message ? errors.uncaught++ : 0));
    addEventListener('unhandledrejection', () => errors.rejected++);
  }
  errors = { uncaught: 0, rejected: 0 };
  waiting = 0;
  view = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte + 256).toString(16).slice(1)).join('');
  sequence = 0;
  began = at;
  nav = kind;
  last = '';
  rename(name);
}

/** The page group of the view so far. Taken once: a single-page application changes its address. */
export const rename = (name) => (page = group(name));

/**
 * Reports what was measured so far, if anything changed. `beacon`: the page may be going away, and
 * only a beacon arrives from every exit; its answer can't be known. Otherwise a fetch, whose answer
 * says what is wrong with the tag.
 */
export function report(kind, measured, beacon) {
  // A first final is news by itself: the view ended as it was.
  const state = kind + JSON.stringify([measured, errors]);
  if (!consented) waiting = () => report(kind, measured);
  // A first report that comes after another (the page was hidden meanwhile) is no first one.
  if (!consented || isSilent() || state == last || (kind == 'started' && sequence)) return;
  last = state;
  client = client || { engine: engine(), device: device() };
  const detail = {
    v: 1,
    portal,
    view,
    seq: ++sequence,
    kind,
    nav,
    age: Math.max(0, Math.round(performance.now() - began)),
    page,
    agency,
    ...client,
    net: net(),
    weight,
    automated: navigator.webdriver || undefined,
    errors: errors.uncaught + errors.rejected ? { ...errors } : undefined,
    ...measured,
  };
  const text = JSON.stringify(detail);
  document.dispatchEvent(new CustomEvent('nhip:report', { detail }));
  // A string goes as text/plain: no preflight.
  if (beacon && navigator.sendBeacon) {
    // False: the browser did not take it. The next time the page is hidden it is news again.
    if (!navigator.sendBeacon(endpoint, text)) last = '';
  } else {
    fetch(endpoint, { method: 'POST', body: text, keepalive: true, credentials: 'omit' })
      .then(answered)
      .catch(() => {
        last = '';
        say('cannot reach ' + endpoint);
      });
  }
}

/** A refusal is said. One that every report of this tag would meet silences the tag. */
async function answered(answer) {
  const { ok, status } = answer;
  if (ok) return;
  last = '';
  if (status == 429 || status > 499) return;
  const { reason, message } = (await answer.json().catch(() => 0)) || {};
  silent = isSilent() || [403, 404, 410].includes(status) || reason == 'unknown-agency';
  say(`report refused (${status} ${reason || ''}): ${message || ''}`);
}

export function setConsent(given) {
  consented = given;
  if (given && waiting) waiting();
  waiting = 0;
}
