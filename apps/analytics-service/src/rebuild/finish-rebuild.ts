import type { Database, Transaction } from '#runtime';
import { recomputeBuild } from '../roll-ups/recompute-days.js';
import { discard } from './rebuilds.js';

/** Summed while the shops are locked; more are left to the roll-up worker first. */
const MOST_DAYS_LEFT = 32;

const READY = `
  SELECT r.build FROM rebuilds r
  WHERE r.status = 'filling'
    AND NOT EXISTS (SELECT 1 FROM comparisons c
      WHERE c.build = r.build AND (c.checked_at IS NULL OR c.differing <> '{}'))
    AND (SELECT count(*) FROM dirty_days d WHERE d.build = r.build) <= ${MOST_DAYS_LEFT}
  FOR UPDATE SKIP LOCKED`;

const TAKE_OVER = `
  UPDATE shops s SET build = $1, next_build = NULL
  FROM (SELECT shop_id, build FROM shops WHERE next_build = $1) AS old
  WHERE s.shop_id = old.shop_id
  RETURNING s.shop_id AS "shopId", old.build`;

const TOTALS = `
  UPDATE rebuilds SET status = 'finished', finished_at = now(),
    orders = (SELECT count(*) FROM order_facts f JOIN shops s USING (shop_id, build) WHERE s.build = $1),
    days = (SELECT count(*) FROM (SELECT DISTINCT d.shop_id, d.local_day FROM daily_sales d
      JOIN shops s USING (shop_id, build) WHERE s.build = $1) AS each)
  WHERE build = $1`;

/**
 * Lets the next build take over once it agrees with the owner's checksums and its days are summed: all shops in one
 * transaction, so that no figure mixes the two. The shops' rows are locked first: no writer adds to either build, and
 * what the old one has shown the new one shows too.
 * @returns whether it took over.
 */
export async function finishWhenEqual(database: Database): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [ready] = await tx.query<{ build: number }>(READY);
    if (ready === undefined) return false;
    const { build } = ready;
    await tx.query('SELECT 1 FROM shops WHERE next_build = $1 ORDER BY shop_id FOR NO KEY UPDATE', [build]);
    await recomputeBuild(tx, build);
    await discard(tx, await tx.query<{ shopId: string; build: number }>(TAKE_OVER, [build]));
    await tx.query(TOTALS, [build]);
    return true;
  });
}

const ORDERS_AT_ONCE = 2_000;

const TAKE_DISCARDED = `
  SELECT shop_id AS "shopId", build FROM discarded_builds
  WHERE discarded_at <= now() - make_interval(secs => $1::float8 / 1000)
  ORDER BY discarded_at LIMIT 1 FOR UPDATE SKIP LOCKED`;

const SOME_ORDERS = `SELECT order_number AS number FROM order_facts WHERE shop_id = $1 AND build = $2
  ORDER BY order_number LIMIT ${ORDERS_AT_ONCE}`;

/** Marks go first: a worker who holds one still writes sums of the build, and is waited for. */
const REST = [
  'dirty_days',
  'skus',
  'daily_sales',
  'daily_sku_sales',
  'order_checks',
  'discarded_builds',
] as const;

/**
 * Removes a step of what is not read any more. It rests a while before: an answer that began with the old build ends
 * with it.
 * @returns whether there may be more.
 */
export async function removeDiscarded(database: Database, restMs: number): Promise<boolean> {
  return database.transaction(async (tx) => {
    const [of] = await tx.query<{ shopId: string; build: number }>(TAKE_DISCARDED, [restMs]);
    if (of === undefined) return false;
    const params = [of.shopId, of.build];
    const orders = await tx.query<{ number: string }>(SOME_ORDERS, params);
    if (orders.length === 0) await removeRest(tx, params);
    for (const table of ['line_facts', 'order_facts'])
      await tx.query(
        `DELETE FROM ${table} WHERE shop_id = $1 AND build = $2 AND order_number = ANY($3::text[])`,
        // A list, not a subquery: without statistics the planner would compare every row with every row.
        [...params, orders.map(({ number }) => number)],
      );
    return true;
  });
}

async function removeRest(tx: Transaction, params: readonly unknown[]): Promise<void> {
  for (const table of REST) await tx.query(`DELETE FROM ${table} WHERE shop_id = $1 AND build = $2`, params);
}
