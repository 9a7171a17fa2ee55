import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ShopSyncHealth, SyncKindHealth } from '../../api/types';
import { staleShopsOf } from './stale-shops';

function kind(changes: Partial<SyncKindHealth>): SyncKindHealth {
  return {
    kind: 'orders',
    isScheduled: true,
    state: 'stale',
    lastSucceededAt: null,
    ageSeconds: 9_000,
    lastStatus: 'failed',
    errorCode: null,
    reason: null,
    ...changes,
  };
}

const shop = (shopId: string, ...kinds: SyncKindHealth[]): ShopSyncHealth => ({
  shopId,
  state: 'stale',
  staleSince: null,
  kinds,
});

describe('the alarm', () => {
  test('names each shop once, with the stale kinds of both services, the oldest first', () => {
    const stale = staleShopsOf([
      shop('a', kind({ ageSeconds: 5_000 }), kind({ kind: 'after_sales', state: 'fresh' })),
      shop('b', kind({ ageSeconds: null })),
      shop('a', kind({ kind: 'products', ageSeconds: 7_000 })),
    ]);
    assert.deepEqual(
      stale.map((each) => [each.shopId, each.kinds.map(({ kind: name }) => name)]),
      [
        ['b', ['orders']],
        ['a', ['products', 'orders']],
      ],
    );
  });

  test('leaves out what no timer reads', () =>
    assert.deepEqual(staleShopsOf([shop('a', kind({ isScheduled: false }))]), []));
});
