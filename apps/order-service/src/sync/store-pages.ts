import type { ListPage, ParentOrderRecord } from '#marketplace';
import type { Transaction } from '#runtime';
import { quarantine, resolveQuarantined, storeBadApart } from '#sync';
import { settleRecovered } from '../completeness/ledger-store.js';
import { type FoundBy, latestOfEach, type ReadOrder, storeOrders } from '../orders/order-store.js';

export interface StoredPages {
  readonly read: number;
  readonly changed: number;
  readonly quarantined: number;
}

/**
 * Stores pages as one group. When the database refuses the group for what is in it, each order is stored by itself and
 * the one at fault goes to quarantine: a bad order never costs its neighbours.
 * @param clockOffsetMs database clock less ours
 */
export async function storePages(
  tx: Transaction,
  shopId: string,
  pages: readonly ListPage<ParentOrderRecord>[],
  clockOffsetMs: number,
  source: FoundBy = 'poll',
): Promise<StoredPages> {
  const orders = pages.flatMap((page) => {
    const readAt = new Date(page.requestStartedAt.getTime() + clockOffsetMs);
    return page.records.map((record): ReadOrder => ({ record, readAt }));
  });
  const unreadable = pages.flatMap((page) => page.unreadable);
  const { changed, refused } = await storeBadApart(tx, latestOfEach(orders), {
    store: async (group) => (await storeOrders(tx, shopId, group, source)).changed,
    idOf: ({ record }) => record.parentOrderSn,
    rawOf: ({ record }) => JSON.stringify(record),
  });
  const bad = new Set(refused.map((record) => record.platformId));
  const recovered = await resolveQuarantined(
    tx,
    shopId,
    'orders',
    orders.map(({ record }) => record.parentOrderSn).filter((sn) => !bad.has(sn)),
  );
  if (recovered.length > 0) await settleRecovered(tx, shopId, recovered);
  const quarantined = await quarantine(tx, shopId, 'orders', [...unreadable, ...refused]);
  return { read: orders.length + unreadable.length, changed, quarantined };
}
