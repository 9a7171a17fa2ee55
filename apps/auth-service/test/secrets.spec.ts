import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from '#marketplaces';
import { ConfigError } from '#runtime';
import { generatePassword } from '../src/accounts/passwords.js';
import { parseBootstrapApps } from '../src/apps/marketplace-apps.js';
import { defaultShopName, usableName } from '../src/shops/default-name.js';
import { missingScopes } from '../src/shops/needed-scopes.js';

test('bootstrap apps: a wrong entry is named by its place', () => {
  assert.deepEqual(parseBootstrapApps('temu', ''), []);
  assert.deepEqual(
    parseBootstrapApps('temu', 'us:key:secret,eu:key2:secret2').map(({ region, appKey }) => [region, appKey]),
    [
      ['us', 'key'],
      ['eu', 'key2'],
    ],
  );
  assert.throws(
    () => parseBootstrapApps('temu', 'us:key:secret,mars:key:hidden-secret'),
    (error: unknown) =>
      error instanceof ConfigError && /entry 2/.test(error.message) && !/hidden-secret/.test(error.message),
  );
});

test('a new shop gets the place of its country, else of its region', () => {
  assert.deepEqual(placeOf('temu', 'eu', '210'), { timeZone: 'Europe/London', currency: 'GBP' });
  assert.deepEqual(placeOf('temu', 'eu', null), { timeZone: 'Europe/Berlin', currency: 'EUR' });
  assert.deepEqual(placeOf('temu', 'global', '999999'), { timeZone: 'UTC', currency: null });
  assert.equal(defaultShopName('temu', 'us', '635517726820718'), 'Temu US …0718');
});

test('the marketplace’s name of a shop stands where it can be shown', () => {
  assert.equal(usableName(' Casa Ejemplo '), 'Casa Ejemplo');
  assert.equal(usableName('例雑貨'), '例雑貨');
  for (const name of [undefined, '', ' \u200b ', 'two\nlines', 'a\u0000b', 'x'.repeat(101), '\ud800'])
    assert.equal(usableName(name), undefined, JSON.stringify(name));
});

test('missing scopes: unknown is not missing', () => {
  assert.deepEqual(missingScopes('temu', 'us', []), []);
  assert.deepEqual(missingScopes('temu', 'cn', ['bg.something']), []);
  const missing = missingScopes('temu', 'us', ['bg.order.list.v2.get']);
  assert.ok(missing.includes('bg.order.amount.query') && !missing.includes('bg.order.list.v2.get'));
  // The list is what the connector really calls for a shop: nothing that it does not, and what is new by itself.
  assert.ok(missing.includes('temu.aftersales.parentaftersales.detail.get'));
  assert.ok(!missing.includes('bg.order.detail.v2.get') && !missing.includes('bg.open.accesstoken.create'));
});

test('generated passwords: readable, long, different', () => {
  const passwords = new Set(Array.from({ length: 100 }, () => generatePassword()));
  assert.equal(passwords.size, 100);
  for (const password of passwords) assert.match(password, /^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
});
