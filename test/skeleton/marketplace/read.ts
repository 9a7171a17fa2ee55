import { say } from '#said';
import { MarketplaceError } from '../errors.js';
import type {
  IssuedAuthorization,
  OrderAmounts,
  OrderLineRecord,
  OrderRecord,
  OrderStatus,
  RenewedToken,
  ShopIdentity,
  TokenDescription,
  UnreadableRecord,
} from '../port.js';
import type { TokenPage } from '../reading/page-tokens.js';
import type { Answer } from './client.js';

type Row = Readonly<Record<string, unknown>>;

export const STATES: Readonly<Record<string, OrderStatus>> = {
  ASSEMBLING: 'unshipped',
  RATTLING: 'shipped',
  BURIED: 'delivered',
  DUST: 'cancelled',
};

/** The name of the field that is not what it should be. */
class Unreadable extends Error {}

function text(row: Row, field: string): string {
  const value = row[field];
  if (typeof value !== 'string' || value === '') throw new Unreadable(field);
  return value;
}

function instant(row: Row, field: string): Date {
  const value = row[field];
  if (typeof value !== 'number' || value <= 0 || value > 32_503_680_000) throw new Unreadable(field);
  return new Date(value * 1000);
}

/** "12.34" of a currency with two decimals is 1234. */
function minor(row: Row, field: string, digits: number): number {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text(row, field)) ?? [];
  if (whole === undefined || fraction.length > digits) throw new Unreadable(field);
  return Number(whole + fraction.padEnd(digits, '0'));
}

function rows(row: Row, field: string): readonly Row[] {
  const value = row[field];
  if (!Array.isArray(value)) throw new Unreadable(field);
  return value;
}

function whole<T>(operation: string, { data, redact }: Answer, read: (row: Row) => T): T {
  try {
    return read(data as Row);
  } catch (error) {
    const field = error instanceof Unreadable ? error.message : 'data';
    throw new MarketplaceError({
      kind: 'unreadable',
      operation,
      what: say('call.failed', { operation, what: say('field.missing', { field }) }),
      remedy: say('remedy.kept'),
      retryable: false,
      raw: withoutTokens(redact(JSON.stringify(data))),
    });
  }
}

/** A pair that could not be read is a secret all the same. */
function withoutTokens(raw: string): string {
  return raw.replace(/("(?:access_token|refresh_token|cipher)":)"[^"]*"/g, '$1"[redacted]"');
}

function expiry(row: Row, field: string): Date {
  const life = row[field];
  if (typeof life !== 'number') throw new Unreadable(field);
  return new Date(Date.now() + life * 1000);
}

function describe(row: Row): TokenDescription {
  const [first, ...others] = rows(row, 'shops').map(
    (shop): ShopIdentity => ({
      platformShopId: text(shop, 'id'),
      platformRegion: text(shop, 'country'),
      shopType: 'local',
      pushes: null,
      extras: { cipher: text(shop, 'cipher') },
    }),
  );
  if (first === undefined) throw new Unreadable('shops');
  return {
    expiresAt: expiry(row, 'expires_in'),
    scopes: ['orders.read'],
    platformSellerId: text(row, 'seller'),
    shops: [first, ...others],
  };
}

const pairOf = (row: Row) => ({
  accessToken: text(row, 'access_token'),
  refresh: { token: text(row, 'refresh_token'), expiresAt: expiry(row, 'refresh_expires_in') },
});

export function readShops(answer: Answer): TokenDescription {
  return whole('/shops', answer, describe);
}

export function readIssued(answer: Answer): IssuedAuthorization {
  return whole('/token', answer, (row) => ({ ...describe(row), ...pairOf(row), further: [] }));
}

export function readRenewed(answer: Answer): RenewedToken {
  return whole('/token', answer, (row) => ({ ...pairOf(row), expiresAt: expiry(row, 'expires_in') }));
}

export function readOrderPage(answer: Answer): TokenPage<OrderRecord> {
  const { data, platformTime, requestStartedAt, redact } = answer;
  const records: OrderRecord[] = [];
  const unreadable: UnreadableRecord[] = [];
  const page = data as Row;
  for (const row of whole('/orders', answer, () => rows(page, 'orders'))) {
    try {
      records.push(readOrder(row));
    } catch (error) {
      unreadable.push({
        platformId: typeof row?.id === 'string' ? row.id : null,
        reason: say('field.missing', { field: error instanceof Unreadable ? error.message : 'order' }),
        raw: redact(JSON.stringify(row)),
      });
    }
  }
  const next = typeof page.next === 'string' ? page.next : null;
  return { total: null, records, unreadable, next, platformTime, requestStartedAt };
}

function readOrder(row: Row): OrderRecord {
  const platformStatus = text(row, 'state');
  const lines = rows(row, 'items').map((item): OrderLineRecord => readLine(item));
  return {
    orderNumber: text(row, 'id'),
    status: STATES[platformStatus] ?? 'unknown',
    platformStatus,
    platformRegion: null,
    platformSite: null,
    orderedAt: instant(row, 'placed_at'),
    confirmedAt: null,
    shipByAt: null,
    shippedAt: null,
    deliverByAt: null,
    platformUpdatedAt: instant(row, 'changed_at'),
    labels: [],
    warnings: [],
    paymentType: null,
    shippingMethod: null,
    hasShippingFee: null,
    fulfilmentTypes: ['seller'],
    lines,
  };
}

/** Each unit is a line of its own. */
function readLine(item: Row): OrderLineRecord {
  const platformStatus = text(item, 'state');
  return {
    lineId: text(item, 'id'),
    status: STATES[platformStatus] ?? 'unknown',
    platformStatus,
    productId: text(item, 'product'),
    skuId: text(item, 'sku'),
    catalogueSkuId: null,
    sellerSku: text(item, 'sku'),
    productName: text(item, 'title'),
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
  return whole('/amounts', answer, (row) => {
    const currency = text(row, 'currency');
    const digits = currency === 'JPY' ? 0 : 2;
    const lines = rows(row, 'items').map((item) => ({
      lineId: text(item, 'id'),
      retailMinor: minor(item, 'price', digits),
      basePriceMinor: null,
      unitBasePriceMinor: null,
      unitRetailMinor: minor(item, 'price', digits),
      taxMinor: null,
      discountMinor: null,
    }));
    return {
      orderNumber: text(row, 'id'),
      currency,
      retailTotalMinor: lines.reduce((sum, { retailMinor }) => sum + retailMinor, 0),
      basePriceTotalMinor: null,
      customerPaidMinor: minor(row, 'paid', digits),
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
