// One question to the visitor, once a view: satisfied or not, and if not, why, in the survey's own words.
// Nothing is written, nothing is kept in the browser; the answer goes with the view's next report.

import { link } from '../core/link.js';
import { adopt } from '../more/sheet.js';
import { extras as english } from '../words/en.js';
import { extras as vietnamese } from '../words/vi.js';
import { keepClear } from './place.js';

const STYLE = `:host{all:initial;position:fixed;left:0;top:0;visibility:hidden;z-index:99999998;box-sizing:border-box;width:max-content;max-width:min(21em,calc(100vw - 24px));max-height:calc(100vh - 24px);overflow:auto;padding:10px 12px;border:1px solid #899;border-radius:10px;direction:ltr;color-scheme:light dark;background:window;color:windowtext;font:15px/1.4 system-ui,sans-serif}
:host([shown]){visibility:visible}
@media print{:host{display:none}}
span{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
button[aria-label]{all:unset;float:right;width:28px;height:28px;margin:-4px -6px 0 8px;text-align:center;cursor:pointer}
button[aria-label]:focus-visible{outline:2px solid}`;

const BUTTONS = `[role=group] p{margin:0 0 6px;outline-offset:2px}
[role=group] button{font:inherit;color:inherit;background:none;min-height:28px;padding:3px 10px;margin:0 6px 6px 0;border:1px solid;border-radius:6px;cursor:pointer;pointer-events:auto}
[role=group] button:focus-visible{outline:2px solid}`;

let view, answer, offered, host;

/** A report's part of it. */
link.rated = () => (view == link.envelope.view ? { rating: answer } : {});

function note(satisfied, cause) {
  view = link.envelope.view;
  // The build writes `true` as 1, which is none in JSON.
  answer = { satisfied: Boolean(satisfied), cause };
}

const make = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

const dressed = new WeakSet();

function dress(root) {
  if (!dressed.has(root)) adopt(root, BUTTONS);
  dressed.add(root);
}

/** Asks in `place`, or thanks where this view has its answer already. */
export function ask(place) {
  const words = link.vietnamese() ? vietnamese : english;
  const button = (text, click) => {
    const made = make('button', { type: 'button' }, text);
    made.onclick = click;
    return made;
  };
  const said = make('p', { tabindex: '-1' });
  const say = (text, ...buttons) => {
    said.textContent = text;
    place.textContent = '';
    place.append(said, ...buttons);
  };
  // Whoever answers by the keyboard or hears the page goes on there.
  const next = (...step) => {
    say(...step);
    said.focus();
  };
  const causes = () =>
    Object.entries(words.causes).map(([cause, text]) =>
      button(text, () => {
        // Of the view that was called so, not of the next one.
        if (view == link.envelope.view) note(false, cause);
        next(words.thanks);
      }),
    );
  place.setAttribute('role', 'group');
  place.setAttribute('aria-label', words.question);
  dress(place.getRootNode());
  if (view == link.envelope.view) return say(words.thanks);
  say(
    words.question,
    button(words.yes, () => {
      note(true);
      next(words.thanks);
    }),
    button(words.no, () => {
      note(false);
      next(words.cause, ...causes());
    }),
  );
}

/** Asks in a corner of the page where no field is, after a step of a service was done. */
export function offer() {
  const asked = link.envelope.view;
  if (asked == offered || asked == view) return;
  offered = asked;
  host?.remove();
  const words = link.vietnamese() ? vietnamese : english;
  host = make('nhip-rating', { role: 'region', 'aria-label': words.question, lang: link.vietnamese() ? 'vi' : 'en' });
  const root = (link.drawn = host.attachShadow({ mode: 'open' }));
  adopt(root, STYLE);
  const close = () => host.remove();
  const closing = make('button', { type: 'button', 'aria-label': words.close }, '×');
  closing.onclick = close;
  const place = make('div', {});
  const heard = make('span', { role: 'status' });
  root.append(heard, closing, place);
  root.addEventListener('keydown', ({ key }) => key == 'Escape' && close());
  document.body.append(host);
  ask(place);
  // A screen reader says what comes into a live region that is in sight. Another view, or somebody who opted
  // out, is not asked this.
  keepClear(
    host,
    () => setTimeout(() => (heard.textContent = words.question), 99),
    () => asked == link.envelope.view && link.consented && !link.isSilent(),
  );
}
