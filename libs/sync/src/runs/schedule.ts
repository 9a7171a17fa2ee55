import type { SyncTrigger } from '#contracts';
import { batchOf, type Database, expressionsOf, type Transaction } from '#runtime';
import { isOutOfReach } from '../access/out-of-reach.js';
import { IS_OPEN } from './run-states.js';
import type { SyncKindHandler } from './run-worker.js';
import { queueRun } from './sync-run.store.js';

/** How often the tick looks for shops that are due. */
export const TICK_MS = 15_000;

const HANDLED = batchOf<SyncKindHandler>(
  { kind: ['text', ({ kind }) => kind], mode: ['text', ({ mode }) => mode] },
  2,
  'handled',
);

const DUE = expressionsOf({
  shop_id: 'shops.shop_id',
  kind: 'handled.kind',
  trigger: `'timer'`,
  mode: 'handled.mode',
});

/**
 * Queues what is due: each scheduled kind of each connected shop whose last run began longer ago than the interval, and that is
 * within reach. Every replica may tick; the unique index lets one run through. Returns how many were queued.
 */
export async function queueDueRuns(
  database: Database,
  handlers: readonly SyncKindHandler[],
  intervalMinutes: number,
): Promise<number> {
  const scheduled = handlers.filter((handler) => handler.isScheduled);
  const rows = await database.query(
    `INSERT INTO sync_runs (${DUE.names}) SELECT ${DUE.expressions}
     FROM shops CROSS JOIN ${HANDLED.rows}
     WHERE shops.status = 'connected' AND NOT EXISTS (
       SELECT FROM sync_runs AS run
       WHERE run.shop_id = shops.shop_id AND run.kind = handled.kind
         AND run.created_at > now() - $1 * interval '1 minute')
       AND NOT ${isOutOfReach('shops.shop_id', 'handled.kind')}
     ON CONFLICT (shop_id, kind) WHERE ${IS_OPEN} DO NOTHING RETURNING id`,
    [intervalMinutes, ...HANDLED.values(scheduled)],
  );
  return rows.length;
}

/** Queues every scheduled kind of one shop now: it was just connected, or authorised again. */
export async function queueShop(
  db: Pick<Transaction, 'query'>,
  handlers: readonly SyncKindHandler[],
  shopId: string,
  trigger: SyncTrigger,
): Promise<void> {
  for (const handler of handlers.filter((each) => each.isScheduled)) {
    await queueRun(db, { shopId, kind: handler.kind, trigger, mode: handler.mode });
  }
}

/**
 * Queues the kinds whose newest run ended for want of a token or of a permission: the token of a shop that was
 * authorised again may hold it. Otherwise they would wait for the timer, and those without one for a person.
 */
export async function queueStopped(
  db: Pick<Transaction, 'query'>,
  handlers: readonly SyncKindHandler[],
  shopId: string,
  trigger: SyncTrigger,
): Promise<void> {
  const rows = await db.query<{ kind: string }>(
    `SELECT kind FROM (SELECT DISTINCT ON (kind) kind, error_code FROM sync_runs WHERE shop_id = $1
       ORDER BY kind, created_at DESC) AS newest
     WHERE error_code IN ('shop.needs_reauthorization', 'shop.missing_permission')`,
    [shopId],
  );
  const stopped = new Set(rows.map(({ kind }) => kind));
  for (const handler of handlers.filter((each) => stopped.has(each.kind))) {
    await queueRun(db, { shopId, kind: handler.kind, trigger, mode: handler.mode });
  }
}
