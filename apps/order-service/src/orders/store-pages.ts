import { say } from '#contracts';
import { idOfUnreadable, type OrderRecord, type ReadPage, type UnreadableRecord } from '#marketplace';
import type { Transaction } from '#runtime';
import { quarantine, resolveQuarantined, storeBadApart } from '#sync';
import { settleRecovered } from '../ledger/ledger-store.js';
import { type FoundBy, latestOrders, type PoorerOrder, type ReadOrder, storeOrders } from './order-store.js';

export interface StoredPages {
  readonly changed: number;
  readonly quarantined: number;
  /** What was read and the database refused, by the id under which quarantine keeps it. */
  readonly unstored: readonly string[];
}

/** Its last answer knows less than what is stored, which therefore stays: the mark stands until one knows it all again. */
const KNOWS_LESS = `EXISTS (SELECT FROM orders AS parent WHERE parent.shop_id = quarantine.shop_id
  AND parent.order_number = quarantine.platform_id AND parent.kept_fields <> '{}')`;

/**
 * Stores pages as one group. When the database refuses the group for what is in it, each order is stored by itself and
 * the one at fault goes to quarantine: a bad order never costs its neighbours.
 * @param clockOffsetMs database clock less ours
 * @param changedBy the person who asked for it, for source `hand`
 */
export async function storePages(
  tx: Transaction,
  shopId: string,
  pages: readonly ReadPage<OrderRecord>[],
  clockOffsetMs: number,
  source: FoundBy = 'poll',
  changedBy: string | null = null,
): Promise<StoredPages> {
  const orders = pages.flatMap((page) => {
    const readAt = new Date(page.requestStartedAt.getTime() + clockOffsetMs);
    return page.records.map((record): ReadOrder => ({ record, readAt }));
  });
  const unreadable = pages.flatMap((page) => page.unreadable);
  const poorer = new Map<string, PoorerOrder>();
  const { changed, refused } = await storeBadApart(tx, latestOrders(orders), {
    store: async (group) => {
      const stored = await storeOrders(tx, shopId, group, source, changedBy);
      for (const order of stored.poorer) poorer.set(order.number, order);
      return stored.changed;
    },
    idOf: ({ record }) => record.orderNumber,
    rawOf: ({ record }) => JSON.stringify(record),
  });
  const bad = new Set(refused.map((record) => record.platformId));
  const readable = orders.map(({ record }) => record.orderNumber).filter((number) => !bad.has(number));
  await resolveQuarantined(tx, shopId, 'orders', readable, { unless: KNOWS_LESS });
  // All of them: one that stays in quarantine for what it lacks has been read nonetheless.
  if (readable.length > 0) await settleRecovered(tx, shopId, readable);
  const quarantined = await quarantine(tx, shopId, 'orders', [
    ...unreadable,
    ...refused,
    ...poorerOf(orders, poorer),
  ]);
  return {
    changed,
    quarantined,
    unstored: refused.map(idOfUnreadable),
  };
}

function poorerOf(
  orders: readonly ReadOrder[],
  poorer: ReadonlyMap<string, PoorerOrder>,
): UnreadableRecord[] {
  if (poorer.size === 0) return [];
  return latestOrders(orders).flatMap(({ record }) => {
    const order = poorer.get(record.orderNumber);
    if (order === undefined) return [];
    const reason = say('record.poorer_order', { fields: order.kept });
    return [{ platformId: order.number, reason, raw: JSON.stringify(record) }];
  });
}
