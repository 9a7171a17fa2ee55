import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type Caller, quoted, serviceCaller, type WebhookHint, type WebhookTopic } from '#contracts';
import {
  type AfterSalesCaseRecord,
  type ListPage,
  type MarketplaceConnector,
  MarketplaceError,
  type MarketplaceErrorKind,
  type OrderRecord,
} from '#marketplace';
import { createLogger } from '#runtime';
import { queueRun } from '#sync';
import { oneConnector, waitFor } from '#testing';
import { aCase, aCaseLine, pageOf } from '../after-sales/after-sales.fixture.js';
import {
  anOrder,
  at,
  createOrderBed,
  invented,
  type OrderBed,
  silentRelay,
} from '../orders/order-bed.fixture.js';
import { Discovery } from './discovery.js';
import { HintStore } from './hint-store.js';
import { HintWorker } from './hint-worker.js';
import { HintEvents } from './hints.events.js';

const logger = createLogger('hints-spec', 'silent');
const SETTLE_MS = 60;

function refusal(kind: MarketplaceErrorKind): MarketplaceError {
  return new MarketplaceError({
    kind,
    operation: 'bg.order.list.v2.get',
    what: quoted(`refused: ${kind}`),
    remedy: quoted('Wait.'),
    retryable: true,
  });
}

