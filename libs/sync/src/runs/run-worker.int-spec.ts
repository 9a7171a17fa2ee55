import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { english, quoted, type Said } from '#contracts';
import { MarketplaceError } from '#marketplace';
import { AppError, withCorrelation } from '#runtime';
import { waitFor } from '#testing';
import {
  createSyncBed,
  everybody,
  logged,
  type Replica,
  ScriptedKind,
  type SyncBed,
  TEST_LEASE_MS,
} from '../sync-bed.fixture.js';
import { LeaseLost, takeLease } from './lease.js';
import type { RunContext } from './run-context.js';
import { markRunning } from './sync-run.store.js';

const transient = () =>
  new MarketplaceError({
    kind: 'transient',
    operation: 'list',
    what: quoted('The marketplace answers with errors'),
    remedy: quoted('Wait.'),
    retryable: true,
    platformCode: 'http_503',
  });

/** Commits steps up to `last`, going on from the state it finds, and leaves a trace of each. */
function steps(
  last: number,
  replica: string,
  between: (step: number) => Promise<void> = async () => undefined,
) {
  return async (context: RunContext): Promise<void> => {
    const from = (context.run.state as { step: number } | null)?.step ?? 0;
    for (let step = from + 1; step <= last; step += 1) {
      await between(step);
      await context.commit(async (tx) => {
        await tx.query('INSERT INTO written VALUES ($1, $2, $3)', [context.run.id, step, replica]);
        return { state: { step }, doneDelta: 1, total: last };
      });
    }
  };
}

