// Why this view was slow, by the collector's own rules: panel/src/lib.rs. The badge's menu brings this
// script when somebody opens it.

import { link } from '../core/link.js';
import { bytes } from '../core/literal.js';
import { sentence } from './words.js';

/** In the orders of panel/src/lib.rs. */
const PHASES = 'redirect dns connect tls wait download'.split(' ');
const VERDICTS = 'network server page device mixed unknown'.split(' ');
const READINGS = 'lcp server_wait inp'.split(' ');
const COUNT = 30;
const MARKS = Array(7).fill(NaN);

/** Of these a server was waited for: Nav::waited_for_server in protocol/src/report/words.rs. */
const WAITED = /^(navigate|reload|back-forward)$/;

const module = WebAssembly.instantiate(bytes(NHIP_WASM));

/** `{verdict, reading, share, confidence, shares}` in percent; undefined where nothing was over a limit. */
async function judge({ load, response, causes = {} }) {
  const { exports } = (await module).instance;
  const numbers = new Float64Array(exports.memory.buffer, exports.numbers(), COUNT);
  numbers.set([
    WAITED.test(link.envelope.nav),
    load.lcp,
    load.ttfb,
    ...PHASES.map((phase) => load.phases?.[phase]),
    response.inp,
    response.server_wait,
    ...(causes.resource || MARKS),
    ...(causes.blocking || MARKS),
    causes.busy,
    ...(causes.pace || [NaN, NaN, NaN]),
    causes.server,
  ]);
  if (!exports.judge()) return;
  const [verdict, reading, share, confidence, network, server, page, device] = numbers;
  return {
    verdict: VERDICTS[verdict],
    reading: READINGS[reading],
    share,
    confidence,
    shares: { network, server, page, device },
  };
}

/** What this view's report would say now. */
function now() {
  const measured = link.measured();
  return { ...measured, ...link.more(measured) };
}

/** The verdict, and in plain words, with one next step: `{blame, sentence}`. */
link.why = async (told = now()) => {
  const blame = await judge(told);
  return { blame, sentence: sentence(told, blame) };
};
link.opened();
