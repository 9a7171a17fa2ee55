import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createLocalLimiter } from '#marketplace';
import { waitFor } from '#testing';
import { createSyncBed, ScriptedKind, type SyncBed } from '../sync-bed.fixture.js';
import { takeLease } from './lease.js';
import type { RunContext } from './run-context.js';
import { markRunning } from './sync-run.store.js';

/** A step is a call and a commit; the run has so many of them that it never ends by itself. */
async function endless(context: RunContext, onStep: () => void = () => undefined): Promise<void> {
  for (let step = (context.run.state as { step: number } | null)?.step ?? 0; ; step += 1) {
    await context.call(async () => undefined);
    await context.commit(async () => ({ state: { step: step + 1 }, doneDelta: 1 }));
    onStep();
  }
}

describe('fairness', () => {
  let bed: SyncBed;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());

  test('one huge shop does not starve the others: it gives its place after its slice and goes on from there', async () => {
    const huge = await bed.shop();
    const steps: number[] = [];
    const replica = await bed.replica({
      concurrency: 1,
      sliceMs: 100,
      handlers: [
        new ScriptedKind('orders', async (context) => {
          if (context.shopId !== huge) return context.commit(async () => ({ doneDelta: 1 }));
          steps.push((context.run.state as { step: number } | null)?.step ?? 0);
          await endless(context);
        }),
      ],
    });
    const first = await bed.queue(huge);
    replica.worker.start();
    await waitFor('the huge shop to begin', () => steps.length === 1);
    const others = await Promise.all(Array.from({ length: 12 }, async () => bed.queue(await bed.shop())));
    for (const { id } of others) await bed.ended(id, 'succeeded');
    await waitFor('the huge shop to go on', () => steps.length >= 2);
    const run = await bed.row(first.id);
    assert.ok(run.slices >= 1);
    assert.equal(run.fruitless_attempts, 0);
    // From where it had stopped: no step is lost and none is done twice.
    assert.ok((steps[1] ?? 0) > 0);
    assert.ok(run.done >= (steps[1] ?? 0));
  });

  test("a person's button goes before timers that hold every place", async () => {
    const person = await bed.shop();
    const replica = await bed.replica({
      concurrency: 2,
      sliceMs: 3_600_000,
      handlers: [
        new ScriptedKind('orders', (context) =>
          context.shopId === person ? Promise.resolve() : endless(context),
        ),
      ],
    });
    const timers = await Promise.all([1, 2].map(async () => bed.queue(await bed.shop())));
    replica.worker.start();
    for (const { id } of timers) await waitFor('a timer to work', async () => (await bed.row(id)).done > 0);
    const button = await bed.queue(person, { trigger: 'manual' });
    replica.worker.wake();
    await bed.ended(button.id, 'succeeded');
    const slices = await Promise.all(timers.map(async ({ id }) => (await bed.row(id)).slices));
    assert.equal(
      slices.reduce((sum, each) => sum + each, 0),
      1,
      'one place was enough',
    );
  });

  test('orders of two old shops do not wait behind the follow-ups of 76 new ones', async () => {
    const replica = await bed.replica({
      concurrency: 2,
      sliceMs: 3_600_000,
      handlers: [
        new ScriptedKind('amounts', (context) => endless(context), false),
        new ScriptedKind('addresses', (context) => endless(context), false),
        new ScriptedKind('orders'),
      ],
    });
    const followUps = await Promise.all(
      Array.from({ length: 76 }, async (_, n) =>
        bed.queue(await bed.shop(), { kind: n % 2 === 0 ? 'amounts' : 'addresses', trigger: 'followup' }),
      ),
    );
    replica.worker.start();
    await waitFor('follow-ups to hold both places', async () => {
      const rows = await Promise.all(followUps.map(({ id }) => bed.row(id)));
      return rows.filter(({ status }) => status === 'running').length === 2;
    });
    const orders = await Promise.all([1, 2].map(async () => bed.queue(await bed.shop())));
    for (const { id } of orders) await bed.ended(id, 'succeeded');
  });

  test('runs that wait go by their class: buttons, orders, other lists, follow-ups, audits', async () => {
    const order: string[] = [];
    const kinds = ['audit', 'addresses', 'amounts', 'after_sales', 'orders'] as const;
    // Queued in the opposite order; the button asks for the kind that goes last.
    for (const kind of kinds) await bed.queue(await bed.shop(), { kind, trigger: 'followup' });
    const person = await bed.shop();
    await bed.queue(person, { kind: 'audit', trigger: 'manual' });
    const replica = await bed.replica({
      concurrency: 1,
      handlers: kinds.map(
        (kind) =>
          new ScriptedKind(kind, async ({ shopId }) => {
            order.push(shopId === person ? 'button' : kind);
          }),
      ),
    });
    replica.worker.start();
    await waitFor('all', () => order.length === 6);
    assert.deepEqual(order, ['button', 'orders', 'after_sales', 'addresses', 'amounts', 'audit']);
  });

  test('follow-ups do not starve for ever behind orders that never end', async () => {
    let ended = 0;
    const replica = await bed.replica({
      concurrency: 1,
      sliceMs: 10,
      handlers: [
        // Another is always waiting, and has waited less long.
        new ScriptedKind('orders', async () => {
          ended += 1;
          await bed.queue(await bed.shop());
        }),
        new ScriptedKind('amounts', undefined, false),
      ],
    });
    const { id } = await bed.queue(await bed.shop(), { kind: 'amounts', trigger: 'followup' });
    await bed.queue(await bed.shop());
    replica.worker.start();
    await bed.ended(id, 'succeeded');
    assert.ok(ended >= 5, `it went before orders: ${ended} had ended`);
  });

  test('an old shop does not wait for the first loads of all new ones, nor a button for any', async () => {
    const order: string[] = [];
    const [old, person] = [await bed.shop(), await bed.shop()];
    const news = await Promise.all(
      Array.from({ length: 30 }, async () => bed.queue(await bed.shop(), { trigger: 'connected' })),
    );
    await bed.queue(old);
    await bed.queue(person, { trigger: 'manual' });
    const replica = await bed.replica({
      concurrency: 1,
      handlers: [
        new ScriptedKind('orders', async ({ shopId }) => {
          order.push(shopId === old ? 'old' : shopId === person ? 'person' : 'new');
        }),
      ],
    });
    replica.worker.start();
    await waitFor('all', () => order.length === news.length + 2);
    assert.equal(order.indexOf('person'), 0);
    assert.ok(order.indexOf('old') <= 3, order.join(' '));
  });

  test('the calls of orders go before those of follow-ups, and follow-ups still come through', async () => {
    const permits: string[] = [];
    let areOrdersAsking = false;
    const limiter = createLocalLimiter({
      // A slot is further away than what a busy machine may catch up with at once…
      permitsPerSecond: 4,
      // …and comes as soon as all who want it stand in line.
      sleep: async () => {
        await setImmediate();
        await waitFor('orders to ask', () => permits.length <= 20 || areOrdersAsking);
      },
    });
    const call = (context: RunContext) =>
      context.call(async ({ priority = 'background', signal }) => {
        areOrdersAsking ||= context.kind === 'orders';
        await limiter.acquire(
          { appKey: 'invented', operation: 'one', priority, shop: context.shopId },
          signal,
        );
        permits.push(context.kind);
        if (context.kind === 'orders') areOrdersAsking = false;
      });
    const callOn = async (context: RunContext) => {
      for (;;) await call(context);
    };
    const replica = await bed.replica({
      concurrency: 4,
      handlers: [
        // As many calls at once as amounts have, in each of three shops.
        new ScriptedKind(
          'amounts',
          (context) => Promise.all([1, 2, 3].map(() => callOn(context))).then(),
          false,
        ),
        new ScriptedKind('orders', async (context) => {
          for (let page = 0; page < 30; page += 1) await call(context);
        }),
      ],
    });
    for (let shop = 0; shop < 3; shop += 1)
      await bed.queue(await bed.shop(), { kind: 'amounts', trigger: 'followup' });
    replica.worker.start();
    await waitFor('the follow-ups to be under way', () => permits.length > 20);
    const { id } = await bed.queue(await bed.shop());
    replica.worker.wake();
    await bed.ended(id, 'succeeded');
    const between = permits.slice(permits.indexOf('orders'), permits.lastIndexOf('orders'));
    const others = between.filter((kind) => kind !== 'orders').length;
    assert.ok(others >= 1 && others <= 15, `${others} calls of follow-ups among 30 of orders`);
  });

  test('the kinds of one shop leave a place to others', async () => {
    const shopId = await bed.shop();
    const kinds = ['orders', 'amounts', 'addresses', 'after_sales', 'audit'] as const;
    const working = new Set<string>();
    const other = await bed.shop();
    const replica = await bed.replica({
      concurrency: 3,
      sliceMs: 3_600_000,
      handlers: kinds.map(
        (kind) =>
          new ScriptedKind(kind, async (context) => {
            if (context.shopId === other) return;
            working.add(context.kind);
            await endless(context);
          }),
      ),
    });
    for (const kind of kinds) await bed.queue(shopId, { kind });
    replica.worker.start();
    await waitFor('the shop to have its share', () => working.size === 2);
    const { id } = await bed.queue(other);
    replica.worker.wake();
    await bed.ended(id, 'succeeded');
    assert.equal(working.size, 2);
  });

  test('a commit that outlasts its lease keeps no other run waiting', async () => {
    const slow = await bed.shop();
    const { id } = await bed.queue(slow);
    let letGo: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = await bed.replica({
      concurrency: 1,
      handlers: [
        new ScriptedKind('orders', (context) =>
          context.commit(async () => {
            await gate;
            return { doneDelta: 1 };
          }),
        ),
      ],
    });
    first.worker.start();
    await waitFor('the commit to be under way', async () => {
      const rows = await bed.database.query(
        `SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE '%sync_leases%'`,
      );
      return rows.length > 0;
    });
    await waitFor('the lease to run out', async () => {
      const rows = await bed.database.query(
        'SELECT FROM sync_leases WHERE shop_id = $1 AND expires_at < clock_timestamp()',
        [slow],
      );
      return rows.length > 0;
    });
    // The other replica finds the run first in line, cannot have it, and takes the next.
    const second = await bed.replica({ concurrency: 1, handlers: [new ScriptedKind()] });
    const next = await bed.queue(await bed.shop());
    second.worker.start();
    await bed.ended(next.id, 'succeeded');
    letGo?.();
    await bed.ended(id, 'succeeded');
  });

  test('peer failure 9: a holder that stands still in its transaction is thrown out, and writes nothing afterwards', async () => {
    const shopId = await bed.shop();
    const { id } = await bed.queue(shopId);
    await bed.database.transaction(async (tx) => {
      await markRunning(tx, id);
      await takeLease(tx, shopId, 'orders', 50);
    });
    // As the server sees a process that was stopped in the middle of its commit: rows locked, nothing more comes.
    let thrown: unknown;
    let isDone = false;
    const still = await bed.replica({ handlers: [] });
    const stalled = still.database
      .transaction(async (tx) => {
        await tx.query('UPDATE sync_leases SET holder = holder WHERE shop_id = $1', [shopId]);
        await tx.query(`INSERT INTO written VALUES ($1, 99, 'stalled')`, [id]);
        await waitFor('the successor to be through', () => isDone);
      })
      .catch((error: unknown) => {
        thrown = error;
      });
    const successor = await bed.replica({ handlers: [new ScriptedKind()] });
    successor.worker.start();
    await bed.ended(id, 'succeeded');
    isDone = true;
    await stalled;
    assert.ok(thrown instanceof Error);
    assert.deepEqual(await bed.database.query('SELECT FROM written WHERE run_id = $1', [id]), []);
  });
});
