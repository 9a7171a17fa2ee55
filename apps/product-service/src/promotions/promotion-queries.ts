import {
  type Caller,
  canReach,
  DEFAULT_PAGE_LIMIT,
  type Page,
  type Promotion,
  type PromotionCounts,
  type PromotionFilters,
  type PromotionKey,
  type PromotionStatus,
  pageOf,
} from '#contracts';
import { type Database, notFound } from '#runtime';
import { statementName } from '../answers.js';
import { afterNewest } from '../conditions.js';
import { promotionConditions, STATUS } from './promotion-filters.js';

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

  async list(filters: PromotionFilters, caller: Caller): Promise<Page<Promotion>> {
    const limit = filters.limit ?? DEFAULT_PAGE_LIMIT;
    const conditions = promotionConditions(filters, caller);
    const after = afterNewest(filters.cursor, conditions.params.length + 1, 'promotion', 'promotion_id');
    const values = [...conditions.params, ...after.params, limit + 1];
    const text = `SELECT promotion.*, enrolled.* FROM (
        SELECT ${COLUMNS} FROM promotions AS promotion WHERE ${conditions.sql} AND ${after.sql}
        ORDER BY promotion.sorted_at DESC, promotion.shop_id DESC, promotion.promotion_id DESC LIMIT $${values.length}
      ) AS promotion CROSS JOIN LATERAL (${ENROLLED}) AS enrolled
      ORDER BY promotion.sorted_at DESC, promotion.shop_id DESC, promotion.promotion_id DESC`;
    // A search is planned for its own words.
    const rows =
      filters.search === undefined
        ? await this.database.prepared<PromotionRow>(statementName(text), text, values)
        : await this.database.query<PromotionRow>(text, values);
    return pageOf(rows, limit, toPromotion, (row) => [
      row.sorted_at.toISOString(),
      row.shop_id,
      row.promotion_id,
    ]);
  }

  /** By status, over all the other filters: what the tabs above the list show. */
  async count(filters: PromotionFilters, caller: Caller): Promise<PromotionCounts> {
    const { sql, params } = promotionConditions(filters, caller, { withStatus: false });
    const text = `SELECT ${STATUS} AS status, count(*) AS promotions,
        count(*) FILTER (WHERE promotion.is_joined) AS joined
      FROM promotions AS promotion WHERE ${sql} GROUP BY 1`;
    type Counted = {
      status: PromotionStatus;
      promotions: number;
      joined: number;
    };
    const rows =
      filters.search === undefined
        ? await this.database.prepared<Counted>(statementName(text), text, params)
        : await this.database.query<Counted>(text, params);
    return {
      promotions: rows.reduce((sum, row) => sum + row.promotions, 0),
      joined: rows.reduce((sum, row) => sum + row.joined, 0),
      byStatus: Object.fromEntries(rows.map((row) => [row.status, row.promotions])),
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
