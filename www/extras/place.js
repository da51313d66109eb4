// A place at the screen's edge that covers nothing that somebody fills in or presses.

/** What is never covered. */
const FIELDS =
  'input:not([type=hidden]),select,textarea,button,label,summary,a[href],iframe,[role=button],[role=textbox],[role=combobox],[contenteditable]:not([contenteditable=false]),nhip-badge,nhip-panel';

/** What is typed into: while somebody does, nothing comes up. */
const TYPED =
  'input:not([type=submit]):not([type=button]):not([type=reset]):not([type=image]):not([type=checkbox]):not([type=radio]),select,textarea,iframe,[role=textbox],[role=combobox],[contenteditable]';

/** CSS px from the edge, and between two things. */
const GAP = 12;

/** Whatever else may have changed is looked for as often as this, in ms. */
const EVERY = 500;

/**
 * Keeps `host`, a fixed element, in a free place, or out of sight as long as there is none; takes it away once
 * it is not `wanted()` any more. `shown()`: it is in sight for the first time.
 */
export function keepClear(host, shown, wanted) {
  let waiting, last;
  const look = () => {
    waiting = undefined;
    if (!wanted()) host.remove();
    if (!host.isConnected) return end();
    const isUsed = document.activeElement == host;
    const place = isUsed || !isTypedInto() ? free(host) : undefined;
    // Whoever stands in it keeps it, all of it on the screen.
    const next = place || (isUsed && last && [last[0], fitting(host, last[1])]);
    host.toggleAttribute('shown', !!next);
    // By a transform, which is no layout shift.
    if (next) host.style.transform = `translate(${next[0]}px,${next[1]}px)`;
    if (next && !last) shown();
    last = next || last;
  };
  const soon = () => (waiting = waiting || requestAnimationFrame(look));
  const timer = setInterval(soon, EVERY);
  const events = ['scroll', 'resize', 'focusin', 'focusout'];
  events.forEach((type) => addEventListener(type, soon, { capture: true, passive: true }));
  const end = () => {
    clearInterval(timer);
    events.forEach((type) => removeEventListener(type, soon, { capture: true }));
  };
  soon();
}

const isTypedInto = () => document.activeElement?.matches(TYPED);

/** The viewport without its scroll bars; of a page in quirks mode its root's height is the page's. */
const viewport = () => document.scrollingElement || document.documentElement;

const fitting = ({ offsetHeight }, top) => Math.max(GAP, Math.min(top, viewport().clientHeight - GAP - offsetHeight));

/** `[left, top]` of the first corner in which nothing is covered: below before above, right before left. */
function free(host) {
  const { offsetWidth: width, offsetHeight: height } = host;
  const boxes = [...document.querySelectorAll(FIELDS)].map((field) => field.getBoundingClientRect()).filter((box) => box.width && box.height);
  const badge = document.querySelector('nhip-badge')?.getBoundingClientRect();
  const { clientWidth, clientHeight } = viewport();
  const across = [clientWidth - GAP - width, GAP];
  const down = [clientHeight - GAP - height];
  if (badge?.height) down.push(badge.top - GAP - height);
  down.push(GAP);
  for (const top of down) {
    for (const left of across) {
      const isClear = boxes.every(
        (box) => box.right < left || box.left > left + width || box.bottom < top || box.top > top + height,
      );
      if (isClear && top >= 0 && left >= 0) return [left, top];
    }
  }
}
