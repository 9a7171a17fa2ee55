import {
  type Caller,
  canReach,
  KINDS_BY_DAYS,
  type ListSyncLog,
  type ListSyncRuns,
  OPEN_SYNC_STATUSES,
  type Page,
  type Said,
  type StartSync,
  type SyncKind,
  type SyncLogLine,
  type SyncRun,
  say,
  sentence,
  UNDONE_SYNC_STATUSES,
} from '#contracts';
import { type List, listQuery } from '#lists';
import { conflict, type Database, invalid, notFound, refusedField } from '#runtime';
import { assertAvailable, assertGives } from '../access/out-of-reach.js';
import type { KnownShops } from '../shops/known-shops.js';
import { IS_OPEN, IS_UNDONE } from './run-states.js';
import type { RunWorker, SyncKindHandler } from './run-worker.js';
import { addLogLine, findOpenRun, findRun, queueRun, type SyncRunRow, toSyncRun } from './sync-run.store.js';

const RUNS: List<ListSyncRuns, SyncRunRow> = {
  shop: 'shop_id',
  conditions: {
    kind: (kind, { param }) => `kind = ${param(kind)}`,
    status: (status, { param }) => `status = ${param(status)}`,
  },
  order: [
    ['desc', 'created_at', 'instant', (row) => row.created_at],
    ['desc', 'id', 'id', (row) => row.id],
  ],
};

interface LogRow {
  readonly id: number;
  readonly at: Date;
  readonly level: SyncLogLine['level'];
  readonly said: Said;
}

const LOG: List<ListSyncLog, LogRow> = {
  shop: null,
  conditions: { id: (runId, { param }) => `run_id = ${param(runId)}` },
  order: [['asc', 'id', 'whole', (row) => row.id]],
  limit: 100,
};

/** What people may ask of runs. */
export class SyncRuns {
  constructor(
    private readonly database: Database,
    private readonly shops: KnownShops,
    private readonly worker: RunWorker,
    private readonly handlers: readonly SyncKindHandler[],
  ) {}

  async list(query: ListSyncRuns, caller: Caller): Promise<Page<SyncRun>> {
    const { where, orderBy, limit, params, page } = listQuery(RUNS, query, caller);
    const rows = await this.database.query<SyncRunRow>(
      `SELECT * FROM sync_runs WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    return page(rows, (row) => toSyncRun(row));
  }

  async get(id: string, caller: Caller): Promise<SyncRun> {
    return toSyncRun(await this.reach(id, caller));
  }

  async log(query: ListSyncLog, caller: Caller): Promise<Page<SyncLogLine>> {
    await this.reach(query.id, caller);
    const { where, orderBy, limit, params, page } = listQuery(LOG, query, null);
    const rows = await this.database.query<LogRow>(
      `SELECT id, at, level, said FROM sync_log WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    return page(rows, ({ id, at, level, said }) => ({ id, at: at.toISOString(), level, ...sentence(said) }));
  }

  async start(input: StartSync, caller: Caller): Promise<SyncRun> {
    const handler = this.handlerOf(input.kind);
    if (input.depthDays !== undefined && !KINDS_BY_DAYS.includes(input.kind)) {
      throw invalid('request.invalid', `depthDays goes with the kinds ${KINDS_BY_DAYS.join(' and ')} only.`, [
        refusedField('depthDays', 'input.only_of_kinds', { kinds: KINDS_BY_DAYS }),
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
    assertGives(shop.marketplace, input.shopId, input.kind);
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
    if (!OPEN_SYNC_STATUSES.includes(run.status)) throw alreadyEnded(run.status);
    // A run that nobody works on ends here; one under way is told, and ends itself with its lease in hand.
    const [row] = await this.database.query<SyncRunRow>(
      `UPDATE sync_runs SET cancel_requested = true,
         status = CASE WHEN status = 'running' THEN status ELSE 'cancelled' END,
         finished_at = CASE WHEN status = 'running' THEN finished_at ELSE clock_timestamp() END,
         reads_again_at = CASE WHEN status = 'running' THEN reads_again_at END
       WHERE id = $1 AND status = ANY($2::text[]) RETURNING *`,
      [id, OPEN_SYNC_STATUSES],
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
    if (!UNDONE_SYNC_STATUSES.includes(run.status)) {
      throw conflict(
        'sync.not_retryable',
        `Only a failed or cancelled run can be tried again; this one is ${run.status}.`,
      );
    }
    await assertAvailable(this.database, run.shop_id, run.kind);
    const [row] = await this.database.query<SyncRunRow>(
      `UPDATE sync_runs SET status = 'queued', trigger = 'retry', cancel_requested = false, fruitless_attempts = 0,
           next_attempt_at = clock_timestamp(), finished_at = NULL, error_code = NULL, error = NULL,
           reads_again_at = NULL, correlation_id = $4
         WHERE id = $1 AND ${IS_UNDONE} AND NOT EXISTS (
           SELECT FROM sync_runs AS other WHERE other.shop_id = $2 AND other.kind = $3
             AND other.${IS_OPEN})
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
