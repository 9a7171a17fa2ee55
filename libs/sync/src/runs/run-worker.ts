import {
  type BroadcastDescriptor,
  english,
  OPEN_SYNC_STATUSES,
  type SyncKind,
  type SyncMode,
  type SyncRun,
  say,
} from '#contracts';
import type { Broadcaster } from '#messaging';
import { type Database, describeError, type Logger, withCorrelation } from '#runtime';
import type { CredentialSource } from '../access/credential-source.js';
import { assertAvailable } from '../access/out-of-reach.js';
import {
  LEASE_MS,
  type Lease,
  LeaseLost,
  proveLease,
  releaseLease,
  takeLease,
  throwOutHolder,
} from './lease.js';
import { decideOutcome } from './outcome.js';
import { GiveWay, RunContext } from './run-context.js';
import {
  addLogLine,
  countWaiting,
  endRun,
  findRun,
  lockDueRun,
  markRunning,
  postponeRun,
  requeueRun,
  type SyncRunRow,
  toSyncRun,
} from './sync-run.store.js';
import { classOfRun, RUN_CLASSES, turn } from './turns.js';

/** Reads one kind of records. `run` may be called again for the same run: it goes on from `context.run.state`. */
export interface SyncKindHandler {
  readonly kind: SyncKind;
  readonly mode: SyncMode;
  /** The timer asks for it, and so does a newly connected shop. */
  readonly isScheduled: boolean;
  /** What of it waits too long, for sync health: see `WatchedKind`. */
  readonly waiting?: string;
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
  /** How long a run keeps its place while others wait; 30 s when left out. */
  readonly sliceMs?: number;
  /** Tests shorten it. */
  readonly leaseMs?: number;
}

/** A run that this replica works on. */
interface ActiveRun {
  readonly context: RunContext;
  readonly abort: AbortController;
  readonly since: number;
  isLeaving: boolean;
}

const IDLE_MS = 1_000;
const SLICE_MS = 30_000;
/** Another replica may have a place free for what no person waits for. */
const PATIENCE_MS = 1_500;
const HEARTBEATS_A_LEASE = 4;
const BROADCAST_EVERY_MS = 250;
/** Let another replica go on at once. */
const HANDED_OVER = {
  delayMs: 0,
  code: 'service.restarting',
  said: say('run.restarting'),
};

/** Its class's place in `RUN_CLASSES`. */
function placeOf({ context }: ActiveRun): number {
  return RUN_CLASSES.indexOf(classOfRun(context.run));
}

