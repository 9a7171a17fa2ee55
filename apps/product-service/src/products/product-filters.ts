import { LOW_STOCK_BELOW, type ProductFilters, type StockLevel } from '#contracts';
import type { List, Param } from '#lists';
import { containsWord, wordsOf } from '#runtime';

/** Digits that may be the beginning of an id. */
const ID = /^\d{4,}$/;

/** A product of unknown stock has no level. */
const HAS_STOCK: Readonly<Record<StockLevel, string>> = {
  out: 'product.stock <= 0',
  low: `product.stock > 0 AND product.stock < ${LOW_STOCK_BELOW}`,
  available: `product.stock >= ${LOW_STOCK_BELOW}`,
};

const IS_EMPTIED = `product.emptied_fields <> '{}' OR EXISTS (SELECT FROM skus AS sku
  WHERE sku.shop_id = product.shop_id AND sku.product_id = product.product_id
    AND (sku.emptied_fields <> '{}' OR sku.supply_price_emptied_since IS NOT NULL))`;

/** What a product is sorted by. */
interface SortedProduct {
  readonly sorted_at: Date;
  readonly shop_id: string;
  readonly product_id: string;
}

/** On `products AS product`: the list and its counts read the same. */
export const PRODUCT_LIST: List<ProductFilters, SortedProduct> = {
  shop: 'product.shop_id',
  conditions: {
    listing: (listing, { param }) => `product.listing = ${param(listing)}`,
    stock: (level) => HAS_STOCK[level],
    emptied: (isEmptied) => `${isEmptied ? '' : 'NOT '}(${IS_EMPTIED})`,
    updatedSince: (instant, { param }) => `product.changed_at >= ${param(instant)}::timestamptz`,
    search: (search, { param }) =>
      wordsOf(search)
        .map((word) => wordCondition(word, param))
        .join(' AND '),
  },
  order: [
    ['desc', 'product.sorted_at', 'instant', (row) => row.sorted_at],
    ['desc', 'product.shop_id', 'id', (row) => row.shop_id],
    ['desc', 'product.product_id', 'text', (row) => row.product_id],
  ],
};

/** What a product is searched by, and its SKUs, as their indexes have it: every scan marks every SKU, so that theirs is short. */
export const PRODUCT_SAID = `product_name || E'\\n' || coalesce(seller_product_code, '')`;
export const SKU_SAID = `left(coalesce(seller_sku, ''), 100) || E'\\n' || left(coalesce(spec, ''), 100)`;

/** A part of what the product or one of its SKUs says, or the beginning of an id: each a look-up by an index of its own. */
function wordCondition(word: string, param: Param): string {
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
