import {
  arrayOrEmpty,
  isJsonObject,
  type JsonObject,
  optionalCount,
  optionalFlag,
  optionalId,
  optionalSeconds,
  optionalText,
  requireArray,
  requireDistinct,
  requireId,
  requireObject,
  requireSeconds,
  requireText,
} from '../../payload/read.js';
import type { FulfilmentType, OrderLineRecord, OrderRecord } from '../../port.js';
import { areaOf } from './districts.js';
import { orderStatus } from './order-status.js';

export function orderIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.id : null;
}

/**
 * An order of the search or the detail, which are alike [D]. One unreadable line makes the whole order unreadable. Times are
 * seconds, 0 or absent is not yet. `confirmedAt` is the payment; `shipByAt` the latest time to ship, else that at which TikTok
 * cancels; shipped by the seller, else collected by the carrier.
 */
export function readOrder(value: unknown): OrderRecord {
  const order = requireObject(value, 'order');
  const platformStatus = requireText(order.status, 'status');
  const createdAt = requireSeconds(order.create_time, 'create_time');
  const fulfilment = fulfilmentType(optionalText(order.fulfillment_type));
  const lines = requireArray(order.line_items, 'line_items').map((line, index) =>
    readLine(line, `line_items[${index}]`, { platformStatus, createdAt, fulfilment }),
  );
  requireDistinct(
    lines.map(({ lineId }) => lineId),
    (index) => `line_items[${index}].id`,
  );
  const address = isJsonObject(order.recipient_address) ? order.recipient_address : {};
  return {
    orderNumber: requireId(order.id, 'id'),
    status: orderStatus(platformStatus),
    platformStatus,
    platformRegion: optionalText(address.region_code),
    platformSite: optionalText(order.commerce_platform),
    orderedAt: createdAt,
    confirmedAt: optionalSeconds(order.paid_time, 'paid_time'),
    shipByAt:
      optionalSeconds(order.rts_sla_time, 'rts_sla_time') ??
      optionalSeconds(order.shipping_due_time, 'shipping_due_time'),
    shippedAt:
      optionalSeconds(order.rts_time, 'rts_time') ??
      optionalSeconds(order.collection_time, 'collection_time'),
    deliverByAt:
      optionalSeconds(order.delivery_sla_time, 'delivery_sla_time') ??
      optionalSeconds(order.delivery_due_time, 'delivery_due_time'),
    platformUpdatedAt: requireSeconds(order.update_time, 'update_time'),
    labels: labelsOf(order, platformStatus),
    warnings: [],
    paymentType: optionalText(order.payment_method_name),
    shippingMethod: optionalText(order.shipping_type),
    hasShippingFee: hasShippingFee(order.payment),
    fulfilmentTypes: fulfilment === null ? [] : [fulfilment],
    buyerId: optionalId(order.user_id, 'user_id'),
    area: areaOf(address),
    lines,
  };
}

/** Who ships [D]; a word that is new to us is kept as unknown. */
function fulfilmentType(platformType: string | null): FulfilmentType | null {
  switch (platformType) {
    case null:
      return null;
    case 'FULFILLMENT_BY_SELLER':
      return 'seller';
    case 'FULFILLMENT_BY_TIKTOK':
      return 'marketplace';
    case 'FULFILLMENT_BY_DILAYANI_TOKOPEDIA':
      return 'partner_warehouse';
    default:
      return 'unknown';
  }
}

interface OfOrder {
  readonly platformStatus: string;
  readonly createdAt: Date;
  readonly fulfilment: FulfilmentType | null;
}

/**
 * A unit: TikTok lists three pieces of a SKU as three lines [D], so that each has quantity 1 and grouping is display. A cancelled
 * one counts as cancelled before shipment: TikTok cancels shipped ones too (lost, not delivered), without a return of which a
 * refund could be read, and a sale that was undone is no revenue.
 */
