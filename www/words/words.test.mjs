// Every string exists in every language, and leaves room for the same.

import assert from 'node:assert';
import { test } from 'node:test';

import * as en from './en.js';
import * as vi from './vi.js';

/** `path → string`, whatever it is nested in. */
function strings(value, path = '') {
  if (typeof value == 'string') return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => strings(inner, path + '.' + key));
}

const room = (text) => (text.match(/\{\d\}/g) || []).sort().join();

test('the languages have the same strings', () => {
  assert.deepEqual(strings(en).map(([path]) => path).sort(), strings(vi).map(([path]) => path).sort());
});

test('each leaves room for the same, and is told', () => {
  const others = new Map(strings(en));
  assert(others.size > 150);
  for (const [path, text] of strings(vi)) {
    assert(text.trim(), `vi${path}`);
    assert(others.get(path).trim(), `en${path}`);
    assert.equal(room(others.get(path)), room(text), path);
  }
});

test('none was left in the other language', () => {
  const same = strings(vi).filter(([path, text]) => new Map(strings(en)).get(path) == text && /\p{L}{2}/u.test(text));
  // What has one name in both.
  assert.deepEqual(same.map(([, text]) => text), ['{0} px']);
});
