// What was slow, whose it was and what a visitor can do.

import { link } from '../core/link.js';
import { why as english } from '../words/en.js';
import { why as vietnamese } from '../words/vi.js';

/** `blame` is absent where nothing was over a limit. */
export function sentence({ load, response }, blame) {
  const words = link.vietnamese() ? vietnamese : english;
  if (blame) {
    const ms = { ...load, ...response }[blame.reading];
    const seconds = (Math.floor(ms / 100) / 10).toFixed(1).replace('.', words.decimal);
    return words[blame.reading].replace('{0}', seconds) + ' ' + words[blame.verdict];
  }
  const { lcp } = load;
  const { inp, server_wait: wait } = response;
  if (lcp == null && inp == null && wait == null) return words.nothing;
  return lcp == null || (inp == null && wait == null) ? words.part : words.fast;
}
