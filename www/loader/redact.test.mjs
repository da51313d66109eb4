// The loader's redaction follows the table that the collector's follows.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const load = async (name) => {
  const source = readFileSync(new URL(name, import.meta.url), 'utf8');
  return import('data:text/javascript,' + encodeURIComponent(source));
};

const { redact } = await load('redact.js');
const table = (name) =>
  JSON.parse(readFileSync(new URL('../../protocol/tests/' + name, import.meta.url), 'utf8'));

for (const [from, to] of table('redaction.json')) {
  test(`${from} → ${to}`, () => assert.equal(redact(from), to));
}

const { tuned, held_out } = table('hostile-paths.json');
for (const [path, secret, net] of [...tuned, ...held_out]) {
  // What looks like a word is the collector's to hide.
  test(`${path}: ${secret}`, () => assert.equal(redact(path).includes(secret), net == 'collector'));
}
