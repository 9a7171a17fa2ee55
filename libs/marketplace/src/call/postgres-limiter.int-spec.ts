import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import pg from 'pg';
import { createEmptyTestDatabase } from '#testing';
import type { CallLimiter, PermitKey } from './limiter.js';
import { createPostgresLimiter, RATE_LIMIT_DDL } from './postgres-limiter.js';

const SPACING_MS = 20;
/** Three of them stand for three processes: each has its own connections and its own line of waiters. */
const PROCESSES = 3;

const key = (appKey: string, priority: PermitKey['priority'] = 'background'): PermitKey => ({
  appKey,
  operation: 'bg.order.list.v2.get',
  priority,
});

describe('the Postgres limiter on a real Postgres', () => {
  let database: { url: string; drop: () => Promise<void> };
  const pools: pg.Pool[] = [];
  let limiters: CallLimiter[];
  let statements = 0;

  before(async () => {
    database = await createEmptyTestDatabase();
    for (let i = 0; i < PROCESSES; i += 1)
      pools.push(new pg.Pool({ connectionString: database.url, max: 4 }));
    // Twice: services start at the same time.
    await pools[0]?.query(RATE_LIMIT_DDL);
    await pools[0]?.query(RATE_LIMIT_DDL);
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
  });
  beforeEach(async () => {
    await pools[0]?.query('DELETE FROM ratelimit.permits');
    statements = 0;
    limiters = pools.map((pool) =>
      createPostgresLimiter({
        query: async (sql, params) => {
          statements += 1;
          return (await pool.query(sql, params)).rows;
        },
        permitsPerSecond: 1000 / SPACING_MS,
      }),
    );
  });

  /** Times at which permits were given, in order. */
  async function run(count: number, priority: PermitKey['priority']): Promise<number[]> {
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        await limiters[i % PROCESSES]?.acquire(key('shared', priority));
        times.push(performance.now());
      }),
    );
    return times;
  }

  test('several processes together never pass the limit, and use it', async () => {
    const count = 90;
    for (const priority of ['interactive', 'background'] as const) {
      await pools[0]?.query('DELETE FROM ratelimit.permits');
      const startedAt = performance.now();
      const times = await run(count, priority);
      const tookMs = Math.max(...times) - startedAt;
      // The last of 90 lies 89 spacings after the first; a timer may fire a millisecond early.
      assert.ok(tookMs >= (count - 1) * SPACING_MS - 2, `${priority} was too fast: ${tookMs} ms`);
      assert.ok(tookMs < count * SPACING_MS * 2.5, `${priority} left permits unused: ${tookMs} ms`);
    }
  });

  test('the slots themselves are evenly spaced, whoever takes them', async () => {
    const slots: number[] = [];
    const started = Date.now();
    const recording = pools.map((pool) =>
      createPostgresLimiter({
        query: async (sql, params) => {
          const { rows } = await pool.query(sql, params);
          const { rows: after } = await pool.query<{ ms: number }>(
            'SELECT extract(epoch FROM next_at)::float8 * 1000 AS ms FROM ratelimit.permits',
          );
          slots.push((after[0]?.ms ?? 0) - started);
          return rows;
        },
        permitsPerSecond: 1000 / SPACING_MS,
        sleep: async () => {},
      }),
    );
    // Far more than are free: nobody sleeps, so all slots are taken in one burst into the future.
    for (let i = 0; i < 30; i += 1) await recording[i % PROCESSES]?.acquire(key('burst', 'interactive'));
    const gaps = slots.slice(1).map((slot, i) => slot - (slots[i] ?? 0));
    for (const gap of gaps) assert.ok(gap > SPACING_MS - 0.01, `a gap of ${gap} ms`);
  });

  test('a refusal in one process slows all of them', async () => {
    await limiters[0]?.acquire(key('shared'));
    await limiters[0]?.penalize(key('shared'), 300);
    const startedAt = performance.now();
    const times = await run(6, 'background');
    assert.ok(Math.min(...times) - startedAt >= 290, `${Math.min(...times) - startedAt} ms`);
  });

  test('a person does not wait behind long lists', async () => {
    const background = run(60, 'background');
    await limiters[0]?.acquire(key('shared', 'background'));
    const startedAt = performance.now();
    await limiters[1]?.acquire(key('shared', 'interactive'));
    const waitedMs = performance.now() - startedAt;
    await background;
    assert.ok(waitedMs < 700, `${waitedMs} ms`);
  });

  test('waiting costs few statements', async () => {
    await run(60, 'background');
    assert.ok(statements < 60 * 4, `${statements} statements for 60 permits`);
  });
});
