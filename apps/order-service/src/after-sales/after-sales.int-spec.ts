import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { DateTime } from 'luxon';
import {
  type AfterSalesFilters,
  AfterSalesReachChanged,
  english,
  quoted,
  type Said,
  serviceCaller,
} from '#contracts';
import {
  type AfterSalesCaseRecord,
  type AfterSalesLineRecord,
  type AfterSalesRefund,
  type CancelRequestRecord,
  type MarketplaceConnector,
  MarketplaceError,
  type MarketplaceErrorKind,
  type NumberedQuery,
} from '#marketplace';
import { quarantine, queueRun, type SpanState } from '#sync';
import { oneConnector } from '#testing';
import {
  anOrder,
  at,
  createOrderBed,
  invented,
  type OrderBed,
  settings,
  silentRelay,
} from '../orders/order-bed.fixture.js';
import { storeOrders } from '../orders/order-store.js';
import { type RunBed, startRuns } from '../orders/run-bed.fixture.js';
import { OrderQuarantineReader } from '../quarantine/order-quarantine.js';
import { aCase, aCaseLine, listedCases, pageOf } from './after-sales.fixture.js';
import { AfterSalesKind } from './after-sales.kind.js';
import { AfterSalesQueries } from './after-sales-queries.js';
import { afterSalesReachOf, emitAfterSalesReach } from './after-sales-reach.js';
import { askForLackingOrders, caseHash, storeAfterSales } from './after-sales-store.js';
import type { CaseWithLines } from './read-cases.js';
import { storeCasePages } from './store-case-pages.js';

const everybody = serviceCaller('test', 'test');
const LAG_SECONDS = 120;

const refusal = (kind: MarketplaceErrorKind, raw?: string) =>
  new MarketplaceError({
    kind,
    operation: 'cases',
    what: quoted('No'),
    remedy: quoted(''),
    retryable: false,
    ...(raw === undefined ? {} : { raw }),
  });

/** The cases of a shop, as its marketplace lists them. */
class CaseMarket {
  cases: AfterSalesCaseRecord[] = [];
  lines = new Map<string, AfterSalesLineRecord[]>();
  now = at(200_000);
  asked: NumberedQuery[] = [];
  linesAsked: string[] = [];
  /** Cases by a bad line each. */
  unreadableLines: string[] = [];
  /** Cases by a bad line each that does not name them. */
  namelessLines: string[] = [];
  refusedLines: string[] = [];
  refundsAsked: string[] = [];
  refund: (number: string) => AfterSalesRefund = (caseNumber) => ({ caseNumber, refunded: null });
  beforeAnswer: () => void = () => undefined;
  /** By order. */
  cancelRequests = new Map<string, CancelRequestRecord>();
  unreadableCancelRequests: string[] = [];
  cancelsRefused: MarketplaceError | undefined;
  cancelsAsked: number[] = [];
  onList: (query: NumberedQuery) => Promise<void> = async () => undefined;
  /** So many more cases are counted than pages hold. */
  unlisted: (query: NumberedQuery) => number = () => 0;

