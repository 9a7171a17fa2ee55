import {
  type Caller,
  canReach,
  type PageWithLacks,
  type Promotion,
  type PromotionCounts,
  type PromotionFilters,
  type PromotionKey,
  type PromotionStatus,
} from '#contracts';
import { listQuery, notAvailable, readListed, whereOf } from '#lists';
import { type Database, notFound } from '#runtime';
import { PROMOTION_LIST, STATUS } from './promotion-filters.js';

interface PromotionRow {
  shop_id: string;
  promotion_id: string;
  version: number;
  name: string;
  platform_type: string | null;
  status: PromotionStatus;
  platform_status: string | null;
  starts_at: Date | null;
  ends_at: Date | null;
  is_joined: boolean | null;
  product_count: number;
  sku_count: number;
  last_seen_at: Date;
  gone_at: Date | null;
  emptied_fields: string[];
  emptied_since: Date | null;
  sorted_at: Date;
  changed_at: Date;
}

const COLUMNS = `promotion.shop_id, promotion.promotion_id, promotion.version, promotion.name, promotion.platform_type,
  ${STATUS} AS status, promotion.platform_status, promotion.starts_at, promotion.ends_at, promotion.is_joined,
  promotion.last_seen_at, promotion.gone_at, promotion.sorted_at, promotion.changed_at,
  promotion.emptied_fields, promotion.emptied_since`;

/** Products and SKUs that take part now. */
const ENROLLED = `SELECT count(*) AS product_count, coalesce(sum(goods.sku_count), 0) AS sku_count
  FROM promotion_products AS goods
  WHERE goods.shop_id = promotion.shop_id AND goods.promotion_id = promotion.promotion_id AND goods.gone_at IS NULL`;

/** Reads promotions; all answers respect what the caller may see. */
export class PromotionQueries {
  constructor(private readonly database: Database) {}

  async list(filters: PromotionFilters, caller: Caller): Promise<PageWithLacks<Promotion>> {
    const { where, orderBy, limit, params, page } = listQuery(PROMOTION_LIST, withoutGone(filters), caller);
    const text = `SELECT promotion.*, enrolled.* FROM (
        SELECT ${COLUMNS} FROM promotions AS promotion WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}
      ) AS promotion CROSS JOIN LATERAL (${ENROLLED}) AS enrolled ORDER BY ${orderBy}`;
    const rows = await readListed<PromotionRow>(this.database, filters, text, params);
    return {
      ...page(rows, toPromotion),
      notAvailable: await notAvailable(this.database, 'promotions', filters, caller),
    };
  }

  /** By status, over all the other filters: what the tabs above the list show. */
  async count(filters: PromotionFilters, caller: Caller): Promise<PromotionCounts> {
    const { sql, params } = whereOf(PROMOTION_LIST, withoutGone(filters), caller, {
      without: ['status'],
    });
    const text = `SELECT ${STATUS} AS status, count(*) AS promotions,
        count(*) FILTER (WHERE promotion.is_joined) AS joined
      FROM promotions AS promotion WHERE ${sql} GROUP BY 1`;
    type Counted = {
      status: PromotionStatus;
      promotions: number;
      joined: number;
    };
    const rows = await readListed<Counted>(this.database, filters, text, params);
    return {
      promotions: rows.reduce((sum, row) => sum + row.promotions, 0),
      joined: rows.reduce((sum, row) => sum + row.joined, 0),
      byStatus: Object.fromEntries(rows.map((row) => [row.status, row.promotions])),
      notAvailable: await notAvailable(this.database, 'promotions', filters, caller),
    };
  }

  async get({ shopId, promotionId }: PromotionKey, caller: Caller): Promise<Promotion> {
    const text = `SELECT ${COLUMNS}, enrolled.* FROM promotions AS promotion
      CROSS JOIN LATERAL (${ENROLLED}) AS enrolled
      WHERE promotion.shop_id = $1 AND promotion.promotion_id = $2`;
    const [row] = canReach(caller, shopId)
      ? await this.database.prepared<PromotionRow>('promotion-get', text, [shopId, promotionId])
      : [];
    if (row === undefined) throw promotionNotFound(promotionId);
    return toPromotion(row);
  }
}

/** Those that the marketplace no longer lists are shown to who asks for them. */
function withoutGone(filters: PromotionFilters): PromotionFilters {
  return { ...filters, withGone: filters.withGone ?? false };
}

export function promotionNotFound(promotionId: string): Error {
  return notFound(
    'promotion.not_found',
    `There is no promotion ${promotionId} in this shop, or you may not see it.`,
  );
}

function toPromotion(row: PromotionRow): Promotion {
  return {
    shopId: row.shop_id,
    promotionId: row.promotion_id,
    name: row.name,
    platformType: row.platform_type,
    status: row.status,
    platformStatus: row.platform_status,
    startsAt: row.starts_at?.toISOString() ?? null,
    endsAt: row.ends_at?.toISOString() ?? null,
    isJoined: row.is_joined,
    productCount: row.product_count,
    skuCount: row.sku_count,
    lastSeenAt: row.last_seen_at.toISOString(),
    goneAt: row.gone_at?.toISOString() ?? null,
    version: row.version,
    changedAt: row.changed_at.toISOString(),
    emptiedFields: row.emptied_fields,
    emptiedSince: row.emptied_since?.toISOString() ?? null,
  };
}
