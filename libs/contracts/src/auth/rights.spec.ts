import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RoleGrant, shopsWithRight } from './rights.js';

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
