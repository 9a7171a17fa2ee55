import type { SyncKind } from '#contracts';
import type { MetIds } from '#marketplace';
import { insertOf, type Transaction } from '#runtime';

type Queryable = Pick<Transaction, 'query'>;

/** A list that a run reads page by page. */
export interface ListKey {
  readonly shopId: string;
  readonly kind: SyncKind;
  /** Which of the kind's lists: a window of time, a status, the goods of one promotion. */
  readonly list: string;
}

/**
 * Where the ids of the passes under way are kept; with the transaction that stores their pages, so that a crash forgets neither
 * or both.
 * @param prefix tells the lists of a run from each other
 */
export type KeepsIds = (tx: Queryable, of: Omit<ListKey, 'list'>, prefix: string) => MetIds;

export const listedIds: KeepsIds = (tx, { shopId, kind }, prefix) => {
  const keyOf = (list: string): ListKey => ({ shopId, kind, list: `${prefix} ${list}` });
  return {
    note: (list, ids) => noteListed(tx, keyOf(list), ids),
    count: (...lists) => countListed(tx, ...lists.map(keyOf)),
    forget: (list) => forgetListed(tx, keyOf(list)),
  };
};

/** Remembers what pages showed; part of the transaction that stores them. */
export async function noteListed(tx: Queryable, key: ListKey, ids: readonly string[]): Promise<void> {
  const row = insertOf({ shop_id: key.shopId, kind: key.kind, list: key.list, ids });
  await tx.query(`INSERT INTO sync_listed (${row.names}) VALUES (${row.parameters})`, row.values);
}

/** How many different ids the pages of the given lists, all of one run, have shown together. */
export async function countListed(tx: Queryable, ...keys: readonly ListKey[]): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(DISTINCT id) AS count FROM sync_listed AS listed CROSS JOIN unnest(listed.ids) AS id
     WHERE listed.shop_id = $1 AND listed.kind = $2 AND listed.list = ANY($3::text[])`,
    [keys[0]?.shopId, keys[0]?.kind, keys.map(({ list }) => list)],
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
