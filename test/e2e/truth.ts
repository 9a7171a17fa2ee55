import assert from 'node:assert/strict';
import type { Overview, ParentOrder, Product } from '#contracts';
import { waitFor } from '#testing';
import type { ApiClient } from './api-client.js';
import type { Installation } from './installation.js';

interface MoneyTruth {
  amount: number;
  currency: string;
}

interface OrderTruth {
  parentOrderMap: {
    parentOrderSn: string;
    parentOrderStatus: number;
    parentOrderTime: number;
    updateTime: number;
  };
  orderList: {
    orderSn: string;
    orderStatus: number;
    skuId: number;
    goodsId: number;
    quantity: number;
    canceledQuantityBeforeShipment: number;
  }[];
  amounts: {
    parentOrderMap: Record<
      'basePriceTotal' | 'retailPriceTotal' | 'customerPaid' | 'refundsTotal',
      MoneyTruth
    >;
    orderList: { orderSn: string; basePrice: MoneyTruth }[];
  };
}

interface ProductTruth {
  searchType: number;
  goods: { goodsId: number; goodsName: string };
  skus: { skuId: number; stock: number; basePriceMinor: number }[];
}

const STATUS: Readonly<Record<number, string>> = {
  1: 'pending',
  2: 'unshipped',
  3: 'cancelled',
  4: 'shipped',
  5: 'delivered',
  41: 'partially_shipped',
  51: 'partially_delivered',
};

export interface ShopTruth {
  orders: { total: number; lines: number; units: number; byStatus: Record<string, number> };
  products: { total: number; skus: number };
  amounts: Record<string, Record<string, number>>;
}

export function truthOf(installation: Installation, mallId: string): Promise<ShopTruth> {
  return installation.control('GET', `/shops/${mallId}/truth`);
}

async function dump<T>(
  installation: Installation,
  mallId: string,
  what: 'orders' | 'products',
): Promise<T[]> {
  const { items } = await installation.control<{ items: T[] }>(
    'GET',
    `/shops/${mallId}/truth/${what}?page=1&pageSize=5000`,
  );
  return items;
}

function bySn<T>(items: readonly T[], sn: (item: T) => string): T[] {
  return [...items].sort((a, b) => (sn(a) < sn(b) ? -1 : 1));
}

/** Every order with every line, status and amount is the sandbox's, and nothing else is there. */
export async function assertOrdersEqualTruth(
  installation: Installation,
  api: ApiClient,
  shopId: string,
  mallId: string,
): Promise<void> {
  const truth = await dump<OrderTruth>(installation, mallId, 'orders');
  const stored = await api.all<ParentOrder>(`/orders?shopId=${shopId}`);
  const expected = truth.map(({ parentOrderMap, orderList, amounts }) => ({
    sn: parentOrderMap.parentOrderSn,
    status: STATUS[parentOrderMap.parentOrderStatus],
    orderedAt: new Date(parentOrderMap.parentOrderTime * 1000).toISOString(),
    updatedAt: new Date(parentOrderMap.updateTime * 1000).toISOString(),
    currency: amounts.parentOrderMap.basePriceTotal.currency,
    basePriceMinor: amounts.parentOrderMap.basePriceTotal.amount,
    retailMinor: amounts.parentOrderMap.retailPriceTotal.amount,
    customerPaidMinor: amounts.parentOrderMap.customerPaid.amount,
    refundedMinor: amounts.parentOrderMap.refundsTotal.amount,
    lines: bySn(orderList, (line) => line.orderSn).map((line) => ({
      sn: line.orderSn,
      status: STATUS[line.orderStatus],
      skuId: String(line.skuId),
      goodsId: String(line.goodsId),
      quantity: line.quantity,
      cancelled: line.canceledQuantityBeforeShipment,
      basePriceMinor: amounts.orderList.find((each) => each.orderSn === line.orderSn)?.basePrice.amount,
    })),
  }));
  const actual = stored.map((order) => ({
    sn: order.parentOrderSn,
    status: order.status,
    orderedAt: order.orderedAt,
    updatedAt: order.platformUpdatedAt,
    currency: order.amounts.currency,
    basePriceMinor: order.amounts.basePriceMinor,
    retailMinor: order.amounts.retailMinor,
    customerPaidMinor: order.amounts.customerPaidMinor,
    refundedMinor: order.amounts.refundedMinor,
    lines: bySn(order.lines, (line) => line.orderSn).map((line) => ({
      sn: line.orderSn,
      status: line.status,
      skuId: line.skuId,
      goodsId: line.goodsId,
      quantity: line.quantity,
      cancelled: line.cancelledBeforeShipment,
      basePriceMinor: line.basePriceMinor,
    })),
  }));
  assert.equal(actual.length, expected.length);
  assert.deepEqual(
    bySn(actual, (order) => order.sn),
    bySn(expected, (order) => order.sn),
  );
}

