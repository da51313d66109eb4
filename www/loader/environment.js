// What kind of browser, device and network this is: classes, nothing that identifies.

import { touch } from '../../src/browser/probe.js';

/**
 * Engine and major version: `blink/156`. A WebView of Android says a `Version` before it says Chrome.
 * WebKit's own number has stood still for years; Safari's moves, or that of the system that it comes
 * with.
 */
export function engine(agent = navigator.userAgent) {
  const [, gecko, blink, safari, system] =
    /Firefox\/(\d+)|^.*Chrom(?:e|ium)\/(\d+)|^.*Version\/(\d+)|OS (\d+)_.*AppleWebKit/.exec(agent) || [];
  const webkit = safari || system;
  return gecko ? 'gecko/' + gecko : blink ? 'blink/' + blink : webkit ? 'webkit/' + webkit : 'other';
}

/** By touch and by the screen's shorter side in CSS px. */
export const device = () =>
  touch() ? (Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet') : 'desktop';

/** Absent where the browser does not say. */
export const net = () => (navigator.connection || {}).effectiveType;
