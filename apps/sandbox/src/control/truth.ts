import { afterSalesLineView, afterSalesView } from '../calls/after-sales.js';
import { maskedShippingInfo } from '../calls/buyers.js';
import { amountView, orderView } from '../calls/order-views.js';
import { activitiesOf, activityGoods, activityView } from '../calls/promotions.js';
import { orderAmounts, type ParentAmounts } from '../world/amounts.js';
import type { ShopState } from '../world/shop-state.js';
import { FULFILMENT_TYPES } from '../world/types.js';
import { localDay } from '../world/zone-time.js';

function count(counter: Record<string, number>, key: string | number, by = 1): void {
  counter[key] = (counter[key] ?? 0) + by;
}

/** What a perfect sync would have stored, counted from the world itself. Amounts are minor units. */
export function truthOf(state: ShopState): Record<string, unknown> {
  const { shop } = state;
  const orders = state.ordersByCreate.all();
  const byStatus: Record<string, number> = {};
  const byFulfilmentType: Record<string, number> = {};
  const byDay: Record<string, number> = {};
  const amounts: Partial<Record<keyof ParentAmounts, number>> = {};
  let lines = 0;
  let units = 0;
  for (const order of orders) {
    count(byStatus, order.status);
    count(byFulfilmentType, order.lines[0]?.fulfilmentType ?? '');
    count(byDay, localDay(shop.zone, order.createTime));
    lines += order.lines.length;
    for (const line of order.lines) units += line.quantity - line.canceledQuantityBeforeShipment;
    for (const [name, amount] of Object.entries(orderAmounts(shop, order).parent)) {
      count(amounts as Record<string, number>, name, amount);
    }
  }
  const products = state.productsByCreate.all();
  const bySearchType: Record<string, number> = {};
  for (const product of products) count(bySearchType, product.searchType);
  const existing = products.filter((product) => product.searchType !== 6);
  return {
    mallId: shop.mallId,
    zone: shop.zone,
    orders: {
      total: orders.length,
      byStatus,
      byFulfilmentType,
      byDay,
      lines,
      units,
      newestCreateTime: orders[0]?.createTime ?? null,
      newestUpdateTime: state.ordersByUpdate.all()[0]?.updateTime ?? null,
    },
    products: {
      total: existing.length,
      bySearchType,
      skus: existing.reduce((sum, product) => sum + product.skus.length, 0),
    },
    afterSales: { total: state.counts.afterSales },
    amounts: { [shop.currency]: amounts },
  };
}

/** Every case with its lines, as the two list calls would give them, and the units it has refunded. */
export function truthAfterSales(state: ShopState, start: number, size: number): unknown[] {
  return state.afterSalesByUpdate
    .all()
    .slice(start, start + size)
    .map((item) => ({
      ...afterSalesView(item),
      orderSn: item.orderSn,
      refundedUnits: item.status === 5 ? item.quantity : 0,
      lines: [afterSalesLineView(state, item)],
    }));
}

/** Delivery addresses as `bg.order.shippinginfo.v2.get` gives them: masked. */
export function truthAddresses(state: ShopState, start: number, size: number): unknown[] {
  return state.ordersByCreate
    .all()
    .slice(start, start + size)
    .map((order) => ({ parentOrderSn: order.parentOrderSn, address: maskedShippingInfo(order) }));
}

/** Every activity with every enrolled product. */
export function truthPromotions(state: ShopState, nowMs: number): unknown[] {
  return activitiesOf(state.shop).map((activity) => ({
    ...activityView(activity, nowMs),
    goodsList: activityGoods(state, activity),
  }));
}

const BOTH_TYPES = new Set(FULFILMENT_TYPES);

/** Orders as the API would give them, both fulfilment types, with amounts, whether ready or not. */
export function truthOrders(state: ShopState, start: number, size: number, origin: string): unknown[] {
  return state.ordersByCreate
    .all()
    .slice(start, start + size)
    .map((order) => ({
      ...orderView(order, BOTH_TYPES, origin),
      amounts: amountView(state.shop, order),
      amountReadyAt: order.amountReadyAt,
    }));
}
