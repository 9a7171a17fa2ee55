import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyScope, type RoleGrant, shopsHeld, shopsWithRight } from './rights.js';

const all = (role: RoleGrant['role']): RoleGrant => ({ role, shopId: null });
const one = (role: RoleGrant['role'], shopId: string): RoleGrant => ({ role, shopId });

test('a grant for all shops gives all, one for single shops those and no others', () => {
  assert.equal(shopsWithRight([all('viewer')], 'orders.read'), null);
  assert.deepEqual(shopsWithRight([one('viewer', 'a'), one('operator', 'b')], 'orders.read'), ['a', 'b']);
  assert.deepEqual(shopsWithRight([one('viewer', 'a'), one('operator', 'b')], 'sync.run'), ['b']);
  assert.deepEqual(shopsWithRight([], 'orders.read'), []);
});

test('one for all shops outweighs others; the same shop twice counts once', () => {
  assert.equal(shopsWithRight([one('manager', 'a'), all('viewer')], 'orders.read'), null);
  assert.deepEqual(shopsWithRight([one('manager', 'a'), all('viewer')], 'shops.manage'), ['a']);
  assert.deepEqual(shopsWithRight([one('manager', 'a'), one('finance', 'a')], 'amounts.read'), ['a']);
});

test('what concerns the whole organisation is never given by single shops', () => {
  assert.deepEqual(shopsWithRight([one('owner', 'a')], 'people.manage'), []);
  assert.deepEqual(shopsWithRight([one('owner', 'a')], 'apps.manage'), []);
  assert.equal(shopsWithRight([all('owner')], 'people.manage'), null);
  assert.deepEqual(shopsWithRight([all('manager')], 'people.manage'), []);
});

test('an API key holds what it was given and its maker holds still, and never more', () => {
  const held = (grants: RoleGrant[], apiKey: KeyScope, right: Parameters<typeof shopsHeld>[1]) =>
    shopsHeld({ grants, apiKey }, right);
  const key: KeyScope = { rights: ['orders.read', 'amounts.read', 'people.manage'], shopIds: null };
  assert.equal(held([all('owner')], key, 'orders.read'), null);
  assert.deepEqual(held([all('owner')], key, 'sync.run'), [], 'not given');
  assert.deepEqual(held([all('viewer')], key, 'amounts.read'), [], 'its maker lost it');
  assert.deepEqual(held([one('finance', 'a')], key, 'amounts.read'), ['a']);
  const ofTwo: KeyScope = { ...key, shopIds: ['a', 'b'] };
  assert.deepEqual(held([all('owner')], ofTwo, 'orders.read'), ['a', 'b']);
  assert.deepEqual(held([one('viewer', 'b'), one('viewer', 'c')], ofTwo, 'orders.read'), ['b']);
  assert.deepEqual(held([one('viewer', 'c')], ofTwo, 'orders.read'), []);
  assert.deepEqual(held([all('owner')], ofTwo, 'people.manage'), [], 'for all shops or not at all');
  assert.equal(held([all('owner')], key, 'people.manage'), null);
  assert.equal(shopsHeld({ grants: [all('viewer')] }, 'orders.read'), null, 'a session holds its grants');
});
