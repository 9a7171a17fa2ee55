import pg from 'pg';
import { waitFor } from '#testing';

/**
 * Tables that change by themselves, or with a refused request on purpose: queues and logs of the services, what counts
 * tries and refusals, sessions, the record of who tried what, roll-ups, which follow the facts a moment later, and when those were last compared.
 */
const LEFT_OUT =
  /^(migrations|outbox|audit|counters|comparisons|sign_in_throttle|webhook_refusals|sync_\w+|access_tokens|refresh_tokens|sessions|devices|hints|daily_\w+|dirty_days|\w*_queue)$/;

/** Reads all that the services store, to see whether it has changed. */
export class Stored {
  private readonly clients: pg.Pool[] = [];

  /** @param urls of the databases as each service sees its own schema */
  static open(urls: readonly string[]): Stored {
    const stored = new Stored();
    for (const connectionString of urls) {
      stored.clients.push(new pg.Pool({ connectionString, max: 2 }));
    }
    return stored;
  }

  /** A hash for each table. */
  async fingerprint(): Promise<Map<string, string>> {
    const prints = new Map<string, string>();
    for (const client of this.clients) {
      const { rows: tables } = await client.query<{ schema: string; name: string }>(
        `SELECT schemaname AS schema, tablename AS name FROM pg_tables WHERE tableowner = current_user
           AND schemaname !~ '^(pg_|information_schema|ratelimit)' ORDER BY 1, 2`,
      );
      for (const { schema, name } of tables) {
        if (LEFT_OUT.test(name)) continue;
        const table = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
        const { rows } = await client.query<{ hash: string | null }>(
          `SELECT md5(string_agg(hash, '' ORDER BY hash)) AS hash FROM (SELECT md5(t::text) AS hash FROM ${table} AS t) AS each`,
        );
        prints.set(`${schema}.${name}`, rows[0]?.hash ?? 'empty');
      }
    }
    return prints;
  }

  /** After something was accepted: what follows from it in other services is waited for. */
  async settled(): Promise<Map<string, string>> {
    let last = await this.fingerprint();
    return waitFor('what was accepted to have taken effect', async () => {
      const now = await this.fingerprint();
      const isSettled = changedTables(last, now).length === 0;
      last = now;
      return isSettled ? now : undefined;
    });
  }

  /** So that wrong sign-ins of the fuzzer do not lock its own people out. */
  async forgetWrongSignIns(): Promise<void> {
    await this.clients[0]?.query('DELETE FROM auth.sign_in_throttle');
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
  }
}

export function changedTables(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  return [...after].filter(([table, hash]) => before.get(table) !== hash).map(([table]) => table);
}
