// The panel: a self-check of this very page, for who looks after it. It is fetched when it is opened, by
// `?nhip=check`, the badge's menu or `nhip.check()`. In a frame that the panel itself has opened, the same
// script only judges the viewport there: sizes.js.

import { link } from '../core/link.js';
import { audit } from './audit.js';
import { pause } from './dom.js';
import { examine } from './findings.js';
import { whole } from './share.js';
import { judgeAll } from './sizes.js';
import { focus, show } from './view.js';

link.self = document.currentScript.src;

/** While the panel is open, whoever asks again gets the same. */
let opening;

async function open() {
  try {
    const found = await examine();
    await pause();
    await show(found, () => (opening = undefined));
    return found;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

if (link.framed) audit(link.compiled, link.framed.width).then(link.framed.done, link.framed.failed);
else {
  /**
   * Opens the panel, and gives what it found: the same object as "Download JSON". With `{sizes: true}` the
   * page is judged at all sizes, too.
   */
  link.panel = async (options) => {
    opening = opening || open();
    const found = await opening;
    focus();
    if (options?.sizes) await judgeAll();
    return whole(found);
  };
  link.opened();
}