  readonly connector = {
    platformTime: async () => this.now,
    afterSales: listedCases(async (query) => {
      this.asked.push(query);
      this.beforeAnswer();
      await this.onList(query);
      const listed = this.cases.filter((item) => {
        const time = query.by === 'created' ? item.openedAt : item.platformUpdatedAt;
        return time >= query.window.from && time <= query.window.to;
      });
      const first = (query.page - 1) * query.pageSize;
      return {
        ...pageOf(listed.slice(first, first + query.pageSize)),
        total: listed.length + this.unlisted(query),
      };
    }),
    getAfterSalesOfOrders: async (_: unknown, numbers: readonly string[]) =>
      pageOf(this.cases.filter((item) => numbers.includes(item.orderNumber))),
    getCancelRequests: async (_: unknown, numbers: readonly string[]) => {
      this.cancelsAsked.push(numbers.length);
      if (this.cancelsRefused !== undefined) throw this.cancelsRefused;
      return {
        ...pageOf(numbers.flatMap((number) => this.cancelRequests.get(number) ?? [])),
        unreadable: this.unreadableCancelRequests.map((platformId) => ({
          platformId,
          reason: quoted('createAtMillis is missing'),
          raw: '{}',
        })),
      };
    },
    getAfterSalesRefund: async (_: unknown, of: { caseNumber: string }) => {
      this.refundsAsked.push(of.caseNumber);
      return this.refund(of.caseNumber);
    },
    getAfterSalesLines: async (_: unknown, numbers: readonly string[]) => {
      assert.ok(numbers.length <= 20);
      if (this.refusedLines.some((number) => numbers.includes(number))) throw refusal('business');
      this.linesAsked.push(...numbers);
      return {
        ...pageOf(numbers.flatMap((number) => this.lines.get(number) ?? [aCaseLine(number)])),
        unreadable: [
          ...this.unreadableLines.map((number) => ({ number, platformId: number })),
          ...this.namelessLines.map((number) => ({ number, platformId: null })),
        ]
          .filter(({ number }) => numbers.includes(number))
          .map(({ platformId }) => ({
            platformId,
            reason: quoted('afterSalesStatus is missing'),
            raw: '{}',
          })),
      };
    },
  } as unknown as MarketplaceConnector;
}

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('after-sales', () => {
  let bed: OrderBed;
  let queries: AfterSalesQueries;
  let runs: RunBed;
  let market: CaseMarket;
  let shopId: string;

  before(async () => {
    bed = await createOrderBed();
    queries = new AfterSalesQueries(bed.database);
    const connector = new Proxy({} as MarketplaceConnector, {
      get: (_, name) => Reflect.get(market.connector, name) as unknown,
    });
    runs = startRuns(bed, [
      new AfterSalesKind(
        bed.database,
        oneConnector(connector),
        settings({ platformLagSeconds: LAG_SECONDS, firstLoadDays: 60 }),
        silentRelay,
      ),
    ]);
  });
  after(async () => {
    await runs.close();
    await bed.drop();
  });
  beforeEach(async () => {
    market = new CaseMarket();
    shopId = await bed.newShop();
  });

  const read = (record: AfterSalesCaseRecord, readAt = 1, lines = [aCaseLine(record.caseNumber)]) => ({
    record,
    lines,
    readAt: at(readAt),
  });
  const store = (...cases: ReturnType<typeof read>[]) =>
    bed.database.transaction((tx) => storeAfterSales(tx, shopId, cases, 'poll'));
  const readAgain = (...ids: string[]) =>
    new OrderQuarantineReader(
      bed.database,
      oneConnector(market.connector),
      silentRelay,
      settings(),
      bed.sealer,
    ).readings.after_sales.read(
      (work) => invented.use(shopId, (credentials) => work({ credentials })),
      shopId,
      ids,
    );
  const openInQuarantine = async () => {
    const rows = await bed.database.query<{ id: string }>(
      'SELECT platform_id AS id FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL ORDER BY 1',
      [shopId],
    );
    return rows.map(({ id }) => id);
  };
  const get = (caseNumber: string) => queries.get({ shopId, caseNumber }, everybody);
  const list = async (filters: Partial<AfterSalesFilters> = {}) => {
    const numbers: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await queries.list(
        { shopId: [shopId], limit: 2, ...filters, ...(cursor ? { cursor } : {}) },
        everybody,
      );
      numbers.push(...page.rows.map((row) => row.caseNumber));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return numbers;
  };
  const amountsDue = async (number: string) => (await bed.row(shopId, number)).amounts_due_at !== null;
  const amountsKnown = () =>
    bed.database.query(
      `UPDATE orders SET amounts_due_at = NULL, amounts_read_at = $2, amount_state = 'known' WHERE shop_id = $1`,
      [shopId, at(0)],
    );

  test('a case is another as soon as any of its fields is', () => {
    const record = aCase('D-1', { returnMethod: '3' });
    const another = (value: unknown): unknown =>
      value instanceof Date
        ? new Date(value.getTime() + 1_000)
        : Array.isArray(value)
          ? [...value, 9]
          : typeof value === 'number'
            ? value + 1
            : `${String(value)}x`;
    for (const [name, value] of Object.entries(record)) {
      assert.notEqual(value, null, name);
      assert.notEqual(caseHash({ ...record, [name]: another(value) }), caseHash(record), name);
    }
  });

  /** Orders whose buyers ask to cancel, as they are labelled. */
  const askToCancel = async (...numbers: string[]) => {
    for (const number of numbers) {
      const record = anOrder(number, { labels: ['pending_buyer_cancellation'] });
      await bed.store(shopId, { record, readAt: at(1) });
    }
  };

  test('a run reads the clock of every request to cancel, as many orders a call as it takes', async () => {
    const numbers = Array.from({ length: 23 }, (_, n) => `PO-${n}`);
    await askToCancel(...numbers);
    const decideBy = at(90_000);
    for (const number of numbers.slice(1)) {
      const request = { caseNumber: `C-${number}`, orderNumber: number, requestedAt: at(3_600), decideBy };
      market.cancelRequests.set(number, request);
    }
    market.unreadableCancelRequests = ['C-PO-0'];
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual([ended.status, market.cancelsAsked], ['succeeded', [20, 3]]);
    const clocks = await Promise.all(
      numbers.map(async (number) => (await bed.row(shopId, number)).cancel_decide_by),
    );
    assert.deepEqual(clocks, [null, ...numbers.slice(1).map(() => decideBy)]);
    assert.match(await runs.log(ended.id), /C-PO-0.*createAtMillis is missing/);
    await runs.run(shopId, 'after_sales');
    assert.deepEqual(market.cancelsAsked, [20, 3], 'the one without a clock is asked for again later');
  });

  test('without the permission for requests to cancel cases are read all the same; it is asked for again', async () => {
    await askToCancel('PO-1');
    market.cases = [aCase('D-1', { openedAt: at(100_000) })];
    market.cancelsRefused = refusal('scope');
    const ended = await runs.run(shopId, 'after_sales');
    assert.equal(ended.status, 'succeeded');
    assert.deepEqual(await list(), ['D-1']);
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual([row.cancel_decide_by, row.cancel_due_at instanceof Date], [null, true]);
    assert.match(await runs.log(ended.id), /\bNo\b/);
  });

  test('one case whose lines are refused costs no neighbour: it lies in quarantine', async () => {
    market.cases = Array.from({ length: 30 }, (_, n) => aCase(`D-${n}`, { openedAt: at(100_000) }));
    market.refusedLines = ['D-7'];
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual([ended.status, ended.quarantined], ['succeeded', 1]);
    assert.equal((await list({ limit: 200 })).length, 29);
  });

  /** What has been told of it since the last time this was asked. */
  const reach = async () => {
    const events = await bed.database.query<{ payload: string }>(
      `WITH taken AS (DELETE FROM outbox WHERE subject = $1 AND payload::json ->> 'shopId' = $2 RETURNING id, payload)
       SELECT payload FROM taken ORDER BY id`,
      [AfterSalesReachChanged.subject, shopId],
    );
    return events.map(({ payload }) => {
      const data = JSON.parse(payload) as { version: number; isKnown: boolean; knownFrom: string | null };
      assert.ok(AfterSalesReachChanged.validator.Check(data));
      return [data.version, data.isKnown, data.knownFrom !== null];
    });
  };
  /** A run of windows that are planned already: everything to the marketplace's now, in parts. */
  const queueWindows = (by: SpanState['by'], from: number, ...ends: number[]) =>
    bed.database.transaction(async (tx) => {
      const queued = await queueRun(tx, { shopId, kind: 'after_sales', trigger: 'followup', mode: 'update' });
      const seconds = (time: number) => at(time).getTime() / 1000;
      const state: SpanState = {
        by,
        from: seconds(from),
        to: seconds(ends.at(-1) ?? from),
        windows: ends.map((end, n) => ({ from: seconds(ends[n - 1] ?? from), to: seconds(end) })),
      };
      await tx.query('UPDATE sync_runs SET state = $2 WHERE id = $1', [queued?.id, JSON.stringify(state)]);
    });

  test('whether the cases are known is told once the first load has ended, and when the token is refused', async () => {
    assert.deepEqual(await afterSalesReachOf(bed.database, shopId), {
      version: 0,
      isKnown: false,
      knownFrom: null,
    });
    await runs.run(shopId, 'after_sales');
    assert.deepEqual(await reach(), [[1, true, true]]);
    market.now = at(300_000);
    market.beforeAnswer = () => {
      throw refusal('scope');
    };
    assert.equal((await runs.run(shopId, 'after_sales')).error_code, 'shop.missing_permission');
    assert.deepEqual(await reach(), [[2, false, false]]);
    market.beforeAnswer = () => undefined;
    market.now = at(400_000);
    await runs.run(shopId, 'after_sales');
    assert.deepEqual(await reach(), [[3, true, true]]);
    market.now = at(500_000);
    await runs.run(shopId, 'after_sales');
    assert.deepEqual(await reach(), []);
    await bed.database.transaction((tx) => emitAfterSalesReach(tx, shopId));
    assert.deepEqual(await reach(), [[3, true, true]]);
  });

  test('a permission that is back makes the cases known when all is read to its end, and not one window earlier', async () => {
    await runs.run(shopId, 'after_sales');
    market.beforeAnswer = () => {
      throw refusal('scope');
    };
    market.now = at(300_000);
    await runs.run(shopId, 'after_sales');
    market.beforeAnswer = () => undefined;
    assert.deepEqual(await reach(), [
      [1, true, true],
      [2, false, false],
    ]);
    // A load of some depth tells what was opened, and not what has changed since.
    await queueWindows('created', 400_000, 900_000);
    assert.equal((await runs.run(shopId, 'after_sales')).status, 'succeeded');
    assert.deepEqual(await reach(), []);
    // The first window closes, the second is not whole.
    market.unlisted = ({ window }) => (window.to > at(500_000) ? 1 : 0);
    await queueWindows('updated', 190_000, 500_000, 900_000);
    assert.equal((await runs.run(shopId, 'after_sales')).error_code, 'list.incomplete');
    assert.deepEqual(await reach(), []);
    market.unlisted = () => 0;
    const before: unknown[] = [];
    market.onList = async () => void before.push((await afterSalesReachOf(bed.database, shopId)).isKnown);
    await queueWindows('updated', 190_000, 500_000, 900_000);
    assert.equal((await runs.run(shopId, 'after_sales')).status, 'succeeded');
    assert.deepEqual([before, await reach()], [[false, false], [[3, true, true]]]);
    // What was known stays so while a run of every day is under way, and when it is not whole.
    market.unlisted = () => 1;
    await queueWindows('updated', 890_000, 950_000, 1_000_000);
    assert.equal((await runs.run(shopId, 'after_sales')).error_code, 'list.incomplete');
    assert.deepEqual([before.includes(true), await reach()], [true, []]);
  });

  test('a list of cases that is not whole holds up neither refunds nor the orders that we lack', async () => {
    await bed.store(shopId, { record: anOrder('PO-1'), readAt: at(1) });
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'orders', $2, $2)`,
      [shopId, at(0)],
    );
    const done = { status: 'refunded', platformStatus: '5', openedAt: at(100_000) } as const;
    await store(read(aCase('D-1', done)), read(aCase('D-2', { orderNumber: 'PO-lacking' })));
    await bed.database.query('DELETE FROM order_hints WHERE shop_id = $1', [shopId]);
    await bed.database.query('UPDATE after_sales SET order_asked_at = NULL WHERE shop_id = $1', [shopId]);
    market.cases = [aCase('D-1', done)];
    market.unlisted = () => 1;
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual([ended.status, ended.error_code], ['failed', 'list.incomplete']);
    assert.deepEqual(market.refundsAsked, ['D-1']);
    const hints = await bed.database.query<{ number: string }>(
      'SELECT order_number AS number FROM order_hints WHERE shop_id = $1',
      [shopId],
    );
    assert.deepEqual(hints, [{ number: 'PO-lacking' }]);
  });

  test('an order that we lack is asked for once a day, for as long as we lack it', async () => {
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through, created_from) VALUES ($1, 'orders', $2, $2)`,
      [shopId, at(0)],
    );
    await store(read(aCase('D-1', { orderNumber: 'PO-lacking' })));
    const asked = async () => {
      const again = await bed.database.transaction(async (tx) => {
        await askForLackingOrders(tx, shopId);
        return tx.query('DELETE FROM order_hints WHERE shop_id = $1 RETURNING order_number', [shopId]);
      });
      return again.length;
    };
    const passes = (time: string) =>
      bed.database.query(
        'UPDATE after_sales SET order_asked_at = order_asked_at - $2::interval WHERE shop_id = $1',
        [shopId, time],
      );
    assert.equal(await asked(), 1);
    await passes('23 hours');
    assert.equal(await asked(), 0);
    await passes('1 hour');
    assert.equal(await asked(), 1);
    await bed.store(shopId, { record: anOrder('PO-lacking'), readAt: at(1) });
    await passes('2 days');
    assert.equal(await asked(), 0);
  });

  test('a case and its order stored in the same moment find each other at the end of the run', async () => {
    const done = { status: 'refunded', platformStatus: '5', openedAt: at(100_000) } as const;
    const lines = [aCaseLine('D-1', { skuId: '17592186044416001', quantity: 1 })];
    await bed.database.transaction(async (tx) => {
      await storeOrders(tx, shopId, [{ record: anOrder('PO-1'), readAt: at(1) }], 'poll');
      await store(read(aCase('D-1', done), 1, lines));
    });
    const units = async () =>
      bed.database.query<{ units: number }>(
        'SELECT refunded_units AS units FROM order_lines WHERE shop_id = $1',
        [shopId],
      );
    assert.deepEqual(await units(), [{ units: 0 }]);
    assert.equal((await runs.run(shopId, 'after_sales')).status, 'succeeded');
    assert.deepEqual(await units(), [{ units: 1 }]);
  });

  test('the sum of each finished case is asked for once; one that cannot be understood is kept and costs no other', async () => {
    await bed.store(shopId, { record: anOrder('PO-1'), readAt: at(1) });
    const done = { status: 'refunded', platformStatus: '5', openedAt: at(100_000) } as const;
    market.cases = [aCase('D-1', done), aCase('D-2', done), aCase('D-3', { openedAt: at(100_000) })];
    market.refund = (caseNumber) => {
      if (caseNumber === 'D-1') throw refusal('unreadable', '{"comment":"my own words","amount":null}');
      return { caseNumber, refunded: { amountMinor: 700, currency: 'USD' } };
    };
    assert.equal((await runs.run(shopId, 'after_sales')).status, 'succeeded');
    assert.deepEqual(market.refundsAsked.toSorted(), ['D-1', 'D-2']);
    const rows = await bed.database.query<{ number: string; minor: number | null; due: boolean }>(
      `SELECT case_number AS number, refunded_minor AS minor, refund_due_at IS NOT NULL AS due
       FROM after_sales WHERE shop_id = $1 ORDER BY 1`,
      [shopId],
    );
    assert.deepEqual(rows, [
      { number: 'D-1', minor: null, due: true },
      { number: 'D-2', minor: 700, due: false },
      { number: 'D-3', minor: null, due: false },
    ]);
    const kept = await bed.database.query<{ id: string; raw: string }>(
      'SELECT platform_id AS id, raw FROM quarantine WHERE shop_id = $1',
      [shopId],
    );
    assert.deepEqual(kept, [{ id: 'D-1/refund', raw: '{"comment":"string","amount":null}' }]);
    market.refund = (caseNumber) => ({ caseNumber, refunded: null });
    assert.deepEqual(await readAgain('D-1/refund'), ['D-1/refund']);
    assert.deepEqual(await openInQuarantine(), []);
  });

  test('the sum of a case that is refunded no more leaves quarantine with it', async () => {
    await store(
      read(aCase('D-1', { status: 'refunded', platformStatus: '5' })),
      read(aCase('D-2', { status: 'refunded', platformStatus: '5' })),
    );
    await quarantine(
      bed.database,
      shopId,
      'after_sales',
      ['D-1/refund', 'D-2/refund', 'D-1'].map((platformId) => ({
        platformId,
        reason: quoted('bad'),
        raw: '{}',
      })),
    );
    await store(
      read(
        aCase('D-1', { status: 'cancelled_by_buyer', platformStatus: '6', platformUpdatedAt: at(90_000) }),
        2,
      ),
    );
    assert.deepEqual(await openInQuarantine(), ['D-1', 'D-2/refund']);
  });

  test('a case in quarantine is read again by its order; where nobody knows that, no retry is promised', async () => {
    await store(read(aCase('D-1', { orderNumber: 'PO-1' })));
    const page = {
      ...pageOf<CaseWithLines>([]),
      unreadable: [
        { platformId: 'D-1', reason: quoted('bad'), raw: '{}' },
        {
          platformId: 'D-2',
          reason: quoted('bad'),
          raw: '{"caseNumber":"D-2","orderNumber":"PO-2"}',
        },
        { platformId: 'D-3', reason: quoted('bad'), raw: '{}' },
      ],
    };
    await bed.database.transaction((tx) => storeCasePages(tx, shopId, [page], 0, 'poll'));
    const promised = await bed.database.query<{ id: string }>(
      `SELECT platform_id AS id FROM quarantine WHERE shop_id = $1 AND next_retry_at > now() ORDER BY 1`,
      [shopId],
    );
    assert.deepEqual(
      promised.map(({ id }) => id),
      ['D-1', 'D-2'],
    );
    market.cases = [
      aCase('D-1', { orderNumber: 'PO-1', platformUpdatedAt: at(90_000) }),
      aCase('D-2', { orderNumber: 'PO-2' }),
    ];
    assert.deepEqual((await readAgain('D-1', 'D-2')).toSorted(), ['D-1', 'D-2']);
    assert.deepEqual(await openInQuarantine(), ['D-3']);
    assert.deepEqual((await list()).toSorted(), ['D-1', 'D-2']);
  });

  test('peer failure 14: older never overwrites newer, and the same twice changes nothing', async () => {
    const older = read(aCase('D-1', { platformUpdatedAt: at(10) }), 1);
    const newer = read(
      aCase('D-1', { platformUpdatedAt: at(20), status: 'refunded', platformStatus: '5', actBy: null }),
      2,
    );
    assert.equal(await store(newer), 1);
    assert.equal(await store({ ...older, readAt: at(3) }), 0);
    assert.deepEqual([await store(newer), await store({ ...newer, readAt: at(9) })], [0, 0]);
    const found = await get('D-1');
    assert.deepEqual([found.status, found.version, found.isOpen], ['refunded', 1, false]);
    // In one second the later request wins.
    assert.equal(
      await store(read({ ...newer.record, platformStatus: '6', status: 'cancelled_by_buyer' }, 30)),
      1,
    );
    const changed = await get('D-1');
    assert.deepEqual(
      changed.history.map(({ version, status, previousStatus, source }) => [
        version,
        status,
        previousStatus,
        source,
      ]),
      [
        [2, 'cancelled_by_buyer', 'refunded', 'poll'],
        [1, 'refunded', null, 'poll'],
      ],
    );
  });

  test('peer failure 46: 19 digits survive to the answer, and so does the platform’s own status', async () => {
    const number = '9223372036854775807';
    await store(
      read(aCase(number, { orderNumber: '9007199254740993001', platformStatus: '77', status: 'unknown' })),
    );
    const found = await get(number);
    assert.deepEqual(
      [found.caseNumber, found.orderNumber, found.platformStatus, found.status, found.lines[0]?.skuId],
      [number, '9007199254740993001', '77', 'unknown', '9223372036854775807'],
    );
  });

  test('peer failure 11: two shops, the same number: two cases', async () => {
    await store(read(aCase('D-1')));
    const first = shopId;
    shopId = await bed.newShop();
    await store(read(aCase('D-1', { status: 'refunded', platformStatus: '5' })));
    assert.equal((await get('D-1')).status, 'refunded');
    shopId = first;
    assert.equal((await get('D-1')).status, 'refund_requested');
  });

  test('a changed case makes the amounts of its order due; amounts read since then are not asked again', async () => {
    await bed.store(shopId, { record: anOrder('PO-1'), readAt: at(1) });
    await amountsKnown();
    await store(read(aCase('D-1', { platformUpdatedAt: at(5_000) })));
    assert.equal(await amountsDue('PO-1'), true);
    const open = await bed.database.query(
      `SELECT FROM sync_runs WHERE shop_id = $1 AND kind = 'amounts' AND status = 'queued'`,
      [shopId],
    );
    assert.equal(open.length, 1);
    await amountsKnown();
    await store(read(aCase('D-1', { platformUpdatedAt: at(5_000) }), 9));
    assert.equal(await amountsDue('PO-1'), false, 'nothing has changed');
    await bed.database.query('UPDATE orders SET amounts_read_at = $2 WHERE shop_id = $1', [
      shopId,
      at(90_000),
    ]);
    await store(
      read(aCase('D-1', { platformUpdatedAt: at(6_000), platformStatus: '5', status: 'refunded' })),
    );
    assert.equal(await amountsDue('PO-1'), false, 'the amounts were read long after the refund');
  });

  test('lines are replaced with their case', async () => {
    await store(
      read(aCase('D-1'), 1, [aCaseLine('D-1'), aCaseLine('D-1', { caseLineId: 'D-1-2', quantity: 3 })]),
    );
    assert.deepEqual(
      (await get('D-1')).lines.map((line) => [line.caseLineId, line.quantity]),
      [
        ['D-1-1', 1],
        ['D-1-2', 3],
      ],
    );
    await store(read(aCase('D-1', { platformUpdatedAt: at(9) }), 2, [aCaseLine('D-1', { quantity: null })]));
    assert.deepEqual(
      (await get('D-1')).lines.map((line) => [line.caseLineId, line.quantity]),
      [['D-1-1', null]],
    );
  });

  test('listed: open ones first by their latest moment to act, then ended ones, newest change first', async () => {
    const ended = { status: 'refunded', platformStatus: '5', actBy: null } as const;
    await store(
      read(aCase('open-late', { actBy: at(9_000), orderNumber: 'PO-2' })),
      read(aCase('ended-old', { ...ended, platformUpdatedAt: at(1) })),
      read(aCase('open-none', { actBy: null, type: 'return_and_refund' })),
      read(aCase('ended-new', { ...ended, platformUpdatedAt: at(2), openedAt: at(50) })),
      read(aCase('open-soon', { actBy: at(100) })),
    );
    assert.deepEqual(await list(), ['open-soon', 'open-late', 'open-none', 'ended-new', 'ended-old']);
    assert.deepEqual(await list({ open: false }), ['ended-new', 'ended-old']);
    assert.deepEqual(await list({ status: ['refunded'], openedFrom: at(50).toISOString() }), ['ended-new']);
    assert.deepEqual(await list({ openedTo: at(50).toISOString(), open: false }), ['ended-old']);
    assert.deepEqual(await list({ type: 'return_and_refund' }), ['open-none']);
    assert.deepEqual(await list({ orderNumber: 'PO-2' }), ['open-late']);
    assert.deepEqual(await list({ actBefore: at(9_000).toISOString() }), ['open-soon']);
    const { openedAt } =
      (await queries.list({ shopId: [shopId], limit: 1 }, everybody)).rows[0] ?? assert.fail('no case');
    const day = DateTime.fromISO(openedAt, { zone: 'America/Los_Angeles' });
    const dayAfter = day.plus({ days: 1 }).toISODate() ?? '';
    assert.equal((await list({ openedToDay: day.toISODate() ?? '' })).length, 5);
    assert.deepEqual(await list({ openedFromDay: dayAfter }), []);
    assert.deepEqual(
      await queries.count({ shopId: [shopId], status: ['refunded'], open: false }, everybody),
      {
        total: 5,
        open: 3,
        byStatus: { refund_requested: 3, refunded: 2 },
        notAvailable: [],
      },
    );
    assert.deepEqual(
      (await queries.ofOrder(shopId, 'PO-1')).map((item) => item.caseNumber),
      ['ended-new', 'open-soon', 'open-none', 'ended-old'],
    );
  });

  test('who may not see the shop sees nothing; a cursor of somebody else’s making is refused', async () => {
    await store(read(aCase('D-1')));
    const stranger = { ...everybody, shopIds: [] };
    assert.deepEqual((await queries.list({ shopId: [shopId] }, stranger)).rows, []);
    await assert.rejects(queries.get({ shopId, caseNumber: 'D-1' }, stranger), {
      code: 'after_sales.not_found',
    });
    await assert.rejects(queries.list({ cursor: 'WzEsMl0' }, everybody), { code: 'request.invalid' });
  });

  test('read whole: the first load by creation, then only what has changed, with lines of those alone', async () => {
    const day = 86_400;
    market.cases = Array.from({ length: 250 }, (_, n) =>
      aCase(`D-${n}`, { openedAt: at(-n * 3_000), platformUpdatedAt: at(-n * 3_000 + 60) }),
    );
    const first = await runs.run(shopId, 'after_sales');
    assert.deepEqual(
      [first.status, first.done, first.changed, first.mode],
      ['succeeded', 250, 250, 'first_load'],
    );
    assert.deepEqual(
      [new Set(market.asked.map(({ by }) => by)), market.linesAsked.length],
      [new Set(['created']), 250],
    );
    assert.equal((await get('D-0')).history[0]?.source, 'first_load');
    // Later: one changes, one is new.
    market.now = new Date(market.now.getTime() + day * 1000);
    market.cases = [
      aCase('D-new', { openedAt: at(210_000), platformUpdatedAt: at(210_000) }),
      ...market.cases.map((item) =>
        item.caseNumber === 'D-7'
          ? { ...item, platformStatus: '5', status: 'refunded' as const, platformUpdatedAt: at(220_000) }
          : item,
      ),
    ];
    market.asked = [];
    market.linesAsked = [];
    const second = await runs.run(shopId, 'after_sales');
    assert.deepEqual(
      [second.status, second.done, second.changed, second.mode],
      ['succeeded', 2, 2, 'update'],
    );
    assert.deepEqual(
      market.asked.map(({ by, page }) => [by, page]),
      [['updated', 1]],
    );
    assert.deepEqual(market.linesAsked, ['D-new', 'D-7']);
    const [cursor] = await bed.database.query<{ at: Date }>(
      `SELECT updated_through AS at FROM sync_cursors WHERE shop_id = $1 AND kind = 'after_sales'`,
      [shopId],
    );
    assert.equal(cursor?.at.getTime(), market.now.getTime() - LAG_SECONDS * 1000);
  });

  test('peer failure 4: cases that change while pages are read are neither lost nor skipped', async () => {
    market.cases = Array.from({ length: 350 }, (_, n) =>
      aCase(`D-${String(n).padStart(3, '0')}`, { openedAt: at(-500), platformUpdatedAt: at(-n) }),
    );
    await runs.run(shopId, 'after_sales');
    const inWindow = market.now.getTime() + 10_000;
    market.cases = market.cases.map((item, n) => ({
      ...item,
      platformStatus: '2',
      status: 'return_shipped',
      platformUpdatedAt: new Date(inWindow + n * 1000),
    }));
    market.now = new Date(market.now.getTime() + 1_000_000);
    let changes = 0;
    market.beforeAnswer = () => {
      // Each call, the twenty that are listed first change once more and leave the window.
      const again = market.cases.slice(changes * 20, changes * 20 + 20);
      changes += 1;
      for (const item of again) {
        item.platformUpdatedAt = new Date(market.now.getTime() + 5_000);
        item.platformStatus = '3';
        item.status = 'return_received';
      }
    };
    await runs.run(shopId, 'after_sales');
    market.beforeAnswer = () => undefined;
    market.now = new Date(market.now.getTime() + 1_000_000);
    await runs.run(shopId, 'after_sales');
    const rows = await bed.database.query<{ number: string; status: number }>(
      'SELECT case_number AS number, platform_status AS status FROM after_sales WHERE shop_id = $1 ORDER BY 1',
      [shopId],
    );
    assert.ok(changes >= 3, `${changes} calls`);
    assert.deepEqual(
      rows.map(({ number, status }) => [number, status]),
      market.cases.map((item) => [item.caseNumber, item.platformStatus]),
    );
  });

  test('peer failure 1: a case with an unreadable line lies in quarantine, its neighbours are stored', async () => {
    market.cases = [aCase('D-1'), aCase('D-2'), aCase('D-3', { actBy: new Date(-8.64e15) })];
    market.unreadableLines = ['D-2'];
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual([ended.status, ended.quarantined, ended.changed], ['succeeded', 2, 1]);
    const kept = () =>
      bed.database.query<{ id: string; reason: Said }>(
        `SELECT platform_id AS id, reason FROM quarantine
         WHERE shop_id = $1 AND kind = 'after_sales' AND resolved_at IS NULL ORDER BY 1`,
        [shopId],
      );
    assert.deepEqual(
      (await kept()).map(({ id }) => id),
      ['D-2', 'D-3'],
    );
    market.unreadableLines = [];
    market.now = at(300_000);
    market.cases = market.cases.map((item) => ({
      ...item,
      platformStatus: '5',
      status: 'refunded',
      actBy: null,
      platformUpdatedAt: at(210_000),
    }));
    await runs.run(shopId, 'after_sales');
    assert.deepEqual(await kept(), []);
    assert.equal((await list()).length, 3);
  });

  const keptCases = () =>
    bed.database.query<{ id: string; reason: Said; raw: string }>(
      `SELECT platform_id AS id, reason, raw FROM quarantine
       WHERE shop_id = $1 AND kind = 'after_sales' AND resolved_at IS NULL ORDER BY 1`,
      [shopId],
    );

  test('a case with several bad lines is one record: the list is whole, and the next run goes on', async () => {
    market.cases = Array.from({ length: 250 }, (_, n) => aCase(`D-${n}`));
    market.unreadableLines = ['D-2', 'D-2', 'D-2', 'D-200', 'D-200'];
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual(
      [ended.status, ended.done, ended.quarantined, ended.changed],
      ['succeeded', 250, 2, 248],
    );
    assert.deepEqual(
      (await keptCases()).map(({ id, raw }) => [id, raw]),
      [
        ['D-2', '[{},{},{}]'],
        ['D-200', '[{},{}]'],
      ],
    );
  });

  test('bad lines that name no case: those asked for with them are asked one by one, and theirs alone is kept', async () => {
    market.cases = ['D-1', 'D-2', 'D-3'].map((number) => aCase(number));
    market.namelessLines = ['D-2', 'D-2'];
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual([ended.status, ended.quarantined, ended.changed], ['succeeded', 1, 2]);
    assert.deepEqual(market.linesAsked, ['D-1', 'D-2', 'D-3', 'D-1', 'D-2', 'D-3']);
    assert.deepEqual(
      (await keptCases()).map(({ id }) => id),
      ['D-2'],
    );
    assert.deepEqual((await list()).toSorted(), ['D-1', 'D-3']);
  });

  test('a case without any line is asked for alone once, and then kept: never stored as one without lines', async () => {
    market.cases = ['D-1', 'D-2', 'D-3'].map((number) => aCase(number));
    market.lines.set('D-2', []);
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual([ended.status, ended.quarantined, ended.changed], ['succeeded', 1, 2]);
    assert.deepEqual(market.linesAsked, ['D-1', 'D-2', 'D-3', 'D-2']);
    assert.match(textOf((await keptCases())[0]?.reason), /no line of this case/);
    assert.deepEqual((await list()).toSorted(), ['D-1', 'D-3']);
  });

  test('a missing permission fails this kind with its remedy, and moves no cursor', async () => {
    market.cases = [aCase('D-1')];
    market.beforeAnswer = () => {
      throw new MarketplaceError({
        kind: 'scope',
        operation: 'bg.aftersales.parentaftersales.list.get',
        what: quoted('the token lacks the permission for this call'),
        remedy: quoted('Ask the owner of the shop.'),
        retryable: false,
      });
    };
    const ended = await runs.run(shopId, 'after_sales');
    assert.deepEqual([ended.status, ended.error_code], ['failed', 'shop.missing_permission']);
    market.beforeAnswer = () => undefined;
    await runs.run(shopId, 'after_sales');
    assert.deepEqual(await list(), ['D-1']);
  });
});
