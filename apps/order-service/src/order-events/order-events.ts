import { type OrderState, OrdersStored } from '#contracts';
import { appendListToOutbox } from '#messaging';
import type { Transaction } from '#runtime';

/** About 1 kB an order; large ones are spread by their bytes. */
const ORDERS_AN_EVENT = 200;

type LineState = OrderState['lines'][number];

const ORDER_STATE = `order_number AS "orderNumber", version, status, ordered_at AS "orderedAt",
  ship_by_at AS "shipByAt", shipped_at AS "shippedAt", currency, customer_paid_minor AS "customerPaidMinor",
  refunded_minor AS "refundsTotalMinor", estimated_revenue_minor AS "estimatedRevenueMinor",
  shipping_minor AS "shippingMinor", sign_on_delivery_minor AS "signOnDeliveryMinor"`;
const LINE_STATE = `order_number AS "orderNumber", line_id AS "lineId", status, product_id AS "productId",
  sku_id AS "skuId", seller_sku AS "sellerSku", product_name AS "productName", spec, image_url AS "imageUrl",
  ordered_quantity AS "orderedQuantity", cancelled_before_shipment AS "cancelledBeforeShipment",
  net_quantity AS "netQuantity", sold_factor AS "soldFactor", retail_minor AS "retailMinor",
  base_price_minor AS "basePriceMinor", unit_retail_minor AS "unitRetailMinor",
  unit_base_price_minor AS "unitBasePriceMinor", refunded_units AS "refundedUnits", refunded_minor AS "refundedMinor",
  uncounted_refund_minor AS "uncountedRefundMinor", is_refund_derived AS "isRefundDerived"`;

type OrderRow = Omit<OrderState, 'lines' | 'orderedAt' | 'shipByAt' | 'shippedAt'> & {
  orderedAt: Date;
  shipByAt: Date | null;
  shippedAt: Date | null;
};

/** Appends states of orders to the outbox, in the transaction that stored them. */
export async function emitStates(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  states: readonly OrderState[],
): Promise<void> {
  await appendListToOutbox(tx, OrdersStored, { shopId }, 'orders', [...states], ORDERS_AN_EVENT);
}

/** The same for orders that are read back first, amounts included. */
export async function emitOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  orderNumbers: readonly string[],
): Promise<void> {
  if (orderNumbers.length > 0) await emitStates(tx, shopId, await readStates(tx, shopId, orderNumbers));
}

async function readStates(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  orderNumbers: readonly string[],
): Promise<OrderState[]> {
  const orders = await tx.query<OrderRow>(
    `SELECT ${ORDER_STATE} FROM orders WHERE shop_id = $1 AND order_number = ANY($2::text[])
     ORDER BY order_number`,
    [shopId, orderNumbers],
  );
  const rows = await tx.query<LineState & { orderNumber: string }>(
    `SELECT ${LINE_STATE} FROM order_lines WHERE shop_id = $1 AND order_number = ANY($2::text[])
     ORDER BY order_number, position`,
    [shopId, orderNumbers],
  );
  const linesOf = new Map<string, LineState[]>();
  for (const { orderNumber, ...line } of rows) {
    const lines = linesOf.get(orderNumber) ?? [];
    lines.push(line);
    linesOf.set(orderNumber, lines);
  }
  return orders.map((order) => ({
    ...order,
    orderedAt: order.orderedAt.toISOString(),
    shipByAt: order.shipByAt?.toISOString() ?? null,
    shippedAt: order.shippedAt?.toISOString() ?? null,
    lines: linesOf.get(order.orderNumber) ?? [],
  }));
}
