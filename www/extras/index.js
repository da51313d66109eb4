// What a tag asks for beyond the measure: one question to the visitor (`data-rating`), and a badge of another
// look, or with the portal's own grade (`data-show`). A page without them never fetches this.

import { link } from '../core/link.js';
import { dress } from './badge.js';
import { ask, offer } from './rating.js';

link.extras = { ask, dress, offer };
link.opened();
