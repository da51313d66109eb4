// What could not be sent waits in the browser: a line a report, with when it was put there.

import { link } from './link.js';

/** Its name in the storage; www/more/queue.js reads it. */
const QUEUE = 'nhip-queue';

/** Reports, and characters: what is older than the newest of these is lost. */
const MOST = 50;
const LONGEST = 65536;

/** Asks for what waits to be sent, if anything does. */
export function sendWaiting() {
  try {
    if (localStorage[QUEUE]) link.ask('send');
  } catch (_) {
    // Storage is blocked: nothing waits.
  }
}

/** Keeps a report for later. What is lost is counted, for the next report to say so. */
export function keep(text) {
  try {
    const lines = localStorage[QUEUE]?.split('\n') || [];
    // A line that is cut off is counted where it is read.
    if (lines.push(Date.now() + text) > MOST) link.lost++;
    localStorage[QUEUE] = lines.slice(-MOST).join('\n').slice(-LONGEST);
  } catch (_) {
    // Storage is full or blocked.
    link.lost++;
  }
}
