import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RetryClass } from '../call/retry.js';
import type { MarketplaceErrorKind } from '../errors.js';
import type { MarketplaceRegion } from '../port.js';
import { classifyCode, tabledCodes } from './error-table.js';

type Expectation = [code: string, kind: MarketplaceErrorKind, retry: RetryClass];

/** Written from the reference, not from the table. */
const COMMON: Expectation[] = [
  ['2000000', 'business', 'never'],
  ['3000000', 'programming', 'never'],
  ['3000001', 'signature', 'never'],
  ['3000002', 'programming', 'never'],
  ['3000003', 'configuration', 'never'],
  ['3000004', 'programming', 'never'],
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
  ['140020003', 'business', 'never'],
  ['140020015', 'programming', 'never'],
  ['140040003', 'transient', 'hiccup'],
  ['180020003', 'programming', 'never'],
  ['180020008', 'business', 'never'],
  ['130010000', 'transient', 'hiccup'],
  ['130010001', 'programming', 'never'],
  ['150010001', 'programming', 'never'],
  ['150010105', 'business', 'never'],
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
function rowsOf(where: string, region: MarketplaceRegion, operation: string, rows: readonly Expectation[]) {
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

  test('codes of neither gateway leak into the other', () => {
    assert.equal(classifyCode('cn', 'x', '3000034', '').kind, 'business');
    assert.equal(classifyCode('us', 'x', '7000007', '').kind, 'business');
  });

  test('an internal error about the application is a wrong app key, not an outage', () => {
    const row = classifyCode('eu', 'x', '4000000', 'Application information query abnormal');
    assert.deepEqual([row.kind, row.retry], ['configuration', 'never']);
  });

  test('a missing permission names its package and whom to ask, and for a sensitive one also the approval of Temu', () => {
    const plain = classifyCode('us', 'bg.order.list.v2.get', '3000032', '').remedy;
    assert.match(
      plain,
      /Ask the owner of the shop .* package "Orders" \(it holds bg\.order\.list\.v2\.get\) in Seller Center and to authorise again/,
    );
    const goods = classifyCode('us', 'bg.local.goods.list.query', '3000032', '').remedy;
    assert.match(goods, /package "Local goods"/);
    assert.match(
      classifyCode('us', 'temu.new.call', '3000032', '').remedy,
      /permission for temu\.new\.call in/,
    );
    assert.doesNotMatch(plain, /approve/);
    assert.match(classifyCode('us', 'bg.order.amount.query', '3000032', '').remedy, /Temu approve it/);
  });
});
