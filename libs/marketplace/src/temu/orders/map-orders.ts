import { say } from '#said';
import { optionalMinorMoney } from '../../payload/money.js';
import {
  arrayOrEmpty,
  isJsonObject,
  type JsonObject,
  optionalCount,
  optionalFlag,
  optionalId,
  optionalNumberText,
  optionalSeconds,
  optionalText,
  requireArray,
  requireCount,
  requireDistinct,
  requireId,
  requireNumberText,
  requireObject,
  requireSeconds,
  textList,
  UnreadableField,
} from '../../payload/read.js';
import type {
  FulfilmentType,
  OrderAmounts,
  OrderLineAmounts,
  OrderLineRecord,
  OrderRecord,
  OrderStatus,
} from '../../port.js';

/**
 * Parent orders and lines share one set of numbers; 41 and 51 are seen on parents. In the order of an order's life. Source:
 * order status page.
 */
export const ORDER_STATUSES = [
  { platformStatus: '1', status: 'pending' },
  { platformStatus: '2', status: 'unshipped' },
  { platformStatus: '41', status: 'partially_shipped' },
  { platformStatus: '4', status: 'shipped' },
  { platformStatus: '51', status: 'partially_delivered' },
  { platformStatus: '5', status: 'delivered' },
  { platformStatus: '3', status: 'cancelled' },
] as const satisfies readonly { platformStatus: string; status: OrderStatus }[];

const STATUS_OF = new Map<string, OrderStatus>(
  ORDER_STATUSES.map(({ platformStatus, status }) => [platformStatus, status]),
);

export function orderStatus(platformStatus: string): OrderStatus {
  return STATUS_OF.get(platformStatus) ?? 'unknown';
}

export function orderNumberOf(item: unknown): unknown {
  return isJsonObject(item) && isJsonObject(item.parentOrderMap) ? item.parentOrderMap.parentOrderSn : null;
}

/** `{parentOrderMap, orderList}` of the list or the detail. One unreadable line makes the whole order unreadable. */
export function readOrder(item: unknown): OrderRecord {
  const block = requireObject(item, 'order');
  const parent = requireObject(block.parentOrderMap, 'parentOrderMap');
  const lines = requireArray(block.orderList, 'orderList').map((line, index) =>
    readLine(line, `orderList[${index}]`),
  );
  requireDistinct(
    lines.map(({ lineId }) => lineId),
    (index) => `orderList[${index}].orderSn`,
  );
  const platformStatus = requireNumberText(parent.parentOrderStatus, 'parentOrderStatus');
  return {
    orderNumber: requireId(parent.parentOrderSn, 'parentOrderSn'),
    status: orderStatus(platformStatus),
    platformStatus,
    platformRegion: optionalId(parent.regionId, 'regionId'),
    platformSite: optionalId(parent.siteId, 'siteId'),
    orderedAt: requireSeconds(parent.parentOrderTime, 'parentOrderTime'),
    confirmedAt: optionalSeconds(parent.parentConfirmTime, 'parentConfirmTime'),
    shipByAt: optionalSeconds(parent.expectShipLatestTime, 'expectShipLatestTime'),
    shippedAt: optionalSeconds(parent.parentShippingTime, 'parentShippingTime'),
    deliverByAt: optionalSeconds(parent.latestDeliveryTime, 'latestDeliveryTime'),
    platformUpdatedAt: requireSeconds(parent.updateTime, 'updateTime'),
    labels: labelsSet(parent.parentOrderLabel),
    warnings: textList(parent.fulfillmentWarning),
    paymentType: optionalText(parent.orderPaymentType),
    shippingMethod: optionalNumberText(parent.shippingMethod, 'shippingMethod'),
    hasShippingFee: optionalFlag(parent.hasShippingFee),
    fulfilmentTypes: [...new Set(lines.flatMap((line) => line.fulfilmentType ?? []))],
    lines,
  };
}

/** Who ships. Source: order list page; a third word is kept as unknown. */
function fulfilmentType(platformType: string | null): FulfilmentType | null {
  if (platformType === null) return null;
  if (platformType === 'fulfillBySeller') return 'seller';
  return platformType === 'fulfillByCooperativeWarehouse' ? 'partner_warehouse' : 'unknown';
}

