import { type CallLimiter, DEFAULT_PERMITS_PER_SECOND } from './limiter.js';
import { createSlotLimiter, type Sleep, type SlotStore } from './slot-limiter.js';

/** Runs one statement and gives its rows; `pool.query(sql, params).then((r) => r.rows)`. */
export type RateLimitQuery = (sql: string, params: unknown[]) => Promise<Record<string, unknown>[]>;

/**
 * The one table that services share: when the next call of an app key may be sent, by the database's clock.
 * Safe to run more than once. Unlogged: after a crash of the database the worst is one call too early.
 */
export const RATE_LIMIT_DDL = `
CREATE SCHEMA IF NOT EXISTS ratelimit;
CREATE UNLOGGED TABLE IF NOT EXISTS ratelimit.permits (
  app_key text PRIMARY KEY,
  next_at timestamptz NOT NULL
) WITH (fillfactor = 50);
`;

/**
 * Takes the next free slot and says how long to wait for it. `$3` null: however far ahead it lies; otherwise the slot
 * is only taken when it lies no further ahead than that, and the second branch tells how far it is.
 * clock_timestamp() is read after the row's lock is held, so two callers never get one slot.
 */
const RESERVE_SQL = `
WITH taken AS (
  INSERT INTO ratelimit.permits AS p (app_key, next_at)
  VALUES ($1, clock_timestamp() + $2::float8 * interval '1 millisecond')
  ON CONFLICT (app_key) DO UPDATE
    SET next_at = greatest(p.next_at, clock_timestamp()) + $2::float8 * interval '1 millisecond'
    WHERE $3::float8 IS NULL OR p.next_at <= clock_timestamp() + $3::float8 * interval '1 millisecond'
  RETURNING next_at - $2::float8 * interval '1 millisecond' AS slot_at
)
SELECT true AS taken, extract(epoch FROM slot_at - clock_timestamp())::float8 * 1000 AS wait_ms FROM taken
UNION ALL
SELECT false, extract(epoch FROM next_at - clock_timestamp())::float8 * 1000
FROM ratelimit.permits WHERE app_key = $1 AND NOT EXISTS (SELECT 1 FROM taken)`;

const PUSH_BACK_SQL = `
INSERT INTO ratelimit.permits AS p (app_key, next_at)
VALUES ($1, clock_timestamp() + $2::float8 * interval '1 millisecond')
ON CONFLICT (app_key) DO UPDATE
  SET next_at = greatest(p.next_at, clock_timestamp() + $2::float8 * interval '1 millisecond')`;

export interface PostgresLimiterOptions {
  /** Outside any transaction: a slot taken in one that stays open would stop everybody. */
  query: RateLimitQuery;
  /** Default 19, which is 95 % of the 20 that an app key is granted. */
  permitsPerSecond?: number | undefined;
  /** For tests. */
  sleep?: Sleep | undefined;
}

/** Paces all processes and services that share one database. One statement a permit; needs `RATE_LIMIT_DDL`. */
export function createPostgresLimiter(options: PostgresLimiterOptions): CallLimiter {
  const spacingMs = spacingOf(options.permitsPerSecond);
  const store: SlotStore = {
    async reserve(appKey, maxAheadMs) {
      const [row] = await options.query(RESERVE_SQL, [appKey, spacingMs, maxAheadMs]);
      // No row at all: the key was inserted by another process between the two branches. Look again at once.
      if (!row) return { taken: false, waitMs: 0 };
      const waitMs = Number(row.wait_ms);
      if (!Number.isFinite(waitMs)) throw new Error('the rate limit counter answered without a waiting time');
      return { taken: row.taken === true, waitMs: Math.max(0, Math.ceil(waitMs)) };
    },
    async pushBack(appKey, delayMs) {
      await options.query(PUSH_BACK_SQL, [appKey, delayMs]);
    },
  };
  return createSlotLimiter(store, options.sleep);
}

/** Milliseconds from one slot to the next. */
export function spacingOf(permitsPerSecond: number = DEFAULT_PERMITS_PER_SECOND): number {
  if (!(permitsPerSecond > 0 && permitsPerSecond <= 10_000)) {
    throw new RangeError(`permitsPerSecond must be above 0 and at most 10000, got ${permitsPerSecond}`);
  }
  return 1000 / permitsPerSecond;
}
