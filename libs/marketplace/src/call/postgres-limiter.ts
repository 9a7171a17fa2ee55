import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { expressionsOf } from '#runtime';
import type { CallLimiter } from './limiter.js';
import { requireRate } from './local-limiter.js';
import { createPacedLimiter, type Sleep } from './paced-limiter.js';

/** Slots that are closed open anew at the earliest after this, so that closing them is no way to get some. */
const SHORTEST_CLOSURE_MS = 1_000;

/** Runs one statement and gives its rows; `pool.query(sql, params).then((r) => r.rows)`. */
export type RateLimitQuery = (sql: string, params: unknown[]) => Promise<Record<string, unknown>[]>;

const counterOf = (points: string, expire: string) => expressionsOf({ key: 'counter', points, expire });
const TAKEN = counterOf('cost', 'now_ms + life_ms');
const NOTED = counterOf('amount', 'now_ms + life_ms');
const CLOSED = counterOf('closed', 'now_ms + greatest(life_ms, shortest_ms)');

/**
 * The one table that services share, as the library wants it, and the three moves that the limiter makes on it; both are
 * made by whoever prepares the database, under its lock. Services may call the functions, which work with the rights of
 * the table's owner, and have no right to the table: a counter is counted up, closed or looked at, and nobody sets one
 * back or takes it away. Instants are milliseconds of the database's clock, never a caller's: a clock ahead of it would
 * end a window. Safe to run more than once. Unlogged: after a crash of the database the worst is one window too early.
 */
export const RATE_LIMIT_DDL = `
CREATE SCHEMA IF NOT EXISTS ratelimit;
CREATE UNLOGGED TABLE IF NOT EXISTS ratelimit.counters (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint NOT NULL
) WITH (fillfactor = 50);

-- Takes points of a counter's window; the first to come opens it.
CREATE OR REPLACE FUNCTION ratelimit.take(counter text, cost integer, life_ms bigint, OUT points integer, OUT expire bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  now_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
BEGIN
  IF cost IS NULL OR cost <= 0 OR life_ms IS NULL OR life_ms <= 0 THEN
    RAISE insufficient_privilege USING MESSAGE = 'a counter of the rate limit only rises';
  END IF;
  INSERT INTO ratelimit.counters AS kept (${TAKEN.names}) VALUES (${TAKEN.expressions})
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN kept.expire <= now_ms THEN excluded.points
                  ELSE least(kept.points::bigint + excluded.points, 2147483647)::integer END,
    expire = CASE WHEN kept.expire <= now_ms THEN excluded.expire ELSE kept.expire END
  RETURNING kept.points, kept.expire INTO points, expire;
END $$;

-- Notes a pace, which may become faster again; or closes the slots of a limit, of which a longer closure stays. Counters
-- of calls are not set: a quota never, slots never to fewer.
CREATE OR REPLACE FUNCTION ratelimit.put(counter text, amount integer, life_ms bigint, OUT points integer, OUT expire bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  now_ms bigint := extract(epoch FROM clock_timestamp()) * 1000;
  closed CONSTANT integer := 2147483647;
  shortest_ms CONSTANT bigint := ${SHORTEST_CLOSURE_MS};
BEGIN
  IF counter LIKE 'slowed:%' OR counter LIKE 'cleared:%' THEN
    INSERT INTO ratelimit.counters AS kept (${NOTED.names}) VALUES (${NOTED.expressions})
    ON CONFLICT (key) DO UPDATE SET points = excluded.points, expire = excluded.expire
    RETURNING kept.points, kept.expire INTO points, expire;
  ELSIF counter LIKE 'slots:%' THEN
    INSERT INTO ratelimit.counters AS kept (${CLOSED.names}) VALUES (${CLOSED.expressions})
    ON CONFLICT (key) DO UPDATE SET
      points = closed,
      expire = CASE WHEN kept.points = closed THEN greatest(kept.expire, excluded.expire) ELSE excluded.expire END
    RETURNING kept.points, kept.expire INTO points, expire;
  ELSE
    RAISE insufficient_privilege USING MESSAGE = 'a counter of the rate limit is not set by hand';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION ratelimit.look(counter text) RETURNS TABLE (points integer, expire bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT points, expire FROM ratelimit.counters
  WHERE key = counter AND expire > extract(epoch FROM clock_timestamp()) * 1000
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ratelimit FROM PUBLIC;
`;

export interface PostgresLimiterOptions {
  /** Outside any transaction: a counter locked in one that stays open would stop everybody. */
  query: RateLimitQuery;
  marketplace: string;
  /** Default 19, which is 95 % of the 20 that an app key is granted. */
  permitsPerSecond?: number | undefined;
  /** For tests. */
  sleep?: Sleep | undefined;
}

/** Paces all processes and services that share one database. Needs `RATE_LIMIT_DDL`. */
export function createPostgresLimiter(options: PostgresLimiterOptions): CallLimiter {
  const storeClient = throughFunctions(options.query);
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
    marketplace: options.marketplace,
    permitsPerSecond: requireRate(options.permitsPerSecond),
    sleep: options.sleep,
  });
}

/** How often our clock is compared with the database's. */
const COMPARE_CLOCKS_MS = 10_000;

/** What the library asks for, by the name that it gives to its statement, as a move of the functions. */
const MOVES: Readonly<Record<string, string>> = {
  'counters:rlflx-upsert': 'SELECT points, expire FROM ratelimit.take($1, $2, $3)',
  'counters:rlflx-upsert-force': 'SELECT points, expire FROM ratelimit.put($1, $2, $3)',
  'counters:rlflx-get': 'SELECT points, expire FROM ratelimit.look($1)',
};

interface LibraryQuery {
  readonly name?: string;
  readonly values: readonly unknown[];
}

/**
 * What the library takes for its connection pool. Its statements are for the table, to which services have no right, and
 * reckon with the clock of its process; processes whose clocks differ would see each other's windows too long or over too
 * soon. So each becomes a call of a function, which is told how long and not until when, and instants in answers are moved
 * from the database's clock to ours.
 */
function throughFunctions(query: RateLimitQuery) {
  const offset = databaseClockOffset(query);
  return {
    async query({ name = '', values }: LibraryQuery) {
      const move = MOVES[name];
      if (move === undefined) throw new Error(`the rate limit has no move ${name}`);
      const [key, points, until, now] = values;
      const lifeMs = Math.max(1, Math.round(Number(until) - Number(now)));
      const offsetMs = await offset();
      const rows = await query(move, name.endsWith('-get') ? [key] : [key, points, lifeMs]);
      return {
        rowCount: rows.length,
        rows: rows.map((row) => ({ ...row, expire: Number(row.expire) - offsetMs })),
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
