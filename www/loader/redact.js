// Names that may leave the browser: only what looks like a word of the site. The same rule as
// protocol/src/redact.rs, held to the same table.

/** One path segment, element id or class: itself, `:n` (it has digits) or `:x`. */
export const segment = (text) =>
  /^:[nx]$/.test(text)
    ? text
    : /\d/.test(text)
      ? ':n'
      : text.length < 65 &&
          text
            .replace(/\.(html?|php|aspx|jsp|do)$/, '')
            .split(/[-_]/)
            .every(
              (word) =>
                /^[a-z]{1,24}$/i.test(word) &&
                !/^[a-f]{8,}$/i.test(word) &&
                !(/[a-z]/.test(word) && /[A-Z]{2}/.test(word)),
            )
        ? text
        : ':x';

/** A path without query and fragment → the page group: /thu-tuc/12345 → /thu-tuc/:n. */
export const redact = (path) =>
  '/' +
  path
    .split(/[?#;]/)[0]
    .split('/')
    .filter((part) => part)
    .slice(0, 6)
    .map(segment)
    .join('/');
