import type { BroadcastDescriptor, SyncKind, SyncRun } from '#contracts';
import type { Broadcaster } from '#messaging';
import { type Database, describeError, type Logger, withCorrelation } from '#runtime';
import { LEASE_MS, type Lease, LeaseLost, proveLease, releaseLease, takeLease } from './lease.js';
import { decideOutcome } from './outcome.js';
import { type CredentialSource, RunContext } from './run-context.js';
import {
  addLogLine,
  endRun,
  findRun,
  lockDueRun,
  markRunning,
  OPEN_STATUSES,
  postponeRun,
  type SyncRunRow,
  toSyncRun,
} from './sync-run.store.js';

/** Reads one kind of records. `run` may be called again for the same run: it goes on from `context.run.state`. */
export interface SyncKindHandler {
  readonly kind: SyncKind;
  readonly mode: SyncRun['mode'];
  /** The timer asks for it, and so does a newly connected shop. */
  readonly isScheduled: boolean;
  run(context: RunContext): Promise<void>;
}

export interface RunWorkerOptions {
  readonly database: Database;
  readonly credentials: CredentialSource;
  readonly handlers: readonly SyncKindHandler[];
  readonly broadcaster: Broadcaster;
  readonly progressed: BroadcastDescriptor<SyncRun>;
  readonly logger: Logger;
  /** Runs at once in this process. */
  readonly concurrency: number;
  /** Tests shorten it. */
  readonly leaseMs?: number;
}

const IDLE_MS = 1_000;
const HEARTBEATS_A_LEASE = 4;
const BROADCAST_EVERY_MS = 250;
/** Let another replica go on at once. */
const HANDED_OVER = {
  delayMs: 0,
  code: 'service.restarting',
  message: 'The service is restarting; the run goes on by itself.',
};

/** Takes due runs, one per shop and kind over all replicas, and works on them. */
export class RunWorker {
  private readonly handlers: ReadonlyMap<SyncKind, SyncKindHandler>;
  private readonly active = new Set<Promise<void>>();
  private readonly aborts = new Map<string, AbortController>();
  private loop: Promise<void> | undefined;
  private isClosed = false;
  private wakeUp: (() => void) | undefined;

  constructor(private readonly options: RunWorkerOptions) {
    this.handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  }

  start(): void {
    this.loop = this.work();
  }

  /** There may be something to do. */
  wake(): void {
    this.wakeUp?.();
  }

  /** Ends a run here at once when this replica works on it; others see `cancel_requested` at their next heartbeat. */
  abort(runId: string): void {
    this.aborts.get(runId)?.abort();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.wake();
    for (const abort of this.aborts.values()) abort.abort();
    await this.loop;
    await Promise.allSettled(this.active);
  }

  publish(row: SyncRunRow): void {
    this.options.broadcaster.send(this.options.progressed, toSyncRun(row));
  }

  private async work(): Promise<void> {
    while (!this.isClosed) {
      try {
        while (!this.isClosed && this.active.size < this.options.concurrency && (await this.takeOne())) {
          // takes as many as it may
        }
      } catch (error) {
        this.options.logger.warn({ err: error }, `no run could be taken: ${describeError(error)}`);
      }
      await this.pause();
    }
  }

