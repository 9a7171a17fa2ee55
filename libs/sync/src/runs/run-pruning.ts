import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { LOGGER } from '#messaging';
import { Database, describeError, type Logger } from '#runtime';
import { SyncConfig } from '../config.js';

const PRUNE_MS = 3_600_000;
/** Runs a statement: none holds its locks for long. */
const BATCH = 1_000;

/** Runs and their logs do not grow for ever. Any number of replicas may prune at once. */
@Injectable()
export class RunPruning {
  constructor(
    private readonly database: Database,
    private readonly config: SyncConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Interval('prune runs', PRUNE_MS)
  async tick(): Promise<void> {
    try {
      const pruned = await pruneRuns(this.database, this.config.runRetentionDays);
      if (pruned > 0) this.logger.info({ pruned }, 'old sync runs removed');
    } catch (error) {
      this.logger.warn({ err: error }, `old runs could not be removed: ${describeError(error)}`);
    }
  }
}

/**
 * Removes ended runs of more than so many days ago, with their logs. Of each shop and kind the last run and the last
 * that succeeded stay, however old: how fresh a shop is stands there. Returns how many were removed.
 */
export async function pruneRuns(
  database: Pick<Database, 'query'>,
  retentionDays: number,
  batch: number = BATCH,
): Promise<number> {
  for (let total = 0; ; ) {
    const pruned = await database.query(
      `WITH old AS MATERIALIZED (
         SELECT run.id FROM sync_runs AS run
         WHERE run.created_at < now() - $1 * interval '1 day' AND run.finished_at IS NOT NULL AND EXISTS (
           SELECT FROM sync_runs AS later
           WHERE later.shop_id = run.shop_id AND later.kind = run.kind AND later.created_at > run.created_at
             AND (later.status = 'succeeded' OR run.status <> 'succeeded'))
         ORDER BY run.created_at LIMIT $2 FOR UPDATE SKIP LOCKED
       ), lines AS (
         DELETE FROM sync_log AS line USING old WHERE line.run_id = old.id
       )
       DELETE FROM sync_runs AS run USING old WHERE run.id = old.id RETURNING run.id`,
      [retentionDays, batch],
    );
    total += pruned.length;
    if (pruned.length < batch) return total;
  }
}