function readLine(value: unknown, path: string, order: OfOrder): OrderLineRecord {
  const line = requireObject(value, path);
  const platformStatus = optionalText(line.display_status) ?? order.platformStatus;
  const status = orderStatus(platformStatus);
  const cancelled = status === 'cancelled' ? 1 : 0;
  return {
    lineId: requireId(line.id, `${path}.id`),
    status,
    platformStatus,
    productId: optionalId(line.product_id, `${path}.product_id`),
    skuId: optionalId(line.sku_id, `${path}.sku_id`),
    catalogueSkuId: null,
    sellerSku: optionalText(line.seller_sku),
    productName: optionalText(line.product_name) ?? '',
    spec: optionalText(line.sku_name),
    imageUrl: optionalText(line.sku_image),
    orderedQuantity: 1,
    cancelledBeforeShipment: cancelled,
    netQuantity: 1 - cancelled,
    soldFactor: soldFactor(line.combined_listing_skus, `${path}.combined_listing_skus`),
    fulfilmentType: order.fulfilment,
    orderedAt: order.createdAt,
    shippedAt: optionalSeconds(line.rts_time, `${path}.rts_time`),
    labels: lineLabels(line),
  };
}

/** A virtual bundle of one SKU is so many pieces of it; one of several SKUs is one of each, or more: named by none. */
function soldFactor(value: unknown, path: string): number {
  const skus = arrayOrEmpty(value, path);
  const [only] = skus;
  if (skus.length !== 1 || !isJsonObject(only)) return 1;
  return optionalCount(only.sku_count, `${path}[0].sku_count`) || 1;
}

/** The words are ours where a label means what another marketplace's does. */
const FLAGS = [
  ['is_buyer_request_cancel', 'pending_buyer_cancellation'],
  ['is_sample_order', 'sample_order'],
  ['is_cod', 'cash_on_delivery'],
  ['is_exchange_order', 'exchange_order'],
  ['is_replacement_order', 'replacement_order'],
  ['is_on_hold_order', 'on_hold'],
  ['has_updated_recipient_address', 'address_changed'],
] as const;

/** A cancelled order keeps its flags: what was asked for has been decided. */
function labelsOf(order: JsonObject, platformStatus: string): string[] {
  const isOver = orderStatus(platformStatus) === 'cancelled';
  const flags = FLAGS.filter(([field]) => optionalFlag(order[field]) === true)
    .map(([, label]) => label)
    .filter((label) => !isOver || (label !== 'pending_buyer_cancellation' && label !== 'on_hold'));
  const onHold = platformStatus === 'ON_HOLD' ? ['on_hold'] : [];
  const type = optionalText(order.order_type)?.toLowerCase();
  const parcels = optionalText(order.split_or_combine_tag)?.toLowerCase();
  return [
    ...new Set([
      ...flags,
      ...onHold,
      ...(type === undefined || type === 'normal' ? [] : [type]),
      ...(parcels === undefined ? [] : [parcels]),
    ]),
  ];
}

function lineLabels(line: JsonObject): string[] {
  const cancelledBy = optionalText(line.cancel_user)?.toLowerCase();
  return [
    ...(optionalFlag(line.is_gift) === true ? ['gift'] : []),
    ...(cancelledBy === undefined ? [] : [`cancelled_by_${cancelledBy}`]),
  ];
}

/** Only whether there is one: amounts are read from the price detail. */
function hasShippingFee(payment: unknown): boolean | null {
  const fee = isJsonObject(payment) ? optionalText(payment.shipping_fee) : null;
  return fee === null ? null : /[1-9]/.test(fee);
}

/** Personal data of an order; what is kept of one that cannot be understood holds none of it. */
const PERSONAL = /^(recipient_address|buyer_.*|cpf.*|seller_note|consultation_id)$/;

export function withoutBuyer(row: unknown): unknown {
  if (!isJsonObject(row)) return row;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, PERSONAL.test(name) ? '[blanked]' : value]),
  );
}
