import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Controller, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  type EventData,
  english,
  type Order,
  type OrderFilters,
  Orders,
  OrdersStored,
  type Said,
  serviceCaller,
} from '#contracts';
import type { OrderRecord } from '#marketplace';
import { HandleEvent, OutboxRelay, RpcClient, type RunningService, startService } from '#messaging';
import { createLogger } from '#runtime';
import { CALLER_PUBLIC_KEYS, rpcAs, startTestNats, type TestNats, waitFor } from '#testing';
import { AddressReader } from '../addresses/address-reader.js';
import { AfterSalesQueries } from '../after-sales/after-sales-queries.js';
import { OrderEmitter } from '../order-api/order-emitter.js';
import { OrderQueries } from '../order-api/order-queries.js';
import { OrderRefresh } from '../order-api/order-refresh.js';
import { OrdersRpc } from '../order-api/orders.rpc.js';
import { aLine, anOrder, at, createOrderBed, type OrderBed, silentRelay } from './order-bed.fixture.js';
import { storePages } from './store-pages.js';

const logger = createLogger('large-orders-spec', 'silent');
const everybody = serviceCaller('test', 'test');

/** Lines with words as long as real ones. */
function anOrderOf(
  number: string,
  lines: number,
  productName = 'Steel travel mug with lid, 500 ml, leakproof, red',
) {
  return anOrder(number, {
    lines: Array.from({ length: lines }, (_, n) =>
      aLine(`${number.replace('PO-', '')}-${String(n).padStart(5, '0')}`, {
        productName,
        sellerSku: `SKU-${n}`,
      }),
    ),
  });
}

/** What analytics-service would have got. */
const arrived = new Map<string, number>();

@Controller()
class Consumer {
  @HandleEvent(OrdersStored, 'order-facts')
  async stored(@Payload() { orders }: EventData<typeof OrdersStored>): Promise<void> {
    for (const order of orders) {
      arrived.set(order.orderNumber, new Set(order.lines.map(({ lineId }) => lineId)).size);
    }
  }
}

@Module({ controllers: [Consumer] })
class ConsumerModule {}

