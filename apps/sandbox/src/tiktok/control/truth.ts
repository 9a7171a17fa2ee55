import { cancellationView, refundsOfCase, returnView } from '../calls/after-sales-views.js';
import { orderDetailView } from '../calls/order-views.js';
import { priceDetailView } from '../calls/price-detail-views.js';
import { productView } from '../calls/product-views.js';
import { MARKETS } from '../world/markets.js';
import { addUp, moneyOf, salePriceOf } from '../world/money.js';
import { hidesAddress, statusOf } from '../world/order-status.js';
import type { ShopState } from '../world/shop-state.js';
import type { Order } from '../world/types.js';

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

/** Given back: SUCCESS is granted, COMPLETE is paid. */
function isRefunded({ status }: { status: string }): boolean {
  return status.endsWith('_SUCCESS') || status.endsWith('_COMPLETE');
}

/** What a perfect sync would have stored, counted from the world itself. Amounts are minor units. */
export function truthOf(state: ShopState): Record<string, unknown> {
  const { shop } = state;
  const { currency, decimals, zone } = MARKETS[shop.market];
  const orders = state.orders.all();
  const lines = orders.flatMap((order) => order.lines);
  const paid = orders.filter(({ paidTime }) => paidTime !== null);
  return {
    shopId: shop.id,
    zone,
    currency,
    decimals,
    orders: {
      total: orders.length,
      byStatus: countBy(orders, statusOf),
      lines: lines.length,
      cancelledLines: lines.filter(({ status }) => status === 'CANCELLED').length,
      giftLines: lines.filter(({ isGift }) => isGift).length,
      samples: orders.filter(({ isSample }) => isSample).length,
      withoutAddress: orders.filter(hidesAddress).length,
      buyers: new Set(orders.map(({ userId }) => userId)).size,
      newestUpdateTime: state.orders.sorted('update_time')[0]?.updateTime ?? null,
    },
    products: {
      total: state.products.size,
      byStatus: countBy(state.products.all(), ({ status }) => status),
      skus: state.products.all().reduce((sum, { skus }) => sum + skus.length, 0),
    },
    returns: { total: state.returns.size, byStatus: countBy(state.returns.all(), ({ status }) => status) },
    cancellations: {
      total: state.cancellations.size,
      byStatus: countBy(state.cancellations.all(), ({ status }) => status),
    },
    amounts: {
      paidTotal: paid.reduce((sum, order) => sum + moneyOf(order).total, 0),
      total: orders.reduce((sum, order) => sum + moneyOf(order).total, 0),
    },
  };
}

function orderFacts(order: Order): Record<string, unknown> {
  return {
    ...moneyOf(order),
    lines: order.lines.map((line) => ({
      id: line.id,
      status: line.status,
      isGift: line.isGift,
      originalMinor: line.originalMinor,
      sellerDiscountMinor: line.sellerDiscountMinor,
      platformDiscountMinor: line.platformDiscountMinor,
      saleMinor: salePriceOf(line),
      taxMinor: line.taxMinor,
    })),
  };
}

/** Every kind of thing as the calls would give it, newest first, and facts in minor units. */
export const TRUTH_LISTS = {
  orders: (state: ShopState, origin: string) =>
    state.orders.sorted('create_time').map((order) => ({
      ...orderDetailView(state, order, origin),
      priceDetail: priceDetailView(state.shop, order),
      facts: orderFacts(order),
    })),
  products: (state: ShopState) =>
    state.products.sorted('create_time').map((product) => ({
      ...productView(state.shop, product),
      facts: product.skus.map(({ id, priceMinor, stock }) => ({
        id,
        priceMinor,
        stock: stock.reduce((sum, { quantity }) => sum + quantity, 0),
      })),
    })),
  returns: (state: ShopState, origin: string) =>
    state.returns.sorted('create_time').map((item) => {
      const order = state.orders.get(item.orderId);
      if (order === undefined) throw new Error(`order ${item.orderId} of a return is missing`);
      const refunds = refundsOfCase(order, item);
      return {
        ...returnView(state, item, order, origin),
        facts: {
          isRefunded: isRefunded(item),
          refund: addUp(refunds),
          lines: item.lines.map(({ lineId }, index) => ({ lineId, refund: refunds[index] })),
        },
      };
    }),
  cancellations: (state: ShopState, origin: string) =>
    state.cancellations.sorted('create_time').map((item) => {
      const order = state.orders.get(item.orderId);
      if (order === undefined) throw new Error(`order ${item.orderId} of a cancellation is missing`);
      return {
        ...cancellationView(state, item, order, origin),
        facts: { isRefunded: isRefunded(item), refund: addUp(refundsOfCase(order, item)) },
      };
    }),
} as const;
