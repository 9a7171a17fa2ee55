import { type Caller, LOW_STOCK_BELOW, type ProductFilters, type StockLevel } from '#contracts';
import { type Conditions, likeText } from '../conditions.js';

/** A product of unknown stock has no level. */
function stockCondition(level: StockLevel): string {
  switch (level) {
    case 'out':
      return 'product.stock <= 0';
    case 'low':
      return `(product.stock > 0 AND product.stock < ${LOW_STOCK_BELOW})`;
    case 'available':
      return `product.stock >= ${LOW_STOCK_BELOW}`;
  }
}

const IS_EMPTIED = `product.emptied_fields <> '{}' OR EXISTS (SELECT FROM skus AS sku
  WHERE sku.shop_id = product.shop_id AND sku.goods_id = product.goods_id
    AND (sku.emptied_fields <> '{}' OR sku.supply_price_emptied_since IS NOT NULL))`;

/**
 * Conditions on `products AS product`. Each filter is one line here: the product list and its counts read the same.
 * Equal sets of filters give equal SQL, so that its plan can be kept under its name.
 */
export function productConditions(
  filters: ProductFilters,
  caller: Caller,
  options = { withListing: true },
): Conditions {
  const params: unknown[] = [];
  const parts: string[] = [];
  const param = (value: unknown): string => `$${params.push(value)}`;
  if (caller.shopIds !== null) parts.push(`product.shop_id = ANY(${param(caller.shopIds)}::uuid[])`);
  if (filters.shopId !== undefined) parts.push(`product.shop_id = ${param(filters.shopId)}::uuid`);
  if (options.withListing && filters.listing !== undefined) {
    parts.push(`product.listing = ${param(filters.listing)}`);
  }
  if (filters.stock !== undefined) parts.push(stockCondition(filters.stock));
  if (filters.emptied !== undefined) parts.push(`${filters.emptied ? '' : 'NOT '}(${IS_EMPTIED})`);
  if (filters.search !== undefined) parts.push(searchCondition(filters.search.trim(), param));
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), params };
}

/** Ids in full, the seller's own numbers from their start, a part of the name; capitals or not. */
function searchCondition(text: string, param: (value: unknown) => string): string {
  const id = param(text);
  const start = param(`${likeText(text.toLowerCase())}%`);
  const part = param(`%${likeText(text)}%`);
  return `(product.goods_id = ${id} OR product.goods_name ILIKE ${part}
    OR lower(product.seller_goods_sn) LIKE ${start}
    OR EXISTS (SELECT FROM skus AS sku
      WHERE sku.shop_id = product.shop_id AND sku.goods_id = product.goods_id
        AND (sku.sku_id = ${id} OR lower(sku.seller_sku) LIKE ${start})))`;
}
