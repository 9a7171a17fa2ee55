import type { OrderState } from '#contracts';

type LineState = OrderState['lines'][number];

/** A line with the order that it stands in. */
interface LineOfOrder {
  readonly order: OrderState;
  readonly line: LineState;
}

/** A table's column in a batch: its Postgres type, and where its values come from. */
type Columns<Row> = Readonly<Record<string, readonly [type: string, of: (row: Row) => unknown]>>;

const ORDERS: Columns<OrderState> = {
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
};

const LINES: Columns<LineOfOrder> = {
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
};

const SKUS: Columns<LineOfOrder> = {
  sku_id: ['text', ({ line }) => line.skuId],
  product_id: ['text', ({ line }) => line.productId],
  seller_sku: ['text', ({ line }) => line.sellerSku],
  product_name: ['text', ({ line }) => line.productName],
  spec: ['text', ({ line }) => line.spec],
  image_url: ['text', ({ line }) => line.imageUrl],
  ordered_at: ['timestamptz', ({ order }) => order.orderedAt],
  order_number: ['text', ({ order }) => order.orderNumber],
  version: ['bigint', ({ order }) => order.version],
};

/**
 * A batch as one array a column: Postgres takes it several times faster than JSON.
 * @property names of the columns, for the list of an INSERT
 * @property replacement of each by the new value, for an upsert
 * @property rows the relation of all of them, whose arrays are parameters from `$firstParameter` on
 * @property values those parameters
 */
function batchOf<Row>(columns: Columns<Row>, firstParameter: number) {
  const all = Object.entries(columns);
  const arrays = all.map(([, [type]], index) => `$${firstParameter + index}::${type}[]`);
  const names = all.map(([name]) => name).join(', ');
  return {
    names,
    replacement: all.map(([name]) => `${name} = excluded.${name}`).join(', '),
    rows: `unnest(${arrays.join(', ')}) AS batch (${names})`,
    values: (rows: readonly Row[]): unknown[][] => all.map(([, [, of]]) => rows.map(of)),
  };
}

export const ORDER_BATCH = batchOf(ORDERS, 4);
export const LINE_BATCH = batchOf(LINES, 3);
export const SKU_BATCH = batchOf(SKUS, 3);

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
