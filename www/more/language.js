// The badge in another language than the first.

import { link } from '../core/link.js';
import { badge } from '../words/en.js';

/** Gives the badge its words, and draws it. */
export function speak(draw) {
  link.words = badge;
  draw();
}
