import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Caller, encodeCursor, type ListSyncRuns, quoted, type SyncRun } from '#contracts';
import { AppError } from '#runtime';
import { createSyncBed, everybody, ScriptedKind, type SyncBed } from '../sync-bed.fixture.js';
import { queueDueRuns, queueShop, queueStopped } from './schedule.js';
import { addLogLine, endRun, findOpenRun } from './sync-run.store.js';
import type { SyncRuns } from './sync-runs.js';

const onlyFor = (...shopIds: string[]): Caller => ({ ...everybody, userId: 'u', userName: 'Ann', shopIds });

describe('what people may ask of runs', () => {
  let bed: SyncBed;
  let runs: SyncRuns;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());

  async function open(): Promise<SyncRuns> {
    ({ runs } = await bed.replica({
      handlers: [new ScriptedKind('orders'), new ScriptedKind('amounts', undefined, false)],
    }));
    return runs;
  }

  async function listAll(query: ListSyncRuns, caller: Caller): Promise<SyncRun[]> {
    const found: SyncRun[] = [];
    let cursor: string | undefined;
    do {
      const page = await runs.list({ ...query, ...(cursor === undefined ? {} : { cursor }) }, caller);
      found.push(...page.rows);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  }

  test('twenty starts at once: one run, and the others are told which', async () => {
    await open();
    const shopId = await bed.shop();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, () => runs.start({ shopId, kind: 'orders' }, everybody)),
    );
    const started = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    assert.equal(started.length, 1);
    for (const answer of answers) {
      if (answer.status === 'fulfilled') continue;
      assert.ok(answer.reason instanceof AppError);
      assert.equal(answer.reason.code, 'sync.already_running');
      assert.equal(answer.reason.details.runId, started[0]?.id);
    }
  });

  test('a start is refused for a shop that is unknown, foreign, or not connected, and nothing is queued', async () => {
    await open();
    const shopId = await bed.shop();
    const waiting = await bed.shop('needs_reauthorization');
    const start = (id: string, caller = everybody) => runs.start({ shopId: id, kind: 'orders' }, caller);
    await assert.rejects(start(randomUUID()), { kind: 'not_found', code: 'shop.not_found' });
    await assert.rejects(start(shopId, onlyFor(waiting)), { kind: 'not_found', code: 'shop.not_found' });
    await assert.rejects(start(waiting), { kind: 'conflict', code: 'shop.needs_reauthorization' });
    await assert.rejects(runs.start({ shopId, kind: 'products' }, everybody), { kind: 'invalid' });
    await assert.rejects(runs.start({ shopId, kind: 'amounts', depthDays: 3 }, everybody), {
      kind: 'invalid',
    });
    assert.deepEqual(await listAll({}, everybody), []);
  });

  test('what a run planned for after its end is not kept when it fails or is cancelled, nor when it is tried again', async () => {
    await open();
    const planned = async (id: string, status: string) => {
      await bed.database.query(
        `UPDATE sync_runs SET status = $2, reads_again_at = now() + interval '2 minutes' WHERE id = $1`,
        [id, status],
      );
      return id;
    };
    const readsAgainAt = async (id: string) => (await bed.row(id)).reads_again_at;
    const one = await planned((await bed.queue(await bed.shop())).id, 'running');
    await endRun(bed.database, one, { status: 'failed', apiCallsDelta: 0 });
    assert.equal(await readsAgainAt(one), null);
    const other = await planned((await bed.queue(await bed.shop())).id, 'queued');
    await runs.cancel(other, everybody);
    assert.equal(await readsAgainAt(other), null);
    await planned(other, 'cancelled');
    await runs.retry(other, everybody);
    assert.equal(await readsAgainAt(other), null);
  });

  test('a planned reading that a timer brings forward is followed by one at its own moment; a person’s plans anew', async () => {
    await open();
    for (const [trigger, again] of [
      ['timer', true],
      ['followup', true],
      ['manual', false],
    ] as const) {
      const notBefore = new Date(Date.now() + 120_000);
      const planned = await bed.queue(await bed.shop(), { trigger: 'followup', mode: 'update', notBefore });
      const { id, shop_id: shopId } = await bed.queue(planned.shop_id, { trigger });
      assert.equal(id, planned.id);
      await endRun(bed.database, id, { status: 'succeeded', apiCallsDelta: 0 });
      const next = await findOpenRun(bed.database, shopId, 'orders');
      assert.deepEqual(next?.next_attempt_at, again ? notBefore : undefined, trigger);
    }
  });

  test('who asked is kept', async () => {
    await open();
    const shopId = await bed.shop();
    const run = await runs.start({ shopId, kind: 'orders', depthDays: 3 }, onlyFor(shopId));
    assert.deepEqual([run.requestedBy, run.trigger, run.status], ['Ann', 'manual', 'queued']);
    assert.equal((await bed.row(run.id)).depth_days, 3);
  });

  test('a foreign run looks like none, whatever is asked of it', async () => {
    await open();
    const { id } = await bed.queue(await bed.shop());
    const stranger = onlyFor(await bed.shop());
    for (const ask of [
      () => runs.get(id, stranger),
      () => runs.log({ id }, stranger),
      () => runs.cancel(id, stranger),
      () => runs.retry(id, stranger),
      () => runs.get(randomUUID(), everybody),
    ])
      await assert.rejects(ask(), { kind: 'not_found', code: 'sync.run_not_found' });
    assert.equal((await bed.row(id)).cancel_requested, false);
  });

  test('the list shows each run once, newest first, and only of shops that the caller may see', async () => {
    await open();
    const [mine, other, third] = await Promise.all([bed.shop(), bed.shop(), bed.shop()]);
    await bed.database.query(
      `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status, created_at)
       SELECT ($1::uuid[])[1 + n % 3], (ARRAY['orders', 'amounts'])[1 + n % 2], 'timer', 'queue',
         (ARRAY['succeeded', 'failed', 'cancelled'])[1 + (n / 6) % 3], now() - (n / 4) * interval '1 second'
       FROM generate_series(1, 100) AS n`,
      [[mine, other, third]],
    );
    const all = await listAll({ limit: 200 }, everybody);
    assert.equal(all.length, 100);
    for (const limit of [1, 7, 50, 100])
      assert.deepEqual((await listAll({ limit }, everybody)).map(byId), all.map(byId));
    assert.deepEqual(
      all.map(({ createdAt }) => createdAt),
      all
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
    const visible = onlyFor(mine, other);
    const filters: ListSyncRuns[] = [
      {},
      { shopId: mine },
      { shopId: third },
      { kind: 'orders' },
      { status: 'failed' },
      { shopId: other, kind: 'amounts', status: 'succeeded' },
    ];
    for (const filter of filters) {
      assert.deepEqual(
        (await listAll({ ...filter, limit: 7 }, visible)).map(byId),
        all
          .filter((run) => run.shopId !== third)
          .filter((run) =>
            Object.entries(filter).every(
              ([name, value]) => (run as unknown as Record<string, unknown>)[name] === value,
            ),
          )
          .map(byId),
        JSON.stringify(filter),
      );
    }
    assert.deepEqual(await listAll({}, onlyFor()), []);
  });

  test('the log is read to its end by cursors, and on from there when it grows', async () => {
    await open();
    const { id } = await bed.queue(await bed.shop());
    const say = (...lines: string[]) =>
      lines.reduce(
        (done, line) => done.then(() => addLogLine(bed.database, id, 'info', quoted(line))),
        Promise.resolve(),
      );
    await say('one', 'two', 'three');
    const first = await runs.log({ id, limit: 2 }, everybody);
    assert.deepEqual(
      first.rows.map(({ message }) => message),
      ['one', 'two'],
    );
    const second = await runs.log({ id, limit: 2, cursor: first.nextCursor ?? '' }, everybody);
    assert.deepEqual([second.rows.map(({ message }) => message), second.nextCursor], [['three'], null]);
  });

  for (const cursor of [
    'garbage',
    '',
    encodeCursor([1]),
    encodeCursor(['yesterday', randomUUID()]),
    encodeCursor(['2026-01-01T00:00:00.000Z', 'no uuid']),
    encodeCursor(['2026-01-01T00:00:00.000Z', randomUUID(), 3]),
    encodeCursor(['2026-99-01T00:00:00.000Z', randomUUID()]),
  ]) {
    test(`a cursor that no page has given is refused by name: ${cursor.slice(0, 20)}`, async () => {
      await open();
      await assert.rejects(runs.list({ cursor }, everybody), { code: 'request.invalid' });
    });
  }

  for (const cursor of [
    'garbage',
    encodeCursor(['x']),
    encodeCursor([1.5]),
    encodeCursor([-1]),
    encodeCursor([1, 2]),
  ]) {
    test(`a cursor of a log that no page has given is refused by name: ${cursor}`, async () => {
      await open();
      const { id } = await bed.queue(await bed.shop());
      await assert.rejects(runs.log({ id, cursor }, everybody), { code: 'request.invalid' });
    });
  }
});

