import type { PromotionFilters } from '#contracts';
import type { Asking, List } from '#lists';
import { containsWord, wordsOf } from '#runtime';

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

/** What a promotion is sorted by. */
interface SortedPromotion {
  readonly sorted_at: Date;
  readonly shop_id: string;
  readonly promotion_id: string;
}

/** On `promotions AS promotion`: the list and its counts read the same. */
export const PROMOTION_LIST: List<PromotionFilters, SortedPromotion> = {
  shop: 'promotion.shop_id',
  conditions: {
    status: (status, { param }) => `${STATUS} = ${param(status)}`,
    joined: (isJoined, { param }) => `promotion.is_joined = ${param(isJoined)}::boolean`,
    withGone: (isWithGone) => (isWithGone ? 'true' : 'promotion.gone_at IS NULL'),
    emptied: (isEmptied) => `${isEmptied ? '' : 'NOT '}(${IS_EMPTIED})`,
    search: searchCondition,
    updatedSince: (instant, { param }) => `promotion.changed_at >= ${param(instant)}::timestamptz`,
  },
  order: [
    ['desc', 'promotion.sorted_at', 'instant', (row) => row.sorted_at],
    ['desc', 'promotion.shop_id', 'id', (row) => row.shop_id],
    ['desc', 'promotion.promotion_id', 'text', (row) => row.promotion_id],
  ],
};

/** Ids in full, those of products and SKUs that no longer take part too; words of the name. */
function searchCondition(search: string, { param }: Asking): string {
  const words = wordsOf(search);
  const id = param(words.join(' '));
  const named = words.map((word) => containsWord('name', param(word))).join(' AND ');
  return `(promotion.shop_id, promotion.promotion_id) IN (
    SELECT shop_id, promotion_id FROM promotions WHERE ${named}
    UNION SELECT shop_id, promotion_id FROM promotions WHERE promotion_id = ${id}
    UNION SELECT shop_id, promotion_id FROM promotion_products WHERE product_id = ${id}
    UNION SELECT shop_id, promotion_id FROM promotion_skus WHERE sku_id = ${id})`;
}
