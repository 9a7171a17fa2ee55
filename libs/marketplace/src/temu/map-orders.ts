import type {
  OrderAmounts,
  OrderLineAmounts,
  OrderLineRecord,
  ParentOrderRecord,
  ParentOrderStatus,
} from '../port.js';
import { optionalMinorMoney } from './money.js';
import {
  arrayOrEmpty,
  isJsonObject,
  type JsonObject,
  optionalCount,
  optionalFlag,
  optionalId,
  optionalInteger,
  optionalSeconds,
  optionalText,
  requireArray,
  requireCount,
  requireId,
  requireInteger,
  requireObject,
  requireSeconds,
  textList,
  UnreadableField,
} from './read.js';

/** Parent orders and lines share one set of numbers; 41 and 51 are seen on parents. Source: order status page. */
export function parentOrderStatus(platformStatus: number): ParentOrderStatus {
  switch (platformStatus) {
    case 1:
      return 'pending';
    case 2:
      return 'unshipped';
    case 3:
      return 'cancelled';
    case 4:
      return 'shipped';
    case 5:
      return 'delivered';
    case 41:
      return 'partially_shipped';
    case 51:
      return 'partially_delivered';
    default:
      return 'unknown';
  }
}

export function parentOrderSnOf(item: unknown): unknown {
  return isJsonObject(item) && isJsonObject(item.parentOrderMap) ? item.parentOrderMap.parentOrderSn : null;
}

/** `{parentOrderMap, orderList}` of the list or the detail. One unreadable line makes the whole order unreadable. */
export function readParentOrder(item: unknown): ParentOrderRecord {
  const block = requireObject(item, 'order');
  const parent = requireObject(block.parentOrderMap, 'parentOrderMap');
  const lines = requireArray(block.orderList, 'orderList').map((line, index) =>
    readLine(line, `orderList[${index}]`),
  );
  const platformStatus = requireInteger(parent.parentOrderStatus, 'parentOrderStatus');
  return {
    parentOrderSn: requireId(parent.parentOrderSn, 'parentOrderSn'),
    status: parentOrderStatus(platformStatus),
    platformStatus,
    regionId: optionalId(parent.regionId, 'regionId'),
    siteId: optionalId(parent.siteId, 'siteId'),
    orderedAt: requireSeconds(parent.parentOrderTime, 'parentOrderTime'),
    confirmedAt: optionalSeconds(parent.parentConfirmTime, 'parentConfirmTime'),
    shipByAt: optionalSeconds(parent.expectShipLatestTime, 'expectShipLatestTime'),
    shippedAt: optionalSeconds(parent.parentShippingTime, 'parentShippingTime'),
    deliverByAt: optionalSeconds(parent.latestDeliveryTime, 'latestDeliveryTime'),
    platformUpdatedAt: requireSeconds(parent.updateTime, 'updateTime'),
    labels: labelsSet(parent.parentOrderLabel),
    warnings: textList(parent.fulfillmentWarning),
    paymentType: optionalText(parent.orderPaymentType),
    shippingMethod: optionalInteger(parent.shippingMethod, 'shippingMethod'),
    hasShippingFee: optionalFlag(parent.hasShippingFee),
    fulfilmentTypes: [...new Set(lines.flatMap((line) => line.fulfilmentType ?? []))],
    lines,
  };
}

function readLine(value: unknown, path: string): OrderLineRecord {
  const line = requireObject(value, path);
  const platformStatus = requireInteger(line.orderStatus, `${path}.orderStatus`);
  // A bundle lists several products; the first is the one that the line is named after.
  const [firstProduct] = arrayOrEmpty(line.productList, `${path}.productList`);
  const product: JsonObject = isJsonObject(firstProduct) ? firstProduct : {};
  return {
    orderSn: requireId(line.orderSn, `${path}.orderSn`),
    status: parentOrderStatus(platformStatus),
    platformStatus,
    goodsId: optionalId(line.goodsId, `${path}.goodsId`),
    skuId: optionalId(line.skuId, `${path}.skuId`),
    productSkuId: optionalId(product.productSkuId, `${path}.productList[0].productSkuId`),
    sellerSku: optionalText(product.extCode),
    goodsName: optionalText(line.goodsName) ?? optionalText(line.originalGoodsName) ?? '',
    spec: optionalText(line.spec) ?? optionalText(line.originalSpecName),
    imageUrl: optionalText(line.thumbUrl),
    ...readQuantities(line, path),
    soldFactor: optionalCount(product.soldFactor, `${path}.productList[0].soldFactor`) ?? 1,
    fulfilmentType: optionalText(line.fulfillmentType),
    orderedAt: optionalSeconds(line.orderCreateTime, `${path}.orderCreateTime`),
    shippedAt: optionalSeconds(line.orderShippingTime, `${path}.orderShippingTime`),
    labels: labelsSet(line.orderLabel),
  };
}

