import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { english } from '#said';
import type { RetryClass } from '../../call/retry.js';
import type { MarketplaceErrorKind } from '../../errors.js';
import { classifyCode, isKnownCode, tabledCodes } from './error-table.js';
import type { TemuRegion } from './regions.js';

type Expectation = [code: string, kind: MarketplaceErrorKind, retry: RetryClass];

/** Written from the reference, not from the table. */
const COMMON: Expectation[] = [
  ['2000000', 'business', 'never'],
  ['3000000', 'programming', 'never'],
  ['3000001', 'signature', 'never'],
  ['3000002', 'programming', 'never'],
  ['3000003', 'configuration', 'never'],
  ['3000004', 'configuration', 'never'],
  ['3000010', 'clock', 'clock'],
  ['3000011', 'clock', 'clock'],
  ['3000012', 'clock', 'clock'],
  ['3000013', 'programming', 'never'],
  ['3000014', 'programming', 'never'],
  ['3000019', 'configuration', 'never'],
  ['3000020', 'configuration', 'never'],
  ['3000021', 'configuration', 'never'],
  ['3000022', 'configuration', 'never'],
  ['3000025', 'configuration', 'never'],
  ['3000026', 'configuration', 'never'],
  ['3000027', 'configuration', 'never'],
  ['3000028', 'configuration', 'never'],
  ['3000030', 'token', 'never'],
  ['3000031', 'token', 'never'],
  ['3000032', 'scope', 'never'],
  ['3000033', 'configuration', 'never'],
  ['3000034', 'token', 'never'],
  ['3000040', 'signature', 'never'],
  ['4000000', 'transient', 'platform'],
  ['4000004', 'rate', 'rate'],
  ['5000000', 'configuration', 'never'],
  ['5000001', 'programming', 'never'],
  ['5000002', 'configuration', 'never'],
  ['5000003', 'ip', 'never'],
  ['6000001', 'configuration', 'never'],
  ['7000000', 'transient', 'hiccup'],
];

const CN: Expectation[] = [
  ['7000000', 'programming', 'never'],
  ['7000002', 'configuration', 'never'],
  ['7000003', 'token', 'never'],
  ['7000005', 'configuration', 'never'],
  ['7000006', 'configuration', 'never'],
  ['7000007', 'token', 'never'],
  ['7000008', 'clock', 'clock'],
  ['7000010', 'clock', 'clock'],
  ['7000011', 'clock', 'clock'],
  ['7000013', 'programming', 'never'],
  ['7000014', 'signature', 'never'],
  ['7000015', 'signature', 'never'],
  ['7000016', 'configuration', 'never'],
  ['7000018', 'token', 'never'],
  ['7000019', 'scope', 'never'],
  ['7000020', 'token', 'never'],
  ['7000022', 'scope', 'never'],
  ['4000000', 'transient', 'platform'],
  ['4000004', 'rate', 'rate'],
  ['200000', 'business', 'never'],
  ['2000060', 'configuration', 'never'],
  ['2000090', 'business', 'never'],
];

const BUSINESS: Expectation[] = [
  ['110020002', 'business', 'never'],
  ['110020007', 'rate', 'rate'],
  ['110020008', 'scope', 'never'],
  ['140020001', 'configuration', 'never'],
  ['140020002', 'business', 'never'],
  ['140020005', 'programming', 'never'],
  ['140020008', 'transient', 'never'],
  ['140020009', 'transient', 'never'],
  ['140020012', 'programming', 'never'],
  ['140020013', 'programming', 'never'],
  ['140020014', 'programming', 'never'],
  ['150010002', 'transient', 'hiccup'],
  ['150010003', 'programming', 'never'],
  ['150010005', 'transient', 'hiccup'],
  ['120014006', 'transient', 'hiccup'],
  ['110020001', 'transient', 'hiccup'],
  ['110020003', 'transient', 'hiccup'],
  ['110020005', 'programming', 'never'],
  ['110020006', 'programming', 'never'],
  ['110020009', 'configuration', 'never'],
  ['140020003', 'configuration', 'never'],
  ['140020015', 'programming', 'never'],
  ['140040003', 'transient', 'hiccup'],
  ['180020001', 'business', 'never'],
  ['180020003', 'programming', 'never'],
  ['180020004', 'business', 'never'],
  ['180020008', 'configuration', 'never'],
  ['180020030', 'business', 'never'],
  ['130010000', 'transient', 'hiccup'],
  ['130010001', 'programming', 'never'],
  ['130010002', 'business', 'never'],
  ['130010005', 'business', 'never'],
  ['150010001', 'programming', 'never'],
  ['150010105', 'configuration', 'never'],
  ['150010115', 'transient', 'hiccup'],
  ['120011001', 'transient', 'hiccup'],
  ['220010001', 'programming', 'never'],
  ['220010002', 'transient', 'hiccup'],
  ['220010003', 'business', 'never'],
  ['220010004', 'business', 'never'],
  // In no table.
  ['150010099', 'business', 'never'],
  ['999999999', 'business', 'never'],
];

/** One test for one row, so that a row that fails is named. */
function rowsOf(where: string, region: TemuRegion, operation: string, rows: readonly Expectation[]) {
  for (const [code, kind, retry] of rows) {
    test(`peer failure 23: ${where}, ${code} is ${kind}`, () => {
      const row = classifyCode(region, operation, code, '');
      assert.deepEqual([row.kind, row.retry], [kind, retry]);
      assert.notEqual(row.remedy, '', `${code} tells nobody what to do`);
    });
  }
}

