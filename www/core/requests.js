// Requests of the page to its own origin after its load: how long those wait who stay on the page.

import { navigation } from '../../src/browser/navigation.js';
import { link } from './link.js';

/** The most waits of one view's report, as at the collector. */
const MOST = 20;

/** Longer is nothing that a visitor waited for. */
const LONGEST = 600000;

let count, known, waits;

/** Nothing was requested in the view yet. */
export function reset() {
  count = known = 0;
  waits = [];
}

/** Takes any entry. */
export function take({ entryType, initiatorType, name, startTime, requestStart, responseStart, transferSize }) {
  // An icon, which the browser wants for itself, is of another initiator.
  if (entryType != 'resource' || initiatorType == 'other' || !name.startsWith(location.origin + '/')) return;
  // Ours, where the collector is the portal's own: scripts have their hash as a query. And what came from
  // the browser's cache.
  if (name == link.endpoint() || name.includes('js?sha') || transferSize === 0) return;
  const { loadEventEnd } = navigation() || {};
  if (!loadEventEnd || startTime < Math.max(loadEventEnd, link.began)) return;
  count++;
  const wait = responseStart - requestStart;
  // A request that failed, or that the browser did not time, tells no wait.
  if (!requestStart || !(wait >= 0 && wait < LONGEST)) return;
  // Each of those so far is in the sample with the same chance.
  const at = known++ < MOST ? known - 1 : Math.floor(Math.random() * known);
  if (at < MOST) waits[at] = wait;
}

/** The report's part. */
export const told = () => ({ count, waits });
