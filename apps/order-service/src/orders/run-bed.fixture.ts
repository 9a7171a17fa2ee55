import { english, OrderSync, type Said, type SyncKind } from '#contracts';
import type { Broadcaster } from '#messaging';
import { createLogger } from '#runtime';
import { queueRun, RunWorker, type SyncKindHandler, type SyncRunRow } from '#sync';
import { waitFor } from '#testing';
import { invented, type OrderBed } from './order-bed.fixture.js';

export interface RunBed {
  /** Queues a run, unless one is open, and waits for its end. */
  run(shopId: string, kind: SyncKind): Promise<SyncRunRow>;
  log(runId: string): Promise<string>;
  close(): Promise<void>;
}

/** A worker for the given kinds on the tables of the bed. */
export function startRuns(bed: OrderBed, handlers: readonly SyncKindHandler[]): RunBed {
  const worker = new RunWorker({
    database: bed.database,
    credentials: invented,
    handlers,
    broadcaster: { send: () => undefined } as unknown as Broadcaster,
    progressed: OrderSync.progressed,
    logger: createLogger('runs', 'silent'),
    concurrency: 4,
  });
  worker.start();
  return {
    async run(shopId, kind) {
      await queueRun(bed.database, { shopId, kind, trigger: 'followup', mode: 'queue' });
      worker.wake();
      return waitFor(`the run of ${kind} to end`, async () => {
        const [row] = await bed.database.query<SyncRunRow>(
          'SELECT * FROM sync_runs WHERE shop_id = $1 AND kind = $2 ORDER BY created_at DESC, id DESC LIMIT 1',
          [shopId, kind],
        );
        return row?.status === 'succeeded' || row?.status === 'failed' ? row : undefined;
      });
    },
    async log(runId) {
      const lines = await bed.database.query<{ said: Said }>(
        'SELECT said FROM sync_log WHERE run_id = $1 ORDER BY id',
        [runId],
      );
      return lines.map(({ said }) => english(said)).join('\n');
    },
    close: () => worker.close(),
  };
}

/** Everything that the schema holds, as text: what is not in it stands nowhere in clear. */
export async function dumpOf(bed: OrderBed): Promise<string> {
  const tables = await bed.database.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'orders' ORDER BY 1`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await bed.database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
