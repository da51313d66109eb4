// What was found, to take away: Markdown, JSON, one printed page.

import { rules as english } from '../words/en.js';
import { rules as vietnamese } from '../words/vi.js';
import { fill, ms, reading } from './numbers.js';

/** Culprits of a finding on paper. */
const PRINTED = 3;

/** The findings and readings as Markdown. */
export function markdown(found, { words, isVietnamese }) {
  const rules = isVietnamese ? vietnamese : english;
  const { report } = found;
  const { load, response, layout } = report.readings;
  const line = (name, value) => `| ${name} | ${value ?? words.untold} |`;
  const time = (value) => (value == null ? undefined : ms(value, isVietnamese));
  const lines = [
    `# ${words.title}: ${report.portal || location.host}${report.page}`,
    '',
    `${report.at} · ${innerWidth} × ${innerHeight} px · Nhịp ${report.version}`,
    '',
    '| | |',
    '|---|---|',
    line(words.phases.lcp, time(load.lcp)),
    line('INP', time(response.inp)),
    line(words.phases.wait, time(response.server_wait)),
    line('CLS', layout.cls),
    '',
  ];
  const failed = found.findings.filter(({ verdict }) => verdict == 'fail');
  lines.push(failed.length ? `## ${fill(words.failed, failed.length)}` : words.quiet, '');
  for (const { id, value } of failed) {
    const [what, matters, fix] = rules[id];
    const { culprits = [], names = [], rule } = report.findings.find((finding) => finding.id == id);
    lines.push(`- **${fill(what, reading(id, value, isVietnamese))}**`);
    const places = [...culprits.map((name) => '`' + name + '`'), ...names];
    if (places.length) lines.push(`  ${places.join(', ')}`);
    lines.push(`  ${words.matters}${matters}`, `  ${words.fix}${fix}`, `  <${rule}>`);
  }
  return lines.join('\n') + '\n';
}

/** Of sizes, which were judged after the rest. */
const whole = (found) => ({ ...found.report, sizes: found.sizes });

const PAPER = `body{font:11px/1.35 system-ui,sans-serif;margin:0}h1{font-size:16px}h2{font-size:13px}table{border-collapse:collapse}
td{border:1px solid #999;padding:2px 6px}li{margin:3px 0;overflow-wrap:anywhere}code{font-size:10px}`;

/** The same as the Markdown, on paper. */
function paper(found, { words, element: make, isVietnamese }) {
  const rules = isVietnamese ? vietnamese : english;
  const { report } = found;
  const { load, response, layout } = report.readings;
  const row = (name, value) => make('tr', {}, make('td', {}, name), make('td', {}, value ?? words.untold));
  const time = (value) => (value == null ? undefined : ms(value, isVietnamese));
  const failed = found.findings.filter(({ verdict }) => verdict == 'fail');
  const item = ({ id, value }) => {
    const [what, matters, fix] = rules[id];
    const { culprits = [], names = [] } = report.findings.find((finding) => finding.id == id);
    return make(
      'li',
      {},
      make('strong', {}, fill(what, reading(id, value, isVietnamese))),
      make('div', {}, make('code', {}, [...culprits.slice(0, PRINTED), ...names].join(', '))),
      make('div', {}, matters + ' ' + fix),
    );
  };
  return [
    make('h1', {}, `${words.title}: ${report.portal || location.host}${report.page}`),
    make('p', {}, `${report.at} · ${innerWidth} × ${innerHeight} px · Nhịp ${report.version}`),
    make(
      'table',
      {},
      row(words.phases.lcp, time(load.lcp)),
      row('INP', time(response.inp)),
      row(words.phases.wait, time(response.server_wait)),
      row('CLS', layout.cls == null ? undefined : reading('layout-stability', layout.cls, isVietnamese)),
    ),
    make('h2', {}, failed.length ? fill(words.failed, failed.length) : words.quiet),
    make('ol', {}, failed.map(item)),
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
  context.dress(sheet, sheet.head, PAPER, own);
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
