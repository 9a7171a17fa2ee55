import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { english, OrderSync, quoted, type Said, serviceCaller } from '#contracts';
import {
  type AfterSalesCaseRecord,
  type ListPage,
  type MarketplaceConnector,
  MarketplaceError,
  type NumberedQuery,
  numberedPages,
  type OrderRecord,
} from '#marketplace';
import type { Broadcaster } from '#messaging';
import { createLogger } from '#runtime';
import { KnownShops, queueRun, RunWorker, type SyncRunRow } from '#sync';
import { oneConnector, waitFor } from '#testing';
import { aCase, aCaseLine, listedCases } from '../after-sales/after-sales.fixture.js';
import { storeAfterSales } from '../after-sales/after-sales-store.js';
import { storeCasePages } from '../after-sales/store-case-pages.js';
import {
  anOrder,
  createOrderBed,
  invented,
  type OrderBed,
  settings,
  silentRelay,
} from '../orders/order-bed.fixture.js';
import { storePages } from '../orders/store-pages.js';
import { AuditKind } from './audit.kind.js';
import { queueNightlyAudits } from './audit-tick.js';
import { CompletenessQueries } from './completeness-queries.js';

const everybody = serviceCaller('test', 'test');
/** The clocks of this zone go back on 2026-10-25: the day has 25 hours. */
const ZONE = 'Europe/Berlin';
const FROM = Date.parse('2026-10-21T22:00:00Z');
const HOUR = 3_600_000;
const THROUGH = Date.parse('2026-10-28T01:00:00Z');

/** A marketplace that stands still: its orders, those it hides from the list, those it garbles. */
class StillMarket {
  orders: OrderRecord[] = [];
  cases: AfterSalesCaseRecord[] = [];
  caseCalls = 0;
  lineCalls = 0;
  readonly unlisted = new Set<string>();
  readonly garbled = new Set<string>();
  /** Every page answers the first one's rows. */
  repeats = false;
  calls = 0;

  fill(perHour: number): void {
    for (let at = FROM; at < THROUGH; at += 3_600_000 / perHour) {
      const number = `PO-211-${String(this.orders.length).padStart(6, '0')}`;
      this.orders.push(anOrder(number, { orderedAt: new Date(at), platformUpdatedAt: new Date(at) }));
    }
  }

  readonly connector = {
    marketplace: 'temu',
    orders: numberedPages<OrderRecord>({
      pageSize: 100,
      idOf: ({ orderNumber }) => orderNumber,
      createdAt: ({ orderedAt }) => orderedAt,
      readPage: async (_, query) => this.list(query),
    }),
    afterSales: listedCases(async (query) => this.listCases(query)),
    getAfterSalesLines: async (_: unknown, numbers: readonly string[]) => {
      this.lineCalls += 1;
      return { records: numbers.map((number) => aCaseLine(number)), unreadable: [] };
    },
  } as unknown as MarketplaceConnector;

  private listCases({ window, page, pageSize }: NumberedQuery): ListPage<AfterSalesCaseRecord> {
    this.caseCalls += 1;
    const within = this.cases.filter(({ openedAt }) => window.from <= openedAt && openedAt <= window.to);
    const rows = within.slice((page - 1) * pageSize, page * pageSize);
    const isGarbled = ({ caseNumber }: AfterSalesCaseRecord) => this.garbled.has(caseNumber);
    return {
      total: within.length,
      records: rows.filter((row) => !isGarbled(row)),
      unreadable: rows.filter(isGarbled).map(({ caseNumber }) => ({
        platformId: caseNumber,
        reason: quoted('createAt is missing'),
        raw: '{}',
      })),
      platformTime: new Date(THROUGH),
      requestStartedAt: new Date(THROUGH),
    };
  }

