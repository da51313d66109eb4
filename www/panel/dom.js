// What several of the panel's checks ask of the page.

/** Lets the page have its turn. */
export const pause = () => new Promise((go) => (self.requestIdleCallback || setTimeout)(go, { timeout: 200 }));

/** Somebody could see it; ours is none of the page's. */
export const isShown = (node) =>
  node.getClientRects().length > 0 &&
  getComputedStyle(node).visibility == 'visible' &&
  !node.closest('nhip-badge,nhip-panel,nhip-rating');