function readLine(value: unknown, path: string): OrderLineRecord {
  const line = requireObject(value, path);
  const platformStatus = requireNumberText(line.orderStatus, `${path}.orderStatus`);
  // A bundle lists several products; the first is the one that the line is named after.
  const [firstProduct] = arrayOrEmpty(line.productList, `${path}.productList`);
  const product: JsonObject = isJsonObject(firstProduct) ? firstProduct : {};
  return {
    lineId: requireId(line.orderSn, `${path}.orderSn`),
    status: orderStatus(platformStatus),
    platformStatus,
    productId: optionalId(line.goodsId, `${path}.goodsId`),
    skuId: optionalId(line.skuId, `${path}.skuId`),
    catalogueSkuId: optionalId(product.productSkuId, `${path}.productList[0].productSkuId`),
    sellerSku: optionalText(product.extCode),
    productName: optionalText(line.goodsName) ?? optionalText(line.originalGoodsName) ?? '',
    spec: optionalText(line.spec) ?? optionalText(line.originalSpecName),
    imageUrl: optionalText(line.thumbUrl),
    ...readQuantities(line, path),
    soldFactor: optionalCount(product.soldFactor, `${path}.productList[0].soldFactor`) ?? 1,
    fulfilmentType: fulfilmentType(optionalText(line.fulfillmentType)),
    orderedAt: optionalSeconds(line.orderCreateTime, `${path}.orderCreateTime`),
    shippedAt: optionalSeconds(line.orderShippingTime, `${path}.orderShippingTime`),
    labels: labelsSet(line.orderLabel),
  };
}

/**
 * List and detail: `quantity` is net, `originalOrderQuantity − canceledQuantityBeforeShipment`. Sources: field texts of
 * the official pages in two copies, a typed client, and the only public real answer (0, 1, 1 of a cancelled line);
 * confidence H. Where one of the other two is missing it follows from the rest; an older form without both has
 * cancelled nothing. Numbers that disagree are never guessed at.
 */
function readQuantities(
  line: JsonObject,
  path: string,
): Pick<OrderLineRecord, 'orderedQuantity' | 'cancelledBeforeShipment' | 'netQuantity'> {
  const netQuantity = requireCount(line.quantity, `${path}.quantity`);
  const ordered = optionalCount(line.originalOrderQuantity, `${path}.originalOrderQuantity`);
  const cancelled = optionalCount(
    line.canceledQuantityBeforeShipment,
    `${path}.canceledQuantityBeforeShipment`,
  );
  const orderedQuantity = ordered ?? netQuantity + (cancelled ?? 0);
  const cancelledBeforeShipment = cancelled ?? orderedQuantity - netQuantity;
  if (cancelledBeforeShipment < 0 || netQuantity !== orderedQuantity - cancelledBeforeShipment) {
    throw new UnreadableField(
      say('field.quantities_disagree', {
        field: `${path}.quantity`,
        net: netQuantity,
        ordered: orderedQuantity,
        cancelled: cancelledBeforeShipment,
      }),
    );
  }
  return { orderedQuantity, cancelledBeforeShipment, netQuantity };
}

/** All labels are always listed, each with 0 or 1. */
function labelsSet(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((label: unknown) => {
    if (!isJsonObject(label)) return [];
    const name = optionalText(label.name);
    return name !== null && optionalFlag(label.value) === true ? [name] : [];
  });
}

/**
 * Answer of `bg.order.amount.query`. Sources: its official page, two copies with field texts and formulas; names and
 * minor units H, formulas M. Throws `UnreadableField`, also where two currencies meet in one order: an order of a US
 * shop for Canada has been seen with `customerPaid` in CAD, and nothing says what the rest of it is then worth.
 * `signOnDelivery` is null where none was bought and 0 once it was given back. Tax rates are not read.
 */
