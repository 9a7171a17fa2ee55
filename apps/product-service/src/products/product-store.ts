import type { ProductRecord } from '#marketplace';
import type { Transaction } from '#runtime';
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

/**
 * `statusChangedAt` is the time of the last change of *status*: a product that was edited goes through a
 * review, one that was taken down or put up changes its status too. With a later one the texts, the image, the category
 * and the list of SKUs may be another edition's, and are believed when they are empty. Prices and stock change without
 * it: about them it says nothing, so silence is never an answer there, nor about the time of creation and that time.
 */
export const PRODUCTS: RecordTable<ProductRecord> = {
  table: 'products',
  keys: { product_id: ['text', (record) => record.productId] },
  fields: [
    {
      name: 'productName',
      columns: { product_name: ['text', (record) => record.productName] },
      isDated: true,
    },
    {
      name: 'sellerProductCode',
      columns: { seller_product_code: ['text', (record) => record.sellerProductCode] },
      isDated: true,
    },
    { name: 'imageUrl', columns: { image_url: ['text', (record) => record.imageUrl] }, isDated: true },
    { name: 'categoryId', columns: { category_id: ['text', (record) => record.categoryId] }, isDated: true },
    { name: 'listing', columns: { listing: ['text', (record) => record.listing] }, isDated: true },
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
    { name: 'stock', columns: { list_quantity: ['bigint', (record) => record.stock] }, isDated: false },
    {
      name: 'price',
      columns: {
        price_minor: ['bigint', ({ price }) => price?.amountMinor ?? null],
        price_currency: ['text', ({ price }) => price?.currency ?? null],
      },
      isDated: false,
    },
    {
      name: 'listPrice',
      columns: {
        list_price_minor: ['bigint', ({ listPrice }) => listPrice?.amountMinor ?? null],
        list_price_currency: ['text', ({ listPrice }) => listPrice?.currency ?? null],
      },
      isDated: false,
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
    { name: 'skus', columns: { sku_ids: ['text[]', (record) => record.skuIds] }, isDated: true },
  ],
  goneColumn: 'delisted_at',
  isVersioned: true,
  changedAt: 'status_changed_at',
  sortedBy: 'platform_created_at',
};

/** A product that is new here may have SKUs here already, for SKUs come by lists of their own. */
const COUNT_OWN_SKUS = `
  UPDATE products AS known SET sku_stock = own_skus.stock, sku_count = own_skus.skus
  FROM (SELECT product_id, sum(stock) AS stock, count(*)::integer AS skus FROM skus
    WHERE shop_id = $1 AND removed_at IS NULL AND product_id = ANY($2::text[]) GROUP BY product_id) AS own_skus
  WHERE known.shop_id = $1 AND known.product_id = own_skus.product_id`;

/** Stores products as a scan has read them, with their event: see `mergeRecords`. */
export async function storeProducts(
  tx: Transaction,
  shopId: string,
  scanId: string,
  products: readonly Read<ProductRecord>[],
): Promise<Stored> {
  const latest = latestOfEach(products, ({ record }) => idOf(PRODUCTS, record));
  if (latest.length === 0) return NOTHING_STORED;
  const merged = await mergeRecords(tx, PRODUCTS, { shopId, scanId }, latest);
  const fresh = merged.changed.filter(({ before }) => before === undefined).flatMap(({ key }) => key);
  if (fresh.length > 0) await tx.query(COUNT_OWN_SKUS, [shopId, fresh]);
  await emitProducts(
    tx,
    shopId,
    merged.changed.flatMap(({ key }) => key),
  );
  return { ...merged, changed: merged.changed.filter(({ isFirstChange }) => isFirstChange).length };
}
