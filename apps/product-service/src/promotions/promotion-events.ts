import {
  MAX_PROMOTIONS_AN_EVENT,
  PromotionGoodsState,
  PromotionGoodsStored,
  PromotionState,
  PromotionsStored,
} from '#contracts';
import { appendListToOutbox } from '#messaging';
import type { Transaction } from '#runtime';

const utc = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const PROMOTION_STATES = `
  SELECT json_build_object(
    'promotionId', promotion_id, 'version', version, 'name', name, 'platformType', platform_type,
    'platformStatus', platform_status, 'startsAt', ${utc('starts_at')}, 'endsAt', ${utc('ends_at')},
    'isJoined', is_joined, 'isGone', gone_at IS NOT NULL) AS state
  FROM promotions WHERE shop_id = $1 AND promotion_id = ANY($2::text[]) ORDER BY promotion_id`;

const GOODS_STATES = `
  WITH wanted AS (
    SELECT * FROM unnest($2::text[], $3::text[]) AS wanted (promotion_id, goods_id)
  ), own_skus AS (
    SELECT promotion_id, goods_id, json_agg(json_build_object(
      'skuId', sku_id, 'supplyPriceMinor', supply_price_minor, 'supplyPriceCurrency', supply_price_currency,
      'isGone', gone_at IS NOT NULL) ORDER BY sku_id) AS states
    FROM promotion_skus JOIN wanted USING (promotion_id, goods_id) WHERE shop_id = $1
    GROUP BY promotion_id, goods_id
  )
  SELECT json_build_object(
    'promotionId', promotion_id, 'goodsId', goods_id, 'version', version, 'quantity', quantity,
    'remainingQuantity', remaining_quantity, 'isGone', gone_at IS NOT NULL,
    'skus', coalesce(own_skus.states, '[]')) AS state
  FROM promotion_goods JOIN wanted USING (promotion_id, goods_id) LEFT JOIN own_skus USING (promotion_id, goods_id)
  WHERE shop_id = $1 ORDER BY promotion_id, goods_id`;

/** Appends the stored state of promotions to the outbox, in the transaction that has changed them. */
export async function emitPromotions(
  tx: Transaction,
  shopId: string,
  promotionIds: readonly string[],
): Promise<void> {
  if (promotionIds.length === 0) return;
  const rows = await tx.query<{ state: PromotionState }>(PROMOTION_STATES, [shopId, promotionIds]);
  const states = rows.map((row) => row.state);
  await appendListToOutbox(tx, PromotionsStored, { shopId }, 'promotions', states, MAX_PROMOTIONS_AN_EVENT);
}

/** One product in one promotion. */
export interface PromotionGoodsKey {
  readonly promotionId: string;
  readonly goodsId: string;
}

/** The same for products in promotions, with all SKUs that are or were enrolled. */
export async function emitPromotionGoods(
  tx: Transaction,
  shopId: string,
  goods: readonly PromotionGoodsKey[],
): Promise<void> {
  if (goods.length === 0) return;
  const rows = await tx.query<{ state: PromotionGoodsState }>(GOODS_STATES, [
    shopId,
    goods.map(({ promotionId }) => promotionId),
    goods.map(({ goodsId }) => goodsId),
  ]);
  const states = rows.map((row) => row.state);
  await appendListToOutbox(tx, PromotionGoodsStored, { shopId }, 'goods', states, MAX_PROMOTIONS_AN_EVENT);
}
