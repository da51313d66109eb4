// Kinds of numbers beside the entry types, as in decode.rs.

export const START = 7;
export const NAVIGATION = 8;
export const SETTLED = 9;
export const HIDDEN = 10;
export const RESTORED = 11;
export const PAINTED = 12;
export const SOFT = 13;
export const PAGE = 14;
export const ELEMENT = 15;
export const AUDITED = 16;

/** The most numbers of one signal: a navigation. */
export const MOST = 12;
