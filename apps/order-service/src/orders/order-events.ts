import { ParentOrdersStored } from '#contracts';
import type { Transaction } from '#runtime';

/** An event holds at most so many orders, and ends with the one that passes so many bytes: half of the bus's limit. */
const ORDERS_AN_EVENT = 200;
const BYTES_AN_EVENT = 400_000;

/**
 * Appends the stored state of parent orders to the outbox, in the transaction that changed them. The state is built
 * where it lies: one statement, however many orders. `order-store.int-spec.ts` holds it against the event's schema.
 */
export async function emitParentOrders(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<void> {
  if (parentOrderSns.length === 0) return;
  await tx.query(
    `WITH lines AS (
       SELECT line.parent_order_sn, json_agg(json_build_object(
         'orderSn', line.order_sn, 'status', line.status, 'goodsId', line.goods_id, 'skuId', line.sku_id,
         'sellerSku', line.seller_sku, 'goodsName', line.goods_name, 'spec', line.spec, 'imageUrl', line.image_url,
         'quantity', line.quantity, 'cancelledBeforeShipment', line.cancelled_before_shipment,
         'soldFactor', line.sold_factor, 'retailMinor', line.retail_minor, 'basePriceMinor', line.base_price_minor
       ) ORDER BY line.position) AS state
       FROM order_lines AS line WHERE line.shop_id = $1 AND line.parent_order_sn = ANY($2::text[])
       GROUP BY line.parent_order_sn
     ), states AS (
       SELECT listed.number, json_build_object(
         'parentOrderSn', parent.parent_order_sn, 'version', parent.version, 'status', parent.status,
         'orderedAt', ${instant('parent.ordered_at')}, 'shipByAt', ${instant('parent.ship_by_at')},
         'shippedAt', ${instant('parent.shipped_at')}, 'currency', parent.currency,
         'customerPaidMinor', parent.customer_paid_minor, 'refundedMinor', parent.refunded_minor,
         'estimatedRevenueMinor', parent.estimated_revenue_minor, 'lines', coalesce(lines.state, '[]'::json)
       )::text AS state
       FROM unnest($2::text[]) WITH ORDINALITY AS listed (sn, number)
       JOIN parent_orders AS parent ON parent.shop_id = $1 AND parent.parent_order_sn = listed.sn
       LEFT JOIN lines USING (parent_order_sn)
     ), placed AS (
       SELECT state, number, sum(octet_length(state)) OVER (ORDER BY number) AS bytes FROM states
     )
     INSERT INTO outbox (message_id, subject, payload)
     SELECT gen_random_uuid(), $3,
       format('{"shopId":"%s","orders":[%s]}', $1::text, string_agg(state, ',' ORDER BY number))
     FROM placed GROUP BY (number - 1) / ${ORDERS_AN_EVENT}, div(bytes, ${BYTES_AN_EVENT})
     ORDER BY min(number)`,
    [shopId, parentOrderSns, ParentOrdersStored.subject],
  );
}

function instant(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}
