import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findShop } from './shell.js';
import { readSyncArguments } from './sync-arguments.js';

const known = { kinds: ['orders', 'amounts', 'audit', 'products'], now: new Date('2026-11-21T12:00:00Z') };
const read = (...args: string[]) => readSyncArguments(args, known);

describe('arguments of npm run sync', () => {
  test('shop and kind are enough; a value may stand behind =', () => {
    const expected = {
      shop: 'My shop',
      marketplace: undefined,
      kinds: ['orders'],
      depthDays: undefined,
      wait: true,
    };
    assert.deepEqual(read('--shop', 'My shop', '--kind', 'orders'), expected);
    assert.deepEqual(read('--shop=My shop', '--kind=orders'), expected);
    assert.equal(read('--shop', 'x=y', '--kind', 'orders').shop, 'x=y');
  });

  test('all kinds are those that exist', () => {
    assert.deepEqual(read('--shop', 'all', '--kind', 'all', '--no-wait'), {
      shop: 'all',
      marketplace: undefined,
      kinds: known.kinds,
      depthDays: undefined,
      wait: false,
    });
  });

  test('a marketplace means all its shops, or tells two of one number apart', () => {
    assert.equal(read('--marketplace', 'temu', '--kind', 'orders').shop, 'all');
    assert.equal(read('--marketplace', 'temu', '--kind', 'orders').marketplace, 'temu');
    assert.equal(read('--marketplace=temu', '--shop', '6341', '--kind', 'orders').shop, '6341');
  });

  test('since is whole days back, the day named included', () => {
    const since = (text: string, kind = 'orders') =>
      read('--shop', 'a', '--kind', kind, '--since', text).depthDays;
    assert.equal(since('2026-11-21'), 1);
    assert.equal(since('2026-11-20'), 2);
    assert.equal(since('2026-11-14T12:00:00Z', 'audit'), 7);
    assert.equal(since('2026-11-14T13:59:59+02:00'), 8);
  });

  const refused: readonly [string[], RegExp][] = [
    [[], /Name a shop\. Usage/],
    [['--shop', 'a'], /Name a kind\. Kinds: orders, amounts, audit, products, all/],
    [['--shop', 'a', '--kind', 'order'], /no kind order\. Kinds: orders/],
    [['--shop', '--kind', 'orders'], /--shop needs a value/],
    [['--shop', 'a', '--kind'], /--kind needs a value/],
    [['--shops', 'a'], /--shops is not known/],
    [['--shop', 'a', '--kind', 'amounts', '--since', '2026-11-01'], /orders or audit: amounts does not/],
    [['--shop', 'a', '--kind', 'all', '--since', '2026-11-01'], /orders or audit/],
    [['--shop', 'a', '--kind', 'orders', '--since', 'yesterday'], /yesterday is no day/],
    [['--shop', 'a', '--kind', 'orders', '--since', '2026-02-30'], /2026-02-30 is no day/],
    [['--shop', 'a', '--kind', 'orders', '--since', '2026-11-22'], /in the future/],
    [['--shop', 'a', '--kind', 'orders', '--since', '2020-01-01'], /days ago; at most 730/],
    [['--marketplace', 'temuu', '--kind', 'orders'], /no marketplace temuu\. Marketplaces: temu/],
    [['--shop=', '--kind', 'orders'], /--shop needs a value/],
    [['--shop', 'a', '--kind', 'orders', '--no-wait=1'], /--no-wait=1 is not known/],
    [['a', '--kind', 'orders'], /a is not known/],
  ];
  for (const [args, says] of refused) {
    test(`refused: ${args.join(' ')}`, () => assert.throws(() => read(...args), { message: says }));
  }
});

describe('the shop that is meant', () => {
  const shops = [
    { shopId: '0b8f', platformShopId: '6341', name: 'Kitchen', status: 'connected' },
    { shopId: '1c9a', platformShopId: '6342', name: 'Garden', status: 'connected' },
    { shopId: '2d0b', platformShopId: '6343', name: 'garden', status: 'connected' },
  ];

  test('by name in any case, by our id, by the marketplace’s', () => {
    for (const text of ['kitchen', '0b8f', '6341']) assert.equal(findShop(shops, text).name, 'Kitchen');
  });

  test('one that is not there, and two of one name, are refused with those that are', () => {
    assert.throws(() => findShop(shops, 'Kit'), /no shop Kit\. Shops: Kitchen \(6341\), Garden/);
    assert.throws(
      () => findShop(shops, 'garden'),
      /2 shops are called garden\. .*: Garden \(6342, 1c9a\), garden/,
    );
    assert.throws(() => findShop([], 'x'), /Connect one on the shops page/);
  });
});
