// What each of the panel's sections says. A section is a function of what was found; `state` is what it
// depends on, so that it is drawn again only when that has changed.

import { rules as english } from '../words/en.js';
import { rules as vietnamese } from '../words/vi.js';
import { selector } from './audit.js';
import { count, fill, ms, reading } from './numbers.js';
import { share } from './share.js';
import { sizes } from './sizes.js';

/** Culprits that have a button of their own. */
const SHOWN = 5;

const IN = {
  load: ['lcp'],
  response: ['inp', 'server-wait'],
  viewport: ['viewport-meta', 'content-width', 'zoom', 'text-size', 'target-size'],
  stability: ['layout-stability'],
  errors: ['uncaught', 'rejected', 'resources'],
  content: ['lang', 'title', 'alt', 'labels', 'names', 'headings', 'contrast', 'focus'],
  privacy: ['privacy', 'third-party', 'cookies', 'https', 'mixed'],
};

/** A culprit: pointed at or focused it is outlined on the page, pressed the page goes there. */
function culprit(node, { words, element: make, outline, clear }) {
  const name = selector(node);
  const point = () => outline(node);
  return make(
    'button',
    {
      type: 'button',
      class: 'culprit',
      'aria-label': fill(words.show, name),
      mouseenter: point,
      focus: point,
      mouseleave: clear,
      blur: clear,
      click() {
        // On a phone the panel covers the lower part.
        node.scrollIntoView({ block: innerWidth > 600 ? 'center' : 'start' });
        outline(node);
      },
    },
    name,
  );
}

const culprits = (nodes, context) =>
  nodes.length > 0 &&
  context.element(
    'p',
    {},
    nodes.slice(0, SHOWN).map((node) => culprit(node, context)),
    nodes.length > SHOWN ? ' ' + fill(context.words.more, nodes.length - SHOWN) : '',
  );

/** One finding: what, where, why it matters to a citizen, how to fix it, and whose rule it is. */
function finding(one, found, context) {
  const { words, element: make, isVietnamese } = context;
  const { id, verdict, value, nodes, told } = one;
  const [what, matters, fix] = (isVietnamese ? vietnamese : english)[id];
  const mark = make('b', { class: verdict }, words.verdicts[verdict]);
  const title = fill(what, reading(id, value, isVietnamese));
  if (verdict != 'fail') return make('li', { 'data-rule': id }, mark, ' ', words.checks[id]);
  return make(
    'li',
    { 'data-rule': id },
    mark,
    ' ',
    make('strong', {}, title),
    told?.length ? make('p', {}, told.join(', ')) : '',
    culprits(nodes, context) || '',
    make('p', {}, words.matters, matters),
    make('p', {}, words.fix, fix),
    make('p', {}, make('a', { href: found.source[id], target: '_blank', rel: 'noopener noreferrer' }, words.rule)),
  );
}

/** The findings of a section, failed ones first. */
function list(section, found, context) {
  const own = found.findings.filter(({ id }) => IN[section].includes(id));
  const order = { fail: 0, unknown: 1, pass: 2 };
  own.sort((one, other) => order[one.verdict] - order[other.verdict]);
  return context.element('ul', { class: 'findings' }, own.map((one) => finding(one, found, context)));
}

const verdicts = (section) => (found) =>
  found.findings.filter(({ id }) => IN[section].includes(id)).map(({ id, verdict, value, nodes }) => [id, verdict, value, nodes.map(selector)]);

/** A bar of parts, each as wide as its share, with its name and figure below. */
function bar(parts, names, { element: make, isVietnamese }) {
  const told = Object.entries(parts).filter(([, value]) => value != null);
  const all = told.reduce((sum, [, value]) => sum + value, 0) || 1;
  const strip = make('div', { class: 'bar', 'aria-hidden': 'true' });
  const table = make('dl', { class: 'parts' });
  for (const [at, [id, value]] of told.entries()) {
    const piece = make('span', { class: 'p' + at });
    piece.style.flexGrow = value / all;
    strip.append(piece);
    table.append(make('div', {}, make('dt', { class: 'p' + at }, names[id]), make('dd', {}, ms(value, isVietnamese))));
  }
  return [strip, table];
}

/** The load's phases one after the other, and what was painted when. */
function waterfall({ load }, { words, element: make, isVietnamese }) {
  const phases = Object.entries(load.phases || {});
  const ends = ['fcp', 'lcp', 'loaded'].filter((id) => load[id] != null).map((id) => [id, load[id]]);
  const all = Math.max(1, phases.reduce((sum, [, value]) => sum + value, 0), ...ends.map(([, value]) => value));
  const table = make('dl', { class: 'fall' });
  const row = (id, from, to, value) => {
    const piece = make('span', {});
    piece.style.marginInlineStart = (from / all) * 100 + '%';
    piece.style.width = Math.max(0.5, ((to - from) / all) * 100) + '%';
    table.append(make('div', {}, make('dt', {}, words.phases[id]), make('dd', {}, make('i', { 'aria-hidden': 'true' }, piece), ms(value, isVietnamese))));
  };
  let at = 0;
  for (const [id, value] of phases) {
    row(id, at, at + value, value);
    at += value;
  }
  for (const [id, value] of ends) row(id, 0, value, value);
  return table;
}

