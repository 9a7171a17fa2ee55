import {
  type Caller,
  type CheckedOrder,
  DEFAULT_PAGE_LIMIT,
  encodeCursor,
  type RevenueCheckPage,
  type RevenueCheckQuery,
} from '#contracts';
import { positionOf } from '#messaging';
import type { Database } from '#runtime';
import { appliedSpans, type ReachedShop, reachShops } from './reached-shops.js';
import { SPANS, spansParams } from './sums.js';

/** Where a page ends: size of the difference, shop, day, order. */
const POSITION = ['whole', 'id', 'day', 'text'] as const;
type Position = NonNullable<ReturnType<typeof positionOf<typeof POSITION>>>;

const DIFFERENCE = 'd.platform_net_revenue_minor - d.net_revenue_minor';
/** Ascending throughout, so that a page begins behind a position. */
const KEY = `(-abs(${DIFFERENCE}), d.shop_id, d.local_day, d.order_number COLLATE "C")`;

const DIFFERING = `
  WITH ${SPANS}
  SELECT d.shop_id AS "shopId", d.order_number AS "orderNumber", d.local_day AS day, d.ordered_at AS "orderedAt",
    d.currency, d.net_revenue_minor AS "netRevenueMinor", d.platform_net_revenue_minor AS "platformNetRevenueMinor",
    ${DIFFERENCE} AS "differenceMinor", d.refunded_minor AS "refundsToBuyersMinor",
    d.platform_refunds_minor AS "platformRefundsMinor"
  FROM spans s
  JOIN order_checks d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."from" AND d.local_day < s."to"
  WHERE ($9::text IS NULL OR d.currency = $9)
    AND ($10::bigint IS NULL OR ${KEY} > (-$10::bigint, $11::uuid, $12::date, $13::text COLLATE "C"))
  ORDER BY -abs(${DIFFERENCE}), d.shop_id, d.local_day, d.order_number COLLATE "C" LIMIT $14`;

type CheckRow = Omit<CheckedOrder, 'orderedAt'> & { orderedAt: Date };

function readDiffering(
  database: Database,
  shops: readonly ReachedShop[],
  currency: string | undefined,
  after: Position | null,
  limit: number,
): Promise<CheckRow[]> {
  if (shops.length === 0) return Promise.resolve([]);
  return database.query<CheckRow>(DIFFERING, [
    ...spansParams(shops),
    currency ?? null,
    ...(after ?? [null, null, null, null]),
    limit,
  ]);
}

/** Orders whose net revenue is not what the marketplace estimates (5.3 "Net revenue", check), the largest first. */
export async function readRevenueCheck(
  database: Database,
  query: RevenueCheckQuery,
  caller: Caller,
  now: Date,
): Promise<RevenueCheckPage> {
  const after = positionOf(query.cursor, POSITION);
  const limit = query.limit ?? DEFAULT_PAGE_LIMIT;
  const { shops, freshness } = await reachShops(database, query, caller, now);
  const found = await readDiffering(database, shops, query.currency, after, limit + 1);
  const rows = found
    .slice(0, limit)
    .map((row): CheckedOrder => ({ ...row, orderedAt: row.orderedAt.toISOString() }));
  const last = rows.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return {
    applied: appliedSpans(shops),
    rows,
    nextCursor: hasMore
      ? encodeCursor([Math.abs(last.differenceMinor), last.shopId, last.day, last.orderNumber])
      : null,
    freshness,
  };
}
