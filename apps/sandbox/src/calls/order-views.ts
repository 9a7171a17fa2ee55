import { type LineAmounts, orderAmounts } from '../world/amounts.js';
import { PARENT_LABELS } from '../world/order-labels.js';
import type { FulfilmentType, OrderLine, ParentOrder, Shop } from '../world/types.js';

const LINE_LABELS = [
  'customized_products',
  'US_to_CA',
  'pre_sale_order',
  'made_to_order',
  'vacation_order',
  'Y2_advance_sale',
] as const;

/** All labels are always listed, set or not. */
function labelList(names: readonly string[], set: readonly string[]): { name: string; value: 0 | 1 }[] {
  return names.map((name) => ({ name, value: set.includes(name) ? 1 : 0 }));
}

function lineView(order: ParentOrder, line: OrderLine, origin: string): Record<string, unknown> {
  const isCoWarehouse = line.fulfilmentType === 'fulfillByCooperativeWarehouse';
  return {
    orderSn: line.orderSn,
    orderStatus: line.status,
    goodsId: line.goodsId,
    skuId: line.skuId,
    goodsName: line.goodsName,
    originalGoodsName: line.originalGoodsName,
    spec: line.spec,
    originalSpecName: line.originalSpecName,
    thumbUrl: `${origin}/picture/${line.goodsId}.svg`,
    quantity: line.quantity - line.canceledQuantityBeforeShipment,
    originalOrderQuantity: line.quantity,
    canceledQuantityBeforeShipment: line.canceledQuantityBeforeShipment,
    isCancelledDuringPending: line.canceledDuringPending,
    fulfillmentType: line.fulfilmentType,
    fulfillmentWarning: [],
    orderLabel: labelList(LINE_LABELS, line.labels),
    orderPaymentType: order.paymentType,
    orderCreateTime: order.createTime,
    orderShippingTime: line.shippedAt,
    earliestTimeBuyShippingLabel: null,
    earliestTimeGetShippingDocument: null,
    inventoryDeductionWarehouseId: isCoWarehouse ? 'WH-SBX-0001' : null,
    inventoryDeductionWarehouseName: isCoWarehouse ? 'Sandbox Co-Warehouse' : null,
    qualificationUploadEndTime: null,
    packageAbnormalTypeList: [],
    productList: [
      {
        productSkuId: line.productSkuId,
        productId: line.productId,
        extCode: line.extCode,
        soldFactor: line.soldFactor,
      },
    ],
  };
}

function firstShipping(order: ParentOrder): number | null {
  const times = order.lines.flatMap((line) => (line.shippedAt === null ? [] : [line.shippedAt]));
  return times.length === 0 ? null : Math.min(...times);
}

function parentView(order: ParentOrder): Record<string, unknown> {
  return {
    parentOrderSn: order.parentOrderSn,
    parentOrderStatus: order.status,
    parentOrderTime: order.createTime,
    parentOrderPendingFinishTime: order.confirmTime,
    parentConfirmTime: order.confirmTime,
    expectShipLatestTime: order.expectShipLatestTime,
    parentShippingTime: firstShipping(order),
    latestDeliveryTime: order.latestDeliveryTime,
    regionId: order.regionId,
    siteId: order.siteId,
    parentOrderLabel: labelList(PARENT_LABELS, order.labels),
    fulfillmentWarning: order.warnings,
    shippingMethod: order.shippingMethod,
    hasShippingFee: order.lines.some((line) => line.shippingMinor > 0),
    orderPaymentType: order.paymentType,
    batchOrderNumberList: null,
    isShipmentConsolidatedByMainMall: false,
  };
}

export function orderView(
  order: ParentOrder,
  types: ReadonlySet<FulfilmentType>,
  origin: string,
): Record<string, unknown> {
  return {
    parentOrderMap: { ...parentView(order), updateTime: order.updateTime },
    orderList: order.lines
      .filter((line) => types.has(line.fulfilmentType))
      .map((line) => lineView(order, line, origin)),
  };
}

/** The two blocks of the list without the update time, and with the detail's own fields. */
export function orderDetailView(
  order: ParentOrder,
  types: ReadonlySet<FulfilmentType>,
  origin: string,
  place: readonly [string, string, string],
): Record<string, unknown> {
  const [regionName1, regionName2, regionName3] = place;
  return {
    parentOrderMap: { ...parentView(order), regionName1, regionName2, regionName3, paymentInfo: null },
    orderList: order.lines
      .filter((line) => types.has(line.fulfilmentType))
      .map((line) => ({
        ...lineView(order, line, origin),
        packageSnInfo:
          line.packageSn === null
            ? []
            : [
                {
                  packageSn: line.packageSn,
                  packageDeliveryType: line.fulfilmentType === 'fulfillBySeller' ? 1 : 4,
                  callSuccess: true,
                },
              ],
        hasUploadedEvidence: false,
      })),
  };
}

export function amountView(shop: Shop, order: ParentOrder): Record<string, unknown> {
  const money = (amount: number) => ({ amount, currency: shop.currency });
  const { parent, lines } = orderAmounts(shop, order);
  const totals = Object.entries(parent).map(([name, amount]: [string, number | null]) => [
    name,
    amount === null ? null : money(amount),
  ]);
  return {
    parentOrderMap: { parentOrderSn: order.parentOrderSn, ...Object.fromEntries(totals) },
    orderList: order.lines.map((line, index) => lineAmountView(line, lines[index], money)),
    warning: [],
  };
}

function lineAmountView(
  line: OrderLine,
  amounts: LineAmounts | undefined,
  money: (amount: number) => { amount: number; currency: string },
): Record<string, unknown> {
  if (amounts === undefined) throw new Error(`line ${line.orderSn} has no amounts`);
  return {
    orderSn: line.orderSn,
    quantity: amounts.quantity,
    unitBasePrice: money(amounts.unitBasePrice),
    basePrice: money(amounts.basePrice),
    unitRetailPrice: money(amounts.unitRetailPrice),
    unitRetailPriceVatIncl: money(amounts.unitRetailPriceVatIncl),
    unitRetailPriceVatExcl: money(amounts.unitRetailPriceVatExcl),
    retailPriceTotalTaxIncl: money(amounts.retailPriceTotalTaxIncl),
    shipAmountTotalTaxIncl: money(amounts.shipAmountTotalTaxIncl),
    productTaxAmount: money(amounts.productTaxAmount),
    shipTaxAmount: money(amounts.shipTaxAmount),
    discountFromSeller: money(amounts.discountFromSeller),
    discountFromTEMU: money(amounts.discountFromTEMU),
    productTaxRate: amounts.taxRate,
    shipTaxRate: amounts.taxRate,
  };
}
