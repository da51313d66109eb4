// The loader's redaction follows the table that the collector's follows.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const load = async (name) => {
  const source = readFileSync(new URL(name, import.meta.url), 'utf8');
  return import('data:text/javascript,' + encodeURIComponent(source));
};

const { redact } = await load('redact.js');
const table = JSON.parse(
  readFileSync(new URL('../../protocol/tests/redaction.json', import.meta.url), 'utf8'),
);

for (const [from, to] of table) {
  test(`${from} → ${to}`, () => assert.equal(redact(from), to));
}
