// Sends what waits in the browser's storage (www/core/queue.js), oldest first, one report a request,
// until all of it is answered.

import { link } from '../core/link.js';

const QUEUE = 'nhip-queue';

/** A report after this is of no hour that is still open: 24 h. */
const OLDEST = 864e5;

/** The first wait after a failure, and the longest. */
const SHORTEST = 2000;
const LONGEST = 300000;

/** Nobody else sends for so long, where the browser has no locks. */
const LEASE = 30000;

const lines = () => (localStorage[QUEUE] || '').split('\n').filter((line) => line);

/** Other tabs may have added some meanwhile. */
const drop = (done) => {
  const left = lines().filter((line) => line != done);
  if (left.length) localStorage[QUEUE] = left.join('\n');
  else localStorage.removeItem(QUEUE);
};

/** The report of a line, aged by the time that it waited; undefined for what is none, or is too old. */
function aged(line) {
  const [, at, text] = /^(\d+)(\{.*)$/.exec(line) || [];
  try {
    const report = JSON.parse(text);
    report.age += Math.max(0, Date.now() - at);
    return report.age < OLDEST ? JSON.stringify(report) : undefined;
  } catch (_) {
    // Cut off, or not ours.
  }
}

let failures = 0;
let waiting;

/** `Retry-After`, or twice as long as the last time, give or take half: not all at once. */
const wait = (answer) => {
  const seconds = +(answer?.headers.get('retry-after') || 0);
  const backoff = Math.min(LONGEST, SHORTEST * 2 ** failures++) * (0.5 + Math.random());
  clearTimeout(waiting);
  waiting = setTimeout(send, seconds > 0 ? seconds * 1000 : backoff);
};

async function sendAll() {
  let line;
  while (!link.isSilent() && ([line] = lines()) && line) {
    const body = aged(line);
    if (!body) link.lost++;
    let answer;
    try {
      answer = body && (await fetch(link.endpoint(), { method: 'POST', body, credentials: 'omit' }));
    } catch (_) {
      return wait();
    }
    const status = answer?.status;
    if (status == 429 || status > 499) return wait(answer);
    // The portal is paused: nothing of it is wanted.
    if (status == 410) link.silence();
    failures = 0;
    link.trouble = 0;
    drop(line);
  }
  // Whoever opted out leaves nothing behind.
  if (link.isSilent()) localStorage.removeItem(QUEUE);
}

/** Where storage is blocked, nothing waits. */
export const send = () => sendAlone().catch(() => 0);

/** In one tab at a time. */
async function sendAlone() {
  if (navigator.locks) return navigator.locks.request(QUEUE, { ifAvailable: true }, (lock) => lock && sendAll());
  const lease = QUEUE + '-lease';
  if (localStorage[lease] > Date.now()) return;
  localStorage[lease] = Date.now() + LEASE;
  return sendAll().finally(() => localStorage.removeItem(lease));
}

/** Nobody answered, or nobody could: said to the developer, tried again later. */
export function troubled(answer) {
  if (!answer) console.warn('nhip: cannot reach ' + link.endpoint());
  wait(answer);
}