describe('classifyCode', () => {
  for (const region of ['us', 'eu', 'global', 'partner'] as const) {
    rowsOf(`gateway ${region}`, region, 'bg.order.list.v2.get', COMMON);
  }
  rowsOf('gateway cn', 'cn', 'bg.goods.list.get', CN);
  rowsOf('single calls', 'eu', 'bg.order.list.v2.get', BUSINESS);

  test('peer failure 23: no row of the table is without its case', () => {
    const cases = [...COMMON, ...CN, ...BUSINESS].map(([code]) => code);
    assert.deepEqual(
      tabledCodes().filter((code) => !cases.includes(code)),
      [],
    );
  });

  test('a code is known where it has a row; words of the language are none', () => {
    assert.equal(isKnownCode('us', '3000034'), true);
    assert.equal(isKnownCode('cn', '3000034'), false);
    assert.equal(isKnownCode('cn', '7000007'), true);
    assert.equal(isKnownCode('us', '7000007'), false);
    for (const region of ['us', 'cn'] as const) {
      assert.equal(isKnownCode(region, '140020002'), true);
      for (const code of [null, '', '40003', '1000000', 'constructor', 'toString']) {
        assert.equal(isKnownCode(region, code), false, String(code));
      }
    }
    assert.equal(classifyCode('us', 'x', 'constructor', '').kind, 'business');
  });

  test('each row says what it means in its own words, and whom to ask', () => {
    const said = (region: TemuRegion, code: string) => classifyCode(region, 'x', code, '');
    const rows: [region: TemuRegion, code: string, meaning: RegExp, remedy: RegExp][] = [
      ['us', '3000001', /signature was refused/, /Check app key.*Most often the secret is wrong/],
      ['us', '3000034', /expired or was replaced/, /owner of the shop must authorise the app again/],
      ['us', '3000011', /our clock is ahead/, /NTP/],
      ['us', '3000012', /our clock is behind/, /NTP/],
      ['us', '5000003', /not in the allow-list/, /public IP address/],
      ['us', '4000004', /too many calls/, /tried again later/],
      ['us', '4000000', /internal error/, /tried again later.*If it stays: Check app key/],
      ['us', '3000003', /does not know the call/, /orders and local goods live on the US, EU and GLOBAL/],
      ['us', '140020002', /order was not found/, /Check the order number/],
      ['us', '140020005', /invalid parameter/, /fault of this program/],
      ['us', '140020008', /still being computed/, /tried again later/],
      ['us', '180020008', /data agreement is not signed/, /owner of the shop must sign it/],
      ['us', '180020030', /labels bought from Temu only/, /Buy the label in Seller Center/],
      ['us', '180020001', /of this country/, /Seller Center/],
      ['us', '180020004', /kind of business/, /Seller Center/],
      ['us', '130010002', /has been shipped/, /Nothing to do/],
      ['us', '130010005', /present state/, /Look at the case/],
      ['us', '999999999', /the platform refused the request/, /Read the platform message/],
      ['cn', '7000007', /expired/, /authorise the app again/],
      ['cn', '7000010', /our clock is off/, /NTP/],
      ['cn', '7000015', /signature was refused/, /Most often the secret is wrong/],
    ];
    for (const [region, code, meaning, remedy] of rows) {
      assert.match(english(said(region, code).meaning), meaning, code);
      assert.match(english(said(region, code).remedy), remedy, code);
    }
  });

  test('codes of neither gateway leak into the other', () => {
    assert.equal(classifyCode('cn', 'x', '3000034', '').kind, 'business');
    assert.equal(classifyCode('us', 'x', '7000007', '').kind, 'business');
  });

  test('an internal error about the application is a wrong app key, not an outage', () => {
    const row = classifyCode('eu', 'x', '4000000', 'Application information query abnormal');
    assert.deepEqual([row.kind, row.retry], ['configuration', 'never']);
  });

  test('a missing permission names its package and whom to ask, and for a sensitive one also the approval of Temu', () => {
    const plain = english(classifyCode('us', 'bg.order.list.v2.get', '3000032', '').remedy);
    assert.match(
      plain,
      /Ask the owner of the shop .* package "Orders" \(it holds bg\.order\.list\.v2\.get\) in Seller Center and to authorise again/,
    );
    const goods = english(classifyCode('us', 'bg.local.goods.list.query', '3000032', '').remedy);
    assert.match(goods, /package "Local goods"/);
    const packages = {
      'bg.aftersales.aftersales.list.get': 'After-sales',
      'temu.aftersales.parentaftersales.detail.get': 'After-sales',
      'bg.promotion.activity.query': 'Promotions',
      'bg.tmc.message.update': 'Webhook subscription',
    };
    for (const [call, name] of Object.entries(packages)) {
      assert.match(english(classifyCode('us', call, '3000032', '').remedy), new RegExp(`package "${name}"`));
      assert.match(english(classifyCode('cn', call, '7000019', '').remedy), new RegExp(`package "${name}"`));
    }
    const prices = english(classifyCode('us', 'bg.local.goods.sku.list.price.query', '3000032', '').remedy);
    assert.match(prices, /Temu approve it/);
    assert.match(
      english(classifyCode('us', 'temu.new.call', '3000032', '').remedy),
      /permission for temu\.new\.call in/,
    );
    assert.doesNotMatch(plain, /approve/);
    assert.match(
      english(classifyCode('us', 'bg.order.amount.query', '3000032', '').remedy),
      /Temu approve it/,
    );
  });
});
