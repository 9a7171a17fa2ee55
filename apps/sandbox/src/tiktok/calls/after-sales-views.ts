import { MARKETS } from '../world/markets.js';
import { addUp, decimal, type RefundMoney, refundsOf } from '../world/money.js';
import type { ShopState } from '../world/shop-state.js';
import type { Cancellation, Order, ReturnCase, Shop } from '../world/types.js';

const DAY = 86_400;

function amountView(shop: Shop, refund: RefundMoney): Record<string, string> {
  const { currency, decimals } = MARKETS[shop.market];
  return {
    currency,
    refund_subtotal: decimal(refund.subtotal, decimals),
    refund_shipping_fee: decimal(refund.shipping, decimals),
    refund_tax: decimal(refund.tax, decimals),
    refund_total: decimal(refund.total, decimals),
  };
}

/** What is asked for, or was given back, line by line. */
export function refundsOfCase(order: Order, item: Pick<ReturnCase, 'lines'>): RefundMoney[] {
  return refundsOf(
    order,
    item.lines.map(({ lineId }) => lineId),
  );
}

function lineViews(
  state: ShopState,
  item: ReturnCase | Cancellation,
  order: Order,
  idName: string,
  origin: string,
): Record<string, unknown>[] {
  const refunds = refundsOfCase(order, item);
  return item.lines.map(({ id, lineId }, index) => {
    const line = order.lines.find((each) => each.id === lineId);
    return {
      [idName]: id,
      order_line_item_id: lineId,
      sku_id: line?.skuId ?? '',
      seller_sku: line?.sellerSku ?? '',
      sku_name: line?.skuName ?? '',
      product_name: line?.productName ?? '',
      product_image: { url: `${origin}/picture/${line?.productId ?? '0'}.svg`, height: 200, width: 200 },
      refund_amount: amountView(state.shop, refunds[index] ?? addUp([])),
    };
  });
}

function isWaitingForSeller({ status }: ReturnCase): boolean {
  return status === 'RETURN_OR_REFUND_REQUEST_PENDING' || status === 'BUYER_SHIPPED_ITEM';
}

export function returnView(
  state: ShopState,
  item: ReturnCase,
  order: Order,
  origin: string,
): Record<string, unknown> {
  const action =
    item.status === 'BUYER_SHIPPED_ITEM'
      ? 'SELLER_RESPOND_RECEIVE_PACKAGE'
      : item.type === 'REFUND'
        ? 'SELLER_RESPOND_REFUND'
        : 'SELLER_RESPOND_RETURN';
  return {
    return_id: item.id,
    order_id: item.orderId,
    role: 'BUYER',
    return_type: item.type,
    return_status: item.status,
    return_reason: item.reason,
    return_reason_text: item.reasonText,
    create_time: item.createTime,
    update_time: item.updateTime,
    is_combined_return: false,
    can_buyer_keep_item: item.type === 'REFUND',
    refund_amount: amountView(state.shop, addUp(refundsOfCase(order, item))),
    seller_next_action_response: isWaitingForSeller(item)
      ? [{ action, deadline: item.updateTime + 2 * DAY }]
      : [],
    ...(item.type === 'RETURN_AND_REFUND' ? { shipment_type: 'PLATFORM', handover_method: 'DROP_OFF' } : {}),
    return_line_items: lineViews(state, item, order, 'return_line_item_id', origin),
  };
}

export function cancellationView(
  state: ShopState,
  item: Cancellation,
  order: Order,
  origin: string,
): Record<string, unknown> {
  return {
    cancel_id: item.id,
    order_id: item.orderId,
    role: item.role,
    cancel_type: item.type,
    cancel_status: item.status,
    cancel_reason: item.reason,
    cancel_reason_text: item.reasonText,
    create_time: item.createTime,
    update_time: item.updateTime,
    refund_amount: amountView(state.shop, addUp(refundsOfCase(order, item))),
    seller_next_action_response:
      item.status === 'CANCELLATION_REQUEST_PENDING'
        ? [{ action: 'SELLER_RESPOND_CANCEL', deadline: item.createTime + DAY }]
        : [],
    cancel_line_items: lineViews(state, item, order, 'cancel_line_item_id', origin),
  };
}
