import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '#runtime';
import { GatewayConfig } from '../config.js';
import { trustedProxiesOf } from './trusted-proxies.js';

test('nobody, a number of hops, or addresses', () => {
  assert.equal(trustedProxiesOf('false'), false);
  assert.equal(trustedProxiesOf('0'), false);
  const two = trustedProxiesOf('2');
  assert.ok(typeof two === 'function');
  assert.deepEqual([two('x', 0), two('x', 1), two('x', 2)], [true, true, false]);
  assert.deepEqual(trustedProxiesOf('10.0.0.0/8, 2001:db8::/32,127.0.0.1'), [
    '10.0.0.0/8',
    '2001:db8::/32',
    '127.0.0.1',
  ]);
});

for (const text of [
  'true',
  'yes',
  '17',
  '-1',
  '10.0.0.0/33',
  '0.0.0.0/0',
  'proxy.example',
  '10.0.0.1,',
  '1.5',
]) {
  test(`${text} is refused at start, with what to write instead`, () => {
    assert.equal(trustedProxiesOf(text), undefined);
    assert.throws(
      () => loadConfig(GatewayConfig, { OMNI_ENV_FILE: '', TRUST_PROXY: text }),
      /TRUST_PROXY: .*number of proxies/,
    );
  });
}
