import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  type AfterSalesReach,
  AfterSalesReachChanged,
  type EventData,
  type EventDescriptor,
  Figures,
  listShopStatesRpc,
  type OrderDayChecksum,
  type OrderState,
  Orders,
  OrdersStored,
  type RpcDescriptor,
  type ShopState,
  serviceCaller,
  shopChanged,
  shopConnected,
} from '#contracts';
import { connectNats, ensureStream, RpcClient, type RunningService, startService } from '#messaging';
import { createLogger, type Database } from '#runtime';
import {
  CALLER_PUBLIC_KEYS,
  createEmptyTestDatabase,
  rpcAs,
  startTestNats,
  type TestNats,
  waitFor,
} from '#testing';
import { aShop, everyShop } from '../test/figures-harness.js';
import { aLine, anOrder } from '../test/orders.js';
import { analyticsModule } from './analytics.module.js';
import { openAnalyticsDatabase } from './database/open-database.js';

const NOW = new Date('2026-11-21T06:00:00Z');
const COMPARE_MS = 300;

/** auth-service and order-service as far as analytics-service speaks with them. */
class Owners {
  readonly shops: ShopState[] = [];
  readonly orders = new Map<string, OrderState[]>();
  readonly afterSales = new Map<string, AfterSalesReach>();
  readonly emitted: { shopId: string; utcDays?: string[] }[] = [];

  constructor(readonly connection: NatsConnection) {
    this.answer(listShopStatesRpc, () => ({ rows: this.shops, nextCursor: null }));
    this.answer(Orders.checksum, ({ shopId }) => ({
      days: this.checksum(shopId),
      afterSalesReach: this.afterSales.get(shopId) ?? { version: 0, isKnown: false, knownFrom: null },
    }));
    this.answer(Orders.emit, async ({ shopId, utcDays }) => {
      this.emitted.push({ shopId, ...(utcDays === undefined ? {} : { utcDays }) });
      const orders = (this.orders.get(shopId) ?? []).filter(
        (order) => utcDays === undefined || utcDays.includes(order.orderedAt.slice(0, 10)),
      );
      await this.publish(OrdersStored, { shopId, orders });
      return { orders: orders.length };
    });
  }

  private answer<Input extends object, Output>(
    rpc: RpcDescriptor<Input, Output>,
    reply: (input: Input) => Output | Promise<Output>,
  ): void {
    this.connection.subscribe(rpc.subject, {
      callback: (_error, message) => {
        const { input } = message.json<{ input: Input }>();
        void Promise.resolve(reply(input)).then((result) => message.respond(JSON.stringify({ result })));
      },
    });
  }

  private checksum(shopId: string): OrderDayChecksum[] {
    const days = new Map<string, OrderDayChecksum>();
    for (const { orderedAt, version } of this.orders.get(shopId) ?? []) {
      const utcDay = orderedAt.slice(0, 10);
      const day = days.get(utcDay) ?? { utcDay, orders: 0, versionSum: 0 };
      days.set(utcDay, { utcDay, orders: day.orders + 1, versionSum: day.versionSum + version });
    }
    return [...days.values()];
  }

  async publish<Descriptor extends EventDescriptor>(
    event: Descriptor,
    data: EventData<Descriptor>,
  ): Promise<void> {
    const id = randomUUID();
    const envelope = { id, type: event.subject, occurredAt: NOW.toISOString(), data };
    await jetstream(this.connection).publish(event.subject, JSON.stringify(envelope), { msgID: id });
  }
}

