import pg from 'pg';
import { AUTH_SCHEMA } from '../database/open-database.js';

/** Marketplaces want an answer within 500 ms; what takes longer than this here is answered with 503. */
export const INBOX_DEADLINE_MS = 400;

/** Replicas hold this many each, beside the service's own pool. */
const CONNECTIONS = 6;

export class InboxPool extends pg.Pool {
  constructor(
    options: pg.PoolConfig,
    readonly deadlineMs: number,
  ) {
    super(options);
  }
}

/**
 * The inbox has connections of its own: a flood of webhooks, or a stalled table, must not keep people from signing in.
 * The server gives up what nobody waits for any more.
 */
export function openInboxPool(url: string, deadlineMs = INBOX_DEADLINE_MS): InboxPool {
  const options = {
    connectionString: url,
    max: CONNECTIONS,
    application_name: 'auth-service inbox',
    connectionTimeoutMillis: deadlineMs,
    idleTimeoutMillis: 300_000,
    options: `-c search_path=${AUTH_SCHEMA},public -c statement_timeout=${deadlineMs}`,
  };
  const pool = new InboxPool(options, deadlineMs);
  // An idle connection that breaks is replaced with the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
