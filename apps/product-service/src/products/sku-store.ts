import type { Money, SkuRecord, SkuSupplierPrice } from '#marketplace';
import { batchOf, type Transaction } from '#runtime';
import { latestOfEach } from '#sync';
import {
  idOf,
  mergeRecords,
  NOTHING_STORED,
  type Read,
  type RecordTable,
  type Stored,
} from '../merge/record-table.js';
import { emitProducts } from './product-events.js';

/** A SKU with the list it was in. */
export interface ListedSku extends SkuRecord {
  readonly isAvailable: boolean;
}

/**
 * `skuStatusChangeTime` speaks of a SKU as `goodsStatusChangeTime` does of a product (see `PRODUCTS`): not of its price
 * and stock, nor of which product it belongs to.
 */
export const SKUS: RecordTable<ListedSku> = {
  table: 'skus',
  keys: { sku_id: ['text', (record) => record.skuId] },
  fields: [
    { name: 'productId', columns: { product_id: ['text', (record) => record.productId] }, isDated: false },
    { name: 'sellerSku', columns: { seller_sku: ['text', (record) => record.sellerSku] }, isDated: true },
    { name: 'spec', columns: { spec: ['text', (record) => record.spec] }, isDated: true },
    { name: 'imageUrl', columns: { image_url: ['text', (record) => record.imageUrl] }, isDated: true },
    { name: 'stock', columns: { stock: ['bigint', (record) => record.stock] }, isDated: false },
    {
      name: 'price',
      columns: {
        price_minor: ['bigint', ({ price }) => price?.amountMinor ?? null],
        price_currency: ['text', ({ price }) => price?.currency ?? null],
      },
      isDated: false,
    },
    { name: 'isOnSale', columns: { is_on_sale: ['boolean', (record) => record.onSale] }, isDated: true },
    {
      name: 'isAvailable',
      columns: { is_available: ['boolean', (record) => record.isAvailable] },
      isDated: true,
    },
    {
      name: 'platformStatus',
      columns: { platform_status: ['text', (record) => record.platformStatus] },
      isDated: true,
    },
    {
      name: 'platformSubStatus',
      columns: { platform_sub_status: ['text', (record) => record.platformSubStatus] },
      isDated: true,
    },
    {
      name: 'createdAt',
      columns: { platform_created_at: ['timestamptz', (record) => record.createdAt] },
      isDated: false,
    },
    {
      name: 'statusChangedAt',
      columns: { status_changed_at: ['timestamptz', (record) => record.statusChangedAt] },
      isDated: false,
    },
  ],
  goneColumn: 'removed_at',
  isVersioned: false,
  changedAt: 'status_changed_at',
};

/** Products whose SKUs have changed: sums anew, a higher version. Products that are not known yet are left out. */
const REFRESH_PRODUCTS = `
  WITH previous AS (
    SELECT product_id, changed_scan_id FROM products WHERE shop_id = $1 AND product_id = ANY($3::text[])
  ), own_skus AS (
    SELECT product_id, sum(stock) AS stock, count(*)::integer AS skus FROM skus
    WHERE shop_id = $1 AND removed_at IS NULL AND product_id = ANY($3::text[]) GROUP BY product_id
  ), refreshed AS (
    UPDATE products AS known
    SET version = known.version + 1, changed_scan_id = $2, sku_stock = own_skus.stock,
        sku_count = coalesce(own_skus.skus, 0)
    FROM previous LEFT JOIN own_skus USING (product_id)
    WHERE known.shop_id = $1 AND known.product_id = previous.product_id
    RETURNING known.product_id
  )
  SELECT product_id AS "productId", previous.changed_scan_id IS DISTINCT FROM $2 AS "isFirstChange"
  FROM refreshed JOIN previous USING (product_id)`;

/** Stores SKUs as a scan has read them, and what follows for their products: see `mergeRecords`. */
export async function storeSkus(
  tx: Transaction,
  shopId: string,
  scanId: string,
  skus: readonly Read<ListedSku>[],
): Promise<Stored> {
  const latest = latestOfEach(skus, ({ record }) => idOf(SKUS, record));
  if (latest.length === 0) return NOTHING_STORED;
  const merged = await mergeRecords(tx, SKUS, { shopId, scanId }, latest);
  const productsOf = new Map(latest.map(({ record }) => [record.skuId, record.productId]));
  // A SKU that has moved to another product changes both.
  const touched = merged.changed.flatMap(({ key, before }) =>
    [productsOf.get(key[0] ?? ''), before?.product_id].filter((id) => typeof id === 'string'),
  );
  const changed = await refreshProducts(
    tx,
    shopId,
    scanId,
    touched.map((productId) => ({ productId })),
  );
  return { ...merged, changed };
}

