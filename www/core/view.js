// Reporting: the one place of the core that sends.

import { device, net } from './environment.js';
import { link } from './link.js';
import { keep, sendWaiting } from './queue.js';
import * as requests from './requests.js';
import { endpoint, rename } from './tag.js';

let waiting, last;

/** Of what the queue lost: what reports of former views said, and what those of this one do. */
let said = 0;
let told = (link.lost = 0);

/** Aborts what the browser would send of a page that crashed. */
let later;

/** Nothing is sent any more, by nobody. */
link.silence = () => {
  link.isSilent = () => 1;
  later?.abort();
};

/** Nothing was reported or noted of the view yet. */
export function reset() {
  waiting = 0;
  last = '';
  said += told;
  told = 0;
  requests.reset();
}

/** A new view begins at `at`, of the page group `name` or of the path's. */
export function begin(nav, at, name) {
  link.begin(nav, at);
  rename(name);
  reset();
}

/**
 * Reports what was measured so far, if anything changed. `beacon`: the page may be going away, and
 * only a beacon arrives from every exit; its answer can't be known. Otherwise a fetch, whose answer
 * says what is wrong with the tag.
 */
export function report(kind, measured, beacon) {
  measured = { ...measured, requests: requests.told(), queue_lost: link.lost - said, ...link.more?.(measured) };
  // A first final is news by itself: the view ended as it was.
  const state = kind + JSON.stringify(measured);
  if (!link.consented) waiting = () => report(kind, measured);
  // A first report that comes after another (the page was hidden meanwhile) is no first one.
  if (state == last || (kind == 'started' && link.envelope.seq)) return;
  const text = link.tell(kind, {
    device: device(),
    net: net(),
    skipped: link.spares ? ['audit', 'badge'] : undefined,
    ...measured,
  });
  if (!text) return;
  last = state;
  told = measured.queue_lost;
  later?.abort();
  // A string goes as text/plain: no preflight. Where there is evidence that it would not arrive, it
  // waits; without, the beacon is trusted.
  if (beacon) {
    if (link.trouble || !navigator.onLine || !navigator.sendBeacon(endpoint, text)) keep(text);
    return;
  }
  const troubled = (answer) => {
    link.trouble = 1;
    keep(text);
    link.ask('troubled', answer);
  };
  const post = { method: 'POST', body: text, keepalive: true, credentials: 'omit' };
  fetch(endpoint, post).then(
    (answer) => {
      const { ok, status } = answer;
      if (ok) return sendWaiting();
      if (status == 429 || status > 499) return troubled(answer);
      // What this one met, the page's other reports would meet, too.
      link.silence();
      link.ask('refused', answer);
    },
    () => troubled(),
  );
  // A net for a page that crashes: the next report, should there be nobody to send it.
  later = new AbortController();
  try {
    fetchLater(endpoint, {
      ...post,
      body: text.replace('"kind":"started"', '"kind":"final"').replace('"seq":1,', '"seq":2,'),
      signal: later.signal,
    });
  } catch (_) {
    // The browser has no such thing, or no room for it.
  }
}

/** Consent was given or taken back. */
export function consented() {
  if (!link.consented) later?.abort();
  else if (waiting) waiting();
  waiting = 0;
}
