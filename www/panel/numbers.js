// Numbers and times as each language writes them.

const locale = (isVietnamese) => (isVietnamese ? 'vi-VN' : 'en-GB');

/** Puts `value` where the words leave room for it. */
export const fill = (words, value) => words.replace('{0}', () => value);

/** Seconds from one second on; cut off, not rounded: 2.49 s is under 2.5 s and must not read as it. */
export function ms(value, isVietnamese) {
  const write = (number, digits) =>
    number.toLocaleString(locale(isVietnamese), { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (value >= 1000) return write(Math.floor(value / 100) / 10, 1) + '\u00a0s';
  return write(Math.floor(value), 0) + '\u00a0ms';
}

const TIMES = ['lcp', 'inp', 'server-wait'];

/** A finding's value: a time, CLS, or a count. */
export function reading(id, value, isVietnamese) {
  if (value == null) return '';
  if (TIMES.includes(id)) return ms(value, isVietnamese);
  return value.toLocaleString(locale(isVietnamese), { maximumFractionDigits: id == 'layout-stability' ? 3 : 0 });
}
