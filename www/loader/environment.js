// What kind of browser, device and network this is: classes, nothing that identifies.

import { touch } from '../../src/browser/probe.js';

/** Engine and major version: `blink/156`. */
export function engine() {
  const agent = navigator.userAgent;
  for (const [name, pattern] of [
    ['gecko', /Firefox\/(\d+)/],
    ['blink', /Chrom(?:e|ium)\/(\d+)/],
    // WebKit's own number has stood still for years; Safari's or the system's moves.
    ['webkit', /Version\/(\d+)|AppleWebKit.* OS (\d+)_/],
  ]) {
    const match = pattern.exec(agent);
    if (match) return name + '/' + (match[1] || match[2]);
  }
  return 'other';
}

/** By touch and by the screen's shorter side in CSS px. */
export const device = () =>
  touch() ? (Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet') : 'desktop';

/** Absent where the browser does not say. */
export const net = () => (navigator.connection || {}).effectiveType;
