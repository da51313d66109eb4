// What few views need comes in scripts of their own: www/more/, when it is first asked for, and what that
// asks for in its turn.

import { link } from './link.js';

/** Asked of that script, in order; it takes over `link.ask` when it is there. */
link.asked = [];

link.ask = (...question) => {
  // The first brings it; where it does not come, nobody misses what only it could have told.
  if (link.asked.push(question) < 2) link.bring('nhip-more', NHIP_MORE);
};
