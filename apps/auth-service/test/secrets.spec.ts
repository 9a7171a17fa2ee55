import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { ConfigError } from '#runtime';
import { parseBootstrapApps } from '../src/apps/marketplace-apps.js';
import { generatePassword } from '../src/people/passwords.js';
import { parseMasterKeys, Sealer } from '../src/secrets/sealer.js';
import { missingScopes } from '../src/shops/needed-scopes.js';
import { defaultPlace, defaultShopName } from '../src/shops/shop-places.js';

const key = (): string => randomBytes(32).toString('base64');

test('master keys: the first is current; what is wrong is named without its content', () => {
  const [one, two] = [key(), key()];
  assert.deepEqual(
    parseMasterKeys(` k1:${one} , k2:${two},`).map(({ id }) => id),
    ['k1', 'k2'],
  );
  for (const wrong of ['', 'no-colon', 'k1:short', `k1:${one},k1:${two}`, `k 1:${one}`]) {
    assert.throws(
      () => parseMasterKeys(wrong),
      (error: unknown) => error instanceof ConfigError && !error.message.includes(one),
      wrong,
    );
  }
});

test('a sealed secret is opened by its key only, unchanged only', async () => {
  const [one] = parseMasterKeys(`k1:${key()}`);
  const [other] = parseMasterKeys(`k1:${key()}`);
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

test('bootstrap apps: a wrong entry is named by its place', () => {
  assert.deepEqual(parseBootstrapApps(''), []);
  assert.deepEqual(
    parseBootstrapApps('us:key:secret,eu:key2:secret2').map(({ region, appKey }) => [region, appKey]),
    [
      ['us', 'key'],
      ['eu', 'key2'],
    ],
  );
  assert.throws(
    () => parseBootstrapApps('us:key:secret,mars:key:hidden-secret'),
    (error: unknown) =>
      error instanceof ConfigError && /entry 2/.test(error.message) && !/hidden-secret/.test(error.message),
  );
});

test('a new shop gets the place of its country, else of its region', () => {
  assert.deepEqual(defaultPlace('eu', '210'), { timeZone: 'Europe/London', currency: 'GBP' });
  assert.deepEqual(defaultPlace('eu', null), { timeZone: 'Europe/Berlin', currency: 'EUR' });
  assert.deepEqual(defaultPlace('global', '999999'), { timeZone: 'UTC', currency: null });
  assert.equal(defaultShopName('us', '635517726820718'), 'Temu US …0718');
});

test('missing scopes: unknown is not missing', () => {
  assert.deepEqual(missingScopes('us', []), []);
  assert.deepEqual(missingScopes('cn', ['bg.something']), []);
  const missing = missingScopes('us', ['bg.order.list.v2.get']);
  assert.ok(missing.includes('bg.order.amount.query') && !missing.includes('bg.order.list.v2.get'));
});

test('generated passwords: readable, long, different', () => {
  const passwords = new Set(Array.from({ length: 100 }, () => generatePassword()));
  assert.equal(passwords.size, 100);
  for (const password of passwords) assert.match(password, /^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
});
