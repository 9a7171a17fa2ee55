import type { Caller, PromotionFilters } from '#contracts';
import { type Conditions, likeText } from '../conditions.js';

/**
 * Of `promotions AS promotion`, now: by its times; by the marketplace's number where they do not decide. A number that a
 * passed start contradicts is an old reading.
 */
export const STATUS = `CASE
  WHEN promotion.starts_at > now() THEN 'upcoming'
  WHEN promotion.ends_at < now() THEN 'over'
  WHEN promotion.starts_at IS NOT NULL AND promotion.ends_at IS NOT NULL THEN 'running'
  WHEN promotion.platform_status = 3 THEN 'over'
  WHEN promotion.platform_status = 2 THEN 'running'
  WHEN promotion.platform_status = 1 AND promotion.starts_at IS NULL THEN 'upcoming'
  WHEN promotion.platform_status = 1 THEN 'running'
  ELSE 'unknown' END`;

const IS_EMPTIED = `promotion.emptied_fields <> '{}' OR EXISTS (SELECT FROM promotion_goods AS goods
  WHERE goods.shop_id = promotion.shop_id AND goods.promotion_id = promotion.promotion_id
    AND goods.emptied_fields <> '{}')`;

/**
 * Conditions on `promotions AS promotion`. Each filter is one line here: the list and its counts read the same. Equal
 * sets of filters give equal SQL, so that its plan can be kept under its name.
 */
export function promotionConditions(
  filters: PromotionFilters,
  caller: Caller,
  options = { withStatus: true },
): Conditions {
  const params: unknown[] = [];
  const parts: string[] = [];
  const param = (value: unknown): string => `$${params.push(value)}`;
  if (caller.shopIds !== null) parts.push(`promotion.shop_id = ANY(${param(caller.shopIds)}::uuid[])`);
  if (filters.shopId !== undefined) parts.push(`promotion.shop_id = ${param(filters.shopId)}::uuid`);
  if (filters.withGone !== true) parts.push('promotion.gone_at IS NULL');
  if (filters.joined !== undefined) parts.push(`promotion.is_joined = ${param(filters.joined)}::boolean`);
  if (options.withStatus && filters.status !== undefined) parts.push(`${STATUS} = ${param(filters.status)}`);
  if (filters.emptied !== undefined) parts.push(`${filters.emptied ? '' : 'NOT '}(${IS_EMPTIED})`);
  if (filters.search !== undefined) parts.push(searchCondition(filters.search.trim(), param));
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), params };
}

/** Ids in full, those of products and SKUs that no longer take part too; a part of the name, capitals or not. */
function searchCondition(text: string, param: (value: unknown) => string): string {
  const id = param(text);
  const part = param(`%${likeText(text)}%`);
  return `(promotion.promotion_id = ${id} OR promotion.name ILIKE ${part}
    OR EXISTS (SELECT FROM promotion_goods AS goods
      WHERE goods.shop_id = promotion.shop_id AND goods.promotion_id = promotion.promotion_id AND goods.goods_id = ${id})
    OR EXISTS (SELECT FROM promotion_skus AS sku
      WHERE sku.shop_id = promotion.shop_id AND sku.promotion_id = promotion.promotion_id AND sku.sku_id = ${id}))`;
}
