import {
  type AppliedSpan,
  type Caller,
  type ComparedSpan,
  canReach,
  type FigureQuery,
  type Freshness,
  shopsHolding,
} from '#contracts';
import { hasAbility, lackedBy, type Marketplace } from '#marketplaces';
import { type Database, forbidden, notFound } from '#runtime';
import { askedSpan, comparedOverall, comparedSpan, spanUpTo, todayInZone } from './spans.js';

export interface ReachedShop extends AppliedSpan {
  /** The day that is running at the shop. */
  today: string;
  givesAmounts: boolean;
  givesAfterSales: boolean;
  /** Whether its after-sales cases are known at all. */
  knowsAfterSales: boolean;
  /** The one currency that all of the shop's known amounts have; null when there are several or none. */
  onlyCurrency: string | null;
  /** Which of the shop's builds answers; its rows stay for longer than an answer takes. */
  build: number;
}

export interface Reach {
  readonly shops: readonly ReachedShop[];
  /** From the first day of any shop's span to the day after the last; UTC's span where there is no shop. */
  readonly from: string;
  readonly to: string;
  /** The first day that is not over everywhere. */
  readonly today: string;
  readonly comparison: ComparedSpan | null;
  readonly freshness: Freshness;
}

interface ShopRow {
  shopId: string;
  marketplace: Marketplace;
  build: number;
  timeZone: string;
  lastChangeAt: Date | null;
  knowsAfterSales: boolean;
  onlyCurrency: string | null;
  staleDays: number;
}

const SHOPS = `
  SELECT s.shop_id AS "shopId", s.marketplace, s.build, s.time_zone AS "timeZone", s.last_change_at AS "lastChangeAt",
    s.knows_after_sales AS "knowsAfterSales",
    CASE WHEN c.first = c.last THEN c.first END AS "onlyCurrency",
    (SELECT count(*) FROM dirty_days d WHERE d.shop_id = s.shop_id AND d.build = s.build) AS "staleDays"
  FROM shops s
  CROSS JOIN LATERAL (
    SELECT
      (SELECT min(d.currency) FROM daily_sales d WHERE d.shop_id = s.shop_id AND d.build = s.build AND d.currency > '') AS first,
      (SELECT max(d.currency) FROM daily_sales d WHERE d.shop_id = s.shop_id AND d.build = s.build AND d.currency > '') AS last
  ) c
  WHERE $1::uuid[] IS NULL OR s.shop_id = ANY($1::uuid[])
  ORDER BY s.shop_id`;

/**
 * The shops that the question is about and the caller may see, each with the span in its own days.
 * @throws AppError `shop.not_found` for a shop that is unknown or another's; `request.invalid`.
 */
export async function reachShops(
  database: Database,
  query: FigureQuery,
  caller: Caller,
  now: Date,
): Promise<Reach> {
  const asked = askedSpan(query);
  const shopId = query.shopId?.toLowerCase();
  const reached = shopsWithAmounts(caller);
  const isForeign = shopId !== undefined && reached !== null && !reached.includes(shopId);
  const wanted = shopId === undefined ? reached : [shopId];
  const rows = isForeign
    ? []
    : await database.prepared<ShopRow>('reached-shops', SHOPS, [wanted === null ? null : [...wanted]]);
  if (shopId !== undefined && rows.length === 0) {
    throw notFound('shop.not_found', `There is no shop ${shopId}, or you may not see its figures.`);
  }
  const shops = rows.map(({ lastChangeAt: _, staleDays: _s, marketplace, ...shop }): ReachedShop => {
    const today = todayInZone(shop.timeZone, now);
    const span = spanUpTo(asked, today);
    return {
      ...shop,
      ...span,
      notAvailable: lackedBy(marketplace),
      givesAmounts: hasAbility(marketplace, 'amounts'),
      givesAfterSales: hasAbility(marketplace, 'after_sales'),
      today,
      comparison: comparedSpan(span, today),
    };
  });
  const utcToday = todayInZone('UTC', now);
  const spans = shops.length > 0 ? shops : [{ ...spanUpTo(asked, utcToday), today: utcToday }];
  return {
    shops,
    from: first(spans.map(({ from }) => from)),
    to: last(spans.map(({ to }) => to)),
    today: first(spans.map(({ today }) => today)),
    comparison: comparedOverall(shops.map(({ comparison }) => comparison)),
    freshness: freshnessOf(rows),
  };
}

/**
 * Figures are sums of amounts: of the shops that the caller reaches, those whose amounts the caller may see.
 * @throws AppError `right.missing` where that leaves none of them.
 */
function shopsWithAmounts(caller: Caller): readonly string[] | null {
  const withAmounts = shopsHolding(caller, 'amounts.read');
  if (withAmounts === null) return caller.shopIds;
  const reached = withAmounts.filter((shopId) => canReach(caller, shopId));
  if (reached.length > 0 || caller.shopIds?.length === 0) return reached;
  throw forbidden('right.missing', 'Figures are sums of amounts: they need the right amounts.read too.');
}

function first(days: readonly string[]): string {
  return days.reduce((a, b) => (a < b ? a : b));
}

function last(days: readonly string[]): string {
  return days.reduce((a, b) => (a > b ? a : b));
}

function freshnessOf(rows: readonly ShopRow[]): Freshness {
  const changes = rows.flatMap(({ lastChangeAt }) => (lastChangeAt === null ? [] : [lastChangeAt.getTime()]));
  return {
    lastChangeAt: changes.length === 0 ? null : new Date(Math.max(...changes)).toISOString(),
    staleDays: rows.reduce((sum, { staleDays }) => sum + staleDays, 0),
  };
}

export function appliedSpans(shops: readonly ReachedShop[]): AppliedSpan[] {
  return shops.map(({ shopId, timeZone, notAvailable, from, to, comparison }) => ({
    shopId,
    timeZone,
    notAvailable,
    from,
    to,
    comparison,
  }));
}
