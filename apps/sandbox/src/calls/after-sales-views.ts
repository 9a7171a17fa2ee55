import { refundOf } from '../world/amounts.js';
import { Prng } from '../world/prng.js';
import type { ShopState } from '../world/shop-state.js';
import type { AfterSales, AfterSalesStatus, CaseLine, OrderLine } from '../world/types.js';

/** Group → statuses (reference §8). A status may lie in two groups. */
export const GROUPS: ReadonlyMap<number, readonly AfterSalesStatus[]> = new Map<
  number,
  readonly AfterSalesStatus[]
>([
  [1, [1, 3, 8]],
  [2, [1, 10]],
  [3, [2]],
  [4, [11]],
  [5, [5]],
  [6, [7]],
  [7, [6]],
]);

function groupOf(status: AfterSalesStatus): number {
  for (const [group, statuses] of GROUPS) if (statuses.includes(status)) return group;
  return 0;
}

const FULL_REFUND = 1;
const UPLOAD_RETURN_LABEL = 10;

/** Which status allows what the documents do not say; a label is uploaded where one is wanted. */
function availableOperations(status: AfterSalesStatus): number[] {
  switch (status) {
    case 1:
    case 3:
    case 10:
      return [FULL_REFUND];
    case 8:
      return [FULL_REFUND, UPLOAD_RETURN_LABEL];
    case 2:
    case 5:
    case 6:
    case 7:
    case 11:
      return [];
  }
}

/** 3 drop off, 4 pick up; always the same for the same case. */
function returnDeliveryType(item: AfterSales): 3 | 4 | null {
  if (item.type === 1) return null;
  return new Prng(`return/${item.parentAfterSalesSn}`).chance(0.7) ? 3 : 4;
}

export function afterSalesView(item: AfterSales): Record<string, unknown> {
  const operations = availableOperations(item.status);
  return {
    parentAfterSalesSn: item.parentAfterSalesSn,
    parentOrderSn: item.parentOrderSn,
    parentAfterSalesStatus: item.status,
    afterSalesStatusGroup: groupOf(item.status),
    afterSalesType: item.type,
    returnDeliveryType: returnDeliveryType(item),
    availableOperateList: operations,
    operateExpireTimeMs: operations.length > 0 ? (item.createAt + 2 * 86_400) * 1000 : null,
    createAt: item.createAt,
    updateAt: item.updateAt,
  };
}

/** The lines of a case, each with the order's line that it is about. */
export function linesOfCase(
  shop: ShopState,
  item: AfterSales,
): { caseLine: CaseLine; orderLine: OrderLine }[] {
  const order = shop.order(item.parentOrderSn);
  return item.lines.flatMap((caseLine) => {
    const orderLine = order?.lines.find((each) => each.orderSn === caseLine.orderSn);
    return orderLine === undefined ? [] : [{ caseLine, orderLine }];
  });
}

function goodsOf(line: OrderLine): Record<string, unknown> {
  return {
    goodsId: line.goodsId,
    skuId: line.skuId,
    productSkuId: line.productSkuId,
    productList: [{ productSkuId: line.productSkuId, extCode: line.extCode }],
  };
}

export function afterSalesLineViews(shop: ShopState, item: AfterSales): Record<string, unknown>[] {
  return linesOfCase(shop, item).map(({ caseLine, orderLine }) => ({
    parentAfterSalesSn: item.parentAfterSalesSn,
    afterSalesSn: caseLine.afterSalesSn,
    afterSalesStatus: item.status,
    afterSalesType: item.type,
    ...goodsOf(orderLine),
    applyAfterSalesGoodsNumber: caseLine.quantity,
  }));
}

/** With the buyer's money; nothing has been given back before the case is refunded. */
export function afterSalesDetailView(shop: ShopState, item: AfterSales): Record<string, unknown> {
  const money = (amount: number) => ({ amount, currency: shop.shop.currency });
  const lines = linesOfCase(shop, item).map((each) => ({
    ...each,
    refund: refundOf(each.orderLine, each.caseLine.quantity),
  }));
  const sum = (part: 'buyerTotal' | 'retailExcl' | 'tax' | 'discountFromSeller' | 'discountFromTemu') =>
    money(item.status === 5 ? lines.reduce((total, { refund }) => total + refund[part], 0) : 0);
  return {
    parentAfterSalesSn: item.parentAfterSalesSn,
    parentOrderSn: item.parentOrderSn,
    parentAfterSalesStatus: item.status,
    afterSalesType: item.type,
    availableOperateList: availableOperations(item.status),
    createAtMillis: item.createAt * 1000,
    lastUpdateAtMillis: item.updateAt * 1000,
    refundSummary: {
      buyerTotalRefund: sum('buyerTotal'),
      retailPriceRefundTaxExcl: sum('retailExcl'),
      shippingAmountRefundTaxExcl: money(0),
      discountFromTEMURefund: sum('discountFromTemu'),
      discountFromSellerRefund: sum('discountFromSeller'),
      taxTotalRefund: sum('tax'),
    },
    afterSalesList: lines.map(({ caseLine, orderLine, refund }) => ({
      afterSalesSn: caseLine.afterSalesSn,
      orderSn: caseLine.orderSn,
      afterSalesStatus: item.status,
      applyAfterSalesGoodsNumber: caseLine.quantity,
      applyRefundAmount: money(refund.buyerTotal),
      afterSalesReasonCode: caseLine.reasonCode,
      afterSalesReasonDesc: caseLine.reasonDesc,
      buyerComment: caseLine.buyerComment,
      afterSalesGoodsInfo: goodsOf(orderLine),
    })),
  };
}
