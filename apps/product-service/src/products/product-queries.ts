import {
  asSeenBy,
  type Caller,
  canReach,
  type ListingState,
  type PageWithLacks,
  Product,
  type ProductCounts,
  type ProductFilters,
  type ProductKey,
  type ProductSku,
} from '#contracts';
import { listQuery, notAvailable, readListed, whereOf } from '#lists';
import { type Database, notFound } from '#runtime';
import { money } from '../answers.js';
import { PRODUCT_LIST } from './product-filters.js';

interface SkuRow {
  skuId: string;
  sellerSku: string | null;
  spec: string | null;
  imageUrl: string | null;
  stock: number | null;
  priceMinor: number | null;
  priceCurrency: string | null;
  supplyPriceMinor: number | null;
  supplyPriceCurrency: string | null;
  isOnSale: boolean | null;
  removedAt: string | null;
  emptiedFields: string[];
}

interface ProductRow {
  shop_id: string;
  product_id: string;
  version: number;
  product_name: string;
  seller_product_code: string | null;
  image_url: string | null;
  category_id: string | null;
  listing: ListingState;
  platform_status: string | null;
  stock: number | null;
  price_minor: number | null;
  price_currency: string | null;
  platform_created_at: Date | null;
  last_seen_at: Date;
  sorted_at: Date;
  changed_at: Date;
  emptied_fields: string[];
  emptied_since: Date | null;
  skus: SkuRow[];
}

const COLUMNS = `product.shop_id, product.product_id, product.version, product.product_name, product.seller_product_code,
  product.image_url, product.category_id, product.listing, product.platform_status, product.stock,
  product.price_minor, product.price_currency, product.platform_created_at, product.last_seen_at, product.sorted_at, product.changed_at,
  product.emptied_fields, product.emptied_since`;

/** Those that the product has now come first. */
const SKUS = `SELECT coalesce(json_agg(json_build_object(
    'skuId', sku.sku_id, 'sellerSku', sku.seller_sku, 'spec', sku.spec, 'imageUrl', sku.image_url,
    'stock', sku.stock, 'priceMinor', sku.price_minor, 'priceCurrency', sku.price_currency,
    'supplyPriceMinor', sku.supply_price_minor, 'supplyPriceCurrency', sku.supply_price_currency,
    'isOnSale', sku.is_on_sale, 'emptiedFields', sku.emptied_fields
      || CASE WHEN sku.supply_price_emptied_since IS NULL THEN '{}'::text[] ELSE '{supplyPrice}' END,
    'removedAt', to_char(sku.removed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  ) ORDER BY sku.removed_at IS NOT NULL, sku.sku_id), '[]') AS skus
  FROM skus AS sku WHERE sku.shop_id = product.shop_id AND sku.product_id = product.product_id`;

/** Reads products; all answers respect what the caller may see. */
export class ProductQueries {
  constructor(private readonly database: Database) {}

  async list(filters: ProductFilters, caller: Caller): Promise<PageWithLacks<Product>> {
    const { where, orderBy, limit, params, page } = listQuery(PRODUCT_LIST, filters, caller);
    const text = `SELECT product.*, own.skus FROM (
        SELECT ${COLUMNS} FROM products AS product WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}
      ) AS product CROSS JOIN LATERAL (${SKUS}) AS own ORDER BY ${orderBy}`;
    const rows = await readListed<ProductRow>(this.database, filters, text, params);
    return {
      ...page(rows, (row) => asSeenBy(caller, Product, toProduct(row))),
      notAvailable: await notAvailable(this.database, 'products', filters, caller),
    };
  }

  /** By listing, over all the other filters: what the tabs above the list show. */
  async count(filters: ProductFilters, caller: Caller): Promise<ProductCounts> {
    const { sql, params } = whereOf(PRODUCT_LIST, filters, caller, { without: ['listing'] });
    const text = `SELECT product.listing, count(*) AS products, sum(product.sku_count) AS skus
      FROM products AS product WHERE ${sql} GROUP BY product.listing`;
    type Counted = { listing: ListingState; products: number; skus: number };
    const rows = await readListed<Counted>(this.database, filters, text, params);
    return {
      products: rows.reduce((sum, row) => sum + row.products, 0),
      skus: rows.reduce((sum, row) => sum + row.skus, 0),
      byListing: Object.fromEntries(rows.map((row) => [row.listing, row.products])),
      notAvailable: await notAvailable(this.database, 'products', filters, caller),
    };
  }

  async get({ shopId, productId }: ProductKey, caller: Caller): Promise<Product> {
    const text = `SELECT ${COLUMNS}, own.skus FROM products AS product CROSS JOIN LATERAL (${SKUS}) AS own
      WHERE product.shop_id = $1 AND product.product_id = $2`;
    const [row] = canReach(caller, shopId)
      ? await this.database.prepared<ProductRow>('product-get', text, [shopId, productId])
      : [];
    if (row === undefined) {
      throw notFound(
        'product.not_found',
        `There is no product ${productId} in this shop, or you may not see it.`,
      );
    }
    return asSeenBy(caller, Product, toProduct(row));
  }
}

function toSku(row: SkuRow): ProductSku {
  return {
    skuId: row.skuId,
    sellerSku: row.sellerSku,
    spec: row.spec,
    imageUrl: row.imageUrl,
    stock: row.stock,
    price: money(row.priceMinor, row.priceCurrency),
    supplyPrice: money(row.supplyPriceMinor, row.supplyPriceCurrency),
    isOnSale: row.isOnSale,
    removedAt: row.removedAt,
    emptiedFields: row.emptiedFields,
  };
}

function toProduct(row: ProductRow): Product {
  return {
    shopId: row.shop_id,
    productId: row.product_id,
    productName: row.product_name,
    sellerProductCode: row.seller_product_code,
    imageUrl: row.image_url,
    categoryId: row.category_id,
    listing: row.listing,
    platformStatus: row.platform_status,
    stock: row.stock,
    price: money(row.price_minor, row.price_currency),
    createdAt: row.platform_created_at?.toISOString() ?? null,
    lastSeenAt: row.last_seen_at.toISOString(),
    version: row.version,
    changedAt: row.changed_at.toISOString(),
    emptiedFields: row.emptied_fields,
    emptiedSince: row.emptied_since?.toISOString() ?? null,
    skus: row.skus.map(toSku),
  };
}
