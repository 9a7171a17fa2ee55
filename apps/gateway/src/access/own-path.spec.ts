import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isOwnPath } from './own-path.js';

describe('an address of ours', () => {
  for (const own of [
    '/',
    '/orders?status=unshipped#top',
    '/api/v1/x?state=s&code=c%2B1',
    '/a?to=//evil.example',
    '/a?b=%0D%0A',
  ])
    test(`${own} is one`, () => assert.equal(isOwnPath(own), true));

  for (const foreign of [
    '',
    'orders',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\r\n/evil.example',
    'https://evil.example/',
    '/a?b=\r\nset-cookie: x=1',
    '/a?b=c\n',
    '/a?b=\u0000',
    '/a?b=店',
    '/a?b=\ud800',
    '/a?b= c',
    '/a/../b',
    '/.//evil.example',
  ])
    test(`${JSON.stringify(foreign)} is none`, () => assert.equal(isOwnPath(foreign), false));
});
