// What few views need comes in a script of its own, www/more/, when it is first asked for.

import { link } from './link.js';

/** Asked of that script, in order; it takes over `link.ask` when it is there. */
link.asked = [];

link.ask = (...question) => {
  // The first brings it; where it does not come, nobody misses what only it could have told.
  if (link.asked.push(question) > 1) return;
  const url = new URL('nhip-more.js?' + NHIP_MORE, link.script.src || location).href;
  document.head.append(
    Object.assign(document.createElement('script'), {
      link,
      integrity: NHIP_MORE,
      crossOrigin: '',
      nonce: link.script.nonce,
      src: self.trustedTypes?.createPolicy('nhip-more', { createScriptURL: () => url }).createScriptURL(url) ?? url,
    }),
  );
};
