import {
  type Caller,
  canReach,
  DEFAULT_PAGE_LIMIT,
  type ListSyncLog,
  type ListSyncRuns,
  type Page,
  pageOf,
  type Said,
  type StartSync,
  type SyncKind,
  type SyncLogLine,
  type SyncRun,
  say,
  sentence,
} from '#contracts';
import { positionOf } from '#messaging';
import { conflict, type Database, invalid, notFound, refusedField } from '#runtime';
import type { KnownShops } from './known-shops.js';
import type { RunWorker, SyncKindHandler } from './run-worker.js';
import {
  addLogLine,
  findOpenRun,
  findRun,
  OPEN_STATUSES,
  queueRun,
  type SyncRunRow,
  toSyncRun,
} from './sync-run.store.js';

/** What people may ask of runs. */
export class SyncRuns {
  constructor(
    private readonly database: Database,
    private readonly shops: KnownShops,
    private readonly worker: RunWorker,
    private readonly handlers: readonly SyncKindHandler[],
  ) {}

  async list(query: ListSyncRuns, caller: Caller): Promise<Page<SyncRun>> {
    const limit = query.limit ?? DEFAULT_PAGE_LIMIT;
    const after = positionOf(query.cursor, ['instant', 'id']);
    const rows = await this.database.query<SyncRunRow>(
      `SELECT * FROM sync_runs
       WHERE ($1::uuid[] IS NULL OR shop_id = ANY($1)) AND ($2::uuid IS NULL OR shop_id = $2)
         AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR status = $4)
         AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid))
       ORDER BY created_at DESC, id DESC LIMIT $7`,
      [
        caller.shopIds,
        query.shopId ?? null,
        query.kind ?? null,
        query.status ?? null,
        after?.[0] ?? null,
        after?.[1] ?? null,
        limit + 1,
      ],
    );
    return pageOf(
      rows,
      limit,
      (row) => toSyncRun(row),
      (row) => [row.created_at.toISOString(), row.id],
    );
  }

  async get(id: string, caller: Caller): Promise<SyncRun> {
    return toSyncRun(await this.reach(id, caller));
  }

  async log(query: ListSyncLog, caller: Caller): Promise<Page<SyncLogLine>> {
    await this.reach(query.id, caller);
    const limit = query.limit ?? 100;
    const [after] = positionOf(query.cursor, ['whole']) ?? [0];
    const rows = await this.database.query<{
      id: number;
      at: Date;
      level: SyncLogLine['level'];
      said: Said;
    }>('SELECT id, at, level, said FROM sync_log WHERE run_id = $1 AND id > $2 ORDER BY id LIMIT $3', [
      query.id,
      after,
      limit + 1,
    ]);
    return pageOf(
      rows,
      limit,
      ({ id, at, level, said }) => ({ id, at: at.toISOString(), level, ...sentence(said) }),
      (row) => [row.id],
    );
  }

  async start(input: StartSync, caller: Caller): Promise<SyncRun> {
    const handler = this.handlerOf(input.kind);
    if (input.depthDays !== undefined && handler.mode !== 'first_load' && handler.mode !== 'audit') {
      throw invalid('request.invalid', 'depthDays goes with the kinds orders and audit only.', [
        refusedField('depthDays', 'input.only_of_kinds', { kinds: ['orders', 'audit'] }),
      ]);
    }
    const shop = canReach(caller, input.shopId) ? await this.shops.find(input.shopId) : undefined;
    if (shop === undefined) throw notFound('shop.not_found', 'There is no such shop, or you may not see it.');
    if (shop.status !== 'connected') {
      throw conflict(
        `shop.${shop.status}`,
        'The shop is not connected. Authorise it again on the shops page.',
      );
    }
    const queued = await queueRun(this.database, {
      shopId: input.shopId,
      kind: input.kind,
      trigger: 'manual',
      mode: handler.mode,
      depthDays: input.depthDays,
      requestedBy: caller.userName,
    });
    if (queued === undefined) {
      const open = await findOpenRun(this.database, input.shopId, input.kind);
      throw conflict(
        'sync.already_running',
        `A run of ${input.kind} is open for this shop already. Watch or cancel that one.`,
        open === undefined ? {} : { runId: open.id },
      );
    }
    this.worker.publish(queued);
    this.worker.wake();
    return toSyncRun(queued);
  }

