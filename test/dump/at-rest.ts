import pg from 'pg';
import { waitFor } from '#testing';

/** What is owed at a moment, by service: events to publish, queues, days to sum up. */
const OWED: Readonly<Record<string, readonly string[]>> = {
  AUTH: ['SELECT count(*) FROM outbox WHERE published_at IS NULL'],
  ORDER: [
    'SELECT count(*) FROM outbox WHERE published_at IS NULL',
    'SELECT count(*) FROM orders WHERE amounts_due_at IS NOT NULL',
    'SELECT count(*) FROM order_addresses WHERE due_at IS NOT NULL',
    'SELECT count(*) FROM order_hints',
  ],
  PRODUCT: ['SELECT count(*) FROM outbox WHERE published_at IS NULL'],
  ANALYTICS: ['SELECT count(*) FROM dirty_days'],
};
const LOOKS = 20;
const TIMEOUT_MS = 240_000;

/** Sees in the databases whether anything is still under way. */
export class Rest {
  private constructor(private readonly pools: ReadonlyMap<string, pg.Pool>) {}

  static open(variables: ReadonlyMap<string, string>): Rest {
    return new Rest(
      new Map(
        Object.keys(OWED).map((service) => [
          service,
          new pg.Pool({ connectionString: variables.get(`${service}_DATABASE_URL`) ?? '', max: 1 }),
        ]),
      ),
    );
  }

  /** Nothing is owed in many looks one after the other, which an event on its way between two services would break. */
  async wait(): Promise<void> {
    let quiet = 0;
    let last = '';
    await waitFor(
      'everything to be at rest',
      async () => {
        const now = await this.look();
        quiet = now.owed === 0 && now.facts === last ? quiet + 1 : 0;
        last = now.facts;
        return quiet >= LOOKS;
      },
      TIMEOUT_MS,
    );
  }

  private async look(): Promise<{ owed: number; facts: string }> {
    let owed = 0;
    for (const [service, queries] of Object.entries(OWED)) {
      for (const query of queries) owed += await this.count(service, query);
    }
    const facts = await this.count('ANALYTICS', 'SELECT coalesce(sum(version), 0) AS count FROM order_facts');
    return { owed, facts: String(facts) };
  }

  private async count(service: string, query: string): Promise<number> {
    const { rows } = (await this.pools.get(service)?.query<{ count: string }>(query)) ?? { rows: [] };
    return Number(rows[0]?.count);
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
  }
}
