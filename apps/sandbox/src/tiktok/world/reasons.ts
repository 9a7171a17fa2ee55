/** [name, text]; names are written as the documents' examples are. */
export type Reason = readonly [string, string];

export const BUYER_CANCEL_REASONS: readonly Reason[] = [
  ['ecom_order_to_ship_canceled_reason_created_by_mistakes', 'Order created by mistake'],
  ['ecom_order_to_ship_canceled_reason_no_longer_needed', 'No longer needed'],
  ['ecom_order_to_ship_canceled_reason_better_price', 'Better price available'],
];

export const SELLER_CANCEL_REASONS: readonly Reason[] = [
  ['seller_cancel_reason_out_of_stock', 'Out of stock'],
  ['seller_cancel_reason_wrong_price', 'Pricing error'],
];

export const SYSTEM_CANCEL_REASON: Reason = ['buyer_unpaid_timeout', 'Customer did not pay in time'];

export const RETURN_REASONS: readonly Reason[] = [
  ['ecom_order_delivered_refund_and_return_reason_defective', 'Item is defective'],
  ['ecom_order_delivered_refund_and_return_reason_wrong_product', 'Wrong product was sent'],
  ['ecom_order_delivered_refund_and_return_reason_not_as_described', 'Not as described'],
];
