// Scripts that come when somebody asks: why the view was slow, and the panel.

import { link } from '../core/link.js';

/** Resolves once the script has run; a script that does not come is asked for again the next time. */
const bring = (name, integrity, isThere) =>
  new Promise((resolve, reject) => {
    if (isThere()) return resolve();
    link.opened = resolve;
    link.bring(name, integrity, reject);
  });

let last = Promise.resolve();

/** One after the other, because each tells the same way that it is there. */
const queue = (...script) => (last = last.catch(() => {}).then(() => bring(...script)));

/** `link.why` is there. */
export const explain = () => queue('nhip-why', NHIP_WHY, () => link.why);

/** `link.extras` is there. */
export const extras = () => queue('nhip-extras', NHIP_EXTRAS, () => link.extras);

/** Gives the badge what `data-show` asks for; without the script it stays as it is. */
export const dress = (root) => extras().then(() => link.extras.dress(root)).catch(() => {});

/** Whether this visitor may be asked: what nobody sends nobody is asked for. */
export const mayAsk = () => 'rating' in link.script.dataset && link.consented && !link.isSilent();

/** Opens the panel, and gives what it found. */
export async function check(options) {
  // Without it the panel is still there: it does not say whose the slowness was.
  await explain().catch(() => {});
  await queue('nhip-panel', NHIP_PANEL, () => link.panel);
  return link.panel(options);
}

/** `nhip.check()`, and a page opened with `?nhip=check`. */
export function checked({ args = [], done }) {
  const found = check(args[0]);
  found.catch((error) => console.warn('nhip: check:', error));
  done?.(found);
}
