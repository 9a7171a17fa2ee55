import type { ListPage, ParentOrderRecord, UnreadableRecord } from '#marketplace';
import { describeError, type Transaction } from '#runtime';
import { quarantine, resolveQuarantined } from '#sync';
import { type FoundBy, latestOfEach, type ReadOrder, storeOrders } from '../orders/order-store.js';

export interface StoredPages {
  readonly read: number;
  readonly changed: number;
  readonly quarantined: number;
}

/** What one order's data did to the database: 22 data exception, 23 integrity violation. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
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
  const { changed, refused } = await storeGroup(tx, shopId, latestOfEach(orders), source);
  const bad = new Set(refused.map((record) => record.platformId));
  await resolveQuarantined(
    tx,
    shopId,
    'orders',
    orders.map(({ record }) => record.parentOrderSn).filter((sn) => !bad.has(sn)),
  );
  const quarantined = await quarantine(tx, shopId, 'orders', [...unreadable, ...refused]);
  return { read: orders.length + unreadable.length, changed, quarantined };
}

async function storeGroup(
  tx: Transaction,
  shopId: string,
  orders: readonly ReadOrder[],
  source: FoundBy,
): Promise<{ changed: number; refused: UnreadableRecord[] }> {
  await tx.query('SAVEPOINT orders');
  try {
    const { changed } = await storeOrders(tx, shopId, orders, source);
    await tx.query('RELEASE SAVEPOINT orders');
    return { changed, refused: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT orders');
    const [order] = orders;
    if (order === undefined || orders.length > 1) return storeHalves(tx, shopId, orders, source);
    const { record } = order;
    const refused = {
      platformId: record.parentOrderSn,
      reason: describeError(error),
      raw: JSON.stringify(record),
    };
    return { changed: 0, refused: [refused] };
  }
}

async function storeHalves(
  tx: Transaction,
  shopId: string,
  orders: readonly ReadOrder[],
  source: FoundBy,
): Promise<{ changed: number; refused: UnreadableRecord[] }> {
  const middle = Math.ceil(orders.length / 2);
  const first = await storeGroup(tx, shopId, orders.slice(0, middle), source);
  const second = await storeGroup(tx, shopId, orders.slice(middle), source);
  return { changed: first.changed + second.changed, refused: [...first.refused, ...second.refused] };
}