@Module({})
class OrdersModule {}

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('orders of any size', () => {
  let bed: OrderBed;
  let nats: TestNats;
  let service: RunningService;
  let consumer: RunningService;
  let relay: OutboxRelay;
  let client: RpcClient;

  before(async () => {
    [bed, nats] = await Promise.all([createOrderBed(), startTestNats()]);
    const queries = new OrderQueries(
      bed.database,
      new AddressReader(bed.database, bed.sealer, silentRelay),
      new AfterSalesQueries(bed.database),
    );
    service = await startService({
      context: 'order',
      natsUrl: nats.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      logger,
      module: {
        module: OrdersModule,
        controllers: [OrdersRpc],
        providers: [
          { provide: OrderQueries, useValue: queries },
          { provide: OrderRefresh, useValue: {} },
          { provide: OrderEmitter, useValue: {} },
          { provide: AddressReader, useValue: {} },
        ],
      },
    });
    consumer = await startService({
      context: 'analytics',
      natsUrl: nats.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      logger,
      module: ConsumerModule,
    });
    relay = new OutboxRelay(bed.database, service.connection, 'order', logger);
    relay.start();
    client = rpcAs('gateway', consumer.connection);
  });
  after(async () => {
    await relay.close();
    await consumer.close();
    await service.close();
    await Promise.all([bed.drop(), nats.close()]);
  });

  const store = (shopId: string, records: OrderRecord[]) =>
    bed.database.transaction((tx) =>
      storePages(tx, shopId, [{ records, unreadable: [], platformTime: at(0), requestStartedAt: at(0) }], 0),
    );

  async function listAll(filters: OrderFilters): Promise<{ orders: Order[]; pages: number }> {
    const orders: Order[] = [];
    let cursor: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await client.call(
        Orders.list,
        { ...filters, ...(cursor === undefined ? {} : { cursor }) },
        everybody,
      );
      orders.push(...page.rows);
      if (page.nextCursor === null) return { orders, pages };
      cursor = page.nextCursor;
    }
  }

  for (const lines of [1_200, 11_000]) {
    test(`an order of ${lines} lines passes outbox, JetStream and both questions`, async () => {
      const shopId = await bed.newShop();
      const number = `PO-211-${lines}`;
      const before = [anOrderOf('PO-211-1', 1), anOrderOf(number, lines), anOrderOf('PO-211-9', 1)];
      assert.deepEqual(await store(shopId, before), { changed: 3, quarantined: 0, unstored: [] });
      await waitFor('its event to arrive', () => arrived.has(number));
      assert.equal(arrived.get(number), lines);
      const { orders } = await listAll({ shopId: [shopId], limit: 50 });
      assert.equal(orders.find(({ orderNumber }) => orderNumber === number)?.lines.length, lines);
      assert.equal(orders.length, 3);
      const detail = await client.call(Orders.get, { shopId, orderNumber: number }, everybody);
      assert.equal(detail.lines.length, lines);
    });
  }

  test('an order of 1,200 lines that has changed a hundred times can still be shown', async () => {
    const shopId = await bed.newShop();
    for (let n = 0; n < 12; n += 1) {
      const order = anOrderOf('PO-211-77', 1_200);
      const status = n % 2 === 0 ? 'unshipped' : 'shipped';
      await store(shopId, [
        {
          ...order,
          status,
          platformUpdatedAt: at(n),
          lines: order.lines.map((line) => ({ ...line, status })),
        },
      ]);
    }
    await bed.database.query(
      `INSERT INTO order_history (shop_id, order_number, version, at, source, status, previous_status, line_changes)
       SELECT shop_id, order_number, 1000 + n, now(), source, status, previous_status, line_changes
       FROM order_history CROSS JOIN generate_series(1, 99) AS n WHERE shop_id = $1 AND version = 12`,
      [shopId],
    );
    const detail = await client.call(Orders.get, { shopId, orderNumber: 'PO-211-77' }, everybody);
    assert.equal(detail.history[0]?.version, 1_099);
    assert.ok(detail.history.length > 1 && detail.history.length < 100, String(detail.history.length));
  });

  test('a page of 50 orders of 60 lines each is one answer', async () => {
    const shopId = await bed.newShop();
    const orders = Array.from({ length: 50 }, (_, n) => anOrderOf(`PO-212-${n}`, 60));
    assert.equal((await store(shopId, orders)).changed, 50);
    const page = await client.call(Orders.list, { shopId: [shopId], limit: 50 }, everybody);
    assert.equal(page.rows.length, 50);
    assert.ok(page.rows.every(({ lines }) => lines.length === 60));
    assert.equal(page.nextCursor, null);
  });

  test('pages whose rows are too large end early and go on: each order once', async () => {
    const shopId = await bed.newShop();
    const orders = Array.from({ length: 40 }, (_, n) => anOrderOf(`PO-213-${n}`, n % 4 === 0 ? 1_200 : 3));
    assert.equal((await store(shopId, orders)).changed, 40);
    const { orders: listed, pages } = await listAll({ shopId: [shopId], limit: 200 });
    assert.ok(pages > 1);
    assert.deepEqual(
      listed.map(({ orderNumber, lines }) => [orderNumber, lines.length]).sort(),
      orders.map(({ orderNumber, lines }) => [orderNumber, lines.length]).sort(),
    );
  });

  test('an order that no event can carry is kept aside with its name; its neighbours are stored', async () => {
    const shopId = await bed.newShop();
    const orders = [anOrderOf('PO-214-1', 1), anOrderOf('PO-214-2', 20_000), anOrderOf('PO-214-3', 2)];
    assert.deepEqual(await store(shopId, orders), {
      changed: 2,
      quarantined: 1,
      unstored: ['PO-214-2'],
    });
    assert.deepEqual(await bed.numbers(shopId), ['PO-214-1', 'PO-214-3']);
    const [row] = await bed.database.query<{ id: string; reason: Said }>(
      'SELECT platform_id AS id, reason FROM quarantine WHERE shop_id = $1',
      [shopId],
    );
    assert.equal(row?.id, 'PO-214-2');
    assert.match(textOf(row?.reason), /orderNumber PO-214-2 is too large .* at most 6291456 travel/);
    await waitFor('the neighbours to arrive', () => arrived.has('PO-214-1') && arrived.has('PO-214-3'));
  });
});
