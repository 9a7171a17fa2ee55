import { createHash } from 'node:crypto';
import { warehousesOf } from '../world/generate-products.js';
import { MARKETS, type Market } from '../world/markets.js';
import { decimal, moneyOf, salePriceOf } from '../world/money.js';
import { hidesAddress, isShipped, statusOf } from '../world/order-status.js';
import type { ShopState } from '../world/shop-state.js';
import type { Line, Order, Shop } from '../world/types.js';

const DAY = 86_400;

/** Always the same for a text. */
function pick<T>(items: readonly T[], text: string): T {
  const number = createHash('md5').update(text).digest().readUInt32BE(0);
  const item = items[number % items.length];
  if (item === undefined) throw new Error('cannot pick from an empty list');
  return item;
}

/** Absent things are left out, as the platform does with times that have not come. */
function without<T extends Record<string, unknown>>(view: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(view).filter(([, value]) => value !== null && value !== undefined),
  ) as Partial<T>;
}

const FIRST = ['Avery', 'Jordan', 'Robin', 'Casey', 'Morgan', 'Noa'];
const LAST = ['Sample', 'Example', 'Muster', 'Specimen', 'Prueba', 'Tester'];

function masked(name: string): string {
  return name.replace(/(\S)\S+/g, '$1***');
}

/** Masked with the platform's own logistics, in clear where the seller ships. */
export function addressView(shop: Shop, order: Order): Record<string, unknown> {
  const market = MARKETS[shop.market];
  const key = `${order.userId}/${order.addressVersion === 0 ? '' : order.id + order.addressVersion}`;
  const [level1, level2, level3, postcode] = pick(market.places, key);
  const isMasked = order.shippingType === 'TIKTOK';
  const name = `${pick(FIRST, `${key}/first`)} ${pick(LAST, `${key}/last`)}`;
  const shown = isMasked ? masked(name) : name;
  const [first = '', last = ''] = shown.split(' ');
  const street = `${pick(market.streets, key)} ${isMasked ? '*' : pick(['3', '17', '42', '108'], key)}`;
  const digits = pick(['600000001', '600000002', '600000003'], key);
  const [name1, name2, name3] = market.levels;
  const districts: (readonly [string, string])[] = [
    ['Country', market.country],
    [name1, level1],
    [name2, level2],
    [name3, level3],
  ];
  return {
    name: shown,
    first_name: first,
    last_name: last,
    phone_number: `(${market.dial})${isMasked ? `${digits.slice(0, 1)}******${digits.slice(-2)}` : digits}`,
    full_address: [street, level3, level2, level1, market.country].filter((part) => part !== '').join(', '),
    address_line1: street,
    address_line2: '',
    address_line3: '',
    address_line4: '',
    address_detail: street,
    postal_code: postcode,
    region_code: shop.market,
    district_info: districts
      .filter(([, value]) => value !== '')
      .map(([levelName, value], index) => ({
        address_level: `L${index}`,
        address_level_name: levelName,
        address_name: value,
        ...(index === 0 ? { iso_code: shop.market } : {}),
      })),
  };
}

function packageStatus({ status }: Line): string {
  switch (status) {
    case 'UNPAID':
    case 'AWAITING_SHIPMENT':
      return 'TO_FULFILL';
    case 'AWAITING_COLLECTION':
      return 'PROCESSING';
    case 'IN_TRANSIT':
      return 'FULFILLING';
    case 'DELIVERED':
    case 'COMPLETED':
      return 'COMPLETED';
    case 'CANCELLED':
      return 'CANCELLED';
  }
}

/** Taxes come without trailing zeros, as in the documents' examples (`"21.2"`); prices with all decimals. */
function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function trackingOf(line: Line, shop: Shop): Record<string, unknown> {
  if (line.packageId === null) return {};
  return {
    package_id: line.packageId,
    tracking_number: `SBX${line.packageId.slice(-11)}${shop.market}`,
    shipping_provider_id: `6617${shop.id.slice(-15)}`,
    shipping_provider_name: MARKETS[shop.market].carrier,
  };
}

function lineView(line: Line, order: Order, shop: Shop, origin: string): Record<string, unknown> {
  const { currency, decimals } = MARKETS[shop.market];
  const money = (minor: number): string => decimal(minor, decimals);
  return without({
    id: line.id,
    sku_id: line.skuId,
    product_id: line.productId,
    product_name: line.productName,
    sku_name: line.skuName,
    seller_sku: line.sellerSku,
    sku_image: `${origin}/picture/${line.productId}.svg`,
    sku_type: 'NORMAL',
    currency,
    original_price: money(line.originalMinor),
    sale_price: money(salePriceOf(line)),
    seller_discount: money(line.sellerDiscountMinor),
    platform_discount: money(line.platformDiscountMinor),
    gift_retail_price: money(line.giftRetailMinor),
    item_tax:
      shop.market === 'US'
        ? [
            {
              tax_type: 'SALES_TAX',
              tax_amount: trimmed(money(line.taxMinor)),
              tax_rate: trimmed((order.taxRateBp / 10_000).toFixed(4)),
            },
          ]
        : undefined,
    display_status: line.status,
    package_status: packageStatus(line),
    ...trackingOf(line, shop),
    rts_time: line.shippedAt,
    cancel_reason: line.cancelReason,
    cancel_user: line.cancelUser,
    is_gift: line.isGift,
    is_dangerous_good: false,
    needs_prescription: false,
  });
}