describe('analytics-service on its bus', () => {
  let nats: TestNats;
  let empty: { url: string; drop: () => Promise<void> };
  let owners: Owners;
  let connection: NatsConnection;
  let rpc: RpcClient;
  const services: RunningService[] = [];
  const databases: Database[] = [];

  async function startReplica(): Promise<void> {
    const database = await openAnalyticsDatabase(empty.url);
    databases.push(database);
    services.push(
      await startService({
        context: 'analytics',
        natsUrl: nats.url,
        callerKeys: CALLER_PUBLIC_KEYS,
        database,
        logger: createLogger('analytics-service', process.env.LOG_LEVEL ?? 'silent'),
        module: analyticsModule({ now: () => NOW, compareMs: COMPARE_MS }),
      }),
    );
  }

  before(async () => {
    nats = await startTestNats();
    empty = await createEmptyTestDatabase();
    connection = await connectNats(nats.url, 'test');
    owners = new Owners(connection);
    for (const owner of ['auth', 'order'] as const)
      await ensureStream(await jetstreamManager(connection), owner);
    rpc = rpcAs('gateway', connection);
    await startReplica();
    await startReplica();
  });
  after(async () => {
    for (const service of services) await service.close();
    await connection?.close();
    await nats?.close();
    await empty?.drop();
  });

  const overviewOf = (shopId: string) => rpc.call(Figures.overview, { shopId, span: '30d' }, everyShop);

  async function untilPlaced(shopId: string, placed: number): Promise<void> {
    await waitFor(`${placed} placed orders in the figures`, async () => {
      const overview = await overviewOf(shopId).catch(() => undefined);
      return overview?.orders.placedOrders === placed && overview.freshness.staleDays === 0;
    });
  }

  test('a connected shop and its orders become figures', async () => {
    const shop = aShop({ timeZone: 'America/Los_Angeles' });
    await owners.publish(shopConnected, shop);
    const orders = [
      anOrder(),
      anOrder({ orderNumber: '2', lines: [aLine({ lineId: '2', orderedQuantity: 3 })] }),
    ];
    owners.orders.set(shop.shopId, orders);
    await owners.publish(OrdersStored, { shopId: shop.shopId, orders });
    await untilPlaced(shop.shopId, 2);
    const { applied, orders: figures } = await overviewOf(shop.shopId);
    assert.equal(applied[0]?.timeZone, 'America/Los_Angeles');
    assert.equal(figures.units, 4);
    const { rows } = await rpc.call(Figures.salesRank, { shopId: shop.shopId }, everyShop);
    assert.equal(rows[0]?.units, 4);
    const trend = await rpc.call(Figures.trend, { shopId: shop.shopId, span: '30d' }, everyShop);
    assert.equal(trend.days.length, 30);
    const definitions = await rpc.call(Figures.definitions, {}, everyShop);
    assert.ok(definitions.rows.some(({ id }) => id === 'valid_orders'));
  });

  test('orders of a shop whose event never came wait until auth-service knows it, and are not dropped', async () => {
    const shop = aShop();
    owners.orders.set(shop.shopId, [anOrder()]);
    await owners.publish(OrdersStored, { shopId: shop.shopId, orders: [anOrder()] });
    await assert.rejects(overviewOf(shop.shopId), { code: 'shop.not_found' });
    owners.shops.push(shop);
    await untilPlaced(shop.shopId, 1);
  });

  test('a new zone moves the orders to other days', async () => {
    const shop = aShop({ timeZone: 'UTC' });
    const orders = [anOrder({ orderedAt: '2026-11-10T02:00:00.000Z' })];
    owners.orders.set(shop.shopId, orders);
    await owners.publish(shopConnected, shop);
    await owners.publish(OrdersStored, { shopId: shop.shopId, orders });
    await untilPlaced(shop.shopId, 1);
    await owners.publish(shopChanged, { ...shop, version: 2, timeZone: 'America/New_York' });
    await waitFor('the order to stand on the 9th', async () => {
      const query = { shopId: shop.shopId, from: '2026-11-09', to: '2026-11-10' };
      const { orders: figures } = await rpc.call(Figures.overview, query, everyShop);
      return figures.placedOrders === 1;
    });
  });

  test('events that the broker lost are found by the comparison and asked for, those days only (law 5)', async () => {
    const shop = aShop();
    const { shopId } = shop;
    await owners.publish(shopConnected, shop);
    const arrived = anOrder({ orderNumber: 'arrived' });
    await owners.publish(OrdersStored, { shopId, orders: [arrived] });
    owners.orders.set(shopId, [arrived]);
    await untilPlaced(shopId, 1);
    owners.orders.set(shopId, [
      arrived,
      anOrder({ orderNumber: 'lost', orderedAt: '2026-11-12T09:00:00.000Z' }),
      anOrder({ orderNumber: 'lost-too', orderedAt: '2026-11-13T09:00:00.000Z' }),
    ]);
    await untilPlaced(shopId, 3);
    const asked = owners.emitted
      .filter((call) => call.shopId === shopId)
      .flatMap((call) => call.utcDays ?? []);
    assert.deepEqual([...new Set(asked)].sort(), ['2026-11-12', '2026-11-13']);
  });

  test('the stream is deleted under the running service: later orders still arrive (law 5)', async () => {
    const shop = aShop();
    await owners.publish(shopConnected, shop);
    const manager = await jetstreamManager(connection);
    await manager.streams.delete('EVT_ORDER');
    // As order-service does within seconds.
    await ensureStream(manager, 'order');
    const orders = [anOrder()];
    owners.orders.set(shop.shopId, orders);
    await owners.publish(OrdersStored, { shopId: shop.shopId, orders });
    await untilPlaced(shop.shopId, 1);
  });

  test('after-sales that become known make refunds known; a lost event is found by the comparison (law 5)', async () => {
    const shop = aShop();
    const { shopId } = shop;
    owners.orders.set(shopId, [anOrder()]);
    await owners.publish(shopConnected, shop);
    await owners.publish(OrdersStored, { shopId, orders: [anOrder()] });
    await untilPlaced(shopId, 1);
    const untilNetRevenue = (expected: number | null) =>
      waitFor(`a net revenue of ${expected}`, async () => {
        const { amounts, freshness } = await overviewOf(shopId);
        return amounts[0]?.netRevenueMinor === expected && freshness.staleDays === 0;
      });
    await untilNetRevenue(null);
    const known = { version: 1, isKnown: true, knownFrom: null };
    owners.afterSales.set(shopId, known);
    await owners.publish(AfterSalesReachChanged, { shopId, ...known });
    await untilNetRevenue(700);
    // This one the broker loses.
    owners.afterSales.set(shopId, { version: 2, isKnown: false, knownFrom: null });
    await untilNetRevenue(null);
    await owners.publish(AfterSalesReachChanged, { shopId, ...known });
    owners.afterSales.set(shopId, { version: 3, isKnown: true, knownFrom: '2026-11-10T12:00:00.001Z' });
    await waitFor('the third to be stored', async () => {
      const rows = await databases[0]?.query(
        'SELECT 1 FROM shops WHERE shop_id = $1 AND after_sales_version = 3',
        [shopId],
      );
      return rows?.length === 1;
    });
    // The order is a millisecond older than what is known.
    await untilNetRevenue(null);
  });

  test('refused questions name the field; a foreign shop is not found', async () => {
    await assert.rejects(rpc.call(Figures.overview, { from: '2026-02-30', to: '2026-03-02' }, everyShop), {
      kind: 'invalid',
      details: {
        fields: [{ field: 'from', why: { code: 'input.day', params: { field: 'from' } } }],
      },
    });
    const nobody = { ...serviceCaller('test', 'test'), shopIds: [] };
    await assert.rejects(rpc.call(Figures.trend, { shopId: randomUUID() }, nobody), {
      code: 'shop.not_found',
    });
  });

  test('everything stands in the service’s own schema', async () => {
    const tables = await databases[0]?.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'analytics' ORDER BY 1`,
    );
    assert.deepEqual(
      tables?.map(({ name }) => name),
      [
        'comparisons',
        'daily_sales',
        'daily_sku_sales',
        'dirty_days',
        'discarded_builds',
        'line_facts',
        'migrations',
        'order_checks',
        'order_facts',
        'outbox',
        'rebuilds',
        'shops',
        'skus',
      ],
    );
  });
});
