// All sizes at once: the same page in frames of other widths, each judged by the same checks. In a frame
// the page's own tag does nothing, so nothing of it is reported.

import { link } from '../core/link.js';
import { selector } from './audit.js';
import { fill } from './numbers.js';

/** CSS px: a cheap phone, a tablet, a desktop; and their heights. */
const SIZES = [
  [360, 640],
  [768, 1024],
  [1280, 800],
];

/** How wide a thumbnail is, in CSS px. */
const THUMBNAIL = 150;

/** So long a page may take to load in a frame, and its checks there. */
const PATIENCE = 20000;

/** After its load, what its scripts still put into it. */
const SETTLING = 500;

/** Resolves to the audit of the page at `width` in `frame`; rejects where it can't be framed. */
function audited(frame, width) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('timeout')), PATIENCE);
    frame.addEventListener('load', () => {
      const inside = frame.contentDocument;
      // A refused page leaves an error page of another origin, or an empty one.
      if (!inside?.body?.childElementCount || inside.URL == 'about:blank') return reject(new Error('refused'));
      const script = inside.createElement('script');
      const { redact, compiled } = link;
      Object.assign(script, {
        link: { redact, compiled, framed: { width, done: resolve, failed: reject }, script: link.script },
        // The frame is another answer, with a nonce of its own.
        nonce: inside.querySelector('script[nonce]')?.nonce || link.script.nonce,
        crossOrigin: '',
        src: frame.contentWindow.trustedTypes?.createPolicy('nhip', { createScriptURL: () => link.self }).createScriptURL(link.self) ?? link.self,
        onerror: () => reject(new Error('blocked')),
      });
      setTimeout(() => inside.head.append(script), SETTLING);
    });
    // A panel in a frame would open frames of its own. The rest stays as it is: a router may live of it.
    frame.src = location.href.replace(/([?&])nhip=check&?/, '$1');
  });
}

/** Boxes over the thumbnail where the culprits are. */
function mark(view, frame, scale, nodes, make) {
  for (const node of nodes) {
    const { left, top, width, height } = node.getBoundingClientRect();
    const box = make('span', { class: 'mark', 'aria-hidden': 'true' });
    Object.assign(box.style, {
      left: left * scale + 'px',
      top: top * scale + 'px',
      width: Math.max(3, width * scale) + 'px',
      height: Math.max(3, height * scale) + 'px',
    });
    view.append(box);
  }
}

async function one([width, height], { words, element: make }, place) {
  const scale = THUMBNAIL / width;
  const frame = make('iframe', {
    sandbox: 'allow-scripts allow-same-origin allow-forms',
    tabindex: '-1',
    'aria-hidden': 'true',
    title: fill(words.sizes.size, width),
  });
  Object.assign(frame.style, { width: width + 'px', height: height + 'px', transform: `scale(${scale})` });
  const view = make('div', { class: 'view' }, frame);
  view.style.height = height * scale + 'px';
  const said = make('p', { role: 'status' }, words.sizes.wait);
  place.append(make('div', { class: 'size' }, make('h3', {}, fill(words.sizes.size, width)), view, said));
  try {
    const { checks, culprits } = await audited(frame, width);
    const failed = Object.entries(checks).filter(([, verdict]) => verdict == 'fail');
    const isTold = ['content-width', 'text-size', 'target-size'].every((check) => /pass|fail/.test(checks[check]));
    const verdict = isTold ? 'pass' : 'unknown';
    said.replaceWith(
      failed.length
        ? make('ul', {}, failed.map(([check]) => make('li', {}, make('b', { class: 'fail' }, words.verdicts.fail), ' ', words.checks[check])))
        : make('p', { role: 'status' }, make('b', { class: verdict }, words.verdicts[verdict])),
    );
    const nodes = Object.values(culprits).flat();
    mark(view, frame, scale, nodes, make);
    return {
      width,
      checks,
      culprits: Object.fromEntries(Object.entries(culprits).map(([check, all]) => [check, all.map(selector)])),
    };
  } catch (error) {
    const isRefused = error.message == 'refused';
    said.textContent = fill(isRefused ? words.sizes.refused : words.sizes.failed, width);
    view.remove();
    return { width, refused: error.message };
  }
}

/** Judges all sizes; the section's button, pressed. Resolves once they are in `found.sizes`. */
export let judgeAll;

/** The section: a button, and after it was pressed the sizes side by side. */
export function sizes(found, context) {
  const { words, element: make } = context;
  const place = make('div', { class: 'sizes', tabindex: '0', role: 'group', 'aria-label': words.sections.sizes });
  const start = make('button', { type: 'button', class: 'action', click: () => judgeAll() }, words.sizes.start);
  let judging;
  judgeAll = () => (judging = judging || judge());
  const judge = async () => {
    place.textContent = '';
    // Not `disabled`: who stands on it stays there.
    start.setAttribute('aria-disabled', 'true');
    const told = [];
    // One after the other: a weak device has one at a time to load.
    for (const size of SIZES) told.push(await one(size, context, place));
    found.sizes = told;
    start.removeAttribute('aria-disabled');
    judging = undefined;
  };
  return [make('p', {}, words.sizes.about), make('p', {}, start), place];
}
