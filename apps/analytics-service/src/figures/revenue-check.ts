import {
  type Caller,
  type CheckedOrder,
  type FigureQuery,
  type RevenueCheckPage,
  type RevenueCheckQuery,
} from '#contracts';
import { type List, listQuery } from '#lists';
import type { Database } from '#runtime';
import { appliedSpans, reachShops } from './reached-shops.js';
import { SPANS, spansParams } from './sums.js';

const DIFFERENCE = 'd.platform_net_revenue_minor - d.net_revenue_minor';

/** What the figures of a span are asked with is read by `reachShops`. */
type CheckFilters = Omit<RevenueCheckQuery, keyof FigureQuery>;

/** The shops are those of the spans. */
const CHECKED: List<CheckFilters, CheckRow> = {
  shop: null,
  conditions: { currency: (currency, { param }) => `d.currency = ${param(currency)}` },
  order: [
    ['desc', `abs(${DIFFERENCE})`, 'whole', (row) => Math.abs(row.differenceMinor)],
    ['asc', 'd.shop_id', 'id', (row) => row.shopId],
    ['asc', 'd.local_day', 'day', (row) => row.day],
    ['asc', 'd.order_number COLLATE "C"', 'text', (row) => row.orderNumber],
  ],
};

const DIFFERING = `
  WITH ${SPANS}
  SELECT d.shop_id AS "shopId", d.order_number AS "orderNumber", d.local_day AS day, d.ordered_at AS "orderedAt",
    d.currency, d.net_revenue_minor AS "netRevenueMinor", d.platform_net_revenue_minor AS "platformNetRevenueMinor",
    ${DIFFERENCE} AS "differenceMinor", d.refunded_minor AS "refundsToBuyersMinor",
    d.platform_refunds_minor AS "platformRefundsMinor"
  FROM spans s
  JOIN order_checks d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."from" AND d.local_day < s."to"`;

type CheckRow = Omit<CheckedOrder, 'orderedAt'> & { orderedAt: Date };

/** Orders whose net revenue is not what the marketplace estimates (5.3 "Net revenue", check), the largest first. */
export async function readRevenueCheck(
  database: Database,
  query: RevenueCheckQuery,
  caller: Caller,
  now: Date,
): Promise<RevenueCheckPage> {
  const { shops, freshness } = await reachShops(database, query, caller, now);
  const { where, orderBy, limit, params, page } = listQuery<CheckFilters, CheckRow>(CHECKED, query, null, {
    params: spansParams(shops),
  });
  const rows =
    shops.length === 0
      ? []
      : await database.query<CheckRow>(
          `${DIFFERING} WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
          params,
        );
  const checked = page(rows, (row): CheckedOrder => ({ ...row, orderedAt: row.orderedAt.toISOString() }));
  return { applied: appliedSpans(shops), ...checked, freshness };
}
