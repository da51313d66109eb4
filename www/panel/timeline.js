// What the browser keeps of this view beside the readings: elements of the largest paint, of slow
// interactions and of shifts; the load's phases; requests. Everything that it does not tell is absent.

import { navigation } from '../../src/browser/navigation.js';
import { link } from '../core/link.js';
import { observe, tenth } from '../more/observe.js';
import { site } from './site.js';

/** So many requests, and moved elements, are shown. */
const SHOWN = 5;

const paints = {};
const events = [];
const moved = new Map();
const blocked = new Set();

const isOurs = (url) => /\/nhip(-\w+)?\.js|js\?sha/.test(url || '');

/** From now on, and what was kept so far. */
export function watch() {
  observe('largest-contentful-paint', (entry) => (paints[tenth(entry.startTime)] = entry));
  observe('event', (entry) => entry.interactionId && events.push(entry), { durationThreshold: 16 });
  observe('layout-shift', (entry) => {
    if (entry.hadRecentInput) return;
    for (const { node } of entry.sources || []) {
      const place = node?.nodeType == 3 ? node.parentElement : node;
      if (place?.isConnected) moved.set(place, (moved.get(place) || 0) + entry.value);
    }
  });
  try {
    const note = (reports) =>
      reports.forEach(({ body }) => {
        if (isOurs(body.blockedURL) || originOf(body.blockedURL) == originOf(endpoint())) blocked.add(body.effectiveDirective);
      });
    new ReportingObserver(note, { types: ['csp-violation'], buffered: true }).observe();
  } catch (_) {
    // Only Chromium tells afterwards what a policy has blocked.
  }
}

const originOf = (url) => {
  try {
    return new URL(url).origin;
  } catch (_) {
    return url;
  }
};

const endpoint = () => {
  try {
    return link.endpoint();
  } catch (_) {
    return '';
  }
};

/** `{element, parts}` of the largest paint; its parts are those of <https://web.dev/articles/optimize-lcp>. */
export function largest({ lcp }) {
  const paint = paints[lcp];
  if (!paint) return;
  const { activationStart = 0, responseStart } = navigation() || {};
  const since = (at) => Math.max(0, at - activationStart);
  const resource = paint.url && performance.getEntriesByName(paint.url)[0];
  const ttfb = since(responseStart);
  const parts = { ttfb };
  if (resource) {
    const began = Math.max(ttfb, since(resource.requestStart || resource.startTime));
    const ended = Math.min(lcp, Math.max(began, since(resource.responseEnd)));
    Object.assign(parts, { delay: began - ttfb, fetch: ended - began, render: lcp - ended });
  } else if (!paint.url) parts.render = lcp - ttfb;
  return { node: paint.element, parts };
}

/** `{node, kind, parts}` of the interaction that INP is; none where the browser did not keep it. */
export function slowest({ inp }) {
  const entry = events.find(({ duration }) => duration == inp);
  if (!entry) return;
  const { startTime, processingStart, processingEnd, duration, target, name } = entry;
  return {
    node: target,
    kind: name,
    parts: {
      input: processingStart - startTime,
      processing: processingEnd - processingStart,
      presentation: Math.max(0, startTime + duration - processingEnd),
    },
  };
}

/** What moved most. */
export const shifted = () =>
  [...moved]
    .sort((a, b) => b[1] - a[1])
    .slice(0, SHOWN)
    .map(([node]) => node);

/** The page's requests to its own origin that waited longest: its page group, because the answer may be shared; ms. */
export const requests = () =>
  performance
    .getEntriesByType('resource')
    .filter(({ name, requestStart }) => name.startsWith(location.origin + '/') && requestStart && !isOurs(name))
    .map(({ name, requestStart, responseStart }) => ({ name, ms: Math.max(0, responseStart - requestStart) }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SHOWN)
    .map(({ name, ms }) => ({ path: link.redact(new URL(name).pathname), ms }));

/** Origins that anything was fetched from and whose site is neither the page's nor the collector's. */
export function thirdParties() {
  const own = [location, endpoint() || location, link.script.src || location].map((url) => site(new URL(url).hostname));
  const urls = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const others = urls.filter(({ protocol, hostname }) => /^http/.test(protocol) && !own.includes(site(hostname)));
  return [...new Set(others.map(({ origin }) => origin))];
}

/** What the widget itself took: bytes over the network, what a policy blocked, how its last report was answered. */
export function own() {
  const scripts = performance.getEntriesByType('resource').filter(({ name }) => isOurs(name));
  const sent = performance.getEntriesByName(endpoint());
  const [last] = sent.filter(({ responseStatus }) => responseStatus > 0).slice(-1);
  return {
    bytes: scripts.reduce((sum, { transferSize }) => sum + (transferSize || 0), 0),
    blocked: [...blocked],
    last: last?.responseStatus,
    sent: sent.length,
  };
}
