// The badge in another language than the first.

import { ENGLISH } from '../../src/badge/words.js';
import { link } from '../core/link.js';

/** Gives the badge its words, and draws it. */
export function speak(draw) {
  link.words = ENGLISH;
  draw();
}