/** A supplier price that the marketplace has told. */
export interface ToldPrice extends SkuSupplierPrice {
  readonly supplierPrice: Money;
}

const TOLD = batchOf<ToldPrice>(
  {
    sku_id: ['text', ({ skuId }) => skuId],
    minor: ['bigint', ({ supplierPrice }) => supplierPrice.amountMinor],
    currency: ['text', ({ supplierPrice }) => supplierPrice.currency],
  },
  3,
  'told',
);

/**
 * Supplier prices of SKUs that are known; a mark that an earlier answer was empty goes.
 * @returns products that this scan changes for the first time
 */
export async function storeSupplierPrices(
  tx: Transaction,
  shopId: string,
  scanId: string,
  prices: readonly ToldPrice[],
  readAt: Date,
): Promise<number> {
  const bySku = new Map(prices.map((price) => [price.skuId, price]));
  if (bySku.size === 0) return 0;
  const touched = await tx.query<{ productId: string }>(
    `UPDATE skus AS known
     SET supply_price_minor = told.minor, supply_price_currency = told.currency, supply_price_read_at = $2
     FROM ${TOLD.rows}
     WHERE known.shop_id = $1 AND known.sku_id = told.sku_id
       AND (known.supply_price_read_at IS NULL OR known.supply_price_read_at <= $2)
       AND (known.supply_price_minor, known.supply_price_currency) IS DISTINCT FROM (told.minor, told.currency)
     RETURNING known.product_id AS "productId"`,
    [shopId, readAt, ...TOLD.values([...bySku.values()])],
  );
  await tx.query(
    `UPDATE skus SET supply_price_emptied_since = NULL
     WHERE shop_id = $1 AND sku_id = ANY($2::text[]) AND supply_price_emptied_since <= $3`,
    [shopId, [...bySku.keys()], readAt],
  );
  return refreshProducts(tx, shopId, scanId, touched);
}

/**
 * SKUs of which an answer tells no supplier price: a known one stays, and is marked (`keepKnown`).
 * @returns those with a known one
 */
export async function markUnpriced(
  tx: Transaction,
  shopId: string,
  skuIds: readonly string[],
  readAt: Date,
): Promise<ReadonlySet<string>> {
  if (skuIds.length === 0) return new Set();
  const rows = await tx.query<{ skuId: string }>(
    `UPDATE skus SET supply_price_emptied_since = coalesce(supply_price_emptied_since, $3)
     WHERE shop_id = $1 AND sku_id = ANY($2::text[]) AND supply_price_minor IS NOT NULL
       AND (supply_price_read_at IS NULL OR supply_price_read_at <= $3)
     RETURNING sku_id AS "skuId"`,
    [shopId, skuIds, readAt],
  );
  return new Set(rows.map(({ skuId }) => skuId));
}

/**
 * After both SKU lists were read to their ends: a SKU that was in neither and that its product, seen in the same scan,
 * does not name any more, is marked as removed. Without the product's own word nothing is: a list may have gaps.
 */
export async function removeUnlistedSkus(
  tx: Transaction,
  shopId: string,
  scanId: string,
): Promise<{ removed: number; changed: number }> {
  // The empty hash makes the SKU count as changed when it comes back.
  const touched = await tx.query<{ productId: string }>(
    `UPDATE skus AS known SET removed_at = now(), content_hash = ''
     FROM products AS product
     WHERE known.shop_id = $1 AND product.shop_id = $1 AND product.product_id = known.product_id
       AND product.scan_id = $2 AND cardinality(product.sku_ids) > 0 AND NOT 'skus' = ANY(product.emptied_fields)
       AND known.scan_id IS DISTINCT FROM $2 AND known.removed_at IS NULL
       AND known.sku_id <> ALL(product.sku_ids)
     RETURNING known.product_id AS "productId"`,
    [shopId, scanId],
  );
  return { removed: touched.length, changed: await refreshProducts(tx, shopId, scanId, touched) };
}

async function refreshProducts(
  tx: Transaction,
  shopId: string,
  scanId: string,
  touched: readonly { productId: string }[],
): Promise<number> {
  const productIds = [...new Set(touched.map((sku) => sku.productId))];
  if (productIds.length === 0) return 0;
  const refreshed = await tx.query<{ productId: string; isFirstChange: boolean }>(REFRESH_PRODUCTS, [
    shopId,
    scanId,
    productIds,
  ]);
  await emitProducts(
    tx,
    shopId,
    refreshed.map((product) => product.productId),
  );
  return refreshed.filter((product) => product.isFirstChange).length;
}
