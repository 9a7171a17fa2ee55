import { type Caller, LOW_STOCK_BELOW, type ProductFilters, type StockLevel, shopsToRead } from '#contracts';
import { containsWord, shopsOf, wordsOf } from '#runtime';
import type { Conditions } from '../conditions.js';

/** Digits that may be the beginning of an id. */
const ID = /^\d{4,}$/;

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
  WHERE sku.shop_id = product.shop_id AND sku.product_id = product.product_id
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
  parts.push(shopsOf(shopsToRead(caller, filters.shopId), param)('product'));
  if (options.withListing && filters.listing !== undefined) {
    parts.push(`product.listing = ${param(filters.listing)}`);
  }
  if (filters.stock !== undefined) parts.push(stockCondition(filters.stock));
  if (filters.emptied !== undefined) parts.push(`${filters.emptied ? '' : 'NOT '}(${IS_EMPTIED})`);
  if (filters.updatedSince !== undefined)
    parts.push(`product.changed_at >= ${param(filters.updatedSince)}::timestamptz`);
  if (filters.search !== undefined)
    parts.push(...wordsOf(filters.search).map((word) => wordCondition(word, param)));
  return { sql: parts.join(' AND '), params };
}

/** What a product is searched by, and its SKUs, as their indexes have it: every scan marks every SKU, so that theirs is short. */
export const PRODUCT_SAID = `product_name || E'\\n' || coalesce(seller_product_code, '')`;
export const SKU_SAID = `left(coalesce(seller_sku, ''), 100) || E'\\n' || left(coalesce(spec, ''), 100)`;

/** A part of what the product or one of its SKUs says, or the beginning of an id: each a look-up by an index of its own. */
function wordCondition(word: string, param: (value: unknown) => string): string {
  const part = param(word);
  const found = [
    `SELECT shop_id, product_id FROM products WHERE ${containsWord(PRODUCT_SAID, part)}`,
    `SELECT shop_id, product_id FROM skus WHERE ${containsWord(SKU_SAID, part)}`,
  ];
  if (ID.test(word)) {
    const start = param(`${word}%`);
    found.push(
      `SELECT shop_id, product_id FROM products WHERE product_id LIKE ${start}`,
      `SELECT shop_id, product_id FROM skus WHERE sku_id LIKE ${start}`,
    );
  }
  return `(product.shop_id, product.product_id) IN (${found.join(' UNION ')})`;
}
