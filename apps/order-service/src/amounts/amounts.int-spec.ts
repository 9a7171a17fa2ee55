import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { english, OrderSync, quoted, type Said } from '#contracts';
import {
  type MarketplaceConnector,
  MarketplaceError,
  type MarketplaceErrorKind,
  type OrderAmounts,
} from '#marketplace';
import type { Broadcaster } from '#messaging';
import { createLogger } from '#runtime';
import { DUE_BATCH, queueFollowUps, queueRun, RunWorker, type SyncRunRow } from '#sync';
import { oneConnector, waitFor } from '#testing';
import { DueTick } from '../follow-ups/due-tick.js';
import {
  anOrder,
  at,
  createOrderBed,
  invented,
  type OrderBed,
  settings,
  silentRelay,
  someAmounts,
} from '../orders/order-bed.fixture.js';
import { queueOrderFollowUps } from '../orders/order-follow-ups.js';
import { OrderQuarantineReader } from '../quarantine/order-quarantine.js';
import { AmountsKind } from './amounts.kind.js';
import { amountsHash, storeAmounts } from './store-amounts.js';

const logger = createLogger('amounts-spec', 'silent');
const refusal = (kind: MarketplaceErrorKind, message: string, raw?: string) =>
  new MarketplaceError({
    raw,
    kind,
    operation: 'bg.order.amount.query',
    what: quoted(message),
    remedy: quoted('Do this.'),
    retryable: false,
  });

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('amounts', () => {
  let bed: OrderBed;
  let worker: RunWorker;
  let shopId: string;
  /** What the marketplace answers, and what it was asked. */
  let answer: (
    number: string,
  ) => OrderAmounts | 'still_computing' | Promise<OrderAmounts | 'still_computing'>;
  let asked: string[];
  let retry: (number: string) => Promise<readonly string[]>;

  before(async () => {
    bed = await createOrderBed();
    const connector = {
      getOrderAmounts: async (_: unknown, number: string) => {
        asked.push(number);
        return answer(number);
      },
    } as unknown as MarketplaceConnector;
    const reader = new OrderQuarantineReader(
      bed.database,
      oneConnector(connector),
      silentRelay,
      settings(),
      bed.sealer,
    );
    retry = (number) =>
      reader.readings.amounts.read(
        (work) => invented.use(shopId, (credentials) => work({ credentials })),
        shopId,
        [number],
      );
    worker = new RunWorker({
      database: bed.database,
      credentials: invented,
      handlers: [new AmountsKind(bed.database, oneConnector(connector), settings(), silentRelay)],
      broadcaster: { send: () => undefined } as unknown as Broadcaster,
      progressed: OrderSync.progressed,
      logger,
      concurrency: 4,
    });
    worker.start();
  });
  after(async () => {
    await worker.close();
    await bed.drop();
  });
  beforeEach(async () => {
    await bed.database.query('DELETE FROM sync_runs');
    shopId = await bed.newShop();
    asked = [];
    answer = (number) => someAmounts(number);
  });

  const store = (...numbers: string[]) =>
    bed.store(shopId, ...numbers.map((number) => ({ record: anOrder(number), readAt: at(1) })));
  async function run(): Promise<SyncRunRow> {
    const queued = await queueRun(bed.database, {
      shopId,
      kind: 'amounts',
      trigger: 'followup',
      mode: 'queue',
    });
    worker.wake();
    return waitFor('the run to end', async () => {
      const [row] = await bed.database.query<SyncRunRow>('SELECT * FROM sync_runs WHERE id = $1', [
        queued?.id,
      ]);
      return row?.status === 'succeeded' || row?.status === 'failed' ? row : undefined;
    });
  }

  test('known: stored with its lines, told with a higher version, not asked for again', async () => {
    await store('PO-1');
    await bed.takeEvents();
    const ended = await run();
    assert.deepEqual([ended.status, ended.done, ended.total, ended.changed], ['succeeded', 1, 1, 1]);
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual(
      [
        row.amount_state,
        row.version,
        row.amounts_due_at,
        row.currency,
        row.customer_paid_minor,
        row.tax_minor,
      ],
      ['known', 2, null, 'USD', 2_780, 182],
    );
    const [event] = await bed.takeEvents();
    assert.deepEqual(
      [
        event?.version,
        event?.currency,
        event?.customerPaidMinor,
        event?.refundsTotalMinor,
        event?.lines[0]?.retailMinor,
      ],
      [2, 'USD', 2_780, null, 2_598],
    );
    assert.equal((await run()).done, 0);
    assert.deepEqual(asked, ['PO-1']);
  });

  for (const [currency, minor] of [
    ['USD', 1_234],
    ['EUR', 1_999],
    ['GBP', 1],
    ['JPY', 1_234],
    ['KRW', 45_000],
  ] as const) {
    test(`${currency} stays what it is, to the last minor unit [24]`, async () => {
      await store('PO-1');
      answer = (number) =>
        someAmounts(number, { currency, customerPaidMinor: minor, estimatedRevenueMinor: null });
      await run();
      const row = await bed.row(shopId, 'PO-1');
      assert.deepEqual(
        [row.currency, row.customer_paid_minor, row.estimated_revenue_minor],
        [currency, minor, null],
      );
    });
  }

  test('peer failure 29: the largest amount that JSON can carry is not rounded', async () => {
    await store('PO-1');
    answer = (number) => someAmounts(number, { customerPaidMinor: Number.MAX_SAFE_INTEGER });
    await run();
    assert.equal((await bed.row(shopId, 'PO-1')).customer_paid_minor, Number.MAX_SAFE_INTEGER);
  });

  test('unchanged amounts raise no version and are not told', async () => {
    await store('PO-1');
    await run();
    await bed.takeEvents();
    await bed.database.query('UPDATE orders SET amounts_due_at = now() WHERE shop_id = $1', [shopId]);
    const ended = await run();
    assert.deepEqual([ended.done, ended.changed], [1, 0]);
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual([row.version, row.amounts_due_at], [2, null]);
    assert.deepEqual(await bed.takeEvents(), []);
  });

  test('an order that changes is asked for again', async () => {
    await store('PO-1');
    await run();
    await bed.store(shopId, {
      record: anOrder('PO-1', { platformUpdatedAt: at(9), status: 'shipped' }),
      readAt: at(2),
    });
    answer = (number) => someAmounts(number, { refundedMinor: 500 });
    await run();
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual([asked.length, row.refunded_minor, row.version], [2, 500, 4]);
  });

  test('one that changes while its amounts are on their way is asked for once more', async () => {
    await store('PO-1');
    answer = async (number) => {
      if (asked.length === 1)
        await bed.store(shopId, { record: anOrder(number, { platformUpdatedAt: at(9) }), readAt: at(2) });
      return someAmounts(number, { refundedMinor: asked.length });
    };
    await run();
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual([asked.length, row.refunded_minor, row.amounts_due_at], [2, 2, null]);
  });

  test('still computing: asked again after a growing gap, and known then', async () => {
    await store('PO-1', 'PO-2');
    answer = (number) => (number === 'PO-1' ? 'still_computing' : someAmounts(number));
    const gaps: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      assert.equal((await run()).status, 'succeeded');
      const row = await bed.row(shopId, 'PO-1');
      assert.equal(row.amount_state, 'computing');
      gaps.push(Math.round(((row.amounts_due_at?.getTime() ?? 0) - Date.now()) / 60_000));
      await bed.database.query('UPDATE orders SET amounts_due_at = now() WHERE order_number = $1', ['PO-1']);
    }
    assert.deepEqual(gaps, [1, 2, 4, 8]);
    assert.equal((await bed.row(shopId, 'PO-2')).amount_state, 'known');
    answer = (number) => someAmounts(number);
    await run();
    assert.equal((await bed.row(shopId, 'PO-1')).amount_state, 'known');
  });

  const kept = (number: string) =>
    bed.database.query<{ raw: string; open: boolean }>(
      `SELECT raw, resolved_at IS NULL AS open FROM quarantine
       WHERE shop_id = $1 AND kind = 'amounts' AND platform_id = $2`,
      [shopId, number],
    );

  for (const kind of ['unreadable', 'business', 'programming'] as const) {
    test(`${kind} about one order: that one lies in quarantine with its answer, the others go on`, async () => {
      const numbers = Array.from({ length: 60 }, (_, n) => `PO-${n}`);
      await store(...numbers);
      answer = (number) => {
        if (number === 'PO-59') throw refusal(kind, 'The currency is another.', '{"marked":1}');
        return someAmounts(number);
      };
      const ended = await run();
      assert.deepEqual([ended.status, ended.done, ended.quarantined], ['succeeded', 60, 1]);
      assert.equal(asked.length, 60);
      const row = await bed.row(shopId, 'PO-59');
      assert.deepEqual([row.amount_state, row.amounts_due_at], ['unreadable', null]);
      assert.deepEqual(await kept('PO-59'), [{ raw: '{"marked":1}', open: true }]);
      assert.equal((await run()).done, 0, 'not asked again by the queue');
      // Quarantine asks again, and a readable answer ends it.
      answer = (number) => someAmounts(number);
      assert.deepEqual(await retry('PO-59'), ['PO-59']);
      assert.equal((await bed.row(shopId, 'PO-59')).amount_state, 'known');
      assert.equal((await kept('PO-59'))[0]?.open, false);
    });
  }

  test('a refusal does not take away what was known; a change of the order asks again and resolves it', async () => {
    await store('PO-1');
    await run();
    await bed.database.query('UPDATE orders SET amounts_due_at = now() WHERE shop_id = $1', [shopId]);
    answer = () => {
      throw refusal('unreadable', 'Not to be understood.');
    };
    await run();
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual([row.amount_state, row.retail_minor, row.amounts_due_at], ['known', 2_598, null]);
    answer = (number) => someAmounts(number);
    await bed.store(shopId, { record: anOrder('PO-1', { platformUpdatedAt: at(9) }), readAt: at(2) });
    await run();
    assert.equal((await kept('PO-1'))[0]?.open, false);
  });

  test('a passing fault of one order puts that one off; several in a row pause the run', async () => {
    const numbers = Array.from({ length: 30 }, (_, n) => `PO-${n}`);
    await store(...numbers);
    answer = (number) => {
      if (number === 'PO-7') throw refusal('transient', 'No answer.');
      return someAmounts(number);
    };
    const ended = await run();
    assert.deepEqual([ended.status, ended.done], ['succeeded', 29]);
    const row = await bed.row(shopId, 'PO-7');
    assert.equal(row.amount_state, 'pending');
    assert.ok((row.amounts_due_at?.getTime() ?? 0) > Date.now());
    assert.deepEqual(await kept('PO-7'), []);
    await bed.store(
      shopId,
      ...numbers.map((number) => ({ record: anOrder(number, { platformUpdatedAt: at(9) }), readAt: at(2) })),
    );
    asked = [];
    answer = () => {
      throw refusal('transient', 'Nobody answers.');
    };
    await queueRun(bed.database, { shopId, kind: 'amounts', trigger: 'followup', mode: 'queue' });
    worker.wake();
    const paused = await waitFor('the run to pause', async () => {
      const [found] = await bed.database.query<SyncRunRow>(
        `SELECT * FROM sync_runs WHERE shop_id = $1 AND status = 'waiting'`,
        [shopId],
      );
      return found;
    });
    assert.deepEqual([paused.error_code, paused.fruitless_attempts], ['marketplace.unavailable', 1]);
    assert.ok(asked.length < DUE_BATCH, `the rest was spared: ${asked.length}`);
    await bed.database.query('DELETE FROM sync_runs WHERE shop_id = $1', [shopId]);
  });

  test('what the token is refused for is not queued again until the token changes', async () => {
    await bed.database.query(`UPDATE shops SET status = 'stopped' WHERE shop_id <> $1`, [shopId]);
    await store('PO-1', 'PO-2', 'PO-3', 'PO-4', 'PO-5');
    answer = () => {
      throw refusal('scope', 'The token may not ask for amounts');
    };
    assert.equal((await run()).error_code, 'shop.missing_permission');
    const tick = new DueTick(bed.database, worker, settings(), logger);
    for (let change = 1; change <= 50; change += 1) {
      await bed.store(shopId, { record: anOrder('PO-1', { platformUpdatedAt: at(change) }), readAt: at(2) });
      await bed.database.transaction((tx) => queueOrderFollowUps(tx, shopId));
      await bed.database.query(`UPDATE sync_runs SET finished_at = now() - interval '1 hour'`);
      await tick.tick();
    }
    const open = () =>
      bed.database.query(
        `SELECT FROM sync_runs WHERE shop_id = $1 AND kind = 'amounts' AND status <> 'failed'`,
        [shopId],
      );
    assert.deepEqual([asked.length, (await open()).length], [1, 0]);
    await assert.rejects(retry('PO-1'), { code: 'shop.missing_permission' });
    assert.equal(asked.length, 1);
    // A new token queues it, as `queueStopped` does, and it is asked for like before.
    answer = (number) => someAmounts(number);
    assert.deepEqual([(await run()).status, asked.length], ['succeeded', 6]);
    await bed.store(shopId, { record: anOrder('PO-1', { platformUpdatedAt: at(99) }), readAt: at(3) });
    await bed.database.transaction((tx) => queueFollowUps(tx, shopId, ['amounts']));
    worker.wake();
    await waitFor('the follow-up', () => asked.length === 7);
  });

  test('amounts that come back emptier keep what was known, are marked, and are replaced once the order has changed', async () => {
    await store('PO-1');
    await run();
    const again = async () => {
      await bed.database.query('UPDATE orders SET amounts_due_at = now() WHERE shop_id = $1', [shopId]);
      await run();
      return bed.row(shopId, 'PO-1');
    };
    const [line] = someAmounts('PO-1').lines;
    assert.ok(line);
    const emptier = someAmounts('PO-1', { customerPaidMinor: null, lines: [{ ...line, retailMinor: null }] });
    answer = () => emptier;
    for (const _ of [1, 2]) {
      assert.equal((await again()).customer_paid_minor, 2_780);
      const [stored] = await bed.database.query<{ minor: number | null }>(
        'SELECT retail_minor AS minor FROM order_lines WHERE shop_id = $1',
        [shopId],
      );
      assert.equal(stored?.minor, 2_598);
      assert.deepEqual(await kept('PO-1'), [{ raw: JSON.stringify(emptier), open: true }]);
    }
    // Another currency is another answer: nothing of the old one is mixed in.
    answer = () => someAmounts('PO-1', { currency: 'CAD', customerPaidMinor: null });
    const foreign = await again();
    assert.deepEqual([foreign.currency, foreign.customer_paid_minor], ['CAD', null]);
    answer = () => someAmounts('PO-1', { currency: 'CAD', customerPaidMinor: null, taxMinor: null });
    await bed.store(shopId, { record: anOrder('PO-1', { platformUpdatedAt: at(9) }), readAt: at(2) });
    assert.equal((await again()).tax_minor, null);
    assert.equal((await kept('PO-1'))[0]?.open, false);
  });

  test('the hash of amounts changes with every field, of the order and of each line', () => {
    const [line] = someAmounts('PO-1').lines;
    assert.ok(line);
    const base = someAmounts('PO-1', { lines: [line, { ...line, lineId: '2' }] });
    const other = (value: unknown) => (typeof value === 'number' ? value + 1 : `${String(value)}x`);
    const hash = amountsHash(base);
    const fields = Object.entries(base).filter(([name]) => name !== 'lines');
    assert.ok(fields.length >= 14);
    for (const [name, value] of fields)
      assert.notEqual(amountsHash({ ...base, [name]: other(value) }), hash, name);
    base.lines.forEach((each, at) => {
      for (const [name, value] of Object.entries(each)) {
        const lines = base.lines.with(at, { ...each, [name]: other(value) });
        assert.notEqual(amountsHash({ ...base, lines }), hash, `line ${at} ${name}`);
      }
    });
  });

  test('a missing permission fails the run with its remedy; what was answered before is kept', async () => {
    await store('PO-1');
    await bed.store(shopId, { record: anOrder('PO-2', { orderedAt: at(9) }), readAt: at(1) });
    answer = async (number) => {
      if (number === 'PO-2') return someAmounts(number);
      await waitFor('the other answer', () => asked.includes('PO-2'));
      throw refusal('scope', 'The token may not ask for amounts');
    };
    const ended = await run();
    assert.deepEqual([ended.status, ended.error_code], ['failed', 'shop.missing_permission']);
    assert.match(textOf(ended.error), /may not ask for amounts. Do this./);
    assert.equal((await bed.row(shopId, 'PO-1')).amount_state, 'blocked');
    assert.equal((await bed.row(shopId, 'PO-2')).amount_state, 'known');
    // Once the seller has granted it, the same question is put again.
    answer = (number) => someAmounts(number);
    await run();
    assert.equal((await bed.row(shopId, 'PO-1')).amount_state, 'known');
  });

  test('newest orders first, each asked for once, more than a batch', async () => {
    const orders = Array.from({ length: 250 }, (_, n) => anOrder(`PO-${n}`, { orderedAt: at(n) }));
    await bed.store(shopId, ...orders.map((record) => ({ record, readAt: at(1) })));
    const ended = await run();
    assert.deepEqual([ended.done, ended.changed, ended.api_calls >= 0], [250, 250, true]);
    assert.equal(new Set(asked).size, 250);
    assert.equal(asked.length, 250);
    assert.deepEqual(
      new Set(asked.slice(0, 100)),
      new Set(Array.from({ length: 100 }, (_, n) => `PO-${249 - n}`)),
    );
  });

  test('amounts of an order that is not there harm nobody', async () => {
    await store('PO-1');
    const changed = await bed.database.transaction((tx) =>
      storeAmounts(
        tx,
        shopId,
        ['PO-1', 'PO-none'].map((number) => ({ number, dueAt: null, amounts: someAmounts(number) })),
      ),
    );
    assert.equal(changed.changed, 1);
  });

  test('the tick queues where amounts are due, once, and leaves a shop alone whose run has just failed', async () => {
    await worker.close();
    const tick = new DueTick(bed.database, worker, settings(), logger);
    const queued = async () => {
      const rows = await bed.database.query<{ id: string; shop_id: string }>(
        `SELECT id, shop_id FROM sync_runs WHERE status = 'queued' AND kind = 'amounts'`,
      );
      return rows.filter((row) => row.shop_id === shopId);
    };
    await tick.tick();
    assert.equal((await queued()).length, 0, 'nothing is due');
    await store('PO-1');
    await Promise.all([tick.tick(), tick.tick(), tick.tick()]);
    assert.equal((await queued()).length, 1);
    await bed.database.query(`UPDATE sync_runs SET status = 'failed', finished_at = now()`);
    await tick.tick();
    assert.equal((await queued()).length, 0);
    await bed.database.query(`UPDATE sync_runs SET finished_at = now() - interval '31 minutes'`);
    await bed.database.query(`UPDATE shops SET status = 'needs_reauthorization' WHERE shop_id = $1`, [
      shopId,
    ]);
    await tick.tick();
    assert.equal((await queued()).length, 0);
    await bed.database.query(`UPDATE shops SET status = 'connected' WHERE shop_id = $1`, [shopId]);
    await tick.tick();
    assert.equal((await queued()).length, 1);
  });
});
