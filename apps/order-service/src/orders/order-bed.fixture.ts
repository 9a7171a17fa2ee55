import { randomBytes, randomUUID } from 'node:crypto';
import { type OrderState, OrdersStored } from '#contracts';
import type { OrderAmounts, OrderLineRecord, OrderRecord } from '#marketplace';
import type { OutboxRelay } from '#messaging';
import { type Database, type MasterKey, Sealer, type Transaction } from '#runtime';
import { type CredentialSource, SyncConfig } from '#sync';
import { createTestDatabase } from '#testing';
import { OrderServiceConfig } from '../config.js';
import { migrations } from '../database/migrations/index.js';
import { type ReadOrder, storeOrders } from './order-store.js';

export const T0 = Date.parse('2026-05-01T00:00:00Z');
/** Whole seconds after the start of the tests' time. */
export const at = (seconds: number): Date => new Date(T0 + seconds * 1000);

export function aLine(lineId: string, overrides: Partial<OrderLineRecord> = {}): OrderLineRecord {
  return {
    lineId,
    status: 'unshipped',
    platformStatus: '2',
    productId: '601099512345678901',
    skuId: '17592186044416001',
    catalogueSkuId: null,
    sellerSku: 'MUG-RED-L',
    productName: 'Steel travel mug',
    spec: 'Red, L',
    imageUrl: null,
    orderedQuantity: 1,
    cancelledBeforeShipment: 0,
    netQuantity: 1,
    soldFactor: 1,
    fulfilmentType: 'seller',
    orderedAt: at(0),
    shippedAt: null,
    labels: [],
    ...overrides,
  };
}

export function anOrder(number: string, overrides: Partial<OrderRecord> = {}): OrderRecord {
  return {
    orderNumber: number,
    status: 'unshipped',
    platformStatus: '2',
    platformRegion: '211',
    platformSite: null,
    orderedAt: at(0),
    confirmedAt: null,
    shipByAt: null,
    shippedAt: null,
    deliverByAt: null,
    platformUpdatedAt: at(0),
    labels: [],
    warnings: [],
    paymentType: 'PPD',
    shippingMethod: null,
    hasShippingFee: null,
    fulfilmentTypes: ['seller'],
    lines: [aLine(number.replace('PO-', ''))],
    ...overrides,
  };
}

export function someAmounts(number: string, overrides: Partial<OrderAmounts> = {}): OrderAmounts {
  return {
    orderNumber: number,
    currency: 'USD',
    retailTotalMinor: 2_598,
    basePriceTotalMinor: 1_450,
    customerPaidMinor: 2_780,
    shippingMinor: 0,
    signOnDeliveryMinor: null,
    taxMinor: 182,
    discountMinor: 0,
    sellerDiscountMinor: 0,
    platformDiscountMinor: null,
    refundedMinor: null,
    estimatedRevenueMinor: 1_450,
    estimatedDeductionMinor: null,
    lines: [
      {
        lineId: number.replace('PO-', ''),
        retailMinor: 2_598,
        basePriceMinor: 1_450,
        unitBasePriceMinor: 1_450,
        unitRetailMinor: 2_598,
        taxMinor: 182,
        discountMinor: 0,
      },
    ],
    ...overrides,
  };
}

export interface OrderRow {
  order_number: string;
  version: number;
  status: string;
  amount_state: string;
  amounts_due_at: Date | null;
  [column: string]: unknown;
}

export const invented: CredentialSource = {
  use: (_shopId, work) =>
    work({
      marketplace: 'temu',
      region: 'us',
      appKey: 'invented-key',
      appSecret: 'invented-secret',
      accessToken: 'invented-token',
      scopes: null,
      version: 1,
    }),
};

export const silentRelay = { wake: () => undefined } as unknown as OutboxRelay;

export function settings(overrides: Partial<OrderServiceConfig> = {}): OrderServiceConfig {
  return Object.assign(new OrderServiceConfig(), new SyncConfig(), overrides);
}

export interface OrderBed {
  readonly database: Database;
  readonly sealer: Sealer;
  /** The sealer's own. */
  readonly key: MasterKey;
  readonly url: string;
  /** A shop that nothing has been stored for. */
  newShop(marketplace?: string): Promise<string>;
  store(shopId: string, ...orders: ReadOrder[]): Promise<number>;
  row(shopId: string, number: string): Promise<OrderRow>;
  numbers(shopId: string): Promise<string[]>;
  lineIds(shopId: string, number: string): Promise<string[]>;
  /** States of orders in events since the last time this was asked, in their order; each event is held against its schema. */
  takeEvents(): Promise<(OrderState & { shopId: string })[]>;
  drop(): Promise<void>;
}

export async function createOrderBed(): Promise<OrderBed> {
  const test = await createTestDatabase({ schema: 'orders', migrations });
  const { database } = test;
  const key = { id: 'a1', key: new Uint8Array(randomBytes(32)) };
  return {
    database,
    sealer: new Sealer([key]),
    key,
    url: test.url,
    drop: () => test.drop(),
    async newShop(marketplace = 'temu') {
      const shopId = randomUUID();
      await database.query(
        `INSERT INTO shops (shop_id, marketplace, region, time_zone, status, version)
         VALUES ($1, $2, 'us', 'America/Los_Angeles', 'connected', 1)`,
        [shopId, marketplace],
      );
      return shopId;
    },
    async store(shopId, ...orders) {
      const { changed } = await database.transaction((tx) => storeOrders(tx, shopId, orders, 'poll'));
      return changed;
    },
    async row(shopId, number) {
      const [row] = await database.query<OrderRow>(
        'SELECT * FROM orders WHERE shop_id = $1 AND order_number = $2',
        [shopId, number],
      );
      if (row === undefined) throw new Error(`${number} is not stored`);
      return row;
    },
    async numbers(shopId) {
      const rows = await database.query<{ number: string }>(
        'SELECT order_number AS number FROM orders WHERE shop_id = $1 ORDER BY 1',
        [shopId],
      );
      return rows.map(({ number }) => number);
    },
    async lineIds(shopId, number) {
      const rows = await database.query<{ number: string }>(
        'SELECT line_id AS number FROM order_lines WHERE shop_id = $1 AND order_number = $2 ORDER BY position',
        [shopId, number],
      );
      return rows.map((row) => row.number);
    },
    async takeEvents() {
      const rows = await database.query<{ payload: string }>(
        `WITH taken AS (DELETE FROM outbox WHERE subject = $1 RETURNING id, payload)
         SELECT payload FROM taken ORDER BY id`,
        [OrdersStored.subject],
      );
      return rows.flatMap(({ payload }) => {
        const data = JSON.parse(payload) as { shopId: string; orders: OrderState[] };
        if (!OrdersStored.validator.Check(data)) {
          throw new Error(JSON.stringify(OrdersStored.validator.Errors(data)[0]));
        }
        return data.orders.map((order) => ({ ...order, shopId: data.shopId }));
      });
    },
  };
}

/** Counts the statements that go to the server, COPY included. */
export function countStatements(tx: Transaction): { tx: Transaction; count: () => number } {
  let count = 0;
  const client = new Proxy(tx.client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'query') count += 1;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const counted: Transaction = {
    client,
    query: (sql, params) => {
      count += 1;
      return tx.query(sql, params);
    },
  };
  return { tx: counted, count: () => count };
}
