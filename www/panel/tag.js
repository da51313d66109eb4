// The tag's own health: who it reports for, whether the collector answers and knows this place.

import { link } from '../core/link.js';

/** An answer that takes longer is none. */
const PATIENCE = 5000;

/** `{endpoint, answer}`: `reachable`, `unknown-portal`, `unregistered`, `unreachable`. */
export async function health() {
  let endpoint;
  let answer = 'unreachable';
  try {
    endpoint = link.endpoint();
    const { portal } = link.envelope;
    const asked = new URL('portals/' + encodeURIComponent(portal) + '/tag', endpoint);
    const patience = new AbortController();
    setTimeout(() => patience.abort(), PATIENCE);
    // A page tells its origin with each request to another; to its own, only where it is not a GET.
    asked.search = '?origin=' + encodeURIComponent(location.origin) + '&js?sha';
    const reply = await fetch(asked, { credentials: 'omit', signal: patience.signal });
    const told = await reply.json();
    // Any server answers 404; only a collector says what was not found.
    if (reply.status == 404 && told.reason) answer = 'unknown-portal';
    else if (reply.ok) answer = told.registered ? 'reachable' : 'unregistered';
  } catch (_) {
    // Blocked, or nobody there.
  }
  return { endpoint, answer };
}