function summary(found, { words }) {
  const failed = summary.state(found);
  return failed ? fill(words.failed, failed) : words.quiet;
}
summary.state = (found) => found.findings.filter(({ verdict }) => verdict == 'fail').length;

function load(found, context) {
  const { words, element: make } = context;
  const { paint, told } = found;
  return [
    waterfall(told, context),
    paint && make('h3', {}, words.largest),
    paint?.node && culprits([paint.node], context),
    ...(paint ? bar(paint.parts, words.parts, context) : []),
    list('load', found, context),
  ];
}
load.state = (found) => [found.told.load, verdicts('load')(found)];

function response(found, context) {
  const { words, element: make, isVietnamese } = context;
  const { interaction, requests, told } = found;
  return [
    told.response.inp == null && make('p', {}, words.noInteraction),
    interaction && make('h3', {}, fill(words.slowest, ms(told.response.inp, isVietnamese))),
    interaction?.node && culprits([interaction.node], context),
    ...(interaction ? bar(interaction.parts, words.parts, context) : []),
    make('h3', {}, words.requests),
    requests.length
      ? make('ul', {}, requests.map(({ path, ms: wait }) => make('li', {}, path + ' · ' + ms(wait, isVietnamese))))
      : make('p', {}, words.noRequests),
    list('response', found, context),
  ];
}
response.state = (found) => [found.told.response, found.requests, !!found.interaction, verdicts('response')(found)];

function stability(found, context) {
  const { words, element: make } = context;
  return [
    found.moved.length > 0 && make('h3', {}, words.moved),
    found.moved.length > 0 && culprits(found.moved, context),
    list('stability', found, context),
  ];
}
stability.state = (found) => [found.moved.map(selector), verdicts('stability')(found)];

function errors(found, context) {
  const failed = found.findings.some(({ id, verdict }) => IN.errors.includes(id) && verdict == 'fail');
  return [!failed && context.element('p', {}, context.words.noErrors), list('errors', found, context)];
}
errors.state = verdicts('errors');

function blame({ sentence, blame: verdict }, { words, element: make }) {
  const shares = Object.entries(verdict?.shares || {}).filter(([, share]) => share > 0);
  return [
    make('p', {}, sentence || words.untold),
    shares.length > 0 && make('ul', {}, shares.map(([party, share]) => make('li', {}, fill(words.shares[party], share)))),
  ];
}
blame.state = ({ sentence, blame: verdict }) => [sentence, verdict];

function tag({ health, own, ms: cost, report }, { words, element: make, isVietnamese }) {
  const { tag: said } = words;
  const answers = {
    reachable: said.reachable,
    'unknown-portal': said.unknownPortal,
    unregistered: fill(said.unregistered, location.origin),
    unreachable: said.unreachable,
  };
  const unknown = own.sent ? words.untold : said.none;
  const last = own.last ? (own.last < 300 ? said.accepted : fill(said.refusedReport, own.last)) : unknown;
  const facts = [
    [said.version, report.version],
    [said.portal, report.portal || words.untold],
    [said.endpoint, health.endpoint || words.untold],
  ];
  const list = [
    make('b', { class: health.answer == 'reachable' ? 'pass' : 'fail' }, answers[health.answer]),
    fill(said.last, last),
    own.blocked.length ? fill(said.csp, own.blocked.join(', ')) : said.noCsp,
    own.bytes ? fill(said.bytes, count(own.bytes, isVietnamese)) : said.cached,
    cost != null && fill(said.cost, ms(cost, isVietnamese)),
  ];
  return [
    make('dl', { class: 'facts' }, facts.map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value)))),
    make('ul', {}, list.filter(Boolean).map((line) => make('li', {}, line))),
  ];
}
tag.state = ({ health, own, ms: cost }) => [health, own, cost];

const plain = (section) =>
  Object.assign((found, context) => list(section, found, context), { state: verdicts(section) });

/** In their order. */
export const SECTIONS = [
  ['summary', summary],
  ['load', load],
  ['response', response],
  ['viewport', plain('viewport')],
  ['sizes', sizes],
  ['stability', stability],
  ['errors', errors],
  ['blame', blame],
  ['content', plain('content')],
  ['privacy', plain('privacy')],
  ['tag', tag],
  ['share', share],
];