describe('hints of webhooks', () => {
  let bed: OrderBed;
  let store: HintStore;
  let events: HintEvents;
  let workers: HintWorker[];
  let shopId: string;
  /** What the marketplace has, and what it was asked. */
  let known: Map<string, OrderRecord>;
  let cases: AfterSalesCaseRecord[];
  let asked: string[][];
  let casesAsked: string[][];
  let beforeAnswer: (numbers: readonly string[]) => void | Promise<void>;
  let beforeCases: () => void;

  const connector = {
    getOrdersByNumber: async (_: unknown, numbers: readonly string[]): Promise<ListPage<OrderRecord>> => {
      const requestStartedAt = new Date();
      asked.push([...numbers]);
      await beforeAnswer(numbers);
      return pageOf(
        numbers.flatMap((number) => known.get(number) ?? []),
        requestStartedAt,
      );
    },
    getAfterSalesOfOrders: async (_: unknown, numbers: readonly string[]) => {
      casesAsked.push([...numbers]);
      beforeCases();
      return pageOf(cases.filter((item) => numbers.includes(item.orderNumber)));
    },
    getAfterSalesLines: async (_: unknown, numbers: readonly string[]) =>
      pageOf(numbers.map((number) => aCaseLine(number))),
  } as unknown as MarketplaceConnector;

  const newWorker = (): HintWorker => {
    const worker = new HintWorker({
      database: bed.database,
      store,
      connectors: oneConnector(connector),
      credentials: invented,
      logger,
      relay: silentRelay,
      runs: { wake: () => undefined },
    });
    workers.push(worker);
    return worker;
  };

  before(async () => {
    bed = await createOrderBed();
    store = new HintStore(bed.database, SETTLE_MS);
  });
  after(() => bed.drop());
  beforeEach(async () => {
    await bed.database.query('DELETE FROM order_hints');
    await bed.database.query('DELETE FROM hint_pauses');
    workers = [];
    events = new HintEvents(bed.database, store, newWorker(), logger);
    shopId = await bed.newShop();
    known = new Map();
    cases = [];
    asked = [];
    casesAsked = [];
    beforeAnswer = () => undefined;
    beforeCases = () => undefined;
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.close()));
  });

  const has = (number: string, overrides: Partial<OrderRecord> = {}) =>
    known.set(number, anOrder(number, overrides));
  const hint = (orderNumber: string | null, topic: WebhookTopic = 'order', rest: Partial<WebhookHint> = {}) =>
    events.received({
      webhookId: 'w-1',
      shopId,
      topic,
      orderNumber,
      caseNumber: null,
      sentAt: new Date().toISOString(),
      receivedAt: new Date().toISOString(),
      isReplay: false,
      ...rest,
    });
  const open = async () => {
    const rows = await bed.database.query<{ number: string; topics: string[]; misses: number }>(
      'SELECT order_number AS number, topics, misses FROM order_hints WHERE shop_id = $1 ORDER BY 1',
      [shopId],
    );
    return rows;
  };
  const allRead = () => waitFor('all hints to be read', async () => (await open()).length === 0);
  const duePause = () =>
    bed.database.query(`UPDATE hint_pauses SET until = now() WHERE shop_id = $1`, [shopId]);
  const pause = () =>
    waitFor('a pause', async () => {
      const [row] = await bed.database.query<{ attempts: number; seconds: number; reason: string }>(
        `SELECT attempts, extract(epoch FROM until - clock_timestamp())::float AS seconds, reason FROM hint_pauses
         WHERE shop_id = $1 AND until > clock_timestamp()`,
        [shopId],
      );
      return row;
    });

  test('a burst for one order becomes one fetch, and its change says webhook', async () => {
    has('PO-1');
    await Promise.all(
      Array.from({ length: 200 }, (_, n) => hint('PO-1', n % 2 === 0 ? 'order' : 'fulfilment')),
    );
    events.onApplicationBootstrap();
    await allRead();
    assert.deepEqual(asked, [['PO-1']]);
    const history = await bed.database.query<{ source: string }>(
      'SELECT source FROM order_history WHERE shop_id = $1',
      [shopId],
    );
    assert.deepEqual(
      history.map(({ source }) => source),
      ['webhook'],
    );
  });

  test('a consent that was taken back: the shop is read at once, for the marketplace to refuse', async () => {
    await hint(null, 'authorization');
    await hint(null, 'authorization');
    const runs = await bed.database.query<{ kind: string; trigger: string; mode: string }>(
      `SELECT kind, trigger, mode FROM sync_runs WHERE shop_id = $1 AND status = 'queued'`,
      [shopId],
    );
    assert.deepEqual(runs, [{ kind: 'orders', trigger: 'followup', mode: 'update' }]);
    assert.deepEqual(await open(), []);
  });

  for (const kind of ['unreadable', 'business', 'transient'] as const) {
    test(`${kind} for one of many: its neighbours are read and stored`, async () => {
      const numbers = Array.from({ length: 8 }, (_, n) => `PO-${n}`);
      for (const number of numbers) has(number);
      beforeAnswer = (numbers) => {
        if (numbers.includes('PO-3')) throw refusal(kind);
      };
      for (const number of numbers) await hint(number);
      events.onApplicationBootstrap();
      const others = numbers.filter((number) => number !== 'PO-3');
      await waitFor('the others', async () => (await bed.numbers(shopId)).length === others.length);
      assert.deepEqual(await bed.numbers(shopId), others);
      const kept = await bed.database.query<{ id: string }>(
        'SELECT platform_id AS id FROM quarantine WHERE shop_id = $1',
        [shopId],
      );
      assert.deepEqual(
        kept.map(({ id }) => id),
        kind === 'unreadable' ? ['PO-3'] : [],
      );
    });
  }

  test('cases are not asked for while the token is known to be refused for them', async () => {
    has('PO-1');
    await bed.database.query(
      `INSERT INTO sync_runs (shop_id, kind, trigger, mode, status, error_code, finished_at)
       VALUES ($1, 'after_sales', 'timer', 'update', 'failed', 'shop.missing_permission', now())`,
      [shopId],
    );
    await hint('PO-1', 'after_sales');
    events.onApplicationBootstrap();
    await allRead();
    assert.deepEqual([await bed.numbers(shopId), casesAsked], [['PO-1'], []]);
  });

  test('many orders: up to 20 numbers a call, each once, whatever the number of replicas', async () => {
    const numbers = Array.from({ length: 45 }, (_, n) => `PO-${n}`);
    for (const number of numbers) has(number);
    for (const number of numbers) await hint(number);
    for (const worker of [...workers, newWorker(), newWorker()]) worker.start();
    await allRead();
    assert.deepEqual(asked.flat().sort(), [...numbers].sort());
    assert.ok(asked.every((numbers) => numbers.length <= 20));
    assert.deepEqual((await bed.numbers(shopId)).length, 45);
  });

  test('a hint that comes while its order is being read is read again', async () => {
    has('PO-1');
    beforeAnswer = async () => {
      if (asked.length > 1) return;
      await hint('PO-1', 'order');
    };
    await hint('PO-1');
    events.onApplicationBootstrap();
    await waitFor('the second read', () => asked.length === 2);
    await allRead();
    assert.equal(asked.length, 2);
  });

  for (const kind of ['rate', 'breaker_open', 'transient', 'token', 'scope'] as const) {
    test(`refused (${kind}): the hint stays, is tried later with growing gaps, and is not lost`, async () => {
      has('PO-1');
      let refusals = 0;
      beforeAnswer = () => {
        if (refusals >= 3) return;
        refusals += 1;
        throw refusal(kind);
      };
      await hint('PO-1');
      events.onApplicationBootstrap();
      const gaps: number[] = [];
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        const paused = await waitFor(`pause ${attempt}`, async () => {
          const row = await pause();
          return row.attempts === attempt ? row : undefined;
        });
        assert.equal(paused.reason, `marketplace.${kind}`);
        gaps.push(paused.seconds);
        assert.equal((await open()).length, 1);
        await duePause();
      }
      await allRead();
      assert.ok((gaps[0] ?? 0) < (gaps[1] ?? 0) && (gaps[1] ?? 0) < (gaps[2] ?? 0), String(gaps));
      assert.equal((await bed.row(shopId, 'PO-1')).version, 1);
      const left = await bed.database.query('SELECT FROM hint_pauses WHERE shop_id = $1', [shopId]);
      assert.equal(left.length, 0);
    });
  }

  test('a shop that waits for its seller is not asked; when it is back its hints are read', async () => {
    has('PO-1');
    await bed.database.query(`UPDATE shops SET status = 'needs_reauthorization' WHERE shop_id = $1`, [
      shopId,
    ]);
    await hint('PO-1');
    const other = shopId;
    shopId = await bed.newShop();
    await hint('PO-1');
    events.onApplicationBootstrap();
    await allRead();
    assert.equal(asked.length, 1, 'only the connected shop was asked for');
    shopId = other;
    await bed.database.query(`UPDATE shops SET status = 'connected' WHERE shop_id = $1`, [shopId]);
    await allRead();
    assert.equal(asked.length, 2);
  });

  test('unknown: kept a while for the platform’s lag, read once it is known, dropped in the end', async () => {
    await hint('PO-late');
    await hint('PO-never');
    events.onApplicationBootstrap();
    await waitFor('both to be missed', async () => (await open()).every(({ misses }) => misses === 1));
    has('PO-late');
    await bed.database.query(
      `UPDATE order_hints SET due_at = now(),
         last_hinted_at = CASE order_number WHEN 'PO-never' THEN now() - interval '31 minutes' ELSE now() END
       WHERE shop_id = $1`,
      [shopId],
    );
    await allRead();
    assert.deepEqual(await bed.numbers(shopId), ['PO-late']);
  });

  test('a number that the marketplace refuses does not hold up its neighbours', async () => {
    has('PO-1');
    has('PO-2');
    beforeAnswer = (numbers) => {
      if (numbers.includes('bad number')) throw refusal('business');
    };
    for (const number of ['PO-1', 'bad number', 'PO-2']) await hint(number);
    events.onApplicationBootstrap();
    await waitFor('the neighbours', async () =>
      (await open()).every(({ number }) => number === 'bad number'),
    );
    assert.deepEqual(await bed.numbers(shopId), ['PO-1', 'PO-2']);
    assert.deepEqual(
      (await open()).map(({ misses }) => misses),
      [1],
    );
  });

  test('of the address: the address is due again, whatever the status', async () => {
    has('PO-1', { status: 'shipped' });
    await hint('PO-1', 'address');
    events.onApplicationBootstrap();
    await allRead();
    const [address] = await bed.database.query<{ is_changed: boolean; due_at: Date | null }>(
      'SELECT is_changed, due_at FROM order_addresses WHERE shop_id = $1',
      [shopId],
    );
    assert.equal(address?.is_changed, true);
    assert.notEqual(address?.due_at, null);
  });

  for (const topic of ['after_sales', 'cancellation'] as const) {
    test(`${topic}: its case is read at once, and the amounts are due though the order is unchanged`, async () => {
      has('PO-1');
      await bed.store(shopId, { record: anOrder('PO-1'), readAt: at(1) });
      await bed.database.query('UPDATE orders SET amounts_due_at = NULL WHERE shop_id = $1', [shopId]);
      cases = [aCase('D-1')];
      await hint('PO-1', topic, { caseNumber: 'D-1' });
      events.onApplicationBootstrap();
      await allRead();
      assert.deepEqual(casesAsked, [['PO-1']]);
      const [found] = await bed.database.query<{ source: string }>(
        'SELECT source FROM after_sales_history WHERE shop_id = $1',
        [shopId],
      );
      assert.equal(found?.source, 'webhook');
      const row = await bed.row(shopId, 'PO-1');
      assert.deepEqual([row.version, row.amounts_due_at === null], [1, false]);
    });
  }

  test('cases that may not be read, or not now, do not hold up the order', async () => {
    has('PO-1');
    for (const [kind, queued] of [
      ['scope', 0],
      ['breaker_open', 1],
    ] as const) {
      beforeCases = () => {
        throw refusal(kind);
      };
      await bed.database.query('DELETE FROM sync_runs');
      await hint('PO-1', 'after_sales');
      if (kind === 'scope') events.onApplicationBootstrap();
      await allRead();
      const runs = await bed.database.query(
        `SELECT FROM sync_runs WHERE shop_id = $1 AND kind = 'after_sales' AND status = 'queued'`,
        [shopId],
      );
      assert.equal(runs.length, queued, kind);
    }
    assert.deepEqual(await bed.numbers(shopId), ['PO-1']);
  });

  test('one that names only its case: by the case that we know, else by a run of the kind', async () => {
    has('PO-1');
    cases = [aCase('D-1')];
    await hint(null, 'after_sales', { caseNumber: 'D-1' });
    const [run] = await bed.database.query<{ kind: string }>(
      'SELECT kind FROM sync_runs WHERE shop_id = $1',
      [shopId],
    );
    assert.deepEqual([run?.kind, await open()], ['after_sales', []]);
    await hint('PO-1', 'after_sales');
    events.onApplicationBootstrap();
    await allRead();
    await hint(null, 'after_sales', { caseNumber: 'D-1' });
    await allRead();
    assert.deepEqual(asked, [['PO-1'], ['PO-1']]);
    await hint(null, 'unknown');
    await hint('x'.repeat(5_000));
    await hint('PO-1', 'test');
    assert.deepEqual(await open(), []);
  });

  test('a case that is not known brings no planned run forward, and is not asked for while the token is refused', async () => {
    const runs = () =>
      bed.database.query<{ status: string; isLater: boolean }>(
        `SELECT status, next_attempt_at > now() + interval '1 minute' AS "isLater" FROM sync_runs
         WHERE shop_id = $1 AND kind = 'after_sales'`,
        [shopId],
      );
    await queueRun(bed.database, {
      shopId,
      kind: 'after_sales',
      trigger: 'followup',
      mode: 'update',
      notBefore: new Date(Date.now() + 120_000),
    });
    await hint(null, 'after_sales', { caseNumber: 'D-9' });
    assert.deepEqual(await runs(), [{ status: 'queued', isLater: true }]);
    await bed.database.query(
      `UPDATE sync_runs SET status = 'failed', error_code = 'shop.missing_permission' WHERE shop_id = $1`,
      [shopId],
    );
    await hint(null, 'after_sales', { caseNumber: 'D-9' });
    assert.equal((await runs()).length, 1);
  });

  test('a replica that vanishes with hints in hand is followed by another', async () => {
    has('PO-1');
    await hint('PO-1');
    await waitFor('the hint to be due', async () => (await store.claim([])) !== undefined);
    assert.equal(await store.claim([]), undefined, 'nobody else takes it meanwhile');
    await bed.database.query(`UPDATE order_hints SET due_at = due_at - interval '90 seconds'`);
    events.onApplicationBootstrap();
    await allRead();
    assert.deepEqual(asked, [['PO-1']]);
  });

  test('peer failure 46: a 19-digit number goes in and out as it is', async () => {
    const number = '9223372036854775807';
    has(number);
    await hint(number);
    events.onApplicationBootstrap();
    await allRead();
    assert.deepEqual([asked, await bed.numbers(shopId)], [[[number]], [number]]);
  });
});