/**
 * `quantity` is net: `originalOrderQuantity − canceledQuantityBeforeShipment` (reference §6.2; a real answer has 0, 1, 1).
 * An older form without the last two has neither cancelled anything.
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
      `${path}.quantity`,
      `is ${netQuantity}, not originalOrderQuantity ${orderedQuantity} less canceledQuantityBeforeShipment ${cancelledBeforeShipment}`,
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

/** Answer of `bg.order.amount.query`. Throws `UnreadableField`, also where two currencies meet in one order. */
export function readOrderAmounts(result: unknown, askedFor: string): OrderAmounts {
  const block = requireObject(result, 'result');
  const parent = requireObject(block.parentOrderMap, 'parentOrderMap');
  const parentOrderSn = optionalId(parent.parentOrderSn, 'parentOrderSn') ?? askedFor;
  if (parentOrderSn !== askedFor) {
    throw new UnreadableField('parentOrderSn', `is ${parentOrderSn}, another order than the one asked for`);
  }
  let currency: string | null = null;
  const minor = (value: unknown, field: string): number | null => {
    const money = optionalMinorMoney(value, field);
    if (money === null) return null;
    if (currency !== null && currency !== money.currency) {
      throw new UnreadableField(
        field,
        `is in ${money.currency}, other amounts of the order are in ${currency}`,
      );
    }
    currency = money.currency;
    return money.amountMinor;
  };
  const amounts = {
    retailTotalMinor: minor(parent.retailPriceTotal, 'retailPriceTotal'),
    basePriceTotalMinor: minor(parent.basePriceTotal, 'basePriceTotal'),
    customerPaidMinor: minor(parent.customerPaid, 'customerPaid'),
    shippingMinor: minor(parent.shippingAmountTotal, 'shippingAmountTotal'),
    signOnDeliveryMinor: minor(parent.signOnDelivery, 'signOnDelivery'),
    taxMinor: minor(parent.taxTotal, 'taxTotal'),
    discountMinor: minor(parent.totalDiscount, 'totalDiscount'),
    sellerDiscountMinor: minor(parent.discountFromSeller, 'discountFromSeller'),
    platformDiscountMinor: minor(parent.discountFromTEMU, 'discountFromTEMU'),
    refundedMinor: minor(parent.refundsTotal, 'refundsTotal'),
    estimatedRevenueMinor: minor(parent.estimatedRevenue, 'estimatedRevenue'),
    estimatedDeductionMinor: minor(parent.estimatedRevenueDeduction, 'estimatedRevenueDeduction'),
  };
  const lines = requireArray(block.orderList, 'orderList').map((line, index) =>
    readLineAmounts(line, `orderList[${index}]`, minor),
  );
  if (currency === null) throw new UnreadableField('parentOrderMap', 'holds no amount with a currency');
  return { parentOrderSn, currency, ...amounts, lines };
}

type ReadMinor = (value: unknown, field: string) => number | null;

function readLineAmounts(value: unknown, path: string, minor: ReadMinor): OrderLineAmounts {
  const line = requireObject(value, path);
  const unitRetailMinor = minor(line.unitRetailPrice, `${path}.unitRetailPrice`);
  const quantity = optionalCount(line.quantity, `${path}.quantity`);
  return {
    orderSn: requireId(line.orderSn, `${path}.orderSn`),
    // A line has no twin of the parent's retailPriceTotal (its only total includes the tax), so it is multiplied out.
    retailMinor:
      minor(line.retailPriceTotal, `${path}.retailPriceTotal`) ??
      (unitRetailMinor !== null && quantity !== null ? unitRetailMinor * quantity : null),
    basePriceMinor: minor(line.basePrice, `${path}.basePrice`),
    unitBasePriceMinor: minor(line.unitBasePrice, `${path}.unitBasePrice`),
    unitRetailMinor,
    taxMinor:
      minor(line.taxTotal, `${path}.taxTotal`) ?? minor(line.productTaxAmount, `${path}.productTaxAmount`),
    discountMinor:
      minor(line.totalDiscount, `${path}.totalDiscount`) ??
      sumKnown(
        minor(line.discountFromSeller, `${path}.discountFromSeller`),
        minor(line.discountFromTEMU, `${path}.discountFromTEMU`),
      ),
  };
}

/** Unknown where either part is unknown. */
function sumKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
