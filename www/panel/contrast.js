// Contrast of a sample of the page's texts, as WCAG 2.2 SC 1.4.3 reckons it:
// <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>. A text over an image or a gradient cannot be told.

import { isShown, pause } from './dom.js';

/** Texts that are looked at, spread over the page. */
const SAMPLE = 300;

/** Texts that are named. */
const NAMED = 20;

/** CSS px: large text, and large where it is bold. */
const LARGE = 24;
const LARGE_BOLD = 18.66;

/** `rgb()` and `rgba()`, as browsers compute them; undefined for any other space. */
function rgba(color) {
  const [, all] = /^rgba?\(([^)]+)\)$/.exec(color) || [];
  if (!all) return;
  const [r, g, b, a = 1] = all.split(/[\s,/]+/).map(Number);
  return [r, g, b, a];
}

const over = ([r, g, b, a], below) => [r, g, b].map((part, at) => part * a + below[at] * (1 - a)).concat(1);

const linear = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);

const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

export function ratio(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The opaque colour behind an element; undefined where it cannot be told. */
function behind(element) {
  const layers = [];
  for (let node = element; node; node = node.parentElement) {
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(node);
    if (backgroundImage != 'none' || opacity < 1) return;
    const layer = rgba(backgroundColor);
    if (!layer) return;
    if (layer[3]) layers.push(layer);
    if (layer[3] == 1) return layers.reduceRight((below, above) => over(above, below));
    // What is placed over something else than its parents shows that.
    if (/absolute|fixed/.test(getComputedStyle(node).position)) return;
  }
  // Nobody painted the canvas: white, in a page that knows no dark.
  return layers.reduceRight((below, above) => over(above, below), [255, 255, 255, 1]);
}

/** The check's verdict; *cannot tell* where no text of the sample could be judged. */
export async function contrast() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = new Set();
  let looked = 0;
  for (let node; (node = walker.nextNode()); ) {
    if (++looked % 300 == 0) await pause();
    if (/\p{L}\p{L}/u.test(node.data) && !/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|OPTION)$/.test(node.parentElement.tagName)) {
      texts.add(node.parentElement);
    }
  }
  const every = Math.max(1, Math.ceil(texts.size / SAMPLE));
  const faint = [];
  let judged = 0;
  for (const [at, element] of [...texts].entries()) {
    if (at % 20 == 19) await pause();
    if (at % every || !isShown(element) || element.closest('[disabled],[aria-disabled=true]')) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const below = behind(element);
    const above = rgba(color);
    // Cut off to a dot, for screen readers only.
    if (!below || !above || element.offsetWidth < 2) continue;
    judged++;
    const px = parseFloat(fontSize);
    const least = px >= LARGE || (px >= LARGE_BOLD && fontWeight >= 700) ? 3 : 4.5;
    if (ratio(over(above, below), below) < least && faint.push(element) >= NAMED) break;
  }
  return {
    id: 'contrast',
    verdict: faint.length ? 'fail' : judged ? 'pass' : 'unknown',
    nodes: faint,
    value: faint.length,
  };
}