export function readOrderAmounts(result: unknown, askedFor: string): OrderAmounts {
  const block = requireObject(result, 'result');
  const parent = requireObject(block.parentOrderMap, 'parentOrderMap');
  const orderNumber = optionalId(parent.parentOrderSn, 'parentOrderSn') ?? askedFor;
  if (orderNumber !== askedFor) {
    throw new UnreadableField(say('field.of_another_order', { field: 'parentOrderSn', id: orderNumber }));
  }
  const { minor, currency } = readerOfOneCurrency();
  const sellerDiscountMinor = minor(parent.discountFromSeller, 'discountFromSeller');
  const platformDiscountMinor = minor(parent.discountFromTEMU, 'discountFromTEMU');
  const amounts = {
    basePriceTotalMinor: minor(parent.basePriceTotal, 'basePriceTotal'),
    retailTotalMinor: minor(parent.retailPriceTotal, 'retailPriceTotal'),
    customerPaidMinor: minor(parent.customerPaid, 'customerPaid'),
    shippingMinor: minor(parent.shippingAmountTotal, 'shippingAmountTotal'),
    signOnDeliveryMinor: minor(parent.signOnDelivery, 'signOnDelivery'),
    taxMinor: minor(parent.taxTotal, 'taxTotal'),
    discountMinor:
      minor(parent.totalDiscount, 'totalDiscount') ?? sumKnown(sellerDiscountMinor, platformDiscountMinor),
    sellerDiscountMinor,
    platformDiscountMinor,
    refundedMinor: minor(parent.refundsTotal, 'refundsTotal'),
    estimatedRevenueMinor: minor(parent.estimatedRevenue, 'estimatedRevenue'),
    estimatedDeductionMinor: minor(parent.estimatedRevenueDeduction, 'estimatedRevenueDeduction'),
  };
  const lines = requireArray(block.orderList, 'orderList').map((line, index) =>
    readLineAmounts(line, `orderList[${index}]`, minor),
  );
  if (lines.length === 0) throw new UnreadableField(say('field.no_lines', { field: 'orderList' }));
  requireDistinct(
    lines.map(({ lineId }) => lineId),
    (index) => `orderList[${index}].orderSn`,
  );
  const known = currency();
  if (known === null) throw new UnreadableField(say('field.no_currency', { field: 'parentOrderMap' }));
  return { orderNumber, currency: known, ...amounts, lines };
}

type ReadMinor = (value: unknown, field: string) => number | null;

/** The first amount sets the currency; every later one must be in it. */
function readerOfOneCurrency(): { minor: ReadMinor; currency: () => string | null } {
  let first: { field: string; currency: string } | null = null;
  const minor: ReadMinor = (value, field) => {
    const money = optionalMinorMoney(value, field);
    if (money === null) return null;
    first ??= { field, currency: money.currency };
    if (first.currency !== money.currency) {
      throw new UnreadableField(
        say('field.foreign_currency', {
          field,
          currency: money.currency,
          first: first.currency,
          firstField: first.field,
        }),
      );
    }
    return money.amountMinor;
  };
  return { minor, currency: () => first?.currency ?? null };
}

/**
 * `quantity` is the ordered one here ("the quantity of original single items in order"; two copies, H), so the line's
 * totals are over it. What figures multiply with net units are the *unit* prices; `basePrice` is kept as it came, and
 * is no fault where it is not unit price × quantity. The documented lines have no retail total without tax.
 */
function readLineAmounts(value: unknown, path: string, minor: ReadMinor): OrderLineAmounts {
  const line = requireObject(value, path);
  const unitRetailMinor = minor(line.unitRetailPrice, `${path}.unitRetailPrice`);
  const orderedQuantity = optionalCount(line.quantity, `${path}.quantity`);
  return {
    lineId: requireId(line.orderSn, `${path}.orderSn`),
    retailMinor: multiplied(unitRetailMinor, orderedQuantity, `${path}.unitRetailPrice`),
    basePriceMinor: minor(line.basePrice, `${path}.basePrice`),
    unitBasePriceMinor: minor(line.unitBasePrice, `${path}.unitBasePrice`),
    unitRetailMinor,
    taxMinor: minor(line.productTaxAmount, `${path}.productTaxAmount`),
    discountMinor: sumKnown(
      minor(line.discountFromSeller, `${path}.discountFromSeller`),
      minor(line.discountFromTEMU, `${path}.discountFromTEMU`),
    ),
  };
}

/** Unknown where either part is unknown. */
function multiplied(unit: number | null, quantity: number | null, field: string): number | null {
  if (unit === null || quantity === null) return null;
  const total = unit * quantity;
  if (!Number.isSafeInteger(total))
    throw new UnreadableField(say('field.product_too_large', { field, count: quantity }));
  return total;
}

/** Unknown where either part is unknown. */
function sumKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
