import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import pg from 'pg';
import { createEmptyTestDatabase } from '#testing';
import type { CallLimiter, PermitKey } from './limiter.js';
import { createPostgresLimiter, RATE_LIMIT_DDL } from './postgres-limiter.js';

const SPACING_MS = 20;
/** Three of them stand for three processes: each has its own connections and its own line of waiters. */
const PROCESSES = 3;

const key = (change: Partial<PermitKey> = {}): PermitKey => ({
  appKey: 'shared',
  operation: 'bg.order.list.v2.get',
  priority: 'background',
  shop: 'one',
  ...change,
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
    await pools[0]?.query('DELETE FROM ratelimit.counters');
    statements = 0;
    limiters = pools.map((pool) =>
      createPostgresLimiter({
        query: async (sql, params) => {
          statements += 1;
          return (await pool.query(sql, params)).rows;
        },
        marketplace: 'temu',
        permitsPerSecond: 1000 / SPACING_MS,
      }),
    );
  });

  /** Times at which permits were given, in order. */
  async function run(count: number, change: Partial<PermitKey> = {}): Promise<number[]> {
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        await limiters[i % PROCESSES]?.acquire(key(change));
        times.push(performance.now());
      }),
    );
    return times;
  }

  test('several processes together never pass the limit, and use it', async () => {
    const count = 90;
    const startedAt = performance.now();
    const times = await run(count);
    const tookMs = Math.max(...times) - startedAt;
    // The last of 90 lies 89 slots after the first; a quarter of a second may be caught up, and a timer fires early.
    assert.ok(tookMs >= (count - 1) * SPACING_MS - 252, `too fast: ${tookMs} ms`);
    assert.ok(tookMs < count * SPACING_MS * 2.5, `permits left unused: ${tookMs} ms`);
  });

  test('a refusal in one process stops and then slows all of them', async () => {
    await run(6);
    await limiters[0]?.penalize(key(), 1_000);
    const startedAt = performance.now();
    const count = 90;
    const times = await run(count);
    const first = Math.min(...times) - startedAt;
    assert.ok(first >= 990, `somebody called after ${first} ms`);
    // Four fifths of the pace, a little more as it recovers; a quarter of a second may be caught up. Load only adds to it.
    const slowedMs = Math.max(...times) - Math.min(...times);
    assert.ok(slowedMs >= ((count - 1) * SPACING_MS) / 0.81 - 252, `${slowedMs} ms`);
  });

  test('a person does not wait behind long lists', async () => {
    let done = 0;
    const lists = Promise.all(
      Array.from({ length: 90 }, async (_, i) => {
        await limiters[i % PROCESSES]?.acquire(key());
        done += 1;
      }),
    );
    await limiters[0]?.acquire(key());
    const before = done;
    await limiters[1]?.acquire(key({ priority: 'interactive' }));
    const passed = done - before;
    await lists;
    assert.ok(passed <= 2 * PROCESSES, `${passed} others went first`);
  });

  test('apps of two marketplaces that are named alike have limits of their own', async () => {
    const other = createPostgresLimiter({
      query: async (sql, params) => (await pools[0]?.query(sql, params))?.rows ?? [],
      marketplace: 'another',
    });
    const day = { calls: 1, perMs: 86_400_000, of: 'app' as const };
    await limiters[0]?.acquire(key({ ownLimit: day }));
    await assert.rejects(Promise.resolve(limiters[1]?.acquire(key({ ownLimit: day }))), {
      name: 'PermitsUsedUp',
    });
    await other.acquire(key({ ownLimit: day }));

    const closed = 60_000;
    await limiters[0]?.penalize(key(), closed);
    await other.acquire(key());
    const aborted = AbortSignal.timeout(300);
    await assert.rejects(Promise.resolve(limiters[1]?.acquire(key(), aborted)), { name: 'TimeoutError' });
  });

  test('waiting costs few statements', async () => {
    await run(60);
    assert.ok(statements < 60 * 2, `${statements} statements for 60 permits`);
  });

  test('a database that fails lets nobody through, and does not stop the next', async () => {
    let fails = true;
    const limiter = createPostgresLimiter({
      query: async (sql, params) => {
        if (fails) throw new Error('connection refused');
        return (await pools[0]?.query(sql, params))?.rows ?? [];
      },
      marketplace: 'temu',
    });
    await Promise.all([
      assert.rejects(limiter.acquire(key()), /connection refused/),
      assert.rejects(limiter.acquire(key({ priority: 'interactive' })), /connection refused/),
    ]);
    fails = false;
    await limiter.acquire(key());
  });
});
