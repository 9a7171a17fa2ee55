import type { SyncKind } from '#contracts';
import { isReadWhole, type ListStretch } from '#marketplace';
import { type Database, insertOf, type Transaction } from '#runtime';
import { LIST_INCOMPLETE } from './list-incomplete.js';
import { type KeepsIds, listedIds } from './listed-ids.js';
import type { Cursor, SpanState } from './plan-span.js';

type Queryable = Pick<Transaction, 'query'>;

/** `through`: every change until then is stored. `loaded`: a first load has ended; a cursor that stands already stays. */
export type CursorMove =
  | { readonly is: 'through'; readonly through: Date }
  | { readonly is: 'loaded'; readonly from: Date; readonly through: Date };

/**
 * What the end of a window does to the cursor, in the transaction that ends it. Update windows are read oldest first, so
 * each moves it to its own end, unless one before it is incomplete; creation windows say nothing before the last.
 */
export function cursorMove(state: SpanState, window: ListStretch): CursorMove | undefined {
  if ((state.incomplete ?? []).length > 0) return undefined;
  if (state.by === 'updated') return { is: 'through', through: new Date(window.to * 1000) };
  return isReadWhole(state)
    ? { is: 'loaded', from: new Date(state.from * 1000), through: new Date(state.to * 1000) }
    : undefined;
}

/** What runs that read spans keep beside the records. The simulation of moving lists has one in memory. */
export interface SpanBooks {
  readonly ids: KeepsIds;
  cursor(shopId: string, kind: SyncKind): Promise<Cursor | undefined>;
  /** To be called in the transaction that ends a window: the cursor passes only what is stored or quarantined. */
  moveCursor(tx: Queryable, shopId: string, kind: SyncKind, move: CursorMove): Promise<void>;
  /** Where a first load stopped of which some windows were incomplete. */
  brokenFirstLoad(shopId: string, kind: SyncKind): Promise<SpanState | undefined>;
}

export function spanBooks(database: Pick<Database, 'query'>): SpanBooks {
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
      const [run] = await database.query<{ state: SpanState | null; code: string | null }>(
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
  const row = insertOf({ shop_id: shopId, kind, updated_through: move.through, created_from: move.from });
  await tx.query(
    `INSERT INTO sync_cursors AS known (${row.names}) VALUES (${row.parameters})
     ON CONFLICT (shop_id, kind) DO UPDATE SET created_from = least(known.created_from, excluded.created_from)`,
    row.values,
  );
}
