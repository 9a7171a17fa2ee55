import { say } from '#said';
import type { Answer } from '../call/answer.js';
import { decimalPrice } from '../payload/money.js';
import {
  type JsonObject,
  optionalId,
  readRows,
  requireArray,
  requireId,
  requireInteger,
  requireObject,
  requireSeconds,
  UnreadableField,
} from '../payload/read.js';
import { understand, understandRecord } from '../payload/understand.js';
import type {
  IssuedAuthorization,
  OrderAmounts,
  OrderLineRecord,
  OrderRecord,
  OrderStatus,
  RenewedToken,
  ShopIdentity,
  TokenDescription,
} from '../port.js';
import type { TokenPage } from '../reading/page-tokens.js';

export const STATES: Readonly<Record<string, OrderStatus>> = {
  ASSEMBLING: 'unshipped',
  RATTLING: 'shipped',
  BURIED: 'delivered',
  DUST: 'cancelled',
};

function inSeconds(token: JsonObject, field: string): Date {
  return new Date(Date.now() + requireInteger(token[field], field) * 1000);
}

function describe(result: unknown): TokenDescription {
  const token = requireObject(result, 'data');
  const [first, ...others] = requireArray(token.shops, 'shops').map((row): ShopIdentity => {
    const shop = requireObject(row, 'shop');
    return {
      platformShopId: requireId(shop.id, 'id'),
      platformRegion: optionalId(shop.country, 'country'),
      shopType: 'local',
      pushes: null,
      extras: { cipher: requireId(shop.cipher, 'cipher') },
    };
  });
  if (first === undefined) throw new UnreadableField(say('field.empty_list', { field: 'shops' }));
  return {
    expiresAt: inSeconds(token, 'expires_in'),
    scopes: ['orders.read'],
    platformSellerId: requireId(token.seller, 'seller'),
    shops: [first, ...others],
  };
}

function pairOf(result: unknown): RenewedToken {
  const token = requireObject(result, 'data');
  return {
    accessToken: requireId(token.access_token, 'access_token'),
    expiresAt: inSeconds(token, 'expires_in'),
    refresh: {
      token: requireId(token.refresh_token, 'refresh_token'),
      expiresAt: inSeconds(token, 'refresh_expires_in'),
    },
  };
}

export function readShops(answer: Answer): TokenDescription {
  return understand('/shops', answer, describe);
}

export function readIssued(answer: Answer): IssuedAuthorization {
  return understand('/token', answer, (result) => ({ ...describe(result), ...pairOf(result), further: [] }));
}

export function readRenewed(answer: Answer): RenewedToken {
  return understand('/token', answer, pairOf);
}

export function readOrderPage(operation: string, answer: Answer): TokenPage<OrderRecord> {
  const { platformTime, requestStartedAt, redact } = answer;
  const { orders, next } = understand(operation, answer, (result) => {
    const page = requireObject(result, 'data');
    return { orders: requireArray(page.orders, 'orders'), next: optionalId(page.next, 'next') };
  });
  const idOf = (row: unknown) => requireObject(row, 'order').id;
  return { total: null, ...readRows(orders, idOf, readOrder, redact), next, platformTime, requestStartedAt };
}

function readOrder(row: unknown): OrderRecord {
  const order = requireObject(row, 'order');
  const platformStatus = requireId(order.state, 'state');
  return {
    orderNumber: requireId(order.id, 'id'),
    status: STATES[platformStatus] ?? 'unknown',
    platformStatus,
    platformRegion: null,
    platformSite: null,
    orderedAt: requireSeconds(order.placed_at, 'placed_at'),
    confirmedAt: null,
    shipByAt: null,
    shippedAt: null,
    deliverByAt: null,
    platformUpdatedAt: requireSeconds(order.changed_at, 'changed_at'),
    labels: [],
    warnings: [],
    paymentType: null,
    shippingMethod: null,
    hasShippingFee: null,
    fulfilmentTypes: ['seller'],
    lines: requireArray(order.items, 'items').map(readLine),
  };
}

/** Each unit is a line of its own. */
function readLine(row: unknown): OrderLineRecord {
  const item = requireObject(row, 'item');
  const platformStatus = requireId(item.state, 'item.state');
  return {
    lineId: requireId(item.id, 'item.id'),
    status: STATES[platformStatus] ?? 'unknown',
    platformStatus,
    productId: optionalId(item.product, 'item.product'),
    skuId: optionalId(item.sku, 'item.sku'),
    catalogueSkuId: null,
    sellerSku: null,
    productName: requireId(item.title, 'item.title'),
    spec: null,
    imageUrl: null,
    orderedQuantity: 1,
    cancelledBeforeShipment: 0,
    netQuantity: 1,
    soldFactor: 1,
    fulfilmentType: 'seller',
    orderedAt: null,
    shippedAt: null,
    labels: [],
  };
}

export function readAmounts(answer: Answer): OrderAmounts {
  return understandRecord('/amounts', answer, (result) => {
    const order = requireObject(result, 'data');
    const minor = (amount: unknown, field: string) =>
      decimalPrice(amount, order.currency, field)?.amountMinor ?? null;
    const lines = requireArray(order.items, 'items').map((row) => {
      const item = requireObject(row, 'item');
      const price = minor(item.price, 'item.price');
      return {
        lineId: requireId(item.id, 'item.id'),
        retailMinor: price,
        basePriceMinor: null,
        unitBasePriceMinor: null,
        unitRetailMinor: price,
        taxMinor: null,
        discountMinor: null,
      };
    });
    return {
      orderNumber: requireId(order.id, 'id'),
      currency: requireId(order.currency, 'currency'),
      retailTotalMinor: null,
      basePriceTotalMinor: null,
      customerPaidMinor: minor(order.paid, 'paid'),
      shippingMinor: null,
      signOnDeliveryMinor: null,
      taxMinor: null,
      discountMinor: null,
      sellerDiscountMinor: null,
      platformDiscountMinor: null,
      refundedMinor: null,
      estimatedRevenueMinor: null,
      estimatedDeductionMinor: null,
      lines,
    };
  });
}