  async cancel(id: string, caller: Caller): Promise<SyncRun> {
    const run = await this.reach(id, caller);
    if (!OPEN_STATUSES.includes(run.status)) throw alreadyEnded(run.status);
    // A run that nobody works on ends here; one under way is told, and ends itself with its lease in hand.
    const [row] = await this.database.query<SyncRunRow>(
      `UPDATE sync_runs SET cancel_requested = true,
         status = CASE WHEN status = 'running' THEN status ELSE 'cancelled' END,
         finished_at = CASE WHEN status = 'running' THEN finished_at ELSE clock_timestamp() END,
         reads_again_at = CASE WHEN status = 'running' THEN reads_again_at END
       WHERE id = $1 AND status = ANY($2::text[]) RETURNING *`,
      [id, OPEN_STATUSES],
    );
    if (row === undefined) throw alreadyEnded((await this.reach(id, caller)).status);
    await addLogLine(this.database, id, 'info', say('log.cancel_asked', { who: whoOf(caller) }));
    this.worker.abort(id);
    this.worker.publish(row);
    return toSyncRun(row);
  }

  /** A failed or cancelled run goes on from where it was; what it had planned for after its end is planned anew. */
  async retry(id: string, caller: Caller): Promise<SyncRun> {
    const run = await this.reach(id, caller);
    if (run.status !== 'failed' && run.status !== 'cancelled') {
      throw conflict(
        'sync.not_retryable',
        `Only a failed or cancelled run can be tried again; this one is ${run.status}.`,
      );
    }
    const [row] = await this.database.query<SyncRunRow>(
      `UPDATE sync_runs SET status = 'queued', trigger = 'retry', cancel_requested = false, fruitless_attempts = 0,
           next_attempt_at = clock_timestamp(), finished_at = NULL, error_code = NULL, error = NULL,
           reads_again_at = NULL, correlation_id = $4
         WHERE id = $1 AND status IN ('failed', 'cancelled') AND NOT EXISTS (
           SELECT FROM sync_runs AS other WHERE other.shop_id = $2 AND other.kind = $3
             AND other.status IN ('queued', 'running', 'waiting'))
         RETURNING *`,
      [id, run.shop_id, run.kind, caller.correlationId],
    );
    if (row === undefined) {
      throw conflict('sync.already_running', `A run of ${run.kind} is open for this shop already.`);
    }
    await addLogLine(this.database, id, 'info', say('log.retry_asked', { who: whoOf(caller) }));
    this.worker.publish(row);
    this.worker.wake();
    return toSyncRun(row);
  }

  private handlerOf(kind: SyncKind): SyncKindHandler {
    const handler = this.handlers.find((each) => each.kind === kind);
    if (handler === undefined) {
      throw invalid('request.invalid', `This service does not sync ${kind}.`, [
        refusedField('kind', 'input.one_of', { allowed: this.handlers.map((each) => each.kind) }),
      ]);
    }
    return handler;
  }

  private async reach(id: string, caller: Caller): Promise<SyncRunRow> {
    const run = await findRun(this.database, id);
    if (run === undefined || !canReach(caller, run.shop_id)) {
      throw notFound('sync.run_not_found', 'There is no such sync run, or you may not see its shop.');
    }
    return run;
  }
}

function whoOf({ userName }: Caller): string | Said {
  return userName ?? say('who.service');
}

function alreadyEnded(status: string): Error {
  return conflict('sync.already_ended', `The run has ended already: ${status}.`);
}
