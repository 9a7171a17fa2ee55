import { say } from '#said';
import { optionalMinorMoney } from '../../payload/money.js';
import {
  arrayOrEmpty,
  isJsonObject,
  optionalCount,
  optionalId,
  optionalInstant,
  optionalInteger,
  optionalNumberText,
  requireArray,
  requireId,
  requireNumberText,
  requireObject,
  UnreadableField,
} from '../../payload/read.js';
import type {
  AfterSalesCaseRecord,
  AfterSalesLineRecord,
  AfterSalesRefund,
  AfterSalesStatus,
  AfterSalesType,
  CancelRequestRecord,
} from '../../port.js';

/** Cases and their lines share one set of numbers. Source: the after-sales pages (reference §8). */
export function afterSalesStatus(platformStatus: string): AfterSalesStatus {
  switch (platformStatus) {
    case '1':
      return 'refund_requested';
    case '2':
      return 'return_shipped';
    case '3':
      return 'return_received';
    case '4':
    case '9':
      return 'refund_in_progress';
    case '5':
      return 'refunded';
    case '6':
      return 'cancelled_by_buyer';
    case '7':
      return 'rejected';
    case '8':
      return 'label_wanted';
    case '10':
      return 'return_requested';
    case '11':
      return 'platform_review';
    default:
      return 'unknown';
  }
}

export function afterSalesType(platformType: string | null): AfterSalesType {
  if (platformType === '1') return 'refund_only';
  return platformType === '2' ? 'return_and_refund' : 'unknown';
}

export function caseNumberOf(row: unknown): unknown {
  return isJsonObject(row) ? row.parentAfterSalesSn : null;
}

/** A row of `bg.aftersales.parentaftersales.list.get`: official page and three copies; times in seconds, the deadline in ms. */
export function readAfterSalesCase(row: unknown): AfterSalesCaseRecord {
  const item = requireObject(row, 'case');
  const platformStatus = requireNumberText(item.parentAfterSalesStatus, 'parentAfterSalesStatus');
  const platformType = optionalNumberText(item.afterSalesType, 'afterSalesType');
  return {
    caseNumber: requireId(item.parentAfterSalesSn, 'parentAfterSalesSn'),
    orderNumber: requireId(item.parentOrderSn, 'parentOrderSn'),
    status: afterSalesStatus(platformStatus),
    platformStatus,
    platformStatusGroup: optionalNumberText(item.afterSalesStatusGroup, 'afterSalesStatusGroup'),
    type: afterSalesType(platformType),
    platformType,
    returnMethod: optionalNumberText(item.returnDeliveryType, 'returnDeliveryType'),
    availableOperations: arrayOrEmpty(item.availableOperateList, 'availableOperateList').map((value, index) =>
      requireNumberText(value, `availableOperateList[${index}]`),
    ),
    actBy: optionalInstant(item.operateExpireTimeMs, 'operateExpireTimeMs'),
    openedAt: requireInstant(item.createAt, 'createAt'),
    platformUpdatedAt: requireInstant(item.updateAt, 'updateAt'),
  };
}

/** A row of `bg.aftersales.aftersales.list.get`: official page and two copies. It names its SKU, not the order's line. */
export function readAfterSalesLine(row: unknown): AfterSalesLineRecord {
  const line = requireObject(row, 'line');
  const platformStatus = requireNumberText(line.afterSalesStatus, 'afterSalesStatus');
  const platformType = optionalNumberText(line.afterSalesType, 'afterSalesType');
  return {
    caseNumber: requireId(line.parentAfterSalesSn, 'parentAfterSalesSn'),
    caseLineId: requireId(line.afterSalesSn, 'afterSalesSn'),
    status: afterSalesStatus(platformStatus),
    platformStatus,
    type: afterSalesType(platformType),
    platformType,
    productId: optionalId(line.goodsId, 'goodsId'),
    skuId: optionalId(line.skuId, 'skuId'),
    catalogueSkuId: optionalId(line.productSkuId, 'productSkuId'),
    quantity: optionalCount(line.applyAfterSalesGoodsNumber, 'applyAfterSalesGoodsNumber'),
  };
}

/** Temu approves what nobody has decided by then. Source: one integration note (M). */
const CANCELLED_AFTER_MS = 24 * 3_600_000;

/** A row of `bg.aftersales.cancel.list.get`: official page and copies (H). One request names one order, line by line. */
export function readCancelRequest(row: unknown): CancelRequestRecord {
  const item = requireObject(row, 'request');
  const lines = requireArray(item.afterSalesInfoList, 'afterSalesInfoList').map((value, index) => {
    const path = `afterSalesInfoList[${index}]`;
    const line = requireObject(value, path);
    return {
      orderNumber: requireId(line.parentOrderSn, `${path}.parentOrderSn`),
      requestedAt: requireInstant(line.createAtMillis, `${path}.createAtMillis`),
    };
  });
  const [first, ...others] = lines.toSorted((a, b) => a.requestedAt.getTime() - b.requestedAt.getTime());
  if (first === undefined)
    throw new UnreadableField(say('field.empty_list', { field: 'afterSalesInfoList' }));
  const stranger = others.find(({ orderNumber }) => orderNumber !== first.orderNumber);
  if (stranger !== undefined)
    throw new UnreadableField(
      say('field.two_orders', {
        field: 'afterSalesInfoList',
        first: first.orderNumber,
        second: stranger.orderNumber,
      }),
    );
  return {
    caseNumber: requireId(item.parentAfterSalesSn, 'parentAfterSalesSn'),
    ...first,
    decideBy: new Date(first.requestedAt.getTime() + CANCELLED_AFTER_MS),
  };
}

/** Of a case, and of its lines: the refund is done. */
const REFUNDED = 5;

/**
 * `refundSummary.buyerTotalRefund` of `temu.aftersales.parentaftersales.detail.get`: all that the buyer was given back,
 * tax and shipping included, `{amount, currency}`. Sources: the official page's example, two copies with field texts
 * (names H), a client that reads whole cents (minor units M, the page says no unit). Of a case that is not refunded the
 * sum is what is asked for at most, so it is unknown here.
 */
export function readAfterSalesRefund(
  result: unknown,
  asked: { readonly caseNumber: string; readonly orderNumber: string },
): AfterSalesRefund {
  const detail = requireObject(result, 'result');
  for (const [field, expected] of [
    ['parentAfterSalesSn', asked.caseNumber],
    ['parentOrderSn', asked.orderNumber],
  ] as const) {
    const number = optionalId(detail[field], field) ?? expected;
    if (number !== expected) throw new UnreadableField(say('field.of_another', { field, id: number }));
  }
  const status = optionalInteger(detail.parentAfterSalesStatus, 'parentAfterSalesStatus');
  const isRefunded = status === null || status === REFUNDED;
  const { refundSummary } = detail;
  const summary =
    refundSummary === undefined || refundSummary === null
      ? {}
      : requireObject(refundSummary, 'refundSummary');
  const total = optionalMinorMoney(summary.buyerTotalRefund, 'refundSummary.buyerTotalRefund');
  if (total !== null && total.amountMinor < 0) {
    throw new UnreadableField(
      say('field.below_zero', { field: 'refundSummary.buyerTotalRefund.amount', number: total.amountMinor }),
    );
  }
  return { caseNumber: asked.caseNumber, refunded: isRefunded ? total : null };
}

function requireInstant(value: unknown, field: string): Date {
  const time = optionalInstant(value, field);
  if (time === null) throw new UnreadableField(say('field.missing', { field }));
  return time;
}
