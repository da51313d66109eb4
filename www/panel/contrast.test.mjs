// The ratio is that of WCAG 2.2.

import assert from 'node:assert';
import { test } from 'node:test';

import { ratio } from './contrast.js';

test('contrast is reckoned as WCAG does', () => {
  const white = [255, 255, 255, 1];
  // Pairs whose ratio is known: <https://webaim.org/resources/contrastchecker/>
  for (const [colour, expected] of [
    [[0, 0, 0, 1], 21],
    [[255, 255, 255, 1], 1],
    [[118, 118, 118, 1], 4.54],
    [[119, 119, 119, 1], 4.48],
    [[255, 0, 0, 1], 4],
  ]) {
    assert(Math.abs(ratio(colour, white) - expected) < 0.005, `${colour}: ${ratio(colour, white)}`);
    assert.equal(ratio(white, colour), ratio(colour, white));
  }
});