function paymentView(order: Order, market: Market, isUs: boolean): Record<string, unknown> {
  const sums = moneyOf(order);
  const money = (minor: number): string => decimal(minor, market.decimals);
  return {
    currency: market.currency,
    original_total_product_price: money(sums.original),
    seller_discount: money(sums.sellerDiscount),
    platform_discount: money(sums.platformDiscount),
    sub_total: money(sums.subTotal),
    original_shipping_fee: money(sums.originalShipping),
    shipping_fee_seller_discount: money(sums.shippingSellerDiscount),
    shipping_fee_platform_discount: money(sums.shippingPlatformDiscount),
    shipping_fee_cofunded_discount: money(0),
    shipping_fee: money(sums.shipping),
    tax: trimmed(money(sums.tax)),
    ...(isUs
      ? {
          product_tax: trimmed(money(sums.productTax)),
          shipping_fee_tax: trimmed(money(sums.shippingTax)),
          retail_delivery_fee: money(0),
        }
      : {}),
    total_amount: money(sums.total),
  };
}

function latest(lines: readonly Line[], of: (line: Line) => number | null): number | null {
  const times = lines.map(of).filter((time) => time !== null);
  return times.length === 0 ? null : Math.max(...times);
}

/** An order as search and detail give it, complete in both. */
export function orderView(state: ShopState, order: Order, origin: string): Record<string, unknown> {
  const { shop } = state;
  const market = MARKETS[shop.market];
  const status = statusOf(order);
  const pending = state.pendingCancel(order.id);
  const shipped = order.lines.filter(isShipped);
  const [parcel] = shipped;
  const isAllShipped = status !== 'PARTIALLY_SHIPPING' && parcel !== undefined;
  const packages = [...new Set(shipped.map(({ packageId }) => packageId ?? ''))];
  return without({
    id: order.id,
    user_id: order.userId,
    status,
    create_time: order.createTime,
    paid_time: order.paidTime,
    update_time: order.updateTime,
    rts_time: isAllShipped ? latest(shipped, (line) => line.shippedAt) : null,
    collection_time: isAllShipped ? latest(shipped, (line) => line.collectedAt) : null,
    delivery_time: ['DELIVERED', 'COMPLETED'].includes(status)
      ? latest(shipped, (line) => line.deliveredAt)
      : null,
    cancel_time: order.cancelTime,
    request_cancel_time: pending?.createTime,
    rts_sla_time: order.createTime + 3 * DAY,
    tts_sla_time: order.createTime + 4 * DAY,
    shipping_due_time: order.createTime + 5 * DAY,
    collection_due_time: order.createTime + 7 * DAY,
    cancel_order_sla_time: order.createTime + 5 * DAY,
    is_on_hold_order: order.isOnHold,
    is_buyer_request_cancel: pending !== undefined,
    cancel_reason: order.cancelReason,
    cancellation_initiator: order.cancelInitiator,
    buyer_email: `v2b${order.userId.slice(-8)}@scs.tiktok.example`,
    buyer_nickname: `user${order.userId.slice(-6)}`,
    buyer_message: '',
    seller_note: '',
    is_cod: order.isCod,
    is_sample_order: order.isSample,
    is_replacement_order: false,
    is_exchange_order: false,
    order_type: 'NORMAL',
    fulfillment_type: order.isFulfilledByTikTok ? 'FULFILLMENT_BY_TIKTOK' : 'FULFILLMENT_BY_SELLER',
    shipping_type: order.shippingType,
    delivery_type: 'HOME_DELIVERY',
    delivery_option_id: '7091000000000000001',
    delivery_option_name: 'Standard Shipping',
    payment_method_name: order.isCod ? 'Cash on delivery' : 'Invented Card',
    warehouse_id: warehousesOf(shop)[0],
    has_updated_recipient_address: order.addressVersion > 0,
    ...(parcel === undefined
      ? {}
      : {
          shipping_provider: market.carrier,
          shipping_provider_id: `6617${shop.id.slice(-15)}`,
          tracking_number: trackingOf(parcel, shop).tracking_number,
        }),
    packages: packages.map((id) => ({ id })),
    split_or_combine_tag: packages.length > 1 ? 'SPLIT' : undefined,
    payment: paymentView(order, market, shop.market === 'US'),
    recipient_address: hidesAddress(order) ? undefined : addressView(shop, order),
    line_items: order.lines.map((line) => lineView(line, order, shop, origin)),
  });
}

/** What only the detail has, for orders that are paid by card. */
export function orderDetailView(state: ShopState, order: Order, origin: string): Record<string, unknown> {
  return {
    ...orderView(state, order, origin),
    ...(order.isCod ? {} : { payment_method_code: 'pm_sbx_card', payment_card_type: 'Debit' }),
  };
}
