import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressBlock } from './address-block.js';

for (const [address, block] of [
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['no address', 'no address'],
] as const) {
  test(`${address} belongs to ${block}`, () => assert.equal(addressBlock(address), block));
}
