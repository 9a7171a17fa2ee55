import type { ListPage, ProductRecord, SkuRecord } from '#marketplace';
import type { Transaction } from '#runtime';
import { type Scan, type StoredPages, storePages } from '../scans/store-pages.js';
import { storeProducts } from './product-store.js';
import { type ListedSku, storeSkus } from './sku-store.js';

export async function storeProductPages(
  tx: Transaction,
  scan: Scan,
  pages: readonly ListPage<ProductRecord>[],
): Promise<StoredPages> {
  return storePages(tx, scan, 'products', pages, (record) => record.productId, storeProducts);
}

export async function storeSkuPages(
  tx: Transaction,
  scan: Scan,
  pages: readonly ListPage<ListedSku>[],
): Promise<StoredPages> {
  return storePages(tx, scan, 'skus', pages, (record) => record.skuId, storeSkus);
}

/** Says of each SKU in which of the two lists it was. */
export function asListed(page: ListPage<SkuRecord>, isAvailable: boolean): ListPage<ListedSku> {
  return { ...page, records: page.records.map((record) => ({ ...record, isAvailable })) };
}