const untilAborted = ({ signal }: RunContext): Promise<void> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('runs', () => {
  let bed: SyncBed;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());

  const written = (runId: string) =>
    bed.database.query<{ step: number; replica: string }>(
      'SELECT step, replica FROM written WHERE run_id = $1 ORDER BY step, replica',
      [runId],
    );
  async function startReplica(...handlers: ScriptedKind[]): Promise<Replica> {
    const replica = await bed.replica({ handlers });
    replica.worker.start();
    return replica;
  }

  test('peer failure 9: three replicas, ten shops: each run is worked on once', async () => {
    let atOnce = 0;
    const working = new Set<string>();
    const work = async (context: RunContext): Promise<void> => {
      const key = `${context.shopId} ${context.kind}`;
      if (working.has(key)) atOnce += 1;
      working.add(key);
      await steps(3, 'x')(context);
      working.delete(key);
    };
    const shops = await Promise.all(Array.from({ length: 10 }, () => bed.shop()));
    const queued = await Promise.all(shops.map((shopId) => bed.queue(shopId)));
    await Promise.all([1, 2, 3].map(() => startReplica(new ScriptedKind('orders', work))));
    for (const { id } of queued) {
      const run = await bed.ended(id, 'succeeded');
      assert.deepEqual([run.done, run.total], [3, 3]);
      assert.deepEqual(
        (await written(id)).map(({ step }) => step),
        [1, 2, 3],
      );
    }
    assert.equal(atOnce, 0);
  });

  test('peer failure 9: a run whose holder was killed is taken over after the lease, from its last commit', async () => {
    const shopId = await bed.shop();
    const { id } = await bed.queue(shopId);
    // What a killed process leaves: the run marked as running, its lease not yet ended, its last state.
    await bed.database.transaction(async (tx) => {
      await markRunning(tx, id);
      await takeLease(tx, shopId, 'orders', TEST_LEASE_MS);
      await tx.query(`UPDATE sync_runs SET state = '{"step": 2}' WHERE id = $1`, [id]);
    });
    const leftAt = Date.now();
    await startReplica(new ScriptedKind('orders', steps(4, 'second')));
    await bed.ended(id, 'succeeded');
    assert.ok(Date.now() - leftAt >= TEST_LEASE_MS - 50, 'not before the lease had ended');
    assert.deepEqual(await written(id), [
      { step: 3, replica: 'second' },
      { step: 4, replica: 'second' },
    ]);
    assert.match((await bed.logOf(id)).join('\n'), /replica that worked on this run is gone/);
  });

  test('peer failure 9: a holder that stood still may write nothing after another has taken over', async () => {
    const { id } = await bed.queue(await bed.shop());
    let resume: (() => void) | undefined;
    let stopped: Promise<void> | undefined;
    const standStill = (): void => {
      stopped = new Promise((resolve) => {
        resume = resolve;
      });
    };
    let thrown: unknown;
    const first = await bed.replica({
      pause: () => stopped ?? Promise.resolve(),
      handlers: [
        new ScriptedKind('orders', (context) =>
          steps(3, 'first', async (step) => {
            if (step === 2) standStill();
          })(context).catch((error: unknown) => {
            thrown = error;
            throw error;
          }),
        ),
      ],
    });
    first.worker.start();
    await waitFor('the first to stand still', () => stopped !== undefined);
    await startReplica(new ScriptedKind('orders', steps(3, 'second')));
    await bed.ended(id, 'succeeded');
    resume?.();
    await waitFor('the first to be refused', () => thrown !== undefined);
    assert.ok(thrown instanceof LeaseLost, String(thrown));
    await first.close();
    assert.deepEqual(await written(id), [
      { step: 1, replica: 'first' },
      { step: 2, replica: 'second' },
      { step: 3, replica: 'second' },
    ]);
    assert.equal((await bed.row(id)).status, 'succeeded');
  });

  test('a call that takes longer than the lease keeps it: the holder says that it lives', async () => {
    const { id } = await bed.queue(await bed.shop());
    let calls = 0;
    const work = async (context: RunContext): Promise<void> => {
      calls += 1;
      const until = Date.now() + 2 * TEST_LEASE_MS;
      await waitFor('a slow answer', () => Date.now() > until);
      await steps(1, 'x')(context);
    };
    await startReplica(new ScriptedKind('orders', work));
    await startReplica(new ScriptedKind('orders', work));
    await bed.ended(id, 'succeeded');
    assert.equal(calls, 1);
  });

  test('cancel, running here: it ends at once, and what was read stays', async () => {
    const { id } = await bed.queue(await bed.shop());
    const { runs } = await startReplica(
      new ScriptedKind('orders', async (context) => {
        await steps(1, 'x')(context);
        await untilAborted(context);
      }),
    );
    await waitFor('the first step', async () => (await bed.row(id)).done === 1);
    await runs.cancel(id, everybody);
    const run = await bed.ended(id, 'cancelled');
    assert.equal(run.done, 1);
    assert.notEqual(run.finished_at, null);
    await waitFor('the log to say so', async () =>
      (await bed.logOf(id)).some((line) => /cancelled after 1/.test(line)),
    );
  });

  test('cancel, running on another replica: it hears of it', async () => {
    const { id } = await bed.queue(await bed.shop());
    await startReplica(new ScriptedKind('orders', untilAborted));
    await bed.ended(id, 'running');
    const other = await bed.replica({ handlers: [new ScriptedKind()] });
    assert.equal((await other.runs.cancel(id, everybody)).status, 'running');
    await bed.ended(id, 'cancelled');
  });

  test('cancel, queued: it never begins, and cannot be cancelled again', async () => {
    const { id } = await bed.queue(await bed.shop());
    let began = false;
    const replica = await bed.replica({
      handlers: [
        new ScriptedKind('orders', async () => {
          began = true;
        }),
      ],
    });
    assert.equal((await replica.runs.cancel(id, everybody)).status, 'cancelled');
    await assert.rejects(replica.runs.cancel(id, everybody), { code: 'sync.already_ended' });
    const other = await bed.queue(await bed.shop());
    replica.worker.start();
    await bed.ended(other.id, 'succeeded');
    assert.equal((await bed.row(id)).status, 'cancelled');
    assert.equal(began, true);
  });

  test('cancelled while its holder was gone: the next one ends it without working on it', async () => {
    const shopId = await bed.shop();
    const { id } = await bed.queue(shopId);
    await bed.database.transaction(async (tx) => {
      await markRunning(tx, id);
      await takeLease(tx, shopId, 'orders', 50);
    });
    let began = false;
    const replica = await bed.replica({
      handlers: [
        new ScriptedKind('orders', async (context) => {
          began = true;
          await steps(1, 'x')(context);
        }),
      ],
    });
    await replica.runs.cancel(id, everybody);
    replica.worker.start();
    await bed.ended(id, 'cancelled');
    assert.equal(began, false);
  });

  test('a cancel that comes as the run ends does not undo its end', async () => {
    const { id } = await bed.queue(await bed.shop());
    const { runs } = await startReplica(new ScriptedKind('orders', steps(1, 'x')));
    await bed.ended(id, 'succeeded');
    // The state that cancel saw before the run had ended.
    const stale = Object.assign(Object.create(runs), {
      reach: async () => ({ ...(await bed.row(id)), status: 'running' }),
    }) as typeof runs;
    await assert.rejects(stale.cancel(id, everybody), { code: 'sync.already_ended' });
    assert.equal((await bed.row(id)).status, 'succeeded');
  });

  test('retry goes on where the run had stopped; its counters go on too', async () => {
    const { id } = await bed.queue(await bed.shop());
    let isBroken = true;
    const { runs } = await startReplica(
      new ScriptedKind(
        'orders',
        steps(5, 'x', async (step) => {
          if (step === 3 && isBroken) throw new Error('a bug');
        }),
      ),
    );
    const failed = await bed.ended(id, 'failed');
    assert.equal(failed.error_code, 'internal');
    assert.doesNotMatch(textOf(failed.error), /a bug/);
    isBroken = false;
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => runs.retry(id, everybody)));
    assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const answer of answers)
      if (answer.status === 'rejected')
        assert.match(answer.reason.code, /^sync\.(not_retryable|already_running)$/);
    const run = await bed.ended(id, 'succeeded');
    assert.deepEqual([run.done, run.trigger, run.error_code], [5, 'retry', null]);
    assert.deepEqual(
      (await written(id)).map(({ step }) => step),
      [1, 2, 3, 4, 5],
    );
    await assert.rejects(runs.retry(id, everybody), { code: 'sync.not_retryable' });
  });

  test('retry is refused while another run of that shop and kind is open', async () => {
    const shopId = await bed.shop();
    const { id } = await bed.queue(shopId);
    const { runs } = await bed.replica({ handlers: [new ScriptedKind()] });
    await runs.cancel(id, everybody);
    await bed.queue(shopId);
    await assert.rejects(runs.retry(id, everybody), { code: 'sync.already_running' });
  });

  test('a replica that is told to stop hands its run over at once', async () => {
    const { id } = await bed.queue(await bed.shop());
    const first = await startReplica(
      new ScriptedKind('orders', async (context) => {
        await steps(2, 'first')(context);
        await untilAborted(context);
      }),
    );
    await waitFor('two steps', async () => (await bed.row(id)).done === 2);
    await first.close();
    const handedOver = await bed.row(id);
    assert.deepEqual([handedOver.status, handedOver.fruitless_attempts], ['waiting', 0]);
    const startedAt = Date.now();
    await startReplica(new ScriptedKind('orders', steps(4, 'second')));
    await bed.ended(id, 'succeeded');
    assert.ok(Date.now() - startedAt < TEST_LEASE_MS, 'without waiting for the lease');
    assert.deepEqual(
      (await written(id)).map(({ replica }) => replica),
      ['first', 'first', 'second', 'second'],
    );
  });

  test('a replica that is told to stop while it takes a run hands that one over too', async () => {
    const { id } = await bed.queue(await bed.shop());
    let letGo: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let waits = false;
    const replica = await bed.replica({
      handlers: [new ScriptedKind('orders', untilAborted)],
      pause: () => {
        waits = true;
        return gate;
      },
    });
    replica.worker.start();
    await waitFor('the run to be looked for', () => waits);
    const closed = replica.close();
    letGo?.();
    await closed;
    assert.ok(['queued', 'waiting'].includes((await bed.row(id)).status));
  });

  test('a pause ends by itself and the run goes on', async () => {
    const { id } = await bed.queue(await bed.shop());
    let opened = false;
    const replica = await startReplica(
      new ScriptedKind(
        'orders',
        steps(2, 'x', async (step) => {
          if (step === 2 && !opened) {
            opened = true;
            throw new MarketplaceError({
              kind: 'breaker_open',
              operation: 'list',
              what: quoted('Spared'),
              remedy: quoted(''),
              retryable: true,
              retryAfterMs: 100,
            });
          }
        }),
      ),
    );
    const run = await bed.ended(id, 'succeeded');
    assert.deepEqual([run.done, run.fruitless_attempts, run.error_code], [2, 0, null]);
    const statuses = replica.published.filter((each) => each.id === id).map(({ status }) => status);
    assert.ok(statuses.includes('waiting'));
    assert.match((await bed.logOf(id)).join('\n'), /pausing 0 s: Spared/);
  });

  test('peer failure 3: attempts without one record between end in failure; a record begins the count anew', async () => {
    const { id } = await bed.queue(await bed.shop());
    let calls = 0;
    await startReplica(
      new ScriptedKind('orders', async (context) => {
        calls += 1;
        if (calls === 3) await steps(1, 'x')(context);
        throw transient();
      }),
    );
    const attempts: number[] = [];
    for (let pauses = 1; pauses < 10; pauses += 1) {
      await waitFor('the next end', async () => {
        if (calls < pauses) return false;
        const { status } = await bed.row(id);
        return status === 'waiting' || status === 'failed';
      });
      const run = await bed.row(id);
      attempts.push(run.fruitless_attempts);
      if (run.status === 'failed') break;
      await bed.database.query('UPDATE sync_runs SET next_attempt_at = now() WHERE id = $1', [id]);
    }
    // 1, 2, then a record: 1 again, and the fifth in a row fails.
    assert.deepEqual(attempts, [1, 2, 1, 2, 3, 4, 4]);
    assert.equal((await bed.row(id)).error_code, 'marketplace.unavailable');
  });

  test('a failed run is in the log, under the correlation id of the request that asked for it', async () => {
    const replica = await startReplica(
      new ScriptedKind('orders', () =>
        Promise.reject(new AppError('conflict', 'spec.refused', 'It is refused.')),
      ),
    );
    const asker = { ...everybody, correlationId: 'asked-for-by-a-person' };
    const shopId = await bed.shop();
    const { id, correlationId } = await withCorrelation(asker.correlationId, () =>
      replica.runs.start({ shopId, kind: 'orders' }, asker),
    );
    assert.equal(correlationId, asker.correlationId);
    await bed.ended(id, 'failed');
    const lines = () => logged.filter((line) => line.runId === id && line.problem === 'spec.refused');
    assert.deepEqual(
      lines().map((line) => line.correlationId),
      [asker.correlationId],
    );
    await replica.runs.retry(id, { ...asker, correlationId: 'asked-for-once-more' });
    await waitFor('it to fail again', () => lines().length === 2);
    assert.equal(lines()[1]?.correlationId, 'asked-for-once-more');
  });

  test('a database that throws the holder out costs a pause, not the run', async () => {
    const { id } = await bed.queue(await bed.shop());
    let isThrownOut = false;
    await startReplica(
      new ScriptedKind('orders', async (context) => {
        await steps(1, 'x')(context);
        if (!isThrownOut) {
          await context.commit(async (tx) => {
            isThrownOut = true;
            const [self] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
            await tx.query('INSERT INTO written VALUES ($1, 99, $2)', [context.run.id, 'x']);
            await bed.database.query('SELECT pg_terminate_backend($1)', [self?.pid]);
            return { doneDelta: 1 };
          });
        }
        await steps(2, 'x')(context);
      }),
    );
    await bed.ended(id, 'waiting');
    assert.equal((await bed.row(id)).error_code, 'database.away');
    await bed.database.query('UPDATE sync_runs SET next_attempt_at = now() WHERE id = $1', [id]);
    const run = await bed.ended(id, 'succeeded');
    assert.equal(run.done, 2);
    assert.deepEqual(
      (await written(id)).map(({ step }) => step),
      [1, 2],
    );
  });

  test("a person's button goes first, then a new shop, then who has waited longest", async () => {
    const order: string[] = [];
    const names = ['timer old', 'timer young', 'followup', 'manual', 'connected'] as const;
    const shopOf = new Map<string, string>();
    for (const [minutesAgo, name] of [
      [50, names[0]],
      [5, names[1]],
      [20, names[2]],
      [1, names[3]],
      [2, names[4]],
    ] as const) {
      const { id, shop_id } = await bed.queue(await bed.shop(), {
        trigger: name.split(' ')[0] as 'timer' | 'followup' | 'manual' | 'connected',
      });
      shopOf.set(shop_id, name);
      await bed.database.query(
        `UPDATE sync_runs SET next_attempt_at = now() - $2 * interval '1 minute' WHERE id = $1`,
        [id, minutesAgo],
      );
    }
    const replica = await bed.replica({
      concurrency: 1,
      handlers: [
        new ScriptedKind('orders', async (context) => {
          order.push(shopOf.get(context.shopId) ?? '');
        }),
      ],
    });
    replica.worker.start();
    await waitFor('all five', () => order.length === 5);
    assert.deepEqual(order, ['manual', 'connected', 'timer old', 'followup', 'timer young']);
  });

  test('kinds that this service does not handle are left alone', async () => {
    const products = await bed.queue(await bed.shop(), { kind: 'products' });
    const orders = await bed.queue(await bed.shop());
    await startReplica(new ScriptedKind());
    await bed.ended(orders.id, 'succeeded');
    assert.equal((await bed.row(products.id)).status, 'queued');
  });
});
