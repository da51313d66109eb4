// What was found, to take away: Markdown, JSON, one printed page.

import { adopt } from '../more/sheet.js';
import { rules as english } from '../words/en.js';
import { rules as vietnamese } from '../words/vi.js';
import { fill, reading } from './numbers.js';

/** Culprits of a finding on paper. */
const PRINTED = 3;

/** What Markdown and paper say alike: `{title, when, readings, verdict, failed}`. */
function gist(found, { words, isVietnamese }) {
  const rules = isVietnamese ? vietnamese : english;
  const { report } = found;
  const { load, response, layout } = report.readings;
  const failed = found.findings
    .filter(({ verdict }) => verdict == 'fail')
    .map(({ id, value }) => {
      const [what, matters, fix] = rules[id];
      const { culprits = [], names = [], rule } = report.findings.find((finding) => finding.id == id);
      return { what: fill(what, reading(id, value, isVietnamese)), culprits, names, matters, fix, rule };
    });
  return {
    title: `${words.title}: ${report.portal || location.host}${report.page}`,
    when: `${report.at} · ${innerWidth} × ${innerHeight} px · Nhịp ${report.version}`,
    readings: [
      [words.phases.lcp, 'lcp', load.lcp],
      ['INP', 'inp', response.inp],
      [words.phases.wait, 'server-wait', response.server_wait],
      ['CLS', 'layout-stability', layout.cls],
    ].map(([name, id, value]) => [name, reading(id, value, isVietnamese) || words.untold]),
    verdict: failed.length ? fill(words.failed, failed.length) : words.quiet,
    failed,
  };
}

/** The findings and readings as Markdown. */
export function markdown(found, context) {
  const { words } = context;
  const { title, when, readings, verdict, failed } = gist(found, context);
  const lines = [`# ${title}`, '', when, '', '| | |', '|---|---|', ...readings.map((row) => `| ${row.join(' | ')} |`), ''];
  lines.push(failed.length ? `## ${verdict}` : verdict, '');
  for (const { what, culprits, names, matters, fix, rule } of failed) {
    lines.push(`- **${what}**`);
    const places = [...culprits.map((name) => '`' + name + '`'), ...names];
    if (places.length) lines.push(`  ${places.join(', ')}`);
    lines.push(`  ${words.matters}${matters}`, `  ${words.fix}${fix}`, `  <${rule}>`);
  }
  return lines.join('\n') + '\n';
}

/** What scripts and files get: sizes were judged after the rest. */
export const whole = (found) => ({ ...found.report, sizes: found.sizes });

const PAPER = `body{font:11px/1.35 system-ui,sans-serif;margin:0}h1{font-size:16px}h2{font-size:13px}table{border-collapse:collapse}
td{border:1px solid #999;padding:2px 6px}li{margin:3px 0;overflow-wrap:anywhere}code{font-size:10px}`;

/** The same on paper. */
function paper(found, context) {
  const { words, element: make } = context;
  const { title, when, readings, verdict, failed } = gist(found, context);
  return [
    make('h1', {}, title),
    make('p', {}, when),
    make('table', {}, readings.map((row) => make('tr', {}, row.map((cell) => make('td', {}, cell))))),
    make('h2', {}, verdict),
    make(
      'ol',
      {},
      failed.map(({ what, culprits, names, matters, fix }) =>
        make(
          'li',
          {},
          make('strong', {}, what),
          make('div', {}, make('code', {}, [...culprits.slice(0, PRINTED), ...names].join(', '))),
          make('div', {}, matters + ' ' + fix),
        ),
      ),
    ),
    make('p', {}, words.about),
  ];
}

/** Prints what the panel says, and nothing of the page, from a frame of its own. */
async function print(found, context) {
  const { words, element: make, sheet: shown, isVietnamese } = context;
  const frame = make('iframe', { 'aria-hidden': 'true', tabindex: '-1' });
  frame.style.cssText = 'position:absolute;width:0;height:0;border:0';
  const isThere = new Promise((there) => frame.addEventListener('load', there, { once: true }));
  shown.body.append(frame);
  await isThere;
  const { contentDocument: sheet, contentWindow: own } = frame;
  sheet.documentElement.lang = isVietnamese ? 'vi' : 'en';
  sheet.title = words.title;
  adopt(sheet, PAPER, own);
  sheet.body.append(...paper(found, context));
  own.onafterprint = () => frame.remove();
  own.print();
}

/** The section. */
export function share(found, context) {
  const { words, element: make } = context;
  const said = make('p', { role: 'status' });
  const box = make('textarea', { readonly: true, rows: 8, hidden: true, 'aria-label': words.share.markdown });
  const copy = async () => {
    const text = markdown(found, context);
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = words.share.copied;
    } catch (_) {
      box.hidden = false;
      box.value = text;
      box.select();
      said.textContent = words.share.notCopied;
    }
  };
  const download = () => {
    const address = URL.createObjectURL(new Blob([JSON.stringify(whole(found), null, 2)], { type: 'application/json' }));
    make('a', { href: address, download: 'nhip-' + (found.report.portal || 'check') + '.json' }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  const button = (text, click) => make('button', { type: 'button', class: 'action', click }, text);
  return [
    make(
      'p',
      {},
      button(words.share.markdown, copy),
      button(words.share.json, download),
      button(words.share.print, () => print(found, context).catch((error) => console.warn('nhip: check:', error))),
    ),
    said,
    box,
  ];
}
