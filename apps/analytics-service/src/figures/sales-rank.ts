import type { Caller, RankedSku, SalesRank, SalesRankQuery } from '#contracts';
import type { Database } from '#runtime';
import { GROWTH } from './metric-registry.js';
import { appliedSpans, type ReachedShop, reachShops } from './reached-shops.js';
import { readPeriods, SPANS, spansParams } from './sums.js';

const DEFAULT_LIMIT = 20;

interface RankRow {
  shopId: string;
  skuId: string;
  sellerSku: string | null;
  goodsName: string | null;
  spec: string | null;
  imageUrl: string | null;
  units: number;
  orders: number;
  currency: string | null;
  supplyRevenueMinor: number | null;
  previousUnits: number;
  totalUnits: number;
}

/**
 * Revenues are compared within a currency only: among equal units, SKUs of one currency stand together. A SKU sold in
 * several currencies has no one revenue.
 */
const RANK = `
  WITH ${SPANS},
  sold AS (
    SELECT d.shop_id, s.build, d.sku_id, d.currency,
      sum(d.units) FILTER (WHERE d.local_day >= s."from") AS units,
      sum(d.orders) FILTER (WHERE d.local_day >= s."from") AS orders,
      sum(d.supply_revenue_minor) FILTER (WHERE d.local_day >= s."from") AS supply_revenue_minor,
      sum(d.units) FILTER (WHERE d.local_day < s."from") AS previous_units
    FROM spans s
    JOIN daily_sku_sales d ON d.shop_id = s."shopId" AND d.build = s.build AND d.local_day >= s."previousFrom" AND d.local_day < s."to"
    GROUP BY d.shop_id, s.build, d.sku_id, d.currency
  ),
  ranked AS (
    SELECT shop_id, build, sku_id, sum(units)::bigint AS units, sum(orders)::bigint AS orders,
      coalesce(sum(previous_units), 0)::bigint AS previous_units,
      CASE WHEN count(*) FILTER (WHERE units > 0 AND currency <> '') = 1
        THEN max(currency) FILTER (WHERE units > 0) END AS currency,
      CASE WHEN count(*) FILTER (WHERE units > 0 AND currency <> '') = 1
        THEN sum(supply_revenue_minor)::bigint END AS supply_revenue_minor,
      sum(sum(units)) OVER ()::bigint AS total_units
    FROM sold GROUP BY shop_id, build, sku_id HAVING sum(units) > 0
    ORDER BY sum(units) DESC, currency, supply_revenue_minor DESC NULLS LAST, shop_id, sku_id
    LIMIT $7
  )
  SELECT r.shop_id AS "shopId", r.sku_id AS "skuId", k.seller_sku AS "sellerSku", k.goods_name AS "goodsName", k.spec,
    k.image_url AS "imageUrl", r.units, r.orders, r.currency, r.supply_revenue_minor AS "supplyRevenueMinor",
    r.previous_units AS "previousUnits", r.total_units AS "totalUnits"
  FROM ranked r LEFT JOIN skus k USING (shop_id, build, sku_id)
  ORDER BY r.units DESC, r.currency, r.supply_revenue_minor DESC NULLS LAST, r.shop_id, r.sku_id`;

function readRank(database: Database, shops: readonly ReachedShop[], limit: number): Promise<RankRow[]> {
  if (shops.length === 0) return Promise.resolve([]);
  return database.query<RankRow>(RANK, [...spansParams(shops), limit]);
}

function rankedSku({ totalUnits: _, ...row }: RankRow, index: number): RankedSku {
  return {
    rank: index + 1,
    ...row,
    skuId: row.skuId === '' ? null : row.skuId,
    goodsName: row.goodsName ?? '',
    growth: GROWTH.of(row.units, row.previousUnits),
  };
}

export async function readSalesRank(
  database: Database,
  query: SalesRankQuery,
  caller: Caller,
  now: Date,
): Promise<SalesRank> {
  const { shops, freshness } = await reachShops(database, query, caller, now);
  const [rows, { current }] = await Promise.all([
    readRank(database, shops, query.limit ?? DEFAULT_LIMIT),
    readPeriods(database, shops),
  ]);
  return {
    applied: appliedSpans(shops),
    totalUnits: rows[0]?.totalUnits ?? 0,
    rows: rows.map(rankedSku),
    coverage: current.coverage(),
    freshness,
  };
}
