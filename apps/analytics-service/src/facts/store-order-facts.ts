import type { OrderState } from '#contracts';
import type { Database, Transaction } from '#runtime';
import { type BuildOfShop, markDays } from '../roll-ups/mark-days.js';
import {
  LINE_BATCH,
  linesOf,
  newestSkus,
  newestStates,
  ORDER_BATCH,
  REPLACED_ORDER,
  REPLACED_SKU,
  SKU_BATCH,
} from './fact-columns.js';

interface ChangedOrder {
  number: string;
  day: string;
  /** Where it was counted before; null for an order that is new here. */
  previousDay: string | null;
}

/** Inserts what is new, replaces only by a higher version, and says what changed and where it was counted before. */
const STORE_ORDERS = `
  INSERT INTO order_facts AS f (shop_id, build, local_day, ${ORDER_BATCH.names})
  SELECT $1::uuid, $2::bigint, (ordered_at AT TIME ZONE $3)::date, ${ORDER_BATCH.names} FROM ${ORDER_BATCH.rows}
  ON CONFLICT (shop_id, build, order_number) DO UPDATE SET ${REPLACED_ORDER},
    local_day = excluded.local_day, previous_day = f.local_day
  WHERE f.version < excluded.version
  RETURNING f.order_number AS number, f.local_day AS day, f.previous_day AS "previousDay"`;

const STORE_LINES = `
  INSERT INTO line_facts (shop_id, build, ${LINE_BATCH.names})
  SELECT $1::uuid, $2::bigint, ${LINE_BATCH.names} FROM ${LINE_BATCH.rows}`;

/** The newest order names the SKU, whatever the order of arrival. */
const STORE_SKUS = `
  INSERT INTO skus AS s (shop_id, build, ${SKU_BATCH.names})
  SELECT $1::uuid, $2::bigint, ${SKU_BATCH.names} FROM ${SKU_BATCH.rows}
  ON CONFLICT (shop_id, build, sku_id) DO UPDATE SET ${REPLACED_SKU}
  WHERE (excluded.ordered_at, excluded.order_number, excluded.version)
    > (s.ordered_at, s.order_number, s.version)`;

interface ShopRow {
  timeZone: string;
  build: number;
  /** Fed beside the other while a rebuild is open. */
  nextBuild: number | null;
}

/**
 * Stores a batch of order states of one shop in a fixed number of statements and marks the days they touch.
 * The shop's row is locked: writers of one shop, a change of its zone and the end of a rebuild go one after the other,
 * so the day where an order was counted before cannot move between reading and replacing it.
 * @returns false when the shop is not known here (nothing is stored then).
 */
export async function storeOrderFacts(
  database: Database,
  shopId: string,
  orders: readonly OrderState[],
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [shop] = await tx.query<ShopRow>(
      `SELECT time_zone AS "timeZone", build, next_build AS "nextBuild" FROM shops
       WHERE shop_id = $1 FOR NO KEY UPDATE`,
      [shopId],
    );
    if (shop === undefined) return false;
    const { timeZone, build, nextBuild } = shop;
    const states = newestStates(orders);
    const isChanged = await storeInBuild(tx, { shopId, build }, timeZone, states);
    if (nextBuild !== null) await storeInBuild(tx, { shopId, build: nextBuild }, timeZone, states);
    if (isChanged)
      await tx.query('UPDATE shops SET last_change_at = clock_timestamp() WHERE shop_id = $1', [shopId]);
    return true;
  });
}

/** @returns whether anything was new to the build. */
async function storeInBuild(
  tx: Transaction,
  of: BuildOfShop,
  timeZone: string,
  states: readonly OrderState[],
): Promise<boolean> {
  const { shopId, build } = of;
  const changed = await tx.query<ChangedOrder>(STORE_ORDERS, [
    shopId,
    build,
    timeZone,
    ...ORDER_BATCH.values(states),
  ]);
  if (changed.length === 0) return false;
  const replaced = changed.filter((order) => order.previousDay !== null).map((order) => order.number);
  if (replaced.length > 0) {
    await tx.query(
      'DELETE FROM line_facts WHERE shop_id = $1 AND build = $2 AND order_number = ANY($3::text[])',
      [shopId, build, replaced],
    );
  }
  const numbers = new Set(changed.map((order) => order.number));
  const lines = linesOf(states.filter((state) => numbers.has(state.orderNumber)));
  await tx.query(STORE_LINES, [shopId, build, ...LINE_BATCH.values(lines)]);
  await tx.query(STORE_SKUS, [shopId, build, ...SKU_BATCH.values(newestSkus(lines))]);
  await markDays(
    tx,
    of,
    changed.flatMap((order) => (order.previousDay === null ? [order.day] : [order.day, order.previousDay])),
  );
  return true;
}
