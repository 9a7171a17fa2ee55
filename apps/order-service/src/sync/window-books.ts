import type { SyncKind } from '#contracts';
import type { Database, Transaction } from '#runtime';
import { LIST_INCOMPLETE, type ListedIds, listedIds } from '#sync';
import type { Cursor, CursorMove, OrdersState } from './order-windows.js';

type Queryable = Pick<Transaction, 'query'>;

/** What runs by windows keep beside the records. The simulation of moving lists has one in memory. */
export interface WindowBooks {
  readonly ids: ListedIds;
  cursor(shopId: string, kind: SyncKind): Promise<Cursor | undefined>;
  /** To be called in the transaction that ends a window: the cursor passes only what is stored or quarantined. */
  moveCursor(tx: Queryable, shopId: string, kind: SyncKind, move: CursorMove): Promise<void>;
  /** Where a first load stopped of which some windows were incomplete. */
  brokenFirstLoad(shopId: string, kind: SyncKind): Promise<OrdersState | undefined>;
}

export function windowBooks(database: Pick<Database, 'query'>): WindowBooks {
  return {
    ids: listedIds,
    moveCursor,
    async cursor(shopId, kind) {
      const [cursor] = await database.query<{ updatedThrough: Date }>(
        'SELECT updated_through AS "updatedThrough" FROM sync_cursors WHERE shop_id = $1 AND kind = $2',
        [shopId, kind],
      );
      return cursor;
    },
    async brokenFirstLoad(shopId, kind) {
      const [run] = await database.query<{ state: OrdersState | null; code: string | null }>(
        `SELECT state, error_code AS code FROM sync_runs
         WHERE shop_id = $1 AND kind = $2 AND status = 'failed' AND mode = 'first_load' AND depth_days IS NULL
         ORDER BY finished_at DESC LIMIT 1`,
        [shopId, kind],
      );
      return run?.code === LIST_INCOMPLETE ? (run.state ?? undefined) : undefined;
    },
  };
}

async function moveCursor(tx: Queryable, shopId: string, kind: SyncKind, move: CursorMove): Promise<void> {
  if (move.is === 'through') {
    await tx.query(
      `UPDATE sync_cursors SET updated_through = greatest(updated_through, $2)
       WHERE shop_id = $1 AND kind = $3`,
      [shopId, move.through, kind],
    );
    return;
  }
  // A cursor that stands already is older than this reading and stays: changes since then are still to be read.
  await tx.query(
    `INSERT INTO sync_cursors AS known (shop_id, kind, updated_through, created_from) VALUES ($1, $4, $2, $3)
     ON CONFLICT (shop_id, kind) DO UPDATE SET created_from = least(known.created_from, excluded.created_from)`,
    [shopId, move.through, move.from, kind],
  );
}
