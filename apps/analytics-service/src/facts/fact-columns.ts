import type { OrderState } from '#contracts';
import { batchOf, type Columns, replacementOf } from '#runtime';

type LineState = OrderState['lines'][number];

/** A line with the order that it stands in. */
interface LineOfOrder {
  readonly order: OrderState;
  readonly line: LineState;
}

const ORDERS = {
  order_number: ['text', (order) => order.orderNumber],
  version: ['bigint', (order) => order.version],
  status: ['text', (order) => order.status],
  ordered_at: ['timestamptz', (order) => order.orderedAt],
  ship_by_at: ['timestamptz', (order) => order.shipByAt],
  shipped_at: ['timestamptz', (order) => order.shippedAt],
  currency: ['text', (order) => order.currency],
  customer_paid_minor: ['bigint', (order) => order.customerPaidMinor],
  refunds_total_minor: ['bigint', (order) => order.refundsTotalMinor],
  estimated_revenue_minor: ['bigint', (order) => order.estimatedRevenueMinor],
  shipping_minor: ['bigint', (order) => order.shippingMinor],
  sign_on_delivery_minor: ['bigint', (order) => order.signOnDeliveryMinor],
} satisfies Columns<OrderState>;

const LINES = {
  order_number: ['text', ({ order }) => order.orderNumber],
  line_id: ['text', ({ line }) => line.lineId],
  status: ['text', ({ line }) => line.status],
  sku_id: ['text', ({ line }) => line.skuId ?? ''],
  ordered_quantity: ['bigint', ({ line }) => line.orderedQuantity],
  cancelled_before_shipment: ['bigint', ({ line }) => line.cancelledBeforeShipment],
  net_quantity: ['bigint', ({ line }) => line.netQuantity],
  sold_factor: ['bigint', ({ line }) => line.soldFactor],
  retail_minor: ['bigint', ({ line }) => line.retailMinor],
  base_price_minor: ['bigint', ({ line }) => line.basePriceMinor],
  unit_retail_minor: ['bigint', ({ line }) => line.unitRetailMinor],
  unit_base_price_minor: ['bigint', ({ line }) => line.unitBasePriceMinor],
  refunded_units: ['bigint', ({ line }) => line.refundedUnits],
  refunded_minor: ['bigint', ({ line }) => line.refundedMinor],
  uncounted_refund_minor: ['bigint', ({ line }) => line.uncountedRefundMinor],
  is_refund_derived: ['boolean', ({ line }) => line.isRefundDerived],
} satisfies Columns<LineOfOrder>;

const SKUS = {
  sku_id: ['text', ({ line }) => line.skuId],
  product_id: ['text', ({ line }) => line.productId],
  seller_sku: ['text', ({ line }) => line.sellerSku],
  product_name: ['text', ({ line }) => line.productName],
  spec: ['text', ({ line }) => line.spec],
  image_url: ['text', ({ line }) => line.imageUrl],
  ordered_at: ['timestamptz', ({ order }) => order.orderedAt],
  order_number: ['text', ({ order }) => order.orderNumber],
  version: ['bigint', ({ order }) => order.version],
} satisfies Columns<LineOfOrder>;

export const ORDER_BATCH = batchOf<OrderState>(ORDERS, 4);
export const REPLACED_ORDER = replacementOf(ORDERS, ['order_number']);
export const LINE_BATCH = batchOf<LineOfOrder>(LINES, 3);
export const SKU_BATCH = batchOf<LineOfOrder>(SKUS, 3);
export const REPLACED_SKU = replacementOf(SKUS, ['sku_id']);

/** Of two states of one order in a batch the newer counts. */
export function newestStates(orders: readonly OrderState[]): OrderState[] {
  const newest = new Map<string, OrderState>();
  for (const order of orders) {
    const known = newest.get(order.orderNumber);
    if (known === undefined || order.version > known.version) newest.set(order.orderNumber, order);
  }
  return [...newest.values()];
}

export function linesOf(orders: readonly OrderState[]): LineOfOrder[] {
  return orders.flatMap((order) => order.lines.map((line) => ({ order, line })));
}

/** Each SKU as the newest order of the batch calls it. */
export function newestSkus(lines: readonly LineOfOrder[]): LineOfOrder[] {
  const newest = new Map<string, LineOfOrder>();
  for (const each of lines) {
    const { skuId } = each.line;
    if (skuId === null) continue;
    const known = newest.get(skuId);
    if (known === undefined || isNewer(each, known)) newest.set(skuId, each);
  }
  return [...newest.values()];
}

function isNewer(one: LineOfOrder, other: LineOfOrder): boolean {
  const difference = Date.parse(one.order.orderedAt) - Date.parse(other.order.orderedAt);
  if (difference !== 0) return difference > 0;
  if (one.order !== other.order) return one.order.orderNumber > other.order.orderNumber;
  return one.line.lineId > other.line.lineId;
}
