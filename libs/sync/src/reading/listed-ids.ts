import type { SyncKind } from '#contracts';
import type { ListPage } from '#marketplace';
import type { Transaction } from '#runtime';
import { quarantineId } from '../quarantine.js';

type Queryable = Pick<Transaction, 'query'>;

/** A list that a run reads page by page. */
export interface ListKey {
  readonly shopId: string;
  readonly kind: SyncKind;
  /** Which of the kind's lists: a window of time, a status, the goods of one promotion. */
  readonly list: string;
}

/** Where the ids of the pass under way are kept. The simulation of moving lists has one in memory. */
export interface ListedIds {
  note(tx: Queryable, key: ListKey, ids: readonly string[]): Promise<void>;
  count(tx: Queryable, key: ListKey): Promise<number>;
  forget(tx: Queryable, key: ListKey): Promise<void>;
}

export const listedIds: ListedIds = { note: noteListed, count: countListed, forget: forgetListed };

/**
 * Ids of a page: of its records, and of what could not be understood the id under which it is kept. Rows without an id
 * that are equal are told apart by their place among them: each is one of those that the list counts.
 */
export function idsOf<Row>(page: ListPage<Row>, idOf: (row: Row) => string): string[] {
  const met = new Map<string, number>();
  const unreadable = page.unreadable.map((record) => {
    const id = quarantineId(record);
    if (record.platformId !== null) return id;
    const place = (met.get(id) ?? 0) + 1;
    met.set(id, place);
    return place === 1 ? id : `${id}#${place}`;
  });
  return [...page.records.map(idOf), ...unreadable];
}

/** Remembers what pages showed; part of the transaction that stores them, so that a crash forgets neither or both. */
export async function noteListed(tx: Queryable, key: ListKey, ids: readonly string[]): Promise<void> {
  await tx.query('INSERT INTO sync_listed (shop_id, kind, list, ids) VALUES ($1, $2, $3, $4)', [
    key.shopId,
    key.kind,
    key.list,
    ids,
  ]);
}

/** How many different ids the pages of the pass have shown. */
export async function countListed(tx: Queryable, key: ListKey): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(DISTINCT id) AS count FROM sync_listed AS listed CROSS JOIN unnest(listed.ids) AS id
     WHERE listed.shop_id = $1 AND listed.kind = $2 AND listed.list = $3`,
    [key.shopId, key.kind, key.list],
  );
  return row?.count ?? 0;
}

/** Before a pass begins, and when its list is done with. */
export async function forgetListed(tx: Queryable, key: ListKey): Promise<void> {
  await tx.query('DELETE FROM sync_listed WHERE shop_id = $1 AND kind = $2 AND list = $3', [
    key.shopId,
    key.kind,
    key.list,
  ]);
}

/** Before a run begins anew: what one has left that nobody goes on with. */
export async function forgetAllListed(tx: Queryable, shopId: string, kind: SyncKind): Promise<void> {
  await tx.query('DELETE FROM sync_listed WHERE shop_id = $1 AND kind = $2', [shopId, kind]);
}
