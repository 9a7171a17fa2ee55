import { jetstreamManager } from '@nats-io/jetstream';
import pg from 'pg';
import { DEAD_LETTER_STREAM } from '#contracts';
import { connectNats } from '#messaging';
import type { ChaosBed } from './bed.js';

/** Looks that the REST API does not give: leases, the outbox, what waits for its time, dead letters. */
export class Insides {
  private constructor(
    private readonly client: pg.Client,
    private readonly bed: ChaosBed,
  ) {}

  static async open(bed: ChaosBed): Promise<Insides> {
    const client = new pg.Client({ connectionString: bed.databaseUrl });
    await client.connect();
    return new Insides(client, bed);
  }

  close(): Promise<void> {
    return this.client.end();
  }

  /** What is under way or owed at this moment, by name; empty when all is at rest. */
  async unrest(): Promise<Record<string, number>> {
    const counts: Record<string, string> = {};
    for (const schema of ['orders', 'products']) {
      counts[`open runs of ${schema}`] =
        `SELECT count(*) FROM ${schema}.sync_runs WHERE status IN ('queued', 'running', 'waiting')`;
      counts[`leases of ${schema}`] =
        `SELECT count(*) FROM ${schema}.sync_leases WHERE expires_at > clock_timestamp()`;
      counts[`open quarantine of ${schema}`] =
        `SELECT count(*) FROM ${schema}.quarantine WHERE resolved_at IS NULL`;
    }
    for (const schema of await this.schemasWith('outbox')) {
      counts[`unpublished events of ${schema}`] =
        `SELECT count(*) FROM ${schema}.outbox WHERE published_at IS NULL`;
    }
    counts['amounts due'] = 'SELECT count(*) FROM orders.orders WHERE amounts_due_at IS NOT NULL';
    counts['addresses due'] = 'SELECT count(*) FROM orders.order_addresses WHERE due_at IS NOT NULL';
    counts['hints due'] = 'SELECT count(*) FROM orders.order_hints';
    const found: Record<string, number> = {};
    for (const [name, sql] of Object.entries(counts)) {
      const { rows } = await this.client.query<{ count: string }>(sql);
      const count = Number(rows[0]?.count);
      if (count > 0) found[name] = count;
    }
    return found;
  }

  /**
   * What waits for a later minute waits no longer: the growing gaps between retries are tested elsewhere, and an hour of
   * them would prove nothing more.
   */
  async pullForward(): Promise<void> {
    for (const schema of ['orders', 'products']) {
      await this.client.query(
        `UPDATE ${schema}.sync_runs SET next_attempt_at = now() WHERE status = 'waiting' AND next_attempt_at > now()`,
      );
      await this.client.query(
        `UPDATE ${schema}.quarantine SET next_retry_at = clock_timestamp()
         WHERE resolved_at IS NULL AND next_retry_at > clock_timestamp()`,
      );
    }
    await this.client.query(
      'UPDATE orders.orders SET amounts_due_at = clock_timestamp() WHERE amounts_due_at > clock_timestamp()',
    );
    await this.client.query('UPDATE orders.order_addresses SET due_at = now() WHERE due_at > now()');
    await this.client.query('UPDATE orders.order_hints SET due_at = now() WHERE due_at > now()');
    await this.client.query('DELETE FROM orders.hint_pauses');
  }

  /** Orders in quarantine, to be read again by hand. */
  async unreadableOrders(): Promise<{ shopId: string; sn: string }[]> {
    const { rows } = await this.client.query<{ shopId: string; sn: string }>(
      `SELECT shop_id AS "shopId", platform_id AS sn FROM orders.quarantine
       WHERE kind = 'orders' AND resolved_at IS NULL`,
    );
    return rows;
  }

  /** How runs have ended so far, by status and error. */
  async runs(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const schema of ['orders', 'products']) {
      const { rows } = await this.client.query<{ how: string; count: string }>(
        `SELECT concat_ws(' ', kind, status, error_code) AS how, count(*) FROM ${schema}.sync_runs GROUP BY 1 ORDER BY 1`,
      );
      for (const row of rows) counts[row.how] = (counts[row.how] ?? 0) + Number(row.count);
    }
    return counts;
  }

  /** Subjects of the dead letters that the bus still holds. */
  async deadLetters(): Promise<Record<string, number>> {
    const connection = await connectNats(this.bed.natsUrl, 'chaos');
    try {
      const manager = await jetstreamManager(connection);
      const { state } = await manager.streams.info(DEAD_LETTER_STREAM, { subjects_filter: '>' });
      return state.subjects ?? {};
    } finally {
      await connection.close();
    }
  }

  private async schemasWith(table: string): Promise<string[]> {
    const { rows } = await this.client.query<{ schema: string }>(
      'SELECT table_schema AS schema FROM information_schema.tables WHERE table_name = $1 ORDER BY 1',
      [table],
    );
    return rows.map((row) => row.schema);
  }
}
