import type { Caller, RankedSku, SalesRank, SalesRankQuery } from '#contracts';
import type { Database } from '#runtime';
import { GROWTH } from './metric-registry.js';
import { appliedSpans, type ReachedShop, reachShops } from './reached-shops.js';
import {
  IN_COMPARED,
  IN_PREVIOUS,
  IN_SPAN,
  NEXT_PARAMETER,
  readPeriods,
  SPANS,
  spansParams,
} from './sums.js';

const DEFAULT_LIMIT = 20;

/** One of a SKU in each currency that it was sold in; one without a currency where no amount is known. */
interface RankRow {
  rank: number;
  shopId: string;
  skuId: string;
  sellerSku: string | null;
  productName: string | null;
  spec: string | null;
  imageUrl: string | null;
  units: number;
  orders: number;
  comparedUnits: number;
  previousUnits: number;
  totalUnits: number;
  currency: string | null;
  gmvMinor: number | null;
  supplyRevenueMinor: number | null;
}

/** Rows of `sold` whose amounts are known. */
const HAS_AMOUNTS = "units > 0 AND currency <> '' AND supply_revenue_minor IS NOT NULL";

/**
 * Revenues are compared within a currency only: among equal units, SKUs whose first currency (by code) is the same stand
 * together, and of them the one that earned more in it comes first; then shop and SKU by number.
 */
const RANK = `
  WITH ${SPANS},
  sold AS MATERIALIZED (
    SELECT d.shop_id, s.build, d.sku_id, d.currency,
      sum(d.units) FILTER (WHERE ${IN_SPAN}) AS units,
      sum(d.orders) FILTER (WHERE ${IN_SPAN}) AS orders,
      sum(d.gmv_minor) FILTER (WHERE ${IN_SPAN}) AS gmv_minor,
      sum(d.supply_revenue_minor) FILTER (WHERE ${IN_SPAN}) AS supply_revenue_minor,
      sum(d.units) FILTER (WHERE ${IN_COMPARED}) AS compared_units,
      sum(d.units) FILTER (WHERE ${IN_PREVIOUS}) AS previous_units
    FROM spans s
    JOIN daily_sku_sales d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."previousFrom" AND d.local_day < s."to"
    GROUP BY d.shop_id, s.build, d.sku_id, d.currency
  ),
  summed AS (
    SELECT shop_id, build, sku_id, sum(units)::bigint AS units, sum(orders)::bigint AS orders,
      coalesce(sum(compared_units), 0)::bigint AS compared_units,
      coalesce(sum(previous_units), 0)::bigint AS previous_units,
      sum(sum(units)) OVER ()::bigint AS total_units,
      min(currency) FILTER (WHERE ${HAS_AMOUNTS}) AS first_currency,
      (array_agg(supply_revenue_minor ORDER BY currency) FILTER (WHERE ${HAS_AMOUNTS}))[1] AS first_revenue
    FROM sold GROUP BY shop_id, build, sku_id HAVING sum(units) > 0
  ),
  ranked AS (
    SELECT summed.*, row_number() OVER (ORDER BY units DESC, first_currency COLLATE "C", first_revenue DESC,
      shop_id, sku_id COLLATE "C") AS rank
    FROM summed ORDER BY rank LIMIT ${NEXT_PARAMETER}
  )
  SELECT r.rank, r.shop_id AS "shopId", r.sku_id AS "skuId", k.seller_sku AS "sellerSku", k.product_name AS "productName",
    k.spec, k.image_url AS "imageUrl", r.units, r.orders, r.compared_units AS "comparedUnits",
    r.previous_units AS "previousUnits", r.total_units AS "totalUnits", a.currency,
    a.gmv_minor::bigint AS "gmvMinor", a.supply_revenue_minor::bigint AS "supplyRevenueMinor"
  FROM ranked r
  LEFT JOIN skus k USING (shop_id, build, sku_id)
  LEFT JOIN (SELECT * FROM sold WHERE ${HAS_AMOUNTS}) a
    ON a.shop_id = r.shop_id AND a.build = r.build AND a.sku_id = r.sku_id
  ORDER BY r.rank, a.currency COLLATE "C"`;

function readRank(database: Database, shops: readonly ReachedShop[], limit: number): Promise<RankRow[]> {
  if (shops.length === 0) return Promise.resolve([]);
  return database.query<RankRow>(RANK, [...spansParams(shops), limit]);
}

/** `rows` are ordered by rank; those of one SKU become one. */
function rankedSkus(rows: readonly RankRow[]): RankedSku[] {
  const skus: RankedSku[] = [];
  for (const { totalUnits: _, currency, gmvMinor, supplyRevenueMinor, ...row } of rows) {
    if (skus.at(-1)?.rank !== row.rank) {
      skus.push({
        ...row,
        skuId: row.skuId === '' ? null : row.skuId,
        productName: row.productName ?? '',
        amounts: [],
        growth: GROWTH.of(row.comparedUnits, row.previousUnits),
      });
    }
    if (currency !== null && gmvMinor !== null && supplyRevenueMinor !== null)
      skus.at(-1)?.amounts.push({ currency, gmvMinor, supplyRevenueMinor });
  }
  return skus;
}

export async function readSalesRank(
  database: Database,
  query: SalesRankQuery,
  caller: Caller,
  now: Date,
): Promise<SalesRank> {
  const { shops, comparison, freshness } = await reachShops(database, query, caller, now);
  const [rows, { current }] = await Promise.all([
    readRank(database, shops, query.limit ?? DEFAULT_LIMIT),
    readPeriods(database, shops),
  ]);
  return {
    applied: appliedSpans(shops),
    totalUnits: rows[0]?.totalUnits ?? 0,
    comparison,
    rows: rankedSkus(rows),
    coverage: current.coverage(),
    freshness,
  };
}