  private async pause(): Promise<void> {
    if (this.isClosed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = undefined;
  }

  private async takeOne(): Promise<boolean> {
    const taken = await this.options.database.transaction(async (tx) => {
      const run = await lockDueRun(tx, [...this.handlers.keys()]);
      if (run === undefined) return undefined;
      const lease = await takeLease(tx, run.shop_id, run.kind, this.options.leaseMs ?? LEASE_MS);
      if (lease === undefined) return undefined;
      return { lease, run: await markRunning(tx, run.id), previousStatus: run.status };
    });
    if (taken === undefined) return false;
    const { run, lease, previousStatus } = taken;
    const done = withCorrelation(run.id, () =>
      this.execute(run, lease, previousStatus === 'running'),
    ).finally(() => {
      this.active.delete(done);
      this.wake();
    });
    this.active.add(done);
    return true;
  }

  private async execute(run: SyncRunRow, lease: Lease, isTakenOver: boolean): Promise<void> {
    const handler = this.handlers.get(run.kind);
    if (handler === undefined) throw new Error(`nobody handles ${run.kind}`);
    const { database, credentials, logger } = this.options;
    const abort = new AbortController();
    this.aborts.set(run.id, abort);
    // Told to stop while the run was being taken.
    if (this.isClosed) abort.abort();
    const context = new RunContext(database, credentials, lease, run, abort.signal, this.throttledPublish());
    const heartbeat = setInterval(
      () => void this.beat(run.id, lease, abort),
      lease.leaseMs / HEARTBEATS_A_LEASE,
    );
    this.publish(run);
    try {
      // Its holder had gone before it could hear of it.
      if (run.cancel_requested) throw new Error('cancelled');
      if (isTakenOver)
        await context.log(
          'warn',
          'the replica that worked on this run is gone; going on from its last commit',
        );
      await handler.run(context);
      const ended = await this.finish(lease, (tx) =>
        endRun(tx, run.id, { status: 'succeeded', apiCallsDelta: context.takeUncountedCalls() }),
      );
      await context.log(
        'info',
        `done: ${ended.done} read, ${ended.changed} new or changed, ${ended.api_calls} calls`,
      );
    } catch (error) {
      await this.conclude(context, lease, error).catch((cause: unknown) =>
        logger.error({ err: cause, runId: run.id }, `run could not be concluded: ${describeError(cause)}`),
      );
    } finally {
      clearInterval(heartbeat);
      this.aborts.delete(run.id);
    }
  }

  /** Prolongs the lease while a long call is under way, and hears of a cancel that another replica was asked for. */
  private async beat(runId: string, lease: Lease, abort: AbortController): Promise<void> {
    try {
      await this.options.database.transaction((tx) => proveLease(tx, lease));
      const row = await findRun(this.options.database, runId);
      if (row?.cancel_requested === true) abort.abort();
    } catch (error) {
      if (error instanceof LeaseLost) abort.abort(error);
    }
  }

  private async finish(
    lease: Lease,
    change: (tx: Parameters<Parameters<Database['transaction']>[0]>[0]) => Promise<SyncRunRow>,
  ): Promise<SyncRunRow> {
    const row = await this.options.database.transaction(async (tx) => {
      await proveLease(tx, lease);
      const changed = await change(tx);
      await releaseLease(tx, lease);
      return changed;
    });
    this.publish(row);
    return row;
  }

  private async conclude(context: RunContext, lease: Lease, thrown: unknown): Promise<void> {
    const { database, logger } = this.options;
    const apiCallsDelta = context.takeUncountedCalls();
    const row = await findRun(database, context.run.id);
    if (row === undefined || !OPEN_STATUSES.includes(row.status)) return;
    if (row.cancel_requested) {
      await this.finish(lease, (tx) => endRun(tx, row.id, { status: 'cancelled', apiCallsDelta }));
      await addLogLine(database, row.id, 'info', `cancelled after ${row.done} records; what was read stays`);
      return;
    }
    if (this.isClosed) {
      await this.finish(lease, (tx) =>
        postponeRun(tx, row.id, { ...HANDED_OVER, apiCallsDelta, isFruitless: false }),
      );
      return;
    }
    const error: unknown =
      context.signal.aborted && context.signal.reason instanceof LeaseLost ? context.signal.reason : thrown;
    const outcome = decideOutcome(error, row.fruitless_attempts);
    switch (outcome.action) {
      case 'leave':
        logger.info({ runId: row.id }, 'run left to another replica');
        return;
      case 'pause':
        await this.finish(lease, (tx) =>
          postponeRun(tx, row.id, { ...outcome, apiCallsDelta, isFruitless: outcome.countsAsAttempt }),
        );
        await addLogLine(
          database,
          row.id,
          'warn',
          `pausing ${Math.round(outcome.delayMs / 1000)} s: ${outcome.message}`,
        );
        return;
      case 'fail':
        if (outcome.code === 'internal') logger.error({ err: error, runId: row.id }, 'run failed');
        await this.finish(lease, (tx) =>
          endRun(tx, row.id, {
            status: 'failed',
            errorCode: outcome.code,
            errorMessage: outcome.message,
            apiCallsDelta,
          }),
        );
        await addLogLine(database, row.id, 'error', outcome.message);
    }
  }

  private throttledPublish(): (row: SyncRunRow) => void {
    let lastAt = 0;
    return (row) => {
      const now = Date.now();
      if (now - lastAt < BROADCAST_EVERY_MS) return;
      lastAt = now;
      this.publish(row);
    };
  }
}
