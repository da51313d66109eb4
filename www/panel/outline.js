// Shows an element on the page: a box above it, that nothing of the page knows of.

let box, following;

/** Draws the box where the element is, and follows it. */
export function outline(node) {
  clear();
  box = document.createElement('nhip-outline');
  box.setAttribute('aria-hidden', 'true');
  Object.assign(box.style, {
    position: 'fixed',
    left: 0,
    top: 0,
    zIndex: 99999998,
    pointerEvents: 'none',
    boxSizing: 'border-box',
    border: '3px solid #d4351c',
    outline: '2px solid #fff',
    background: '#d4351c22',
  });
  document.body.append(box);
  const follow = () => {
    if (!node.isConnected) return clear();
    const { left, top, width, height } = node.getBoundingClientRect();
    // Not by left and top: to move a box by them is a layout shift of the page.
    Object.assign(box.style, {
      transform: `translate(${left - 3}px,${top - 3}px)`,
      width: width + 6 + 'px',
      height: height + 6 + 'px',
    });
    following = requestAnimationFrame(follow);
  };
  follow();
}

export function clear() {
  cancelAnimationFrame(following);
  box?.remove();
  box = undefined;
}
