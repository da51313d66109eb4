// The badge's menu: what is measured, and the opt-out.

import { link } from '../core/link.js';

const WORDS = {
  vi: {
    about:
      'Nhịp đo tốc độ của trang này ngay trên trình duyệt của bạn, để cổng làm cho trang nhanh hơn. Không cookie, không mã nhận dạng.',
    off: 'Đừng đo tôi',
    isOff: 'Đã tắt. Không gửi gì nữa; những gì chờ gửi đã được xóa.',
    notKept: 'Trình duyệt không cho ghi nhớ lựa chọn. Trang này không gửi gì nữa.',
    on: 'Đo lại',
    isOn: 'Sẽ đo lại từ trang sau.',
    close: 'Đóng',
    untold: 'Phần giải thích không tải được.',
  },
  en: {
    about:
      'Nhịp measures how fast this page is in your browser, so that the portal can make it faster. No cookie, no identifier.',
    off: "Don't measure me",
    isOff: 'Switched off. Nothing is sent any more; what waited to be sent is erased.',
    notKept: 'The browser does not let the choice be kept. This page sends nothing any more.',
    on: 'Measure again',
    isOn: 'Measured again from the next page on.',
    close: 'Close',
    untold: 'The explanation could not be fetched.',
  },
};

const STYLE = `section{grid-column:1/-1;max-width:20em;pointer-events:auto}
section button{width:auto;min-height:24px;padding:4px 8px;margin:0 8px 4px 0;border:1px solid;border-radius:6px}`;

const OFF = 'nhip-off';

/** Whether somebody opted out, and the browser kept it. */
const isOff = () => {
  try {
    return !!localStorage[OFF];
  } catch (_) {
    return false;
  }
};

/** Nothing is sent, and nothing of ours is left but the choice itself. False: that could not be kept. */
function optOut() {
  link.silence();
  try {
    for (const storage of [localStorage, sessionStorage]) {
      for (const key of Object.keys(storage)) if (/^nhip-/.test(key)) storage.removeItem(key);
    }
    localStorage[OFF] = 1;
    return true;
  } catch (_) {
    return false;
  }
}

/** What was slow, and whose it was: asked of a script that comes only now. */
const explain = (isVietnamese, words) =>
  new Promise((tell) => {
    if (link.why) return tell();
    link.bring('nhip-why', NHIP_WHY, () => tell(1));
    link.explained = tell;
  }).then((failed) => (failed ? words.untold : link.why(isVietnamese))).catch(() => words.untold);

let section;

function close(root) {
  section.remove();
  section = undefined;
  root.querySelector('button').focus();
}

/** Opens the menu in the badge, or closes it. */
export function menu(root, isVietnamese) {
  if (section) return close(root);
  const words = WORDS[isVietnamese ? 'vi' : 'en'];
  const add = (tag, text) => {
    const element = section.appendChild(document.createElement(tag));
    element.textContent = text;
    return element;
  };
  section = document.createElement('section');
  section.setAttribute('role', 'dialog');
  section.setAttribute('aria-label', root.querySelector('button').getAttribute('aria-label'));
  section.onkeydown = ({ key }) => key == 'Escape' && close(root);
  const why = add('p', '');
  explain(isVietnamese, words).then((text) => (why.textContent = text));
  add('p', words.about);
  const said = add('p', '');
  why.setAttribute('role', 'status');
  said.setAttribute('role', 'status');
  const choice = add('button', '');
  const offer = () => (choice.textContent = isOff() ? words.on : words.off);
  offer();
  choice.onclick = () => {
    if (isOff()) {
      localStorage.removeItem(OFF);
      said.textContent = words.isOn;
    } else said.textContent = optOut() ? words.isOff : words.notKept;
    offer();
  };
  add('button', words.close).onclick = () => close(root);
  style(root);
  root.appendChild(section);
  choice.focus();
}

let styled;

function style(root) {
  if (styled) return;
  styled = 1;
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch (_) {
    // Safari before 16.4, as in src/badge/element.js.
    root.appendChild(document.createElement('style')).textContent = STYLE;
  }
}
