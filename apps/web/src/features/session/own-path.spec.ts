import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ownPath } from './own-path';

const ORIGIN = 'http://omni.example';

describe('where to go after signing in', () => {
  test('a path of ours is kept, its filters too', () => {
    assert.equal(ownPath('/orders?status=unshipped#top', ORIGIN), '/orders?status=unshipped#top');
  });

  test('nothing asked for leads to the start page', () => {
    assert.equal(ownPath(null, ORIGIN), '/');
    assert.equal(ownPath('orders', ORIGIN), '/');
  });

  for (const foreign of [
    '//evil.example/x',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example/',
  ]) {
    test(`${JSON.stringify(foreign)} does not lead away`, () => {
      assert.equal(ownPath(foreign, ORIGIN), '/');
    });
  }
});
