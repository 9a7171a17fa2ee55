import {
  afterSalesDetailView,
  afterSalesLineViews,
  afterSalesView,
  linesOfCase,
} from '../calls/after-sales-views.js';
import { maskedShippingInfo } from '../calls/buyers.js';
import { cancelView } from '../calls/cancel-views.js';
import { amountView, orderView } from '../calls/order-views.js';
import { activitiesOf, activityGoods, activityView } from '../calls/promotions.js';
import { orderAmounts, type ParentAmounts, refundOf } from '../world/amounts.js';
import { DECIDE_WITHIN_SECONDS } from '../world/cancel-requests.js';
import type { ShopState } from '../world/shop-state.js';
import { FULFILMENT_TYPES, type OrderLine, type ParentOrder } from '../world/types.js';
import { withholdingOf } from '../world/withheld-address.js';
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
  let withheldAddresses = 0;
  for (const order of orders) {
    count(byStatus, order.status);
    count(byFulfilmentType, order.lines[0]?.fulfilmentType ?? '');
    count(byDay, localDay(shop.zone, order.createTime));
    lines += order.lines.length;
    if (withholdingOf(state, order) !== null) withheldAddresses += 1;
    for (const line of order.lines) units += line.quantity - line.canceledQuantityBeforeShipment;
    for (const [name, amount] of Object.entries<number | null>({ ...orderAmounts(shop, order).parent })) {
      count(amounts as Record<string, number>, name, amount ?? 0);
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
      withheldAddresses,
      newestCreateTime: orders[0]?.createTime ?? null,
      newestUpdateTime: state.ordersByUpdate.all()[0]?.updateTime ?? null,
    },
    products: {
      total: existing.length,
      bySearchType,
      skus: existing.reduce((sum, product) => sum + product.skus.length, 0),
    },
    afterSales: { total: state.counts.afterSales },
    cancelRequests: {
      total: state.counts.cancelRequests,
      undecided: state.cancelsByCreate.all().filter(({ status }) => status === 1).length,
    },
    amounts: { [shop.currency]: amounts },
  };
}

/**
 * Every case with its lines and its detail, as the three calls would give them, and what each line has given back:
 * nothing before the case is refunded. Minor units of the shop's currency.
 */
export function truthAfterSales(state: ShopState, start: number, size: number): unknown[] {
  return state.afterSalesByUpdate
    .all()
    .slice(start, start + size)
    .map((item) => {
      const isRefunded = item.status === 5;
      const lineFacts = linesOfCase(state, item).map(({ caseLine, orderLine }) => ({
        afterSalesSn: caseLine.afterSalesSn,
        orderSn: caseLine.orderSn,
        appliedUnits: caseLine.quantity,
        ...refundFacts(orderLine, isRefunded ? [caseLine.quantity] : []),
      }));
      return {
        ...afterSalesView(item),
        refundedUnits: lineFacts.reduce((sum, line) => sum + line.refundedUnits, 0),
        lines: afterSalesLineViews(state, item),
        lineFacts,
        detail: afterSalesDetailView(state, item),
      };
    });
}

/** Requests to cancel as the call gives them, and until when they can be decided: UNIX seconds, null when they are. */
export function truthCancels(state: ShopState, start: number, size: number): unknown[] {
  return state.cancelsByCreate
    .all()
    .slice(start, start + size)
    .map((request) => ({
      ...cancelView(state, request),
      parentOrderSn: request.parentOrderSn,
      createAt: request.createAt,
      updateAt: request.updateAt,
      decideUntil: request.status === 1 ? request.createAt + DECIDE_WITHIN_SECONDS : null,
    }));
}

/** Of units that were given back after shipment, case by case. */
function refundFacts(
  line: OrderLine,
  units: readonly number[],
): { refundedUnits: number; refundedMinor: number; refundedSupplyMinor: number } {
  const refunds = units.map((each) => refundOf(line, each));
  return {
    refundedUnits: refunds.reduce((sum, refund) => sum + refund.units, 0),
    refundedMinor: refunds.reduce((sum, refund) => sum + refund.buyerTotal, 0),
    refundedSupplyMinor: refunds.reduce((sum, refund) => sum + refund.supply, 0),
  };
}

/**
 * Delivery addresses as `bg.order.shippinginfo.v2.get` gives them: masked, empty with a reason, or none at all where
 * the call is refused.
 */
export function truthAddresses(state: ShopState, start: number, size: number): unknown[] {
  return state.ordersByCreate
    .all()
    .slice(start, start + size)
    .map((order) => {
      const withheld = withholdingOf(state, order);
      const address = withheld?.code == null ? maskedShippingInfo(order, withheld) : null;
      return { parentOrderSn: order.parentOrderSn, address, withheld };
    });
}

/** Every activity with every enrolled product. */
export function truthPromotions(state: ShopState, nowSeconds: number): unknown[] {
  return activitiesOf(state.shop).map((activity) => ({
    ...activityView(activity, nowSeconds),
    goodsList: activityGoods(state, activity),
  }));
}

const BOTH_TYPES = new Set(FULFILMENT_TYPES);

/** Facts of a line from which anybody can count units, GMV, supply revenue and refunds again. Minor units. */
function lineFacts(line: OrderLine, unitRetailPriceMinor: number): Record<string, unknown> {
  return {
    orderSn: line.orderSn,
    orderedQuantity: line.quantity,
    cancelledBeforeShipment: line.canceledQuantityBeforeShipment,
    netQuantity: line.quantity - line.canceledQuantityBeforeShipment,
    unitBasePriceMinor: line.unitBasePriceMinor,
    unitRetailPriceMinor,
    ...refundFacts(
      line,
      line.refunds.map(({ units }) => units),
    ),
  };
}

function orderFacts(state: ShopState, order: ParentOrder): Record<string, unknown> {
  const { lines } = orderAmounts(state.shop, order);
  return {
    currency: state.shop.currency,
    withheldAddress: withholdingOf(state, order),
    lines: order.lines.map((line, index) => lineFacts(line, lines[index]?.unitRetailPrice ?? 0)),
  };
}

/** Orders as the API would give them, both fulfilment types, with amounts, whether ready or not, and facts. */
export function truthOrders(state: ShopState, start: number, size: number, origin: string): unknown[] {
  return state.ordersByCreate
    .all()
    .slice(start, start + size)
    .map((order) => ({
      ...orderView(order, BOTH_TYPES, origin),
      amounts: amountView(state.shop, order),
      amountReadyAt: order.amountReadyAt,
      facts: orderFacts(state, order),
    }));
}
