import {
  MAX_PROMOTIONS_AN_EVENT,
  PromotionProductState,
  PromotionProductsStored,
  PromotionState,
  PromotionsStored,
} from '#contracts';
import { appendListToOutbox } from '#messaging';
import { batchOf, type CopiedColumns, type Transaction } from '#runtime';

const utc = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const PROMOTION_STATES = `
  SELECT json_build_object(
    'promotionId', promotion_id, 'version', version, 'name', name, 'platformType', platform_type,
    'platformStatus', platform_status, 'startsAt', ${utc('starts_at')}, 'endsAt', ${utc('ends_at')},
    'isJoined', is_joined, 'isGone', gone_at IS NOT NULL) AS state
  FROM promotions WHERE shop_id = $1 AND promotion_id = ANY($2::text[]) ORDER BY promotion_id`;

/** One product in one promotion. */
export interface PromotionProductKey {
  readonly promotionId: string;
  readonly productId: string;
}

export const PROMOTION_PRODUCT_KEY = {
  promotion_id: ['text', (product) => product.promotionId],
  product_id: ['text', (product) => product.productId],
} satisfies CopiedColumns<PromotionProductKey>;
const WANTED = batchOf(PROMOTION_PRODUCT_KEY, 2, 'wanted');

const PRODUCT_STATES = `
  WITH wanted AS (
    SELECT * FROM ${WANTED.rows}
  ), own_skus AS (
    SELECT promotion_id, product_id, json_agg(json_build_object(
      'skuId', sku_id, 'supplyPriceMinor', supply_price_minor, 'supplyPriceCurrency', supply_price_currency,
      'isGone', gone_at IS NOT NULL) ORDER BY sku_id) AS states
    FROM promotion_skus JOIN wanted USING (promotion_id, product_id) WHERE shop_id = $1
    GROUP BY promotion_id, product_id
  )
  SELECT json_build_object(
    'promotionId', promotion_id, 'productId', product_id, 'version', version, 'quantity', quantity,
    'remainingQuantity', remaining_quantity, 'isGone', gone_at IS NOT NULL,
    'skus', coalesce(own_skus.states, '[]')) AS state
  FROM promotion_products JOIN wanted USING (promotion_id, product_id) LEFT JOIN own_skus USING (promotion_id, product_id)
  WHERE shop_id = $1 ORDER BY promotion_id, product_id`;

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

/** The same for products in promotions, with all SKUs that are or were enrolled. */
export async function emitPromotionProducts(
  tx: Transaction,
  shopId: string,
  goods: readonly PromotionProductKey[],
): Promise<void> {
  if (goods.length === 0) return;
  const rows = await tx.query<{ state: PromotionProductState }>(PRODUCT_STATES, [
    shopId,
    ...WANTED.values(goods),
  ]);
  const states = rows.map((row) => row.state);
  await appendListToOutbox(
    tx,
    PromotionProductsStored,
    { shopId },
    'products',
    states,
    MAX_PROMOTIONS_AN_EVENT,
  );
}
