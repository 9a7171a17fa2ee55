import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ConfigError } from './config.js';
import { parseMasterKeys, Sealer } from './sealer.js';

const key = (): string => randomBytes(32).toString('base64');

test('master keys: the first is current; what is wrong is named without its content', () => {
  const [one, two] = [key(), key()];
  assert.deepEqual(
    parseMasterKeys('SOME_KEYS', ` k1:${one} , k2:${two},`).map(({ id }) => id),
    ['k1', 'k2'],
  );
  for (const wrong of ['', 'no-colon', 'k1:short', `k1:${one},k1:${two}`, `k 1:${one}`]) {
    assert.throws(
      () => parseMasterKeys('SOME_KEYS', wrong),
      (error: unknown) => error instanceof ConfigError && !error.message.includes(one),
      wrong,
    );
  }
});

test('a sealed secret is opened by its key only, unchanged only', async () => {
  const [one] = parseMasterKeys('SOME_KEYS', `k1:${key()}`);
  const [other] = parseMasterKeys('SOME_KEYS', `k1:${key()}`);
  assert.ok(one && other);
  const { sealed, keyId } = await new Sealer([one]).seal('a secret', 'shop-token:1');
  assert.equal(keyId, 'k1');
  assert.equal(await new Sealer([one]).open(sealed, 'shop-token:1'), 'a secret');
  await assert.rejects(new Sealer([other]).open(sealed, 'shop-token:1'));
  // The first character of the tag: the last one also holds bits that do not count.
  const tampered = sealed.replace(
    /\.(.)([^.]*)$/,
    (_tag, first: string, rest: string) => `.${first === 'A' ? 'B' : 'A'}${rest}`,
  );
  await assert.rejects(new Sealer([one]).open(tampered, 'shop-token:1'));
  const again = await new Sealer([one]).seal('a secret', 'shop-token:1');
  assert.notEqual(again.sealed, sealed);
});