  private list({ window, page, pageSize }: NumberedQuery): ListPage<OrderRecord> {
    this.calls += 1;
    const within = this.orders
      .filter(({ orderedAt }) => window.from <= orderedAt && orderedAt <= window.to)
      .reverse();
    const rows = within
      .filter(({ orderNumber }) => !this.unlisted.has(orderNumber))
      .slice((this.repeats ? 0 : page - 1) * pageSize, (this.repeats ? 1 : page) * pageSize);
    const isGarbled = ({ orderNumber }: OrderRecord) => this.garbled.has(orderNumber);
    return {
      total: within.length,
      records: rows.filter((row) => !isGarbled(row)),
      unreadable: rows.filter(isGarbled).map(({ orderNumber }) => ({
        platformId: orderNumber,
        reason: quoted('quantity is the text "two"'),
        raw: '{}',
      })),
      platformTime: new Date(THROUGH),
      requestStartedAt: new Date(THROUGH),
    };
  }
}

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('the completeness ledger', () => {
  let bed: OrderBed;
  const workers = new Set<RunWorker>();
  before(async () => {
    bed = await createOrderBed();
  });
  afterEach(async () => {
    await Promise.all([...workers].map((worker) => worker.close()));
    workers.clear();
    await bed.database.query('DELETE FROM sync_runs');
  });
  after(() => bed.drop());

  async function loadedShop(market: StillMarket): Promise<string> {
    const shopId = await bed.newShop();
    await bed.database.query('UPDATE shops SET time_zone = $2 WHERE shop_id = $1', [shopId, ZONE]);
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'orders', $2, $3)`,
      [shopId, new Date(THROUGH), new Date(FROM)],
    );
    await bed.store(shopId, ...market.orders.map((record) => ({ record, readAt: new Date(THROUGH) })));
    return shopId;
  }

  async function audit(market: StillMarket, shopId: string): Promise<SyncRunRow> {
    const worker = new RunWorker({
      database: bed.database,
      credentials: invented,
      handlers: [
        new AuditKind(
          bed.database,
          oneConnector(market.connector),
          settings(),
          new KnownShops(bed.database),
          silentRelay,
        ),
      ],
      broadcaster: { send: () => undefined } as unknown as Broadcaster,
      progressed: OrderSync.progressed,
      logger: createLogger('audit-spec', 'silent'),
      concurrency: 1,
    });
    workers.add(worker);
    const queued = await queueRun(bed.database, { shopId, kind: 'audit', trigger: 'manual', mode: 'audit' });
    worker.start();
    const row = async (): Promise<SyncRunRow> => {
      const [found] = await bed.database.query<SyncRunRow>('SELECT * FROM sync_runs WHERE id = $1', [
        queued?.id,
      ]);
      return found ?? assert.fail('the run is gone');
    };
    const isEnded = async () => ['succeeded', 'failed'].includes((await row()).status);
    await waitFor('the audit to end', isEnded, 60_000);
    await worker.close();
    const ended = await row();
    assert.equal(ended.status, 'succeeded', textOf(ended.error));
    return ended;
  }

  const ledger = () => new CompletenessQueries(bed.database);
  const dayOf = async (shopId: string, day: string) => {
    const { rows } = await ledger().days({ shopId, from: day, to: day }, everybody);
    return rows[0] ?? assert.fail(`${day} is not in the ledger`);
  };
  const remove = async (shopId: string, numbers: readonly string[]): Promise<void> => {
    for (const table of ['orders', 'order_lines', 'order_history']) {
      await bed.database.query(`DELETE FROM ${table} WHERE shop_id = $1 AND order_number = ANY($2)`, [
        shopId,
        numbers,
      ]);
    }
  };

  test('one call a day, days of 24 and 25 hours, nothing past the last whole day', async () => {
    const market = new StillMarket();
    market.fill(4);
    const shopId = await loadedShop(market);
    const before = await ledger().summary({ shopId }, everybody);
    assert.deepEqual([before.daysChecked, before.daysUnchecked], [0, 6]);
    const run = await audit(market, shopId);
    assert.deepEqual([run.done, run.total, market.calls], [6, 6, 6]);
    const { rows } = await ledger().days({ shopId }, everybody);
    assert.deepEqual(
      rows.map(({ day, platformOrders, ourOrders, state }) => [day, platformOrders, ourOrders, state]),
      [
        ['2026-10-27', 96, 96, 'complete'],
        ['2026-10-26', 96, 96, 'complete'],
        ['2026-10-25', 100, 100, 'complete'],
        ['2026-10-24', 96, 96, 'complete'],
        ['2026-10-23', 96, 96, 'complete'],
        ['2026-10-22', 96, 96, 'complete'],
      ],
    );
    const sums = await ledger().summary({ shopId }, everybody);
    assert.deepEqual(
      [sums.difference, sums.daysWithGap, sums.daysUnchecked, sums.platformOrders],
      [0, 0, 0, 580],
    );
    assert.notEqual(sums.lastAuditAt, null);
  });

  test('peer failure 6: fifteen orders that we lost are named and read again', async () => {
    const market = new StillMarket();
    market.fill(12);
    const shopId = await loadedShop(market);
    const lost = market.orders
      .filter(({ orderedAt }) => orderedAt >= new Date('2026-10-24T12:00:00Z'))
      .slice(0, 15)
      .map(({ orderNumber }) => orderNumber);
    await remove(shopId, lost);
    const run = await audit(market, shopId);
    assert.equal(run.changed, 15);
    const day = await dayOf(shopId, '2026-10-24');
    assert.deepEqual([day.state, day.platformOrders, day.ourOrders], ['complete', 288, 288]);
    assert.deepEqual(day.refetched.numbers, lost);
    assert.equal(day.refetched.count, 15);
    assert.deepEqual(
      await bed.numbers(shopId),
      market.orders.map(({ orderNumber }) => orderNumber),
    );
    const log = await bed.database.query<{ said: Said }>(
      `SELECT said FROM sync_log WHERE run_id = $1 AND level = 'warn'`,
      [run.id],
    );
    assert.match(log.map(({ said }) => english(said)).join('\n'), /15 orders were missing and are stored/);
  });

  test('peer failure 16: what only we hold is shown as surplus, and nothing is deleted', async () => {
    const market = new StillMarket();
    market.fill(1);
    const shopId = await loadedShop(market);
    const gone = market.orders.splice(30, 2).map(({ orderNumber }) => orderNumber);
    await audit(market, shopId);
    const day = await dayOf(shopId, '2026-10-23');
    assert.deepEqual([day.state, day.difference, day.surplus.numbers], ['surplus', -2, gone]);
    assert.equal((await bed.numbers(shopId)).length, market.orders.length + 2);
    // Known by now: the next night counts it and does not read it again.
    const { calls } = market;
    await audit(market, shopId);
    assert.equal(market.calls - calls, 6);
  });

  test('what lies in quarantine is shown apart from a gap; what is counted but not listed is a gap', async () => {
    const market = new StillMarket();
    market.fill(1);
    const shopId = await loadedShop(market);
    const [first, second] = market.orders.slice(30, 32).map(({ orderNumber }) => orderNumber);
    const third = market.orders[60]?.orderNumber ?? assert.fail();
    await remove(shopId, [first ?? '', second ?? '', third]);
    market.garbled.add(first ?? '').add(second ?? '');
    market.unlisted.add(third);
    await audit(market, shopId);
    const kept = await dayOf(shopId, '2026-10-23');
    assert.deepEqual([kept.state, kept.difference, kept.unreadableOrders], ['unreadable', 2, 2]);
    const gap = await dayOf(shopId, '2026-10-24');
    assert.deepEqual([gap.state, gap.difference, gap.missing], ['gap', 1, { count: 1, numbers: [] }]);
    const [shop] = (await ledger().shops({ limit: 200 }, { ...everybody, shopIds: [shopId] })).rows;
    assert.deepEqual([shop?.state, shop?.daysWithGap, shop?.unreadableOrders], ['gap', 1, 2]);
    // The retry of what lies in quarantine reads it: the ledger says so at once, one by one.
    const readable = market.orders.filter(({ orderNumber }) => market.garbled.has(orderNumber));
    for (const left of [1, 0]) {
      const record = readable[left] ?? assert.fail();
      await bed.database.transaction((tx) => storePages(tx, shopId, [pageOf(record)], 0));
      const { state, difference, unreadableOrders } = await dayOf(shopId, '2026-10-23');
      assert.deepEqual(
        [state, difference, unreadableOrders],
        [left === 0 ? 'complete' : 'unreadable', left, left],
      );
    }
    market.garbled.clear();
    market.unlisted.clear();
    await audit(market, shopId);
    const after = await ledger().summary({ shopId }, everybody);
    assert.deepEqual([after.difference, after.daysWithGap, after.unreadableOrders], [0, 0, 0]);
  });

  test('an order that we hold and the list garbles is unreadable, and so is one that cannot be stored; an answer that knew less is not', async () => {
    const market = new StillMarket();
    market.fill(1);
    const shopId = await loadedShop(market);
    const [held, poorer, unstorable] = [market.orders[30], market.orders[55], market.orders[80]];
    if (held === undefined || poorer === undefined || unstorable === undefined) assert.fail();
    await bed.database.query('UPDATE orders SET read_at = $2 WHERE shop_id = $1', [
      shopId,
      new Date(THROUGH - HOUR),
    ]);
    market.garbled.add(held.orderNumber);
    change(market, poorer.orderNumber, { paymentType: null });
    const [line] = unstorable.lines;
    if (line === undefined) assert.fail();
    const tooMany = { orderedQuantity: 3_000_000_000, netQuantity: 3_000_000_000 };
    change(market, unstorable.orderNumber, { lines: [{ ...line, ...tooMany }] });
    await audit(market, shopId);
    const states = async () => {
      const { rows } = await ledger().days({ shopId }, everybody);
      return rows
        .map(({ day, state, difference, unreadableOrders }) => [day, state, difference, unreadableOrders])
        .filter(([day]) => ['2026-10-23', '2026-10-24', '2026-10-25'].includes(String(day)));
    };
    assert.deepEqual(await states(), [
      ['2026-10-25', 'unreadable', 0, 1],
      ['2026-10-24', 'complete', 0, 0],
      ['2026-10-23', 'unreadable', 0, 1],
    ]);
    const inQuarantine = async () =>
      (
        await bed.database.query<{ id: string }>(
          'SELECT platform_id AS id FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL ORDER BY 1',
          [shopId],
        )
      ).map(({ id }) => id);
    const all = [held, poorer, unstorable].map(({ orderNumber }) => orderNumber);
    assert.deepEqual(await inQuarantine(), all);
    // It is read once more, and that answer knows less: it stays in quarantine, and has been read.
    const read = { ...held, paymentType: null };
    await bed.database.transaction((tx) => storePages(tx, shopId, [pageOf(read)], 0));
    assert.deepEqual(await inQuarantine(), all);
    assert.deepEqual((await states())[2], ['2026-10-23', 'complete', 0, 0]);
    await bed.database.transaction((tx) => storePages(tx, shopId, [pageOf(unstorable)], 0));
    assert.deepEqual((await states())[0], ['2026-10-25', 'complete', 0, 0]);
  });

  const change = (market: StillMarket, number: string, change: Partial<OrderRecord>): void => {
    market.orders = market.orders.map((order) =>
      order.orderNumber === number ? { ...order, ...change } : order,
    );
  };
  const shipped = { status: 'shipped', platformStatus: '4' } as const;

  test('a change dated before the lag is found by content: stale, stored as listed, at no call more than the list', async () => {
    const market = new StillMarket();
    market.fill(12);
    const shopId = await loadedShop(market);
    const { orderNumber: number, platformUpdatedAt } = market.orders[700] ?? assert.fail();
    const { orderNumber: lost } = market.orders[701] ?? assert.fail();
    change(market, number, { ...shipped, platformUpdatedAt: new Date(platformUpdatedAt.getTime() + 1_000) });
    await remove(shopId, [lost]);
    const run = await audit(market, shopId);
    // 288 orders on three pages a day, 300 on the day of 25 hours.
    assert.deepEqual([market.calls, run.changed], [18, 2]);
    // It counts days, however many orders each has.
    assert.deepEqual([run.done, run.total], [6, 6]);
    const day = await dayOf(shopId, '2026-10-24');
    assert.deepEqual([day.state, day.platformOrders, day.ourOrders], ['complete', 288, 288]);
    assert.deepEqual([day.renewed.count, day.renewed.numbers, day.refetched.numbers], [1, [number], [lost]]);
    assert.deepEqual([day.stale.count, day.missing.count], [0, 0]);
    assert.equal((await bed.row(shopId, number)).status, 'shipped');
    const sums = await ledger().summary({ shopId }, everybody);
    assert.deepEqual([sums.renewedOrders, sums.refetchedOrders, sums.staleOrders], [1, 1, 0]);
    const log = await bed.database.query<{ said: Said }>(
      `SELECT said FROM sync_log WHERE run_id = $1 AND level = 'warn'`,
      [run.id],
    );
    assert.match(
      log.map(({ said }) => english(said)).join('\n'),
      new RegExp(`1 orders were stale.*${number}`),
    );
  });

  test('what the list dates as we do, or earlier, is believed once what we hold is older than the lag', async () => {
    const market = new StillMarket();
    market.fill(1);
    const shopId = await loadedShop(market);
    const [same, earlier, young] = market.orders.slice(30, 33);
    if (same === undefined || earlier === undefined || young === undefined) assert.fail();
    await bed.database.query('UPDATE orders SET read_at = $2 WHERE shop_id = $1', [
      shopId,
      new Date(THROUGH - HOUR),
    ]);
    await bed.database.query(`UPDATE orders SET read_at = $3 WHERE shop_id = $1 AND order_number = $2`, [
      shopId,
      young.orderNumber,
      new Date(THROUGH - 30_000),
    ]);
    for (const { orderNumber, platformUpdatedAt } of [earlier, young])
      change(market, orderNumber, {
        ...shipped,
        platformUpdatedAt: new Date(platformUpdatedAt.getTime() - 5_000),
      });
    change(market, same.orderNumber, shipped);
    await audit(market, shopId);
    const day = await dayOf(shopId, '2026-10-23');
    assert.deepEqual([day.state, day.renewed.numbers], ['complete', [same.orderNumber, earlier.orderNumber]]);
    const statuses = [same, earlier, young].map(
      async ({ orderNumber }) => (await bed.row(shopId, orderNumber)).status,
    );
    assert.deepEqual(await Promise.all(statuses), ['shipped', 'shipped', 'unshipped']);
  });

  test('after-sales cases have a ledger of their own: missing and stale ones are stored', async () => {
    const market = new StillMarket();
    for (let n = 0; n < 60; n += 1) {
      const openedAt = new Date(FROM + n * 2 * HOUR);
      market.cases.push(aCase(`PO-211-${n}-R`, { openedAt, platformUpdatedAt: openedAt }));
    }
    const shopId = await loadedShop(market);
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'after_sales', $2, $3)`,
      [shopId, new Date(THROUGH), new Date(FROM)],
    );
    const stored = market.cases
      .slice(0, 59)
      .map((record) => ({ record, lines: [], readAt: new Date(THROUGH - HOUR) }));
    await bed.database.transaction((tx) => storeAfterSales(tx, shopId, stored, 'poll'));
    const [stale, lost] = [market.cases[3], market.cases[59]];
    if (stale === undefined || lost === undefined) assert.fail();
    market.cases[3] = { ...stale, status: 'refunded', platformStatus: '5' };
    const run = await audit(market, shopId);
    assert.deepEqual([run.total, market.caseCalls, market.lineCalls], [12, 6, 2]);
    const { rows } = await ledger().days({ shopId, of: 'after_sales' }, everybody);
    assert.deepEqual(
      rows.map(({ platformOrders, ourOrders, state }) => [platformOrders, ourOrders, state]),
      [
        [0, 0, 'complete'],
        [11, 11, 'complete'],
        [13, 13, 'complete'],
        [12, 12, 'complete'],
        [12, 12, 'complete'],
        [12, 12, 'complete'],
      ],
    );
    const sums = await ledger().summary({ shopId, of: 'after_sales' }, everybody);
    assert.deepEqual([sums.platformOrders, sums.refetchedOrders, sums.renewedOrders], [60, 1, 1]);
    assert.deepEqual(rows.at(-1)?.renewed.numbers, [stale.caseNumber]);
    const [row] = await bed.database.query<{ status: string }>(
      'SELECT status FROM after_sales WHERE shop_id = $1 AND case_number = $2',
      [shopId, stale.caseNumber],
    );
    assert.equal(row?.status, 'refunded');
    assert.equal((await ledger().summary({ shopId }, everybody)).platformOrders, 0);
  });

  for (const isHeld of [false, true])
    test(`a case ${isHeld ? 'that we hold ' : ''}makes its day unreadable, and whole at once when it leaves quarantine`, async () => {
      const market = new StillMarket();
      const openedAt = new Date(FROM + 30 * HOUR);
      const item = aCase('PO-211-9-R', { openedAt, platformUpdatedAt: openedAt });
      market.cases.push(item);
      market.garbled.add(item.caseNumber);
      const shopId = await loadedShop(market);
      await bed.database.query(
        `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'after_sales', $2, $3)`,
        [shopId, new Date(THROUGH), new Date(FROM)],
      );
      if (isHeld) {
        const stored = { record: item, lines: [], readAt: new Date(THROUGH - HOUR) };
        await bed.database.transaction((tx) => storeAfterSales(tx, shopId, [stored], 'poll'));
      }
      await audit(market, shopId);
      const stateNow = async () => {
        const { rows } = await ledger().days({ shopId, of: 'after_sales' }, everybody);
        const [day] = rows.filter(({ platformOrders }) => platformOrders === 1);
        return [day?.state, day?.unreadableOrders];
      };
      assert.deepEqual(await stateNow(), ['unreadable', 1]);
      const page = {
        total: 1,
        records: [{ record: item, lines: [], isUnchanged: false }],
        unreadable: [],
        platformTime: new Date(THROUGH),
        requestStartedAt: new Date(THROUGH),
      };
      await bed.database.transaction((tx) => storeCasePages(tx, shopId, [page], 0, 'poll'));
      assert.deepEqual(await stateNow(), ['complete', 0]);
    });

  test('an audit locks all orders of its days, sorted, before anything else: nobody waits for it in a circle', async () => {
    const market = new StillMarket();
    const numbers = ['PO-5', 'PO-1', 'PO-6'];
    market.orders = numbers.map((number, day) => {
      const orderedAt = new Date(FROM + (10 + day * 24) * HOUR);
      return anOrder(number, { orderedAt, platformUpdatedAt: orderedAt });
    });
    const shopId = await loadedShop(market);
    for (const { orderNumber, platformUpdatedAt } of market.orders) {
      const later = new Date(platformUpdatedAt.getTime() + 1_000);
      change(market, orderNumber, { ...shipped, platformUpdatedAt: later });
    }
    const free = async (table: string, column: string, ids: readonly string[]): Promise<SyncRunRow> => {
      let run: Promise<SyncRunRow> | undefined;
      await bed.database.transaction(async (tx) => {
        await tx.query(`SELECT FROM orders WHERE shop_id = $1 AND order_number = 'PO-1' FOR UPDATE`, [
          shopId,
        ]);
        run = audit(market, shopId);
        await waitFor('the audit to wait for the order', async () => {
          const [row] = await bed.database.query<{ waiting: number }>(
            `SELECT count(*)::int AS waiting FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          return (row?.waiting ?? 0) > 0;
        });
        await tx.query(
          `SELECT FROM ${table} WHERE shop_id = $1 AND ${column} = ANY($2::text[]) FOR UPDATE NOWAIT`,
          [shopId, ids],
        );
      });
      return run ?? assert.fail('it was never queued');
    };
    assert.equal((await free('orders', 'order_number', ['PO-5', 'PO-6'])).changed, 3);
    const openedAt = new Date(FROM + 30 * HOUR);
    const record = aCase('PO-1-R', { openedAt, platformUpdatedAt: openedAt });
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'after_sales', $2, $3)`,
      [shopId, new Date(THROUGH), new Date(FROM)],
    );
    const held = { record, lines: [], readAt: new Date(THROUGH - HOUR) };
    await bed.database.transaction((tx) => storeAfterSales(tx, shopId, [held], 'poll'));
    market.orders = [];
    market.cases = [{ ...record, status: 'refunded', platformStatus: '5' }];
    assert.equal((await free('after_sales', 'case_number', ['PO-1-R'])).changed, 1);
  });

  test('a token without after-sales: the orders are audited all the same', async () => {
    const market = new StillMarket();
    market.fill(1);
    const shopId = await loadedShop(market);
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'after_sales', $2, $3)`,
      [shopId, new Date(THROUGH), new Date(FROM)],
    );
    Object.assign(market.connector, {
      afterSales: listedCases(async () => {
        throw new MarketplaceError({
          kind: 'scope',
          operation: 'list',
          what: quoted('No permission for after-sales'),
          remedy: quoted('Grant it.'),
          retryable: false,
        });
      }),
    });
    await audit(market, shopId);
    assert.equal((await dayOf(shopId, '2026-10-24')).state, 'complete');
    const { rows } = await ledger().days({ shopId, of: 'after_sales' }, everybody);
    assert.ok(rows.length > 0 && rows.every(({ state }) => state === 'unchecked'));
  });

  test('a day whose pages repeat is never complete: unchecked where we may hold the rest, a gap where we do not', async () => {
    const market = new StillMarket();
    market.fill(12);
    const shopId = await loadedShop(market);
    await remove(
      shopId,
      market.orders.slice(700, 710).map(({ orderNumber }) => orderNumber),
    );
    market.repeats = true;
    await audit(market, shopId);
    const day = await dayOf(shopId, '2026-10-24');
    assert.deepEqual(
      [day.state, day.platformOrders, day.ourOrders, day.missing.count],
      ['gap', 288, 278, 10],
    );
    assert.equal((await dayOf(shopId, '2026-10-23')).state, 'unchecked');
    assert.ok((await ledger().summary({ shopId }, everybody)).daysUnchecked >= 4);
    market.repeats = false;
    await audit(market, shopId);
    assert.equal((await dayOf(shopId, '2026-10-24')).state, 'complete');
  });

  test('a shop that is not connected is said, not left out: nothing of it counts as checked', async () => {
    const market = new StillMarket();
    market.fill(1);
    const [shopId, away] = [await loadedShop(market), await loadedShop(market)];
    await audit(market, shopId);
    await audit(market, away);
    await bed.database.query(`UPDATE shops SET status = 'needs_reauthorization' WHERE shop_id = $1`, [away]);
    const caller = { ...everybody, shopIds: [shopId, away] };
    const sums = await ledger().summary({}, caller);
    assert.deepEqual(
      [sums.shopsCounted, sums.shopsNotConnected, sums.daysChecked, sums.daysUnchecked, sums.platformOrders],
      [1, 1, 6, 6, 145],
    );
    assert.notEqual(sums.notCheckedSince, null);
    const { rows } = await ledger().shops({ limit: 200 }, caller);
    const row = rows.find((each) => each.shopId === away);
    assert.deepEqual([row?.state, row?.shopsNotConnected, row?.daysUnchecked], ['unchecked', 1, 6]);
  });

  test('in another time zone the days are unchecked again', async () => {
    const market = new StillMarket();
    market.fill(1);
    const shopId = await loadedShop(market);
    await audit(market, shopId);
    await bed.database.query(`UPDATE shops SET time_zone = 'UTC' WHERE shop_id = $1`, [shopId]);
    assert.equal((await dayOf(shopId, '2026-10-25')).state, 'unchecked');
    assert.equal((await ledger().summary({ shopId }, everybody)).daysChecked, 0);
    await audit(market, shopId);
    const day = await dayOf(shopId, '2026-10-25');
    assert.deepEqual([day.state, day.platformOrders, day.timeZone], ['complete', 24, 'UTC']);
  });

  test('every shop has one audit a night, in its own night', async () => {
    const market = new StillMarket();
    const shopId = await loadedShop(market);
    const night = { auditHour: 1, auditSpreadMinutes: 240 };
    const ofShop = async (now: string): Promise<number> => {
      await queueNightlyAudits(bed.database, night, new Date(now));
      const rows = await bed.database.query(
        `SELECT FROM sync_runs WHERE shop_id = $1 AND kind = 'audit' AND trigger = 'timer'`,
        [shopId],
      );
      await bed.database.query(`UPDATE sync_runs SET status = 'succeeded' WHERE shop_id = $1`, [shopId]);
      return rows.length;
    };
    assert.equal(await ofShop('2026-11-20T23:59:00Z'), 0);
    assert.equal(await ofShop('2026-11-21T04:00:00Z'), 1);
    assert.equal(await ofShop('2026-11-21T22:00:00Z'), 1);
    assert.equal(await ofShop('2026-11-22T04:00:00Z'), 2);
  });
});

function pageOf(record: OrderRecord): ListPage<OrderRecord> {
  const at = new Date(THROUGH);
  return { total: 1, records: [record], unreadable: [], platformTime: at, requestStartedAt: at };
}
