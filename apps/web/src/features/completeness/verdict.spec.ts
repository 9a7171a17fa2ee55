import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CompletenessShop } from '../../api/types';
import { accountOf, verdictOf } from './verdict';

function ledger(changes: Partial<CompletenessShop> = {}): CompletenessShop {
  return {
    shopId: 'shop-1',
    state: 'complete',
    platformOrders: 101,
    ourOrders: 101,
    difference: 0,
    missingOrders: 0,
    unreadableOrders: 0,
    staleOrders: 0,
    renewedOrders: 0,
    shopsCounted: 1,
    shopsNotConnected: 0,
    shopsNotAvailable: 0,
    notCheckedSince: null,
    surplusOrders: 0,
    refetchedOrders: 0,
    daysChecked: 30,
    daysUnchecked: 0,
    daysWithGap: 0,
    lastAuditAt: '2026-11-20T02:00:00.000Z',
    loadedFrom: '2026-10-20T00:00:00.000Z',
    loadedThrough: '2026-11-20T09:00:00.000Z',
    ...changes,
  };
}

describe('did every order arrive', () => {
  test('yes, when each loaded day was counted and nothing differs', () =>
    assert.equal(verdictOf(ledger()), 'complete'));
  test('nobody knows before the first load has ended', () => {
    assert.equal(verdictOf(ledger({ loadedThrough: null })), 'loading');
    assert.equal(verdictOf(undefined), 'loading');
  });
  test('where the marketplace does not count, it is not available, whatever is loaded', () => {
    const lacking = {
      state: 'not_available',
      shopsCounted: 0,
      shopsNotAvailable: 1,
      daysChecked: 0,
    } as const;
    assert.equal(verdictOf(ledger({ ...lacking, loadedThrough: null })), 'not_available');
    const alone = accountOf(['shop-2'], [ledger({ ...lacking, shopId: 'shop-2' })]);
    assert.deepEqual([alone.verdict, alone.shops, alone.shopsNotAvailable], ['not_available', 0, 1]);
    // It is no reason to call the others anything but complete, and no part of their numbers.
    const both = accountOf(['shop-1', 'shop-2'], [ledger(), ledger({ ...lacking, shopId: 'shop-2' })]);
    assert.deepEqual(
      [both.verdict, both.shops, both.shopsNotAvailable, both.ourOrders],
      ['complete', 1, 1, 101],
    );
  });
  test('nobody knows before a day was counted', () =>
    assert.equal(verdictOf(ledger({ daysChecked: 0, daysUnchecked: 30 })), 'never'));
  test('not all is known while a day is unchecked', () =>
    assert.equal(verdictOf(ledger({ daysUnchecked: 1 })), 'unchecked'));
  test('a missing order outweighs everything', () =>
    assert.equal(verdictOf(ledger({ missingOrders: 1, unreadableOrders: 4, daysUnchecked: 3 })), 'missing'));
  test('what lies in quarantine is not called complete', () =>
    assert.equal(verdictOf(ledger({ difference: 2, unreadableOrders: 2 })), 'unreadable'));
  test('a difference without a reason is never called complete', () =>
    assert.equal(verdictOf(ledger({ difference: 1 })), 'missing'));
});

describe('the account of several shops', () => {
  const other = ledger({ shopId: 'shop-2', lastAuditAt: '2026-11-19T02:00:00.000Z' });

  test('sums what was counted and is as old as the oldest audit', () => {
    const account = accountOf(['shop-1', 'shop-2'], [ledger(), other]);
    assert.deepEqual(
      [account.verdict, account.platformOrders, account.daysChecked, account.auditedAt],
      ['complete', 202, 60, '2026-11-19T02:00:00.000Z'],
    );
  });

  test('is as bad as the worst shop, and says of how many', () => {
    const account = accountOf(
      ['shop-1', 'shop-2'],
      [ledger(), { ...other, missingOrders: 3, difference: 3 }],
    );
    assert.deepEqual([account.verdict, account.concerned, account.missingOrders], ['missing', 1, 3]);
  });

  test('a shop without a ledger keeps it from being complete', () => {
    const account = accountOf(['shop-1', 'shop-3'], [ledger()]);
    assert.deepEqual([account.verdict, account.auditedAt], ['loading', null]);
  });

  test('a shop that is not connected keeps it from being complete, and its orders are not counted', () => {
    const away = {
      ...other,
      shopsCounted: 0,
      shopsNotConnected: 1,
      notCheckedSince: '2026-11-01T00:00:00.000Z',
    };
    const account = accountOf(['shop-1', 'shop-2'], [ledger(), away]);
    assert.deepEqual(
      [
        account.verdict,
        account.shops,
        account.shopsNotConnected,
        account.platformOrders,
        account.notCheckedSince,
      ],
      ['away', 2, 1, 101, '2026-11-01T00:00:00.000Z'],
    );
    assert.equal(accountOf(['shop-2'], [away]).verdict, 'away');
  });

  test('what is stale is never called complete', () => {
    assert.equal(verdictOf(ledger({ staleOrders: 2, daysWithGap: 1 })), 'stale');
    assert.equal(verdictOf(ledger({ staleOrders: 2, missingOrders: 1 })), 'missing');
  });

  test('a shop that was not asked for does not count', () =>
    assert.equal(accountOf(['shop-1'], [ledger(), { ...other, missingOrders: 3 }]).verdict, 'complete'));
});
