import { RateLimiterPostgres } from 'rate-limiter-flexible';
import type { CallLimiter } from './limiter.js';
import { requireRate } from './local-limiter.js';
import { createPacedLimiter, type Sleep } from './paced-limiter.js';

/** Runs one statement and gives its rows; `pool.query(sql, params).then((r) => r.rows)`. */
export type RateLimitQuery = (sql: string, params: unknown[]) => Promise<Record<string, unknown>[]>;

/**
 * The one table that services share, as the library wants it; it is made by whoever prepares the database, not by the
 * library. Safe to run more than once. Unlogged: after a crash of the database the worst is one window too early.
 */
export const RATE_LIMIT_DDL = `
CREATE SCHEMA IF NOT EXISTS ratelimit;
CREATE UNLOGGED TABLE IF NOT EXISTS ratelimit.counters (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
) WITH (fillfactor = 50);
`;

export interface PostgresLimiterOptions {
  /** Outside any transaction: a counter locked in one that stays open would stop everybody. */
  query: RateLimitQuery;
  /** Default 19, which is 95 % of the 20 that an app key is granted. */
  permitsPerSecond?: number | undefined;
  /** For tests. */
  sleep?: Sleep | undefined;
}

/** Paces all processes and services that share one database. Needs `RATE_LIMIT_DDL`. */
export function createPostgresLimiter(options: PostgresLimiterOptions): CallLimiter {
  const storeClient = onDatabaseClock(options.query);
  return createPacedLimiter({
    openCounter: (keyPrefix, points, windowMs) =>
      new RateLimiterPostgres({
        storeClient,
        storeType: 'pool',
        schemaName: 'ratelimit',
        tableName: 'counters',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix,
        points,
        duration: windowMs / 1000,
      }),
    permitsPerSecond: requireRate(options.permitsPerSecond),
    sleep: options.sleep,
  });
}

/** How often our clock is compared with the database's. */
const COMPARE_CLOCKS_MS = 10_000;

/** Numbers above are instants in milliseconds (2001 and later); points never come near. */
const EARLIEST_INSTANT_MS = 1e12;

/**
 * What the library takes for its connection pool. It reckons with the clock of its process; processes whose clocks
 * differ would see each other's windows too long or over too soon. So every instant is moved to the database's clock
 * on its way there and back on its way here.
 */
function onDatabaseClock(query: RateLimitQuery) {
  const offset = databaseClockOffset(query);
  return {
    async query({ text, values }: { text: string; values: unknown[] }) {
      const offsetMs = await offset();
      const there = (value: unknown) =>
        typeof value === 'number' && value > EARLIEST_INSTANT_MS ? Math.round(value + offsetMs) : value;
      const rows = await query(text, values.map(there));
      return {
        rowCount: rows.length,
        rows: rows.map((row) => ({
          ...row,
          expire: row.expire === null ? null : Number(row.expire) - offsetMs,
        })),
      };
    },
  };
}

/**
 * How far the database's clock is ahead of ours. An answer proves it only to within the time it took, so what is
 * believed is moved no further than each answer demands: slow answers do not spoil it.
 */
function databaseClockOffset(query: RateLimitQuery): () => Promise<number> {
  let offsetMs = 0;
  let comparedAt = Number.NEGATIVE_INFINITY;
  let comparing: Promise<void> | undefined;

  const compare = async () => {
    const before = Date.now();
    const [row] = await query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms', []);
    const after = Date.now();
    const databaseMs = Number(row?.now_ms);
    if (!Number.isFinite(databaseMs)) throw new Error('the rate limit counter did not tell the time');
    offsetMs = Math.min(databaseMs - before, Math.max(databaseMs - after, offsetMs));
    comparedAt = performance.now();
  };

  return async () => {
    if (performance.now() - comparedAt > COMPARE_CLOCKS_MS) {
      comparing ??= compare().finally(() => {
        comparing = undefined;
      });
      await comparing;
    }
    return offsetMs;
  };
}