describe('how changes were found', () => {
  let bed: OrderBed;
  let discovery: Discovery;
  const everybody = serviceCaller('test', 'test');

  before(async () => {
    bed = await createOrderBed();
    discovery = new Discovery(bed.database);
  });
  after(() => bed.drop());

  /** Changes stored at seconds after the start, each so many seconds after it happened. */
  async function found(shopId: string, source: string, lags: readonly number[], first = 0): Promise<void> {
    for (const [n, lag] of lags.entries()) {
      await bed.database.query(
        `INSERT INTO order_history (shop_id, order_number, version, at, source, status, platform_updated_at)
         VALUES ($1, $2, 1, $3, $4, 'unshipped', $5)`,
        [shopId, `${source}-${first + n}`, at(first + n), source, at(first + n - lag)],
      );
    }
  }

  test('share and lag by source, for each shop and for all; first load and amounts do not count', async () => {
    const [one, two, quiet] = [await bed.newShop(), await bed.newShop(), await bed.newShop()];
    await found(
      one,
      'webhook',
      Array.from({ length: 100 }, (_, n) => n + 1),
    );
    await found(one, 'poll', [600, 300, -5]);
    await found(one, 'first_load', [9_000_000, 9_000_000]);
    await found(two, 'poll', [10, 20, 30]);
    await found(two, 'hand', [1]);
    await bed.database.query(
      `INSERT INTO order_history (shop_id, order_number, version, at, source, status)
       VALUES ($1, 'PO-amounts', 2, $2, 'amounts', 'unshipped')`,
      [one, at(5)],
    );
    const span = { from: at(0).toISOString(), to: at(1_000).toISOString() };
    const answer = await discovery.get(span, everybody);
    assert.deepEqual([answer.from, answer.to], [span.from, span.to]);
    assert.deepEqual(
      answer.shops.map((shop) => [shop.shopId, shop.changes]),
      [
        [one, 103],
        [two, 4],
      ],
    );
    assert.deepEqual(answer.shops[0]?.sources, [
      { source: 'webhook', changes: 100, share: 100 / 103, lagP50Ms: 50_000, lagP95Ms: 95_000 },
      { source: 'poll', changes: 3, share: 3 / 103, lagP50Ms: 300_000, lagP95Ms: 600_000 },
      { source: 'hand', changes: 0, share: 0, lagP50Ms: null, lagP95Ms: null },
    ]);
    assert.deepEqual(
      answer.all.sources.map(({ source, changes }) => [source, changes]),
      [
        ['webhook', 100],
        ['poll', 6],
        ['hand', 1],
      ],
    );
    // The end is not included; one shop; only what the caller may see.
    const early = await discovery.get({ ...span, to: at(2).toISOString(), shopId: one }, everybody);
    assert.deepEqual(
      early.all.sources.map(({ changes }) => changes),
      [2, 2, 0],
    );
    assert.deepEqual((await discovery.get(span, { ...everybody, shopIds: [quiet] })).shops, []);
    await assert.rejects(discovery.get({ from: span.to, to: span.from }, everybody), {
      code: 'request.invalid',
    });
    await assert.rejects(
      discovery.get({ from: at(-93 * 86_400).toISOString(), to: at(0).toISOString() }, everybody),
      {
        code: 'request.invalid',
      },
    );
  });

  test('by days: over several shops those of each shop', async () => {
    const [west, east] = [await bed.newShop(), await bed.newShop()];
    for (const [shopId, zone] of [
      [west, 'America/Los_Angeles'],
      [east, 'Asia/Tokyo'],
    ])
      await bed.database.query('UPDATE shops SET time_zone = $2 WHERE shop_id = $1', [shopId, zone]);
    const only: Caller = { ...everybody, shopIds: [west, east] };
    // The first minute of the 20th in either place, which are 17 hours apart, and the last one before.
    for (const [shopId, begins] of [
      [west, '2026-11-20T08:00:00Z'],
      [east, '2026-11-19T15:00:00Z'],
    ] as const)
      for (const [n, offsetMs] of [-60_000, 0, 86_400_000 - 60_000, 86_400_000].entries())
        await bed.database.query(
          `INSERT INTO order_history (shop_id, order_number, version, at, source, status, platform_updated_at)
           VALUES ($1, $2, 1, $3, 'poll', 'unshipped', $3)`,
          [shopId, `PO-day-${n}`, new Date(Date.parse(begins) + offsetMs)],
        );
    const day = { fromDay: '2026-11-20', toDay: '2026-11-20' };
    const answer = await discovery.get(day, only);
    assert.deepEqual(
      answer.shops.map(({ shopId, changes }) => [shopId, changes]).sort(),
      [
        [west, 2],
        [east, 2],
      ].sort(),
    );
    assert.deepEqual(
      [answer.from, answer.to, answer.fromDay, answer.toDay],
      [null, null, '2026-11-20', '2026-11-20'],
    );
    // A week by days, where only the last one is named.
    const week = await discovery.get({ toDay: '2026-11-20' }, only);
    assert.deepEqual([week.fromDay, week.all.changes], ['2026-11-14', 6]);
    await assert.rejects(discovery.get({ fromDay: '2026-11-21', toDay: '2026-11-20' }, only), {
      code: 'request.invalid',
    });
  });

  test('answered from the index alone, however long the history', async () => {
    const shopId = await bed.newShop();
    await bed.database.query(
      `INSERT INTO order_history (shop_id, order_number, version, at, source, status, platform_updated_at)
       SELECT $1, 'PO-' || n, 1, $2::timestamptz + n * interval '1 second', 'poll', 'unshipped', $2 FROM
       generate_series(1, 20000) AS n`,
      [shopId, at(0)],
    );
    await bed.database.query('VACUUM ANALYZE order_history');
    const plan = await bed.database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT count(*) FROM order_history WHERE source IN ('webhook', 'poll', 'hand')
         AND platform_updated_at IS NOT NULL AND at >= $2 AND at < $3 AND shop_id = $1`,
      [shopId, at(100), at(200)],
    );
    assert.match(JSON.stringify(plan), /Index Only Scan using order_history_found/);
  });
});
