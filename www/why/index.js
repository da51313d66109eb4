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

/** `link.blame(measured)`: `{verdict, reading, share, confidence, shares}` in percent; undefined where nothing was over a limit. */
link.blame = async ({ load, response, causes = {} }) => {
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
};

/** In plain words, with one next step. */
link.why = async () => {
  const measured = link.measured();
  const told = { ...measured, ...link.more(measured) };
  return sentence(told, await link.blame(told));
};
link.opened();
