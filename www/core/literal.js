// A module as a string, so that there is one file to fetch and one hash to check: xtask/src/bundle.rs.

/** How far each of its bytes is from its character. */
const TURN = 36;

/** The module's bytes. */
export const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt() - TURN);
