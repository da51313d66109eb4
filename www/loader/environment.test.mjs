// The engine by its user agent.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

// Without what only a browser can run.
const source = readFileSync(new URL('environment.js', import.meta.url), 'utf8').replace(/^import .*/m, '');
const { engine } = await import('data:text/javascript,' + encodeURIComponent(source));

const KHTML = 'AppleWebKit/537.36 (KHTML, like Gecko)';
for (const [agent, expected] of [
  ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'gecko/153'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${KHTML} Chrome/156.0.0.0 Safari/537.36`, 'blink/156'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${KHTML} Ubuntu Chromium/80.0.3987.87 Chrome/80.0.3987.87`, 'blink/80'],
  [`Mozilla/5.0 (Linux; Android 10; wv) ${KHTML} Version/4.0 Chrome/109.0.5414.117 Mobile Zalo android/230`, 'blink/109'],
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Safari/605.1.15', 'webkit/26'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148', 'webkit/17'],
  // The system's number stands still since 18.
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148', 'webkit/26'],
  // In another application: its own name, no version of Safari.
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148', 'webkit/17'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 16_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/120.0 Mobile/15E148', 'webkit/16'],
  ['Lynx/2.8', 'other'],
]) {
  test(`${agent} → ${expected}`, () => assert.equal(engine(agent), expected));
}
