// A module as a string, so that there is one file to fetch and one hash to check: xtask/src/bundle.rs.

/** How far each of its bytes is from its character. */
const TURN = 36;

/** The module's bytes. The string's own iterator, as in `Uint8Array.from`, would take three times as long. */
export const bytes = (text) =>
  new Uint8Array(text.length).map((_, at) => text.charCodeAt(at) - TURN);
