import type { QuarantinedKind } from '#contracts';
import type { ListPage, ProductRecord, SkuRecord, UnreadableRecord } from '#marketplace';
import { describeError, type Transaction } from '#runtime';
import { quarantine, resolveQuarantined } from '#sync';
import { NOTHING_STORED, type Read, type Stored, storeProducts } from '../products/product-store.js';
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
  const group = await storeGroup(tx, scan, reads, idOf, store);
  const unreadable = [...pages.flatMap((page) => page.unreadable), ...group.refused];
  const refusedIds = new Set(group.refused.map((record) => record.platformId));
  const storedIds = reads.map((read) => idOf(read.record)).filter((id) => !refusedIds.has(id));
  await resolveQuarantined(tx, scan.shopId, kind, storedIds);
  const quarantined = await quarantine(tx, scan.shopId, kind, unreadable, scan.since);
  return { seen: group.seen, changed: group.changed, quarantined };
}

interface StoredGroup extends Stored {
  readonly refused: readonly UnreadableRecord[];
}

/** What a record's data did to the database: 22 data exception, 23 integrity violation. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}

/**
 * Stores records as one group. When the database refuses the group for what is in it, the halves are tried, down to
 * the one record at fault, which goes to quarantine: a bad record never costs its neighbours.
 */
async function storeGroup<T>(
  tx: Transaction,
  scan: Scan,
  reads: readonly Read<T>[],
  idOf: (record: T) => string,
  store: Store<T>,
): Promise<StoredGroup> {
  const [first] = reads;
  if (first === undefined) return { ...NOTHING_STORED, refused: [] };
  await tx.query('SAVEPOINT records');
  try {
    const stored = await store(tx, scan.shopId, scan.id, reads);
    await tx.query('RELEASE SAVEPOINT records');
    return { ...stored, refused: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT records');
    if (reads.length === 1) {
      const { record } = first;
      const refused = { platformId: idOf(record), reason: describeError(error), raw: JSON.stringify(record) };
      return { ...NOTHING_STORED, refused: [refused] };
    }
    const middle = Math.ceil(reads.length / 2);
    const one = await storeGroup(tx, scan, reads.slice(0, middle), idOf, store);
    const other = await storeGroup(tx, scan, reads.slice(middle), idOf, store);
    return {
      seen: one.seen + other.seen,
      changed: one.changed + other.changed,
      refused: [...one.refused, ...other.refused],
    };
  }
}
