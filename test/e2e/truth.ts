import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Money, Order, Overview, Product } from '#contracts';
import { waitFor } from '#testing';
import type { ApiClient } from './api-client.js';
import type { Installation } from './installation.js';

/** Whoever can ask the sandbox's control interface. */
export type World = Pick<Installation, 'control'>;

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
    /** Net of what was cancelled before shipment. */
    quantity: number;
    originalOrderQuantity: number;
    canceledQuantityBeforeShipment: number;
  }[];
  amounts: {
    parentOrderMap: Record<
      'basePriceTotal' | 'retailPriceTotal' | 'customerPaid' | 'refundsTotal',
      MoneyTruth
    >;
    orderList: {
      orderSn: string;
      basePrice: MoneyTruth;
      unitBasePrice: MoneyTruth;
      unitRetailPrice: MoneyTruth;
    }[];
  };
  /** What the sandbox knows of the order itself. */
  facts: { lines: { netQuantity: number }[] };
}

interface ProductTruth {
  searchType: number;
  goods: { goodsId: number; goodsName: string };
  skus: {
    skuId: number;
    stock: number;
    basePriceMinor: number;
    /** A decimal text with as many decimals as the currency has. */
    price: string;
    currency: string;
  }[];
}

export const STATUS: Readonly<Record<number, string>> = {
  1: 'pending',
  2: 'unshipped',
  3: 'cancelled',
  4: 'shipped',
  5: 'delivered',
  41: 'partially_shipped',
  51: 'partially_delivered',
};

export interface ShopTruth {
  /** IANA zone of the shop's days. */
  zone: string;
  orders: { total: number; lines: number; units: number; byStatus: Record<string, number> };
  products: { total: number; skus: number };
  amounts: Record<string, Record<string, number>>;
}

export function truthOf(world: World, mallId: string): Promise<ShopTruth> {
  return world.control('GET', `/shops/${mallId}/truth`);
}

const PAGE_SIZE = 2000;

export async function dump<T>(
  world: World,
  mallId: string,
  what: 'orders' | 'products' | 'after-sales' | 'addresses' | 'promotions' | 'returns',
): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; ; page += 1) {
    const { items, total } = await world.control<{ items: T[]; total: number }>(
      'GET',
      `/shops/${mallId}/truth/${what}?page=${page}&pageSize=${PAGE_SIZE}`,
    );
    found.push(...items);
    if (items.length === 0 || found.length >= total) return found;
  }
}

/** One record that is not as the sandbox has it; `null` where one side lacks it. */
export interface Difference {
  what: string;
  id: string;
  expected: unknown;
  actual: unknown;
}

export interface Comparison {
  /** Records that stand on either side. */
  compared: number;
  found: Difference[];
}

/** Compares record by record, by number. */
export function compare(
  what: string,
  expected: ReadonlyMap<string, unknown>,
  actual: ReadonlyMap<string, unknown>,
): Comparison {
  const ids = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  const found = ids
    .map((id) => ({ what, id, expected: expected.get(id) ?? null, actual: actual.get(id) ?? null }))
    .filter((pair) => !isDeepStrictEqual(pair.expected, pair.actual));
  return { compared: ids.length, found };
}

export function byId<T>(items: readonly T[], idOf: (item: T) => string): Map<string, T> {
  const map = new Map(items.map((item) => [idOf(item), item]));
  assert.equal(map.size, items.length, 'a number stands twice');
  return map;
}

const SHOWN = 3;

export function assertNone(found: readonly Difference[]): void {
  const shown = found.slice(0, SHOWN).map((each) => JSON.stringify(each, null, 2));
  assert.equal(
    found.length,
    0,
    `${found.length} records differ from the truth, the first:\n${shown.join('\n')}`,
  );
}

function bySn<T>(items: readonly T[], sn: (item: T) => string): T[] {
  return [...items].sort((a, b) => (sn(a) < sn(b) ? -1 : 1));
}

/** Every order with every line, status and amount is the sandbox's, and nothing else is there. */
export async function assertOrdersEqualTruth(...place: ShopPlace): Promise<void> {
  assertNone((await compareOrders(...place)).found);
}

export type ShopPlace = [world: World, api: ApiClient, shopId: string, mallId: string];

function pricesOf(line: OrderTruth['amounts']['orderList'][number] | undefined) {
  return {
    basePriceMinor: line?.basePrice.amount,
    unitBasePriceMinor: line?.unitBasePrice.amount,
    unitRetailMinor: line?.unitRetailPrice.amount,
  };
}

