// What went wrong in the page, by kind: never a message, never an address.

import { link } from '../core/link.js';

let errors, view;

/** Elements whose address could not be loaded. */
const address = ({ src, href }) => src || href;

/** What is no address is nobody's. */
function isOurs(url) {
  try {
    return new URL(url, location).origin == location.origin;
  } catch (_) {
    return false;
  }
}

const failed = {
  /** An uncaught error, or an element that did not load what it names. */
  error({ message, target }) {
    if (message) errors.uncaught++;
    // Where the browser tells the status, there is an entry for it, too.
    else if (address(target) && isOurs(address(target)) && !status(address(target))) count('unknown');
  },
  unhandledrejection() {
    errors.rejected++;
  },
  resource({ name, responseStatus }) {
    // What the widget asks its collector for is none of the page's, wherever that stands.
    if (isOurs(name) && name != link.endpoint() && !name.includes('js?sha')) count(responseStatus);
  },
  navigation({ responseStatus }) {
    errors.navigation = responseStatus;
  },
};

const status = (url) =>
  performance.getEntriesByName(new URL(url, location).href).some((entry) => entry.responseStatus > 399);

function count(kind) {
  errors.resources = errors.resources || {};
  errors.resources[kind] = (errors.resources[kind] || 0) + 1;
}

/** Counts an error event, or an entry of what was answered with an error. */
export function fail(what) {
  if (view != link.envelope.view) errors = { uncaught: 0, rejected: 0 };
  view = link.envelope.view;
  failed[what.entryType || what.type]?.(what);
}

/** Elements fetched over http in a page over https. */
const mixed = () =>
  (location.protocol == 'https:' && document.querySelectorAll('[src^="http:"],link[href^="http:"]').length) || undefined;

/** What a report says of them. */
export const told = () => (view == link.envelope.view ? { errors: { ...errors, mixed: mixed() } } : {});
