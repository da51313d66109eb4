// Styles, where a strict style-src may be.

/** Gives one more to `root`, a shadow root or a document; `window`: whose it is. */
export function adopt(root, style, window = self) {
  try {
    const sheet = new window.CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch (_) {
    // Safari before 16.4, as in src/badge/element.js.
    (root.head || root).appendChild(document.createElement('style')).textContent = style;
  }
}
