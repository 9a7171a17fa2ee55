import { batchOf, type Database, expressionsOf, type Transaction } from '#runtime';
import {
  CHECK_COLUMNS,
  ORDERS_THAT_DIFFER,
  SALES_COLUMNS,
  SKU_SALES_COLUMNS,
  WANTED_LINES_OF_VALID_ORDERS,
} from '../figures/metric-registry.js';
import { ORDERS_OF_DAYS } from '../figures/order-sums.js';

/** Several buckets share a transaction; few enough that a writer who marks one of them waits only shortly. */
export const DAYS_AT_ONCE = 16;

interface Bucket {
  shopId: string;
  build: number;
  day: string;
}

/**
 * A mark waits its age before it is taken, so that a busy day is summed once an interval and not once an event. A
 * repeated mark keeps its age: a day that never rests is summed all the same.
 */
const CLEAR_MARKS = `
  WITH taken AS MATERIALIZED (
    SELECT shop_id, build, local_day FROM dirty_days
    WHERE marked_at <= clock_timestamp() - make_interval(secs => $1::float8 / 1000)
    ORDER BY build, marked_at LIMIT ${DAYS_AT_ONCE} FOR UPDATE SKIP LOCKED
  )
  DELETE FROM dirty_days d USING taken
  WHERE d.shop_id = taken.shop_id AND d.build = taken.build AND d.local_day = taken.local_day
  RETURNING d.shop_id AS "shopId", d.build, d.local_day AS day`;

const BUCKETS = batchOf<Bucket>(
  {
    shop_id: ['uuid', ({ shopId }) => shopId],
    build: ['bigint', ({ build }) => build],
    local_day: ['date', ({ day }) => day],
  },
  1,
);
const DAYS = `days AS (SELECT * FROM ${BUCKETS.rows})`;

function columnsOf(columns: Record<string, { column: string; sql: string }>): {
  names: string;
  sums: string;
} {
  const all = Object.values(columns);
  return { names: all.map(({ column }) => column).join(', '), sums: all.map(({ sql }) => sql).join(', ') };
}

const sales = columnsOf(SALES_COLUMNS);
const skuSales = columnsOf(SKU_SALES_COLUMNS);
const checks = columnsOf(CHECK_COLUMNS);
const BUCKET = { shop_id: 'o.shop_id', build: 'o.build', local_day: 'o.local_day' };
const OF_DAY = expressionsOf({ ...BUCKET, currency: 'o.currency' });
const OF_SKU = expressionsOf({ ...BUCKET, sku_id: 'l.sku_id', currency: 'o.currency' });
/** All tables in one statement: what stands of each order is summed up once. */
const INSERT_SUMS = `
  WITH ${DAYS}, orders AS MATERIALIZED (${ORDERS_OF_DAYS}), by_sku AS (
    INSERT INTO daily_sku_sales (${OF_SKU.names}, ${skuSales.names})
    SELECT ${OF_SKU.expressions}, ${skuSales.sums}
    FROM orders o JOIN line_facts l USING (shop_id, build, order_number)
    WHERE ${WANTED_LINES_OF_VALID_ORDERS}
    GROUP BY ${OF_SKU.expressions}
  ), differing AS (
    INSERT INTO order_checks (shop_id, build, local_day, ${checks.names})
    SELECT o.shop_id, o.build, o.local_day, ${checks.sums} FROM orders o WHERE ${ORDERS_THAT_DIFFER}
  )
  INSERT INTO daily_sales (${OF_DAY.names}, ${sales.names})
  SELECT ${OF_DAY.expressions}, ${sales.sums}
  FROM orders o GROUP BY ${OF_DAY.expressions}`;

const TABLES = ['daily_sales', 'daily_sku_sales', 'order_checks'] as const;

function deleteDays(table: (typeof TABLES)[number]): string {
  return `WITH ${DAYS} DELETE FROM ${table} t USING days
    WHERE t.shop_id = days.shop_id AND t.build = days.build AND t.local_day = days.local_day`;
}

/**
 * Clears the marks of up to `DAYS_AT_ONCE` days first, then sums those days anew from their facts, in one transaction.
 * A change that commits meanwhile is not seen here but marks its day again: its marking waits for the cleared row.
 * Replicas skip each other's days.
 * @returns how many days were summed.
 */
export async function recomputeDirtyDays(database: Database, minAgeMs: number): Promise<number> {
  return database.transaction(async (tx) => {
    const buckets = await tx.query<Bucket>(CLEAR_MARKS, [minAgeMs]);
    await sumDays(tx, buckets);
    return buckets.length;
  });
}

/**
 * The same for every marked day of one build, in the caller's transaction: waits for workers who hold some of them.
 * For the moment before the build takes over, when its shops are locked and no new mark can come.
 */
export async function recomputeBuild(tx: Transaction, build: number): Promise<void> {
  const buckets = await tx.query<Bucket>(
    'DELETE FROM dirty_days WHERE build = $1 RETURNING shop_id AS "shopId", build, local_day AS day',
    [build],
  );
  await sumDays(tx, buckets);
}

async function sumDays(tx: Transaction, buckets: readonly Bucket[]): Promise<void> {
  if (buckets.length === 0) return;
  const params = BUCKETS.values(buckets);
  for (const table of TABLES) await tx.query(deleteDays(table), params);
  await tx.query(INSERT_SUMS, params);
}
