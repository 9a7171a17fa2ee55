import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { SYNC_TRIGGERS, type SyncTrigger } from '#contracts';
import { LOGGER } from '#messaging';
import { Database, describeError, expressionsOf, type Logger, sqlWords } from '#runtime';
import { IS_OPEN, isNotAvailable, RunWorker } from '#sync';
import { OrderServiceConfig } from '../config.js';

export const AUDIT_TICK_MS = 60_000;

/**
 * Queues the nightly audit of each connected shop at a minute of its own in its own night, so that shops of one zone
 * do not count all at once. A night that was missed because the service was away is made up for as soon as it is back;
 * the audit after a first load has counted every day, so it does for its night. A marketplace that counts nothing has none.
 */
@Injectable()
export class AuditTick {
  constructor(
    private readonly database: Database,
    private readonly worker: RunWorker,
    private readonly config: OrderServiceConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Interval('completeness audit', AUDIT_TICK_MS)
  async tick(): Promise<void> {
    if (!this.config.isAutomatic) return;
    try {
      if ((await queueNightlyAudits(this.database, this.config)) > 0) this.worker.wake();
    } catch (error) {
      this.logger.warn({ err: error }, `audits could not be queued: ${describeError(error)}`);
    }
  }
}

/** Whether such a run is the night's own; what a person asks for besides may be of a few days only. */
const IS_OF_THE_NIGHT: Readonly<Record<SyncTrigger, boolean>> = {
  timer: true,
  retry: true,
  followup: true,
  connected: false,
  manual: false,
};
const OF_THE_NIGHT = SYNC_TRIGGERS.filter((trigger) => IS_OF_THE_NIGHT[trigger]);

const NIGHTLY = expressionsOf({
  shop_id: 'nights.shop_id',
  kind: `'audit'`,
  trigger: `'timer'`,
  mode: `'audit'`,
  created_at: 'clock.now',
});

/** @param now tests set it; by default the database's clock */
export async function queueNightlyAudits(
  database: Pick<Database, 'query'>,
  config: { readonly auditHour: number; readonly auditSpreadMinutes: number },
  now?: Date,
): Promise<number> {
  const rows = await database.query(
    `WITH clock AS (SELECT coalesce($3::timestamptz, now()) AS now),
     nights AS (
       SELECT shops.shop_id, (date_trunc('day', clock.now AT TIME ZONE shops.time_zone) + $1 * interval '1 hour'
           + (hashtext(shops.shop_id::text) & 65535) % $2 * interval '1 minute') AT TIME ZONE shops.time_zone AS begins_at
       FROM shops CROSS JOIN clock WHERE shops.status = 'connected' AND NOT ${isNotAvailable('shops.shop_id', "'audit'")}
         AND EXISTS (SELECT FROM sync_cursors AS cursor WHERE cursor.shop_id = shops.shop_id
           AND cursor.kind = 'orders' AND cursor.created_from IS NOT NULL)
     )
     INSERT INTO sync_runs (${NIGHTLY.names}) SELECT ${NIGHTLY.expressions} FROM nights CROSS JOIN clock
     WHERE nights.begins_at <= clock.now AND NOT EXISTS (
       SELECT FROM sync_runs AS run WHERE run.shop_id = nights.shop_id AND run.kind = 'audit'
         AND run.trigger IN (${sqlWords(OF_THE_NIGHT)}) AND run.created_at >= nights.begins_at)
     ON CONFLICT (shop_id, kind) WHERE ${IS_OPEN} DO NOTHING RETURNING id`,
    [config.auditHour, Math.max(1, config.auditSpreadMinutes), now ?? null],
  );
  return rows.length;
}
