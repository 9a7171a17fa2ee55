import type { UnreadableRecord } from '#marketplace';
import { describeError, type Transaction } from '#runtime';

/** What one record's data did to the database: 22 data exception, 23 integrity violation. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}

export interface Storing<Item> {
  /** Returns how many of the group are new or changed. */
  store(group: readonly Item[]): Promise<number>;
  idOf(item: Item): string;
  rawOf(item: Item): string;
}

/**
 * Stores a group. When the database refuses it for what is in it, its halves are stored by themselves, down to the one
 * at fault, which is handed back for quarantine: a bad record never costs its neighbours.
 */
export async function storeBadApart<Item>(
  tx: Transaction,
  group: readonly Item[],
  storing: Storing<Item>,
): Promise<{ changed: number; refused: UnreadableRecord[] }> {
  await tx.query('SAVEPOINT stored_group');
  try {
    const changed = await storing.store(group);
    await tx.query('RELEASE SAVEPOINT stored_group');
    return { changed, refused: [] };
  } catch (error) {
    if (!isDataError(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT stored_group');
    const [item] = group;
    if (item === undefined || group.length > 1) return storeHalves(tx, group, storing);
    const refused = {
      platformId: storing.idOf(item),
      reason: describeError(error),
      raw: storing.rawOf(item),
    };
    return { changed: 0, refused: [refused] };
  }
}

async function storeHalves<Item>(
  tx: Transaction,
  group: readonly Item[],
  storing: Storing<Item>,
): Promise<{ changed: number; refused: UnreadableRecord[] }> {
  const middle = Math.ceil(group.length / 2);
  const first = await storeBadApart(tx, group.slice(0, middle), storing);
  const second = await storeBadApart(tx, group.slice(middle), storing);
  return { changed: first.changed + second.changed, refused: [...first.refused, ...second.refused] };
}
