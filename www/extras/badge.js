// `data-show`: words with spaces between them. `small`; `light` or `dark` instead of what the visitor's
// system says; `portal`, the portal's own grade from the field beside that of this view.

import { link } from '../core/link.js';
import { adopt } from '../more/sheet.js';
import { count } from '../panel/numbers.js';
import { extras as english } from '../words/en.js';
import { extras as vietnamese } from '../words/vi.js';

const LOOKS = {
  // Nothing is left out, and no text is under 12 px.
  small: `:host{font-size:12px;line-height:1.25;gap:0 7px;padding:4px 6px 4px 4px}b{width:26px;font-size:18px}`,
  light: ':host{color-scheme:light}',
  dark: ':host{color-scheme:dark}',
};

const DAY = 864e5;

/** Gives the badge in `root` what its tag asks for. */
export function dress(root) {
  const asked = link.script.dataset.show.split(/\s+/);
  for (const look of asked) if (LOOKS[look]) adopt(root, LOOKS[look]);
  const isKnown = (word) => !word || word == 'portal' || LOOKS[word];
  const unknown = asked.find((word) => !isKnown(word));
  if (unknown) console.warn(`nhip: data-show: expected portal, small, light or dark, got "${unknown}"`);
  // Where data is spared, only what was measured is shown.
  if (asked.includes('portal') && !link.spares) {
    standing(root).catch((error) => console.warn('nhip: data-show=portal:', error));
  }
}

/** The portal's grade, with its count and window; nothing where the collector does not tell it. */
async function standing(root) {
  const words = link.vietnamese() ? vietnamese : english;
  const { portal } = link.envelope;
  // The query says that it is ours (www/core/requests.js).
  const address = new URL(`portals/${encodeURIComponent(portal)}/grade?js?sha`, link.endpoint());
  const answer = await fetch(address, { credentials: 'omit' });
  if (!answer.ok) throw new Error(answer.status);
  const { grade, sample, from, to } = await answer.json();
  const days = Math.round((Date.parse(to) - Date.parse(from)) / DAY);
  const told = [grade, count(sample, link.vietnamese()), days].reduce((text, value, at) => text.replace(`{${at}}`, value), grade ? words.graded : words.ungraded);
  adopt(root, 'button+p{grid-column:1/-1;margin:5px 0 0;padding-top:4px;border-top:1px solid #899;font-size:12px;max-width:24em}');
  root.querySelector('button').after(Object.assign(document.createElement('p'), { textContent: told }));
}