/** Every product that is not deleted, with every SKU, its stock and its supply price. */
export async function assertProductsEqualTruth(
  installation: Installation,
  api: ApiClient,
  shopId: string,
  mallId: string,
): Promise<void> {
  const truth = (await dump<ProductTruth>(installation, mallId, 'products')).filter(
    (each) => each.searchType !== 6,
  );
  const stored = await api.all<Product>(`/products?shopId=${shopId}`);
  const expected = truth.map(({ goods, skus }) => ({
    id: String(goods.goodsId),
    name: goods.goodsName,
    skus: bySn(
      skus.map((sku) => ({ id: String(sku.skuId), stock: sku.stock })),
      (sku) => sku.id,
    ),
  }));
  const actual = stored.map((product) => ({
    id: product.goodsId,
    name: product.goodsName,
    skus: bySn(
      product.skus.map((sku) => ({ id: sku.skuId, stock: sku.stock })),
      (sku) => sku.id,
    ),
  }));
  assert.equal(actual.length, expected.length);
  assert.deepEqual(
    bySn(actual, (product) => product.id),
    bySn(expected, (product) => product.id),
  );
}

/** The figures over all days are sums that anybody can do over the truth. */
export async function assertFiguresEqualTruth(
  installation: Installation,
  api: ApiClient,
  shopId: string,
  mallId: string,
): Promise<void> {
  const orders = await dump<OrderTruth>(installation, mallId, 'orders');
  const valid = orders.filter(({ parentOrderMap }) => ![1, 3].includes(parentOrderMap.parentOrderStatus));
  const overview = await waitFor(
    'the figures to have caught up',
    async () => {
      const answer = await api.call<Overview>(
        'GET',
        `/figures/overview?shopId=${shopId}&span=365d&includeToday=true`,
      );
      const isCurrent =
        answer.freshness.staleDays === 0 &&
        answer.orders.placedOrders === orders.length &&
        answer.coverage.known === answer.coverage.of;
      return isCurrent && answer;
    },
    120_000,
  );
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  assert.deepEqual(
    {
      placed: overview.orders.placedOrders,
      valid: overview.orders.validOrders,
      cancelled: overview.orders.cancelledOrders,
      pending: overview.orders.pendingOrders,
      units: overview.orders.units,
      known: overview.coverage.known,
    },
    {
      placed: orders.length,
      valid: valid.length,
      cancelled: orders.filter(({ parentOrderMap }) => parentOrderMap.parentOrderStatus === 3).length,
      pending: orders.filter(({ parentOrderMap }) => parentOrderMap.parentOrderStatus === 1).length,
      units: sum(
        valid.flatMap(({ orderList }) =>
          orderList.map((line) => line.quantity - line.canceledQuantityBeforeShipment),
        ),
      ),
      known: valid.length,
    },
  );
  const [amounts] = overview.amounts;
  assert.ok(amounts !== undefined && overview.amounts.length === 1);
  assert.equal(
    amounts.refundedMinor,
    sum(valid.map((order) => order.amounts.parentOrderMap.refundsTotal.amount)),
    'refunds',
  );
}
