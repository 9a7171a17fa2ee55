import type { CallLimiter } from './limiter.js';

/** Runs one statement and gives its rows; `pool.query(sql, params).then((r) => r.rows)`. */
export type RateLimitQuery = (sql: string, params: unknown[]) => Promise<Record<string, unknown>[]>;

/** The one table that services share: the counter of an app key's calls. Safe to run more than once. */
export const RATE_LIMIT_DDL = `
CREATE SCHEMA IF NOT EXISTS ratelimit;
CREATE TABLE IF NOT EXISTS ratelimit.permits (
  app_key text PRIMARY KEY,
  next_at timestamptz NOT NULL
);
`;

export interface PostgresLimiterOptions {
  query: RateLimitQuery;
  permitsPerSecond?: number | undefined;
}

export function createPostgresLimiter(_options: PostgresLimiterOptions): CallLimiter {
  throw new Error('createPostgresLimiter: being written');
}
