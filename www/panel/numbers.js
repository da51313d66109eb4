// Numbers and times as each language writes them.

/** Decimal mark, and what parts thousands. Not by `Intl`, whose first use takes a slow phone 50 ms. */
const MARKS = { vi: [',', '.'], en: ['.', ','] };

function write(number, digits, isVietnamese) {
  const [decimal, group] = MARKS[isVietnamese ? 'vi' : 'en'];
  const [whole, part] = number.toFixed(digits).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, group) + (part ? decimal + part : '');
}

/** Puts `value` where the words leave room for it. */
export const fill = (words, value) => words.replace('{0}', () => value);

/** A whole number. */
export const count = (number, isVietnamese) => write(number, 0, isVietnamese);

/** Seconds from one second on; cut off, not rounded: 2.49 s is under 2.5 s and must not read as it. */
export function ms(value, isVietnamese) {
  if (value >= 1000) return write(Math.floor(value / 100) / 10, 1, isVietnamese) + '\u00a0s';
  return count(Math.floor(value), isVietnamese) + '\u00a0ms';
}

const TIMES = ['lcp', 'inp', 'server-wait'];

/** A finding's value: a time, CLS, or a count. */
export function reading(id, value, isVietnamese) {
  if (value == null) return '';
  if (TIMES.includes(id)) return ms(value, isVietnamese);
  if (id != 'layout-stability') return count(value, isVietnamese);
  // Up to three digits, as many as say something.
  return write(value, 3, isVietnamese).replace(/[,.]?0+$/, '');
}