export async function compareOrders(...[world, api, shopId, mallId]: ShopPlace): Promise<Comparison> {
  const truth = await dump<OrderTruth>(world, mallId, 'orders');
  const stored = await api.all<Order>(`/orders?shopId=${shopId}`);
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
      ordered: line.originalOrderQuantity,
      cancelled: line.canceledQuantityBeforeShipment,
      net: line.quantity,
      ...pricesOf(amounts.orderList.find((each) => each.orderSn === line.orderSn)),
    })),
  }));
  const actual = stored.map((order) => ({
    sn: order.orderNumber,
    status: order.status,
    orderedAt: order.orderedAt,
    updatedAt: order.platformUpdatedAt,
    currency: order.amounts.currency,
    basePriceMinor: order.amounts.basePriceMinor,
    retailMinor: order.amounts.retailMinor,
    customerPaidMinor: order.amounts.customerPaidMinor,
    refundedMinor: order.amounts.refundedMinor,
    lines: bySn(order.lines, (line) => line.lineId).map((line) => ({
      sn: line.lineId,
      status: line.status,
      skuId: line.skuId,
      goodsId: line.productId,
      ordered: line.orderedQuantity,
      cancelled: line.cancelledBeforeShipment,
      net: line.netQuantity,
      basePriceMinor: line.basePriceMinor,
      unitBasePriceMinor: line.unitBasePriceMinor,
      unitRetailMinor: line.unitRetailMinor,
    })),
  }));
  const snOf = (order: { sn: string }): string => order.sn;
  return compare('order', byId(expected, snOf), byId(actual, snOf));
}

/** Every product that is not deleted, with every SKU, its stock and its supply price; deleted ones are delisted. */
export async function assertProductsEqualTruth(...place: ShopPlace): Promise<void> {
  assertNone((await compareProducts(...place)).found);
}

function moneyText(money: Money | null): string | undefined {
  return money === null ? undefined : `${money.amountMinor} ${money.currency}`;
}

export async function compareProducts(...[world, api, shopId, mallId]: ShopPlace): Promise<Comparison> {
  const truth = (await dump<ProductTruth>(world, mallId, 'products')).filter((each) => each.searchType !== 6);
  const stored = await api.all<Product>(`/products?shopId=${shopId}`);
  const expected = truth.map(({ goods, skus }) => ({
    id: String(goods.goodsId),
    name: goods.goodsName,
    skus: bySn(
      skus.map((sku) => ({
        id: String(sku.skuId),
        stock: sku.stock,
        supplyPrice: `${sku.basePriceMinor} ${sku.currency}`,
        price: `${Number(sku.price.replace('.', ''))} ${sku.currency}`,
      })),
      (sku) => sku.id,
    ),
  }));
  const actual = stored
    .filter((product) => product.listing !== 'delisted')
    .map((product) => ({
      id: product.productId,
      name: product.productName,
      skus: bySn(
        product.skus.map((sku) => ({
          id: sku.skuId,
          stock: sku.stock,
          supplyPrice: moneyText(sku.supplyPrice),
          price: moneyText(sku.price),
        })),
        (sku) => sku.id,
      ),
    }));
  const idOf = (product: { id: string }): string => product.id;
  return compare('product', byId(expected, idOf), byId(actual, idOf));
}

/** The figures over all days are sums that anybody can do over the truth; they follow the orders within moments. */
export async function assertFiguresEqualTruth(...place: ShopPlace): Promise<void> {
  let found: Difference[] = [];
  await waitFor(
    'the figures to have caught up',
    async () => {
      ({ found } = await compareFigures(...place));
      return found.length === 0;
    },
    120_000,
  ).catch(() => assertNone(found));
}

export async function compareFigures(...[world, api, shopId, mallId]: ShopPlace): Promise<Comparison> {
  const orders = await dump<OrderTruth>(world, mallId, 'orders');
  const overview = await api.call<Overview>(
    'GET',
    `/figures/overview?shopId=${shopId}&span=365d&includeToday=true`,
  );
  const valid = orders.filter(({ parentOrderMap }) => ![1, 3].includes(parentOrderMap.parentOrderStatus));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const countOf = (status: number): number =>
    orders.filter(({ parentOrderMap }) => parentOrderMap.parentOrderStatus === status).length;
  const expected = {
    staleDays: 0,
    placed: orders.length,
    valid: valid.length,
    cancelled: countOf(3),
    pending: countOf(1),
    units: sum(valid.flatMap(({ facts }) => facts.lines.map((line) => line.netQuantity))),
    known: valid.length,
    of: valid.length,
    currencies: 1,
  };
  const actual = {
    staleDays: overview.freshness.staleDays,
    placed: overview.orders.placedOrders,
    valid: overview.orders.validOrders,
    cancelled: overview.orders.cancelledOrders,
    pending: overview.orders.pendingOrders,
    units: overview.orders.units,
    known: overview.coverage.known,
    of: overview.coverage.of,
    currencies: overview.amounts.length,
  };
  return compare('figures', new Map([[shopId, expected]]), new Map([[shopId, actual]]));
}
