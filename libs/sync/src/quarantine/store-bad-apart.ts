import { say } from '#contracts';
import type { UnreadableRecord } from '#marketplace';
import { EventRefused } from '#messaging';
import { dataFaultOf, describeError, type Transaction } from '#runtime';

export interface Storing<Item> {
  /** Returns how many of the group are new or changed. */
  store(group: readonly Item[]): Promise<number>;
  idOf(item: Item): string;
  rawOf(item: Item): string;
}

export interface StoredApart {
  readonly changed: number;
  /** For quarantine. */
  readonly refused: UnreadableRecord[];
}

/** The database refuses what is in the record, or no event can carry it: trying again changes nothing. */
export function isRecordsOwnFault(error: unknown): boolean {
  return error instanceof EventRefused || dataFaultOf(error) !== undefined;
}

/**
 * Stores a group. When it is refused for what is in it, by the database or as an event, its halves are stored by themselves, down to the one
 * at fault, which is handed back for quarantine: a bad record never costs its neighbours.
 * @throws what is no record's own fault, at once and whatever the group's size: a time-out, a deadlock, a lost
 * connection, a bug. The transaction is to be given up and tried again.
 */
export async function storeBadApart<Item>(
  tx: Transaction,
  group: readonly Item[],
  storing: Storing<Item>,
): Promise<StoredApart> {
  const [item] = group;
  if (item === undefined) return { changed: 0, refused: [] };
  await tx.query('SAVEPOINT stored_group');
  try {
    const changed = await storing.store(group);
    await tx.query('RELEASE SAVEPOINT stored_group');
    return { changed, refused: [] };
  } catch (error) {
    if (!isRecordsOwnFault(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT stored_group');
    if (group.length > 1) return storeHalves(tx, group, storing);
    const refused = {
      platformId: storing.idOf(item),
      reason: say(error instanceof EventRefused ? 'record.no_event' : 'record.not_storable', {
        text: describeError(error),
      }),
      raw: storing.rawOf(item),
    };
    return { changed: 0, refused: [refused] };
  }
}

async function storeHalves<Item>(
  tx: Transaction,
  group: readonly Item[],
  storing: Storing<Item>,
): Promise<StoredApart> {
  const middle = Math.ceil(group.length / 2);
  const first = await storeBadApart(tx, group.slice(0, middle), storing);
  const second = await storeBadApart(tx, group.slice(middle), storing);
  return { changed: first.changed + second.changed, refused: [...first.refused, ...second.refused] };
}
