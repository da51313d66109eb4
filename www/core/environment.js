// What kind of device and network this is: classes, nothing that identifies. The engine the collector
// knows from the request itself.

import { touch } from '../../src/browser/probe.js';

/** By touch and by the screen's shorter side in CSS px. */
export const device = () =>
  touch() ? (Math.min(screen.width, screen.height) < 600 ? 'phone' : 'tablet') : 'desktop';

/** Absent where the browser does not say. */
export const net = () => navigator.connection?.effectiveType;
