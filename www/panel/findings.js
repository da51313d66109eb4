// All that the panel knows of the page: readings, verdicts, culprits. Rules' texts stand in www/words/.

import { link } from '../core/link.js';
import { audit, selector } from './audit.js';
import { content } from './content.js';
import { pause } from './dom.js';
import { privacy } from './privacy.js';
import { health } from './tag.js';
import { largest, own, requests, shifted, slowest, watch } from './timeline.js';

/** Grade A's limits in ms: DESIGN.md's profile field-1. */
const LOAD_LIMIT = 2500;
const RESPONSE_LIMIT = 200;

/** CLS: METRICS.md's layout-stability. */
const MOST_SHIFT = 0.1;

/** So many fifths of a second. */
const PATIENCE = 10;

/** What the viewport's checks find, in the panel's order. */
const VIEWPORT = ['viewport-meta', 'content-width', 'zoom', 'text-size', 'target-size'];

/** Culprits that one finding names. */
const NAMED = 20;

/** Where each rule comes from. */
const WCAG = 'https://www.w3.org/WAI/WCAG22/Understanding/';
const SOURCES = {
  lcp: 'https://web.dev/articles/lcp',
  inp: 'https://web.dev/articles/inp',
  'server-wait': 'https://web.dev/articles/ttfb',
  'viewport-meta': 'https://developer.mozilla.org/docs/Web/HTML/Reference/Elements/meta/name/viewport',
  'content-width': WCAG + 'reflow.html',
  zoom: WCAG + 'resize-text.html',
  'text-size': 'https://developer.chrome.com/docs/lighthouse/seo/font-size',
  'target-size': WCAG + 'target-size-minimum.html',
  'layout-stability': 'https://web.dev/articles/cls',
  uncaught: 'https://developer.mozilla.org/docs/Web/API/Window/error_event',
  rejected: 'https://developer.mozilla.org/docs/Web/API/Window/unhandledrejection_event',
  resources: 'https://developer.mozilla.org/docs/Web/HTTP/Reference/Status',
  mixed: 'https://developer.mozilla.org/docs/Web/Security/Mixed_content',
  lang: WCAG + 'language-of-page.html',
  title: WCAG + 'page-titled.html',
  alt: WCAG + 'non-text-content.html',
  labels: WCAG + 'labels-or-instructions.html',
  names: WCAG + 'name-role-value.html',
  headings: WCAG + 'info-and-relationships.html',
  contrast: WCAG + 'contrast-minimum.html',
  focus: WCAG + 'focus-visible.html',
  privacy: 'https://developer.mozilla.org/docs/Web/Privacy',
  'third-party': 'https://developer.mozilla.org/docs/Web/Privacy',
  cookies: 'https://developer.mozilla.org/docs/Web/HTTP/Guides/Cookies',
  https: 'https://developer.mozilla.org/docs/Web/Security/Secure_Contexts',
};

let watching;

/** What stays the same while the panel is open, and costs most: judged once, and again when asked. */
async function page() {
  const [viewport, texts] = [await audit(link.compiled), await content()];
  await pause();
  const told = privacy();
  return { viewport, findings: [...texts, ...told], health: await health() };
}

/** A reading against a limit: absent is *cannot tell*. */
const reading = (id, value, isOver, nodes = []) => ({
  id,
  verdict: value == null ? 'unknown' : isOver ? 'fail' : 'pass',
  value,
  nodes: nodes.filter(Boolean),
});

/** What follows from the readings, which change while the page is used. */
function live(viewport) {
  const values = link.measured();
  const { load, response, layout } = values;
  const told = { ...values, ...link.more(values) };
  const { errors = {} } = told;
  const paint = largest(load);
  const interaction = slowest(response);
  const moved = shifted();
  const failed = Object.values(errors.resources || {}).reduce((sum, count) => sum + count, 0);
  const count = (id, value) => ({ id, verdict: value ? 'fail' : 'pass', value: value || 0, nodes: [] });
  return {
    told,
    paint,
    interaction,
    moved,
    requests: requests(),
    own: own(),
    findings: [
      reading('lcp', load.lcp, load.lcp >= LOAD_LIMIT, [paint?.node]),
      reading('inp', response.inp, response.inp >= RESPONSE_LIMIT, [interaction?.node]),
      reading('server-wait', response.server_wait, response.server_wait >= RESPONSE_LIMIT),
      ...VIEWPORT.map((id) => ({
        id,
        verdict: viewport.checks[id] || 'unknown',
        nodes: viewport.culprits[id] || [],
      })),
      reading('layout-stability', layout.cls, layout.cls > MOST_SHIFT, layout.cls > MOST_SHIFT ? moved : []),
      count('uncaught', errors.uncaught),
      count('rejected', errors.rejected),
      count('resources', failed + (errors.navigation ? 1 : 0)),
    ],
  };
}

/** The object that scripts get: no element, no text of the page. */
function report({ told, findings, health, blame, own: cost, paint, interaction, requests: slow }) {
  const { portal, page: group, nav } = link.envelope;
  return {
    version: NHIP_VERSION,
    portal,
    page: group,
    nav,
    at: new Date().toISOString(),
    viewport_size: { width: innerWidth, height: innerHeight },
    readings: { load: told.load, response: told.response, layout: told.layout, dropped: told.dropped },
    blame,
    findings: findings.map(({ id, verdict, value, nodes, told: names }) => ({
      id,
      verdict,
      value,
      culprits: nodes.length ? nodes.slice(0, NAMED).map(selector) : undefined,
      names: names?.length ? names : undefined,
      rule: SOURCES[id],
    })),
    lcp_parts: paint?.parts,
    inp_parts: interaction?.parts,
    requests: slow,
    errors: told.errors,
    tag: { ...health, bytes: cost.bytes, blocked: cost.blocked },
  };
}

/**
 * Looks at all of it. `again()` gives what changed since, without looking at the page again; `sizes` are
 * what frames of other widths told, once somebody asked.
 */
export async function examine() {
  if (!watching) watch();
  watching = 1;
  const still = await page();
  const found = {
    source: SOURCES,
    async again() {
      await pause();
      const now = live(still.viewport);
      const whose = (await link.why?.(now.told)) || { sentence: '' };
      await pause();
      Object.assign(found, now, whose, { health: still.health, ms: still.viewport.ms });
      found.findings = [...now.findings, ...still.findings];
      found.report = report(found);
      return found;
    },
  };
  await found.again();
  // What tells whose a slow view was is timed when the page is idle: somebody who asks at once waits for it.
  for (let left = PATIENCE; left > 0 && found.blame?.verdict == 'unknown'; left--) {
    await new Promise((go) => setTimeout(go, 200));
    await found.again();
  }
  return found;
}