describe('the timer', () => {
  let bed: SyncBed;
  before(async () => {
    bed = await createSyncBed();
  });
  afterEach(() => bed.clear());
  after(() => bed.close());
  const handlers = [new ScriptedKind('orders'), new ScriptedKind('amounts', undefined, false)];
  const open = () =>
    bed.database.query<{ shop_id: string; kind: string; trigger: string }>(
      `SELECT shop_id, kind, trigger FROM sync_runs WHERE status = 'queued' ORDER BY created_at`,
    );

  test('queues each scheduled kind of each connected shop, once however many tick', async () => {
    const shopId = await bed.shop();
    await bed.shop('needs_reauthorization');
    await bed.shop('disconnected');
    const queued = await Promise.all(
      Array.from({ length: 10 }, () => queueDueRuns(bed.database, handlers, 30)),
    );
    assert.equal(
      queued.reduce((sum, count) => sum + count, 0),
      1,
    );
    assert.deepEqual(await open(), [{ shop_id: shopId, kind: 'orders', trigger: 'timer' }]);
  });

  test('not again within the interval, however the last run ended; again after it', async () => {
    const { id } = await bed.queue(await bed.shop());
    for (const status of ['succeeded', 'failed', 'cancelled']) {
      await bed.database.query(
        `UPDATE sync_runs SET status = $2, created_at = now() - interval '29 minutes' WHERE id = $1`,
        [id, status],
      );
      assert.equal(await queueDueRuns(bed.database, handlers, 30), 0, status);
    }
    await bed.database.query(
      `UPDATE sync_runs SET created_at = now() - interval '31 minutes' WHERE id = $1`,
      [id],
    );
    assert.equal(await queueDueRuns(bed.database, handlers, 30), 1);
    assert.equal(await queueDueRuns(bed.database, handlers, 30), 0);
  });

  test('what ended for want of a permission is not queued by the timer; after any other end it is', async () => {
    const shopId = await bed.shop();
    const { id } = await bed.queue(shopId);
    const end = (errorCode: string) =>
      bed.database.query(
        `UPDATE sync_runs SET status = 'failed', error_code = $2, created_at = now() - interval '5 hours' WHERE id = $1`,
        [id, errorCode],
      );
    await end('shop.missing_permission');
    assert.equal(await queueDueRuns(bed.database, handlers, 30), 0);
    await queueStopped(bed.database, handlers, shopId, 'connected');
    assert.equal((await open()).length, 1, 'another token: it is asked for again');
    await bed.database.query(`DELETE FROM sync_runs WHERE id <> $1`, [id]);
    await end('marketplace.unavailable');
    assert.equal(await queueDueRuns(bed.database, handlers, 30), 1);
  });

  test('a run that is open for longer than the interval is not joined by a second', async () => {
    const { id } = await bed.queue(await bed.shop());
    await bed.database.query(
      `UPDATE sync_runs SET status = 'running', created_at = now() - interval '5 hours' WHERE id = $1`,
      [id],
    );
    assert.equal(await queueDueRuns(bed.database, handlers, 30), 0);
  });

  test('a shop that was just connected is queued whatever ran before', async () => {
    const shopId = await bed.shop();
    const { id } = await bed.queue(shopId);
    await bed.database.query(`UPDATE sync_runs SET status = 'failed' WHERE id = $1`, [id]);
    await queueShop(bed.database, handlers, shopId, 'connected');
    await queueShop(bed.database, handlers, shopId, 'connected');
    assert.deepEqual(await open(), [{ shop_id: shopId, kind: 'orders', trigger: 'connected' }]);
  });

  test('what stopped for want of a permission goes on when the shop is authorised again', async () => {
    const shopId = await bed.shop();
    const { id } = await bed.queue(shopId, { kind: 'amounts', mode: 'queue' });
    const end = (errorCode: string | null) =>
      bed.database.query(`UPDATE sync_runs SET status = 'failed', error_code = $2 WHERE id = $1`, [
        id,
        errorCode,
      ]);
    await end('marketplace.business');
    await queueStopped(bed.database, handlers, shopId, 'connected');
    assert.deepEqual(await open(), []);
    await end('shop.missing_permission');
    await queueStopped(bed.database, handlers, shopId, 'connected');
    assert.deepEqual(await open(), [{ shop_id: shopId, kind: 'amounts', trigger: 'connected' }]);
  });
});

const byId = (run: SyncRun): string => run.id;
