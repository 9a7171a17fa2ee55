import { type OrderState, ParentOrdersStored } from '#contracts';
import { appendListToOutbox } from '#messaging';
import type { Transaction } from '#runtime';

/** About 1 kB an order; large ones are spread by their bytes. */
const ORDERS_AN_EVENT = 200;

type LineState = OrderState['lines'][number];

const ORDER_STATE = `parent_order_sn AS "parentOrderSn", version, status, ordered_at AS "orderedAt",
  ship_by_at AS "shipByAt", shipped_at AS "shippedAt", currency, customer_paid_minor AS "customerPaidMinor",
  refunded_minor AS "refundsTotalMinor", estimated_revenue_minor AS "estimatedRevenueMinor",
  shipping_minor AS "shippingMinor", sign_on_delivery_minor AS "signOnDeliveryMinor"`;
const LINE_STATE = `parent_order_sn AS "parentOrderSn", order_sn AS "orderSn", status, goods_id AS "goodsId",
  sku_id AS "skuId", seller_sku AS "sellerSku", goods_name AS "goodsName", spec, image_url AS "imageUrl",
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

/** Appends states of parent orders to the outbox, in the transaction that stored them. */
export async function emitStates(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  states: readonly OrderState[],
): Promise<void> {
  await appendListToOutbox(tx, ParentOrdersStored, { shopId }, 'orders', [...states], ORDERS_AN_EVENT);
}

/** The same for orders that are read back first, amounts included. */
export async function emitParentOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<void> {
  if (parentOrderSns.length > 0) await emitStates(tx, shopId, await readStates(tx, shopId, parentOrderSns));
}

async function readStates(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<OrderState[]> {
  const orders = await tx.query<OrderRow>(
    `SELECT ${ORDER_STATE} FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
     ORDER BY parent_order_sn`,
    [shopId, parentOrderSns],
  );
  const rows = await tx.query<LineState & { parentOrderSn: string }>(
    `SELECT ${LINE_STATE} FROM order_lines WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
     ORDER BY parent_order_sn, position`,
    [shopId, parentOrderSns],
  );
  const linesOf = new Map<string, LineState[]>();
  for (const { parentOrderSn, ...line } of rows) {
    const lines = linesOf.get(parentOrderSn) ?? [];
    lines.push(line);
    linesOf.set(parentOrderSn, lines);
  }
  return orders.map((order) => ({
    ...order,
    orderedAt: order.orderedAt.toISOString(),
    shipByAt: order.shipByAt?.toISOString() ?? null,
    shippedAt: order.shippedAt?.toISOString() ?? null,
    lines: linesOf.get(order.parentOrderSn) ?? [],
  }));
}