/** Takes due runs, one per shop and kind over all replicas, and works on them. */
export class RunWorker {
  private readonly handlers: ReadonlyMap<SyncKind, SyncKindHandler>;
  private readonly active = new Set<Promise<void>>();
  private readonly runs = new Map<string, ActiveRun>();
  private loop: Promise<void> | undefined;
  /** Runs taken so far. */
  private turns = 0;
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
    this.runs.get(runId)?.abort.abort();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.wake();
    for (const { abort } of this.runs.values()) abort.abort();
    await this.loop;
    await Promise.allSettled(this.active);
  }

  publish(row: SyncRunRow): void {
    this.options.broadcaster.send(this.options.progressed, toSyncRun(row));
  }

  private async work(): Promise<void> {
    while (!this.isClosed) {
      try {
        await this.fillPlaces();
        if (this.active.size >= this.options.concurrency) await this.askForPlaces();
      } catch (error) {
        this.options.logger.warn({ err: error }, `no run could be taken: ${describeError(error)}`);
      }
      await this.pause();
    }
  }

  /** Takes as many as it may. */
  private async fillPlaces(): Promise<void> {
    const exceptRuns: string[] = [];
    while (!this.isClosed && this.active.size < this.options.concurrency) {
      const taken = await this.takeOne(exceptRuns);
      if (taken === 'none') return;
      // Its former holder still has a transaction open; the others do not wait for that.
      if (taken !== 'taken') exceptRuns.push(taken.blocked);
    }
  }

  /**
   * No place is free and others wait. A run gives its place at its next commit, at once, to one of a class that goes
   * before its own; to anybody when it has had its slice.
   */
  private async askForPlaces(): Promise<void> {
    const { database, concurrency, sliceMs = SLICE_MS } = this.options;
    const waiting = await countWaiting(
      database,
      { kinds: [...this.handlers.keys()], exceptShops: this.shopsWithTheirShare() },
      PATIENCE_MS,
      concurrency,
    );
    const runs = [...this.runs.values()].sort((a, b) => placeOf(b) - placeOf(a) || a.since - b.since);
    let leaving = runs.filter(({ isLeaving }) => isLeaving).length;
    const ask = (wanted: number, may: (run: ActiveRun) => boolean): void => {
      for (const run of runs) {
        if (leaving >= wanted) return;
        if (run.isLeaving || !may(run)) continue;
        run.isLeaving = true;
        run.context.askToGiveWay();
        leaving += 1;
      }
    };
    let wanted = 0;
    for (const { runClass, count, late } of waiting) {
      // A person does not wait to see whether another replica is quicker.
      wanted += runClass === 'button' ? count : late;
      ask(wanted, (run) => placeOf(run) > RUN_CLASSES.indexOf(runClass));
    }
    const late = waiting.reduce((sum, each) => sum + each.late, 0);
    ask(late, ({ since }) => performance.now() - since >= sliceMs);
  }

  /** The kinds of one shop leave at least one place to other shops. */
  private shopsWithTheirShare(): string[] {
    const most = Math.max(1, this.options.concurrency - 1);
    const counts = new Map<string, number>();
    for (const { context } of this.runs.values())
      counts.set(context.shopId, (counts.get(context.shopId) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= most).map(([shopId]) => shopId);
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

  private async takeOne(exceptRuns: readonly string[]): Promise<'taken' | 'none' | { blocked: string }> {
    const { database, leaseMs = LEASE_MS } = this.options;
    const taken = await database.transaction(async (tx) => {
      const run = await lockDueRun(
        tx,
        {
          kinds: [...this.handlers.keys()],
          exceptShops: this.shopsWithTheirShare(),
          exceptRuns,
        },
        turn(this.turns + 1),
      );
      if (run === undefined) return undefined;
      const lease = await takeLease(tx, run.shop_id, run.kind, leaseMs);
      if (lease === undefined) return { run };
      return { lease, run: await markRunning(tx, run.id), previousStatus: run.status };
    });
    if (taken === undefined) return 'none';
    if (taken.lease === undefined) {
      const { id, shop_id, kind } = taken.run;
      if (await throwOutHolder(database, shop_id, kind, leaseMs)) {
        this.options.logger.warn(
          { runId: id },
          'a holder that stood still in its transaction was thrown out',
        );
      }
      return { blocked: id };
    }
    this.turns += 1;
    const { run, lease, previousStatus } = taken;
    const done = withCorrelation(run.correlation_id, () =>
      this.execute(run, lease, previousStatus === 'running'),
    ).finally(() => {
      this.active.delete(done);
      this.wake();
    });
    this.active.add(done);
    return 'taken';
  }

  private async execute(run: SyncRunRow, lease: Lease, isTakenOver: boolean): Promise<void> {
    const handler = this.handlers.get(run.kind);
    if (handler === undefined) throw new Error(`nobody handles ${run.kind}`);
    const { database, credentials, logger } = this.options;
    const abort = new AbortController();
    // Told to stop while the run was being taken.
    if (this.isClosed) abort.abort();
    const context = new RunContext(database, credentials, lease, run, abort.signal, this.throttledPublish());
    this.runs.set(run.id, { context, abort, since: performance.now(), isLeaving: false });
    const stopBeating = this.beatRegularly(run.id, lease, abort);
    this.publish(run);
    try {
      // Its holder had gone before it could hear of it.
      if (run.cancel_requested) throw new Error('cancelled');
      if (isTakenOver) await context.log('warn', say('log.replica_gone'));
      // Queued while its marketplace still gave it, as an older version of the software knew it.
      await assertAvailable(database, run.shop_id, run.kind);
      await handler.run(context);
      const ended = await this.finish(lease, (tx) =>
        endRun(tx, run.id, { status: 'succeeded', apiCallsDelta: context.takeUncountedCalls() }),
      );
      await context.log(
        'info',
        say('log.done', { done: ended.done, changed: ended.changed, calls: ended.api_calls }),
      );
    } catch (error) {
      await this.conclude(context, lease, error).catch((cause: unknown) =>
        logger.error({ err: cause, runId: run.id }, `run could not be concluded: ${describeError(cause)}`),
      );
    } finally {
      stopBeating();
      this.runs.delete(run.id);
    }
  }

  /** One beat at a time: behind a long commit they would queue up, each with a connection of its own. */
  private beatRegularly(runId: string, lease: Lease, abort: AbortController): () => void {
    let isBeating = false;
    const timer = setInterval(() => {
      if (isBeating) return;
      isBeating = true;
      void this.beat(runId, lease, abort).finally(() => {
        isBeating = false;
      });
    }, lease.leaseMs / HEARTBEATS_A_LEASE);
    return () => clearInterval(timer);
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

  /** What became of a run and its line in the log are one transaction: who sees the one sees the other. */
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
    if (row === undefined || !OPEN_SYNC_STATUSES.includes(row.status)) return;
    if (row.cancel_requested) {
      await this.finish(lease, async (tx) => {
        await addLogLine(tx, row.id, 'info', say('log.cancelled', { done: row.done }));
        return endRun(tx, row.id, { status: 'cancelled', apiCallsDelta });
      });
      return;
    }
    if (this.isClosed) {
      await this.finish(lease, (tx) =>
        postponeRun(tx, row.id, { ...HANDED_OVER, apiCallsDelta, isFruitless: false }),
      );
      return;
    }
    if (thrown instanceof GiveWay) {
      await this.finish(lease, (tx) => requeueRun(tx, row.id, apiCallsDelta));
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
        logger.warn(
          { ...this.factsOf(row), err: error, problem: outcome.code },
          `run pauses: ${english(outcome.said)}`,
        );
        await this.finish(lease, async (tx) => {
          const seconds = Math.round(outcome.delayMs / 1000);
          await addLogLine(tx, row.id, 'warn', say('log.pausing', { seconds, why: outcome.said }));
          return postponeRun(tx, row.id, {
            ...outcome,
            apiCallsDelta,
            isFruitless: outcome.countsAsAttempt,
          });
        });
        return;
      case 'fail':
        logger[outcome.code === 'internal' ? 'error' : 'warn'](
          { ...this.factsOf(row), err: error, problem: outcome.code },
          `run failed: ${english(outcome.said)}`,
        );
        await this.finish(lease, async (tx) => {
          await addLogLine(tx, row.id, 'error', outcome.said);
          return endRun(tx, row.id, {
            status: 'failed',
            errorCode: outcome.code,
            error: outcome.said,
            apiCallsDelta,
          });
        });
    }
  }

  private factsOf({ id, shop_id, kind }: SyncRunRow): { runId: string; shopId: string; kind: SyncKind } {
    return { runId: id, shopId: shop_id, kind };
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
