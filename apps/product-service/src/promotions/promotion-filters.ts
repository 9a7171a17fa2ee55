import { type Caller, type PromotionFilters, shopsToRead } from '#contracts';
import { containsWord, shopsOf, wordsOf } from '#runtime';
import type { Conditions } from '../conditions.js';

/**
 * Of `promotions AS promotion`, now: by its times; by what the marketplace said where they do not decide. What a passed
 * start contradicts is an old reading.
 */
export const STATUS = `CASE
  WHEN promotion.starts_at > now() THEN 'upcoming'
  WHEN promotion.ends_at < now() THEN 'over'
  WHEN promotion.starts_at IS NOT NULL AND promotion.ends_at IS NOT NULL THEN 'running'
  WHEN promotion.told_status = 'over' THEN 'over'
  WHEN promotion.told_status = 'running' THEN 'running'
  WHEN promotion.told_status = 'upcoming' AND promotion.starts_at IS NULL THEN 'upcoming'
  WHEN promotion.told_status = 'upcoming' THEN 'running'
  ELSE 'unknown' END`;

const IS_EMPTIED = `promotion.emptied_fields <> '{}' OR EXISTS (SELECT FROM promotion_products AS goods
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
  parts.push(shopsOf(shopsToRead(caller, filters.shopId), param)('promotion'));
  if (filters.withGone !== true) parts.push('promotion.gone_at IS NULL');
  if (filters.joined !== undefined) parts.push(`promotion.is_joined = ${param(filters.joined)}::boolean`);
  if (options.withStatus && filters.status !== undefined) parts.push(`${STATUS} = ${param(filters.status)}`);
  if (filters.emptied !== undefined) parts.push(`${filters.emptied ? '' : 'NOT '}(${IS_EMPTIED})`);
  if (filters.updatedSince !== undefined)
    parts.push(`promotion.changed_at >= ${param(filters.updatedSince)}::timestamptz`);
  if (filters.search !== undefined) parts.push(searchCondition(filters.search, param));
  return { sql: parts.join(' AND '), params };
}

/** Ids in full, those of products and SKUs that no longer take part too; words of the name. */
function searchCondition(search: string, param: (value: unknown) => string): string {
  const words = wordsOf(search);
  const id = param(words.join(' '));
  const named = words.map((word) => containsWord('name', param(word))).join(' AND ');
  return `(promotion.shop_id, promotion.promotion_id) IN (
    SELECT shop_id, promotion_id FROM promotions WHERE ${named}
    UNION SELECT shop_id, promotion_id FROM promotions WHERE promotion_id = ${id}
    UNION SELECT shop_id, promotion_id FROM promotion_products WHERE product_id = ${id}
    UNION SELECT shop_id, promotion_id FROM promotion_skus WHERE sku_id = ${id})`;
}
