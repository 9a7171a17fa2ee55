import {
  type Said,
  type SyncKind,
  type SyncMode,
  type SyncRun,
  type SyncStatus,
  type SyncTrigger,
  sentence,
} from '#contracts';
import {
  type Columns,
  currentCorrelationId,
  insertOf,
  replacementOf,
  rowOf,
  type Transaction,
} from '#runtime';
import { isNotAvailable } from '../access/out-of-reach.js';
import { resolveNameless } from '../quarantine/quarantine.js';
import { IS_OPEN } from './run-states.js';
import { CLASS_SQL, isForPerson, NEW_SHOP_SQL, RUN_CLASSES, type RunClass, type Turn } from './turns.js';

type Queryable = Pick<Transaction, 'query'>;

export interface SyncRunRow {
  id: string;
  shop_id: string;
  kind: SyncKind;
  trigger: SyncTrigger;
  status: SyncStatus;
  mode: SyncMode;
  depth_days: number | null;
  state: unknown;
  done: number;
  total: number | null;
  changed: number;
  quarantined: number;
  api_calls: number;
  span_from: Date | null;
  span_to: Date | null;
  reads_again_at: Date | null;
  error_code: string | null;
  error: Said | null;
  requested_by: string | null;
  correlation_id: string;
  cancel_requested: boolean;
  fruitless_attempts: number;
  slices: number;
  next_attempt_at: Date;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** What people and pages see of a run. */
export function toSyncRun(row: SyncRunRow, now: Date = new Date()): SyncRun {
  const end = row.finished_at ?? now;
  const elapsedSeconds = row.started_at === null ? 0 : (end.getTime() - row.started_at.getTime()) / 1000;
  const speed = row.done > 0 && elapsedSeconds >= 0.5 ? row.done / elapsedSeconds : null;
  const isRunning = row.status === 'running';
  return {
    id: row.id,
    shopId: row.shop_id,
    kind: row.kind,
    trigger: row.trigger,
    status: row.status,
    mode: row.mode,
    done: row.done,
    total: row.total,
    changed: row.changed,
    quarantined: row.quarantined,
    apiCalls: row.api_calls,
    spanFrom: row.span_from?.toISOString() ?? null,
    spanTo: row.span_to?.toISOString() ?? null,
    asOf: READS_BY_TIME[row.mode] ? (row.span_to?.toISOString() ?? null) : null,
    readsAgainAt: row.reads_again_at?.toISOString() ?? null,
    errorCode: row.error_code,
    error: row.error === null ? null : sentence(row.error),
    requestedBy: row.requested_by,
    correlationId: row.correlation_id,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    resumesAt:
      row.status === 'waiting' || (row.status === 'queued' && row.next_attempt_at > now)
        ? row.next_attempt_at.toISOString()
        : null,
    recordsPerSecond: speed === null ? null : Math.round(speed * 10) / 10,
    remainingSeconds:
      isRunning && speed !== null && row.total !== null
        ? Math.max(0, Math.round((row.total - row.done) / speed))
        : null,
  };
}

const READS_BY_TIME: Readonly<Record<SyncMode, boolean>> = {
  first_load: true,
  update: true,
  scan: false,
  queue: false,
  audit: false,
};

export interface NewRun {
  readonly shopId: string;
  readonly kind: SyncKind;
  readonly trigger: SyncTrigger;
  readonly mode: SyncMode;
  readonly depthDays?: number | undefined;
  readonly requestedBy?: string | null;
  /** Database clock; left out: now. */
  readonly notBefore?: Date | undefined;
}

const QUEUE = {
  shop_id: ['uuid', (run) => run.shopId],
  kind: ['text', (run) => run.kind],
  trigger: ['text', (run) => run.trigger],
  mode: ['text', (run) => run.mode],
  depth_days: ['integer', (run) => run.depthDays ?? null],
  requested_by: ['text', (run) => run.requestedBy ?? null],
  correlation_id: ['text', () => currentCorrelationId()],
} satisfies Columns<NewRun>;
const QUEUED = rowOf<NewRun>(QUEUE, 2);
/** Of the run that is queued. */
const [SHOP, KIND] = ['$2::uuid', '$3::text'] as const;

/**
 * Queues a run. Undefined when one of that shop and kind is open already: there is never a second one; and when its marketplace
 * gives nothing of the kind. One that only
 * waits for a later moment, and has not begun, is brought forward and becomes this one. It was to read what the lists did not
 * show yet: for a person the run itself plans that anew, for all others it keeps the moment and is followed by one then.
 */
export async function queueRun(db: Queryable, run: NewRun): Promise<SyncRunRow | undefined> {
  const [row] = await db.query<SyncRunRow>(
    `INSERT INTO sync_runs AS open (next_attempt_at, ${QUEUED.names})
      SELECT coalesce($1::timestamptz, now()), ${QUEUED.parameters} WHERE NOT ${isNotAvailable(SHOP, KIND)}
      ON CONFLICT (shop_id, kind) WHERE ${IS_OPEN} DO UPDATE
       SET next_attempt_at = excluded.next_attempt_at, ${replacementOf(QUEUE, ['shop_id', 'kind'])},
           reads_again_at = CASE WHEN excluded.trigger <> 'manual' THEN open.next_attempt_at END
       WHERE open.status = 'queued' AND open.started_at IS NULL AND open.next_attempt_at > clock_timestamp()
         AND open.next_attempt_at > excluded.next_attempt_at
     RETURNING *`,
    [run.notBefore ?? null, ...QUEUED.values(run)],
  );
  return row;
}

export async function findOpenRun(
  db: Queryable,
  shopId: string,
  kind: SyncKind,
): Promise<SyncRunRow | undefined> {
  const [row] = await db.query<SyncRunRow>(
    `SELECT * FROM sync_runs WHERE shop_id = $1 AND kind = $2 AND ${IS_OPEN}`,
    [shopId, kind],
  );
  return row;
}

export async function findRun(db: Queryable, id: string): Promise<SyncRunRow | undefined> {
  const [row] = await db.query<SyncRunRow>('SELECT * FROM sync_runs WHERE id = $1', [id]);
  return row;
}

/** Due, and nobody works on it. */
const DUE = `run.${IS_OPEN} AND run.kind = ANY($1::text[]) AND run.next_attempt_at <= clock_timestamp()
  AND NOT EXISTS (
    SELECT FROM sync_leases AS lease
    WHERE lease.shop_id = run.shop_id AND lease.kind = run.kind AND lease.expires_at > clock_timestamp())`;

export interface DueRuns {
  readonly kinds: readonly SyncKind[];
  /** Shops that have their share of this replica's places already. */
  readonly exceptShops?: readonly string[];
  /** Runs that cannot be taken now. */
  readonly exceptRuns?: readonly string[];
}

/**
 * The next run that is due and whose shop and kind nobody works on; locked until the commit, so that replicas take
 * different ones.
 */
export async function lockDueRun(tx: Queryable, due: DueRuns, turn: Turn): Promise<SyncRunRow | undefined> {
  const [row] = await tx.query<SyncRunRow>(
    `SELECT run.* FROM sync_runs AS run
     WHERE ${DUE} AND run.shop_id <> ALL($2::uuid[]) AND run.id <> ALL($3::uuid[])
     ORDER BY CASE WHEN NOT $4 THEN ${CLASS_SQL} END, CASE WHEN NOT $4 THEN ${NEW_SHOP_SQL} = $5 END DESC,
       run.next_attempt_at, run.id
     LIMIT 1 FOR UPDATE OF run SKIP LOCKED`,
    [due.kinds, due.exceptShops ?? [], due.exceptRuns ?? [], turn.isForOldest, turn.newShopsFirst],
  );
  return row;
}

export interface WaitingRuns {
  readonly runClass: RunClass;
  readonly count: number;
  /** Of those, how many nobody took within the patience. */
  readonly late: number;
}

/** How many wait, `limit` in all at the most, by class; the class that goes first, first. */
export async function countWaiting(
  db: Queryable,
  due: DueRuns,
  patienceMs: number,
  limit: number,
): Promise<WaitingRuns[]> {
  const rows = await db.query<{ place: number; count: number; late: number }>(
    `SELECT place, count(*)::integer AS count, (count(*) FILTER (WHERE is_late))::integer AS late FROM (
       SELECT ${CLASS_SQL} AS place, run.next_attempt_at <= clock_timestamp() - $3 * interval '1 ms' AS is_late
       FROM sync_runs AS run WHERE ${DUE} AND run.shop_id <> ALL($2::uuid[])
       ORDER BY place, run.next_attempt_at LIMIT $4) AS waiting
     GROUP BY place ORDER BY place`,
    [due.kinds, due.exceptShops ?? [], patienceMs, limit],
  );
  return rows.flatMap(({ place, count, late }) => {
    const runClass = RUN_CLASSES[place];
    return runClass === undefined ? [] : [{ runClass, count, late }];
  });
}

/** Its place goes to another; it queues behind those that wait already. */
export async function requeueRun(db: Queryable, id: string, apiCallsDelta: number): Promise<SyncRunRow> {
  const [row] = await db.query<SyncRunRow>(
    `UPDATE sync_runs SET status = 'queued', slices = slices + 1, next_attempt_at = clock_timestamp(),
       api_calls = api_calls + $2 WHERE id = $1 RETURNING *`,
    [id, apiCallsDelta],
  );
  if (row === undefined) throw new Error(`run ${id} is gone`);
  return row;
}

export async function markRunning(db: Queryable, id: string): Promise<SyncRunRow> {
  const [row] = await db.query<SyncRunRow>(
    `UPDATE sync_runs SET status = 'running', started_at = coalesce(started_at, clock_timestamp()),
       error_code = NULL, error = NULL WHERE id = $1 RETURNING *`,
    [id],
  );
  if (row === undefined) throw new Error(`run ${id} is gone`);
  return row;
}

export interface RunProgress {
  /** What the next holder needs to go on from here. */
  readonly state?: unknown;
  readonly doneDelta?: number;
  readonly changedDelta?: number;
  readonly quarantinedDelta?: number;
  readonly apiCallsDelta?: number;
  /** Undefined leaves it as it is. */
  readonly total?: number;
  readonly spanFrom?: Date;
  readonly spanTo?: Date;
  /** In so many seconds the run is to be followed by one that reads what the marketplace's lists did not show yet. */
  readonly readsAgainInSeconds?: number;
  readonly mode?: SyncMode;
}

/** Part of the transaction that stores what was read: progress and data cannot disagree. */
export async function recordProgress(db: Queryable, id: string, progress: RunProgress): Promise<SyncRunRow> {
  const [row] = await db.query<SyncRunRow>(
    `UPDATE sync_runs SET
       state = coalesce($2::jsonb, state), done = done + $3, changed = changed + $4, quarantined = quarantined + $5,
       api_calls = api_calls + $6, total = coalesce($7, total), span_from = coalesce($8, span_from),
       span_to = coalesce($9, span_to), mode = coalesce($10, mode),
       reads_again_at = coalesce(clock_timestamp() + $11 * interval '1 second', reads_again_at),
       fruitless_attempts = CASE WHEN $3 > 0 THEN 0 ELSE fruitless_attempts END
     WHERE id = $1 RETURNING *`,
    [
      id,
      progress.state === undefined ? null : JSON.stringify(progress.state),
      progress.doneDelta ?? 0,
      progress.changedDelta ?? 0,
      progress.quarantinedDelta ?? 0,
      progress.apiCallsDelta ?? 0,
      progress.total ?? null,
      progress.spanFrom ?? null,
      progress.spanTo ?? null,
      progress.mode ?? null,
      progress.readsAgainInSeconds ?? null,
    ],
  );
  if (row === undefined) throw new Error(`run ${id} is gone`);
  return row;
}

export interface RunEnd {
  readonly status: 'succeeded' | 'failed' | 'cancelled';
  readonly errorCode?: string;
  readonly error?: Said;
  readonly apiCallsDelta: number;
}

/** A run that did not succeed is followed by none, and says so. */
export async function endRun(db: Queryable, id: string, end: RunEnd): Promise<SyncRunRow> {
  const [row] = await db.query<SyncRunRow>(
    `UPDATE sync_runs SET status = $2, error_code = $3, error = $4, api_calls = api_calls + $5,
       total = CASE WHEN $2 = 'succeeded' THEN done ELSE total END, finished_at = clock_timestamp(),
       reads_again_at = CASE WHEN $2 = 'succeeded' THEN reads_again_at END
     WHERE id = $1 RETURNING *`,
    [id, end.status, end.errorCode ?? null, end.error ?? null, end.apiCallsDelta],
  );
  if (row === undefined) throw new Error(`run ${id} is gone`);
  if (row.status === 'succeeded') await resolveNameless(db, row, isForPerson(row.trigger));
  if (row.status === 'succeeded' && row.reads_again_at !== null) {
    const { shop_id: shopId, kind, reads_again_at: notBefore } = row;
    // After a first load too: what it did not see yet is read by update time.
    await queueRun(db, { shopId, kind, trigger: 'followup', mode: 'update', notBefore });
  }
  return row;
}

export async function postponeRun(
  db: Queryable,
  id: string,
  pause: { delayMs: number; code: string; said: Said; apiCallsDelta: number; isFruitless: boolean },
): Promise<SyncRunRow> {
  const [row] = await db.query<SyncRunRow>(
    `UPDATE sync_runs SET status = 'waiting', next_attempt_at = clock_timestamp() + $2 * interval '1 ms',
       error_code = $3, error = $4, api_calls = api_calls + $5, fruitless_attempts = fruitless_attempts + $6
     WHERE id = $1 RETURNING *`,
    [id, pause.delayMs, pause.code, pause.said, pause.apiCallsDelta, pause.isFruitless ? 1 : 0],
  );
  if (row === undefined) throw new Error(`run ${id} is gone`);
  return row;
}

export async function addLogLine(
  db: Queryable,
  runId: string,
  level: 'info' | 'warn' | 'error',
  said: Said,
): Promise<void> {
  const line = insertOf({ run_id: runId, level, said });
  await db.query(`INSERT INTO sync_log (${line.names}) VALUES (${line.parameters})`, line.values);
}
