import { MAX_PRODUCTS_AN_EVENT, type ProductState, ProductsStored } from '#contracts';
import { appendListToOutbox } from '#messaging';
import type { Transaction } from '#runtime';

const STATES = `
  WITH own_skus AS (
    SELECT product_id, json_agg(json_build_object(
      'skuId', sku_id, 'sellerSku', seller_sku, 'spec', spec, 'stock', stock,
      'priceMinor', price_minor, 'priceCurrency', price_currency,
      'supplyPriceMinor', supply_price_minor, 'supplyPriceCurrency', supply_price_currency,
      'isOnSale', is_on_sale, 'isRemoved', removed_at IS NOT NULL) ORDER BY sku_id) AS states
    FROM skus WHERE shop_id = $1 AND product_id = ANY($2::text[]) GROUP BY product_id
  )
  SELECT json_build_object(
    'productId', product_id, 'version', version, 'productName', product_name, 'sellerProductCode', seller_product_code,
    'imageUrl', image_url, 'categoryId', category_id, 'listing', listing, 'stock', stock,
    'priceMinor', price_minor, 'priceCurrency', price_currency, 'createdAt', to_char(platform_created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'skus', coalesce(own_skus.states, '[]')) AS state
  FROM products LEFT JOIN own_skus USING (product_id)
  WHERE shop_id = $1 AND product_id = ANY($2::text[]) ORDER BY product_id`;

/** Appends the stored state of products to the outbox, in the transaction that has changed them. */
export async function emitProducts(
  tx: Transaction,
  shopId: string,
  productIds: readonly string[],
): Promise<void> {
  if (productIds.length === 0) return;
  const rows = await tx.query<{ state: ProductState }>(STATES, [shopId, productIds]);
  const states = rows.map((row) => row.state);
  await appendListToOutbox(tx, ProductsStored, { shopId }, 'products', states, MAX_PRODUCTS_AN_EVENT);
}
