import type { QuarantinedKind } from '#contracts';
import type { ListPage, ProductRecord, SkuRecord } from '#marketplace';
import type { Transaction } from '#runtime';
import { quarantine, resolveQuarantined, storeBadApart } from '#sync';
import { type Read, type Stored, storeProducts } from '../products/product-store.js';
import { type ListedSku, storeSkus } from '../products/sku-store.js';

/** Whose scan it is. */
export interface Scan {
  readonly id: string;
  readonly shopId: string;
  /** When it was asked for. */
  readonly since: Date;
}

export interface StoredPages extends Stored {
  /** Records that this scan has set aside for the first time. */
  readonly quarantined: number;
}

type Store<T> = (
  tx: Transaction,
  shopId: string,
  scanId: string,
  reads: readonly Read<T>[],
) => Promise<Stored>;

/**
 * When a request was started, by the database's clock: replicas' own clocks must not decide which of two readings is
 * the later one.
 */
export async function databaseTimes(
  tx: Pick<Transaction, 'query'>,
): Promise<(requestStartedAt: Date) => Date> {
  const [row] = await tx.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const offsetMs = row === undefined ? 0 : row.now.getTime() - Date.now();
  return (requestStartedAt) => new Date(requestStartedAt.getTime() + offsetMs);
}

export async function storeProductPages(
  tx: Transaction,
  scan: Scan,
  pages: readonly ListPage<ProductRecord>[],
): Promise<StoredPages> {
  return storePages(tx, scan, 'products', pages, (record) => record.goodsId, storeProducts);
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

/** Stores pages as one group; a record that cannot be understood or stored lies in quarantine, under its kind and id. */
export async function storePages<T>(
  tx: Transaction,
  scan: Scan,
  kind: QuarantinedKind,
  pages: readonly ListPage<T>[],
  idOf: (record: T) => string,
  store: Store<T>,
): Promise<StoredPages> {
  const toDatabaseTime = await databaseTimes(tx);
  const reads = pages.flatMap((page) => {
    const readAt = toDatabaseTime(page.requestStartedAt);
    return page.records.map((record): Read<T> => ({ record, readAt }));
  });
  let seen = 0;
  const { changed, refused } = await storeBadApart(tx, reads, {
    store: async (group) => {
      const stored = await store(tx, scan.shopId, scan.id, group);
      seen += stored.seen;
      return stored.changed;
    },
    idOf: ({ record }) => idOf(record),
    rawOf: ({ record }) => JSON.stringify(record),
  });
  const unreadable = [...pages.flatMap((page) => page.unreadable), ...refused];
  const refusedIds = new Set(refused.map((record) => record.platformId));
  const storedIds = reads.map((read) => idOf(read.record)).filter((id) => !refusedIds.has(id));
  await resolveQuarantined(tx, scan.shopId, kind, storedIds);
  const quarantined = await quarantine(tx, scan.shopId, kind, unreadable, scan.since);
  return { seen, changed, quarantined };
}
