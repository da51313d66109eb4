import assert from 'node:assert';
import { test } from 'node:test';

import { site } from './site.js';

test('hosts of one party are one site', () => {
  for (const [host, expected] of [
    ['dichvucong.hanoi.gov.vn', 'hanoi.gov.vn'],
    ['hanoi.gov.vn', 'hanoi.gov.vn'],
    ['static.cdn.angiang.gov.vn', 'angiang.gov.vn'],
    ['www.google-analytics.com', 'google-analytics.com'],
    ['connect.facebook.net', 'facebook.net'],
    ['sp.zalo.me', 'zalo.me'],
    ['www.example.co.uk', 'example.co.uk'],
    ['portal.example.vn', 'example.vn'],
    ['localhost', 'localhost'],
    ['127.0.0.1', '127.0.0.1'],
    ['[2001:db8::1]', '[2001:db8::1]'],
  ]) {
    assert.equal(site(host), expected);
  }
});

test('two provinces are two parties', () => {
  assert.notEqual(site('dichvucong.hanoi.gov.vn'), site('dichvucong.danang.gov.vn'));
});
