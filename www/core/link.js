// What the loader shares with the core: www/loader/index.js, where each field is explained.

export const { link } = document.currentScript;
