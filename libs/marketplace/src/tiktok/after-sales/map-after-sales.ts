import { say } from '#said';
import {
  arrayOrEmpty,
  isJsonObject,
  type JsonObject,
  optionalId,
  optionalSeconds,
  optionalText,
  requireId,
  requireObject,
  requireSeconds,
  requireText,
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
import { amountsIn } from '../wire/amounts.js';

/**
 * `return_status` [D]. …SUCCESS says that the buyer will be refunded, …COMPLETE that they have been; a replacement that ended in
 * a refund for want of stock is one. Replacements that are asked for or made give no money back, and no word of ours fits them:
 * they stay unknown, and TikTok's word is shown. 202602 has been seen to add words of exchanges [R]: unknown too.
 */
const STATUSES: Readonly<Record<string, AfterSalesStatus>> = {
  AWAITING_BUYER_SHIP: 'return_requested',
  BUYER_SHIPPED_ITEM: 'return_shipped',
  RETURN_OR_REFUND_REQUEST_SUCCESS: 'refund_in_progress',
  RETURN_OR_REFUND_REQUEST_COMPLETE: 'refunded',
  REPLACEMENT_REQUEST_REFUND_SUCCESS: 'refunded',
  REFUND_OR_RETURN_REQUEST_REJECT: 'rejected',
  REJECT_RECEIVE_PACKAGE: 'rejected',
  REPLACEMENT_REQUEST_REJECT: 'rejected',
  // By the buyer or the system.
  RETURN_OR_REFUND_REQUEST_CANCEL: 'cancelled_by_buyer',
  REPLACEMENT_REQUEST_CANCEL: 'cancelled_by_buyer',
};

/** What the buyer is asked for, or asks for, depends on whether goods come back. */
const REQUESTED = new Set(['RETURN_OR_REFUND_REQUEST_PENDING', 'AWAITING_BUYER_RESPONSE']);

/** TikTok decides, whatever the request's own state says; a rejected one may still end in a refund. */
const IN_ARBITRATION = 'IN_PROGRESS';

export function afterSalesStatus(
  platformStatus: string,
  platformType: string | null,
  arbitration: string | null,
): AfterSalesStatus {
  const status = REQUESTED.has(platformStatus)
    ? requested(platformType)
    : ((Object.hasOwn(STATUSES, platformStatus) ? STATUSES[platformStatus] : undefined) ?? 'unknown');
  const isOver = status === 'refunded' || status === 'cancelled_by_buyer';
  return arbitration === IN_ARBITRATION && !isOver ? 'platform_review' : status;
}

function requested(platformType: string | null): AfterSalesStatus {
  return platformType === 'RETURN_AND_REFUND' ? 'return_requested' : 'refund_requested';
}

/** A replacement is neither. */
export function afterSalesType(platformType: string | null): AfterSalesType {
  if (platformType === 'REFUND') return 'refund_only';
  return platformType === 'RETURN_AND_REFUND' ? 'return_and_refund' : 'unknown';
}

export function returnIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.return_id : null;
}

/** A row of `SearchReturns` [D]. */
export function readCase(row: unknown): AfterSalesCaseRecord {
  const item = requireObject(row, 'return');
  const { platformStatus, platformType, status } = stateOf(item);
  const actions = arrayOrEmpty(item.seller_next_action_response, 'seller_next_action_response').map(
    (value, index) => requireObject(value, `seller_next_action_response[${index}]`),
  );
  return {
    caseNumber: requireId(item.return_id, 'return_id'),
    orderNumber: requireId(item.order_id, 'order_id'),
    status,
    platformStatus,
    platformStatusGroup: optionalText(item.arbitration_status),
    type: afterSalesType(platformType),
    platformType,
    returnMethod: optionalText(item.return_method),
    availableOperations: actions.flatMap(({ action }) => optionalText(action) ?? []),
    actBy: earliest(actions),
    openedAt: requireSeconds(item.create_time, 'create_time'),
    platformUpdatedAt: requireSeconds(item.update_time, 'update_time'),
  };
}

function stateOf(item: JsonObject) {
  const platformStatus = requireText(item.return_status, 'return_status');
  const platformType = optionalText(item.return_type);
  const status = afterSalesStatus(platformStatus, platformType, optionalText(item.arbitration_status));
  return { platformStatus, platformType, status };
}

function earliest(actions: readonly JsonObject[]): Date | null {
  const deadlines = actions.flatMap(
    ({ deadline }) => optionalSeconds(deadline, 'seller_next_action_response.deadline') ?? [],
  );
  return deadlines.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null;
}

/** A case with its lines, each of which is one unit of the order [D]: it names the order's line. */
export function readCaseLines(row: unknown): AfterSalesLineRecord[] {
  const item = requireObject(row, 'return');
  const caseNumber = requireId(item.return_id, 'return_id');
  const { platformStatus, platformType, status } = stateOf(item);
  return arrayOrEmpty(item.return_line_items, 'return_line_items').map((value, index) => {
    const path = `return_line_items[${index}]`;
    const line = requireObject(value, path);
    return {
      caseNumber,
      caseLineId: requireId(line.return_line_item_id, `${path}.return_line_item_id`),
      status,
      platformStatus,
      type: afterSalesType(platformType),
      platformType,
      productId: null,
      skuId: optionalId(line.sku_id, `${path}.sku_id`),
      catalogueSkuId: null,
      orderLineId: optionalId(line.order_line_item_id, `${path}.order_line_item_id`),
      quantity: 1,
    };
  });
}

/** `refund_amount.refund_total`: all that the buyer gets, tax and shipping included [D]; of an open case it is what is asked for. */
export function readRefund(
  row: unknown,
  asked: { readonly caseNumber: string; readonly orderNumber: string },
): AfterSalesRefund {
  const item = requireObject(row, 'return');
  for (const [field, expected] of [
    ['return_id', asked.caseNumber],
    ['order_id', asked.orderNumber],
  ] as const) {
    const number = optionalId(item[field], field) ?? expected;
    if (number !== expected) throw new UnreadableField(say('field.of_another', { field, id: number }));
  }
  const { caseNumber } = asked;
  if (stateOf(item).status !== 'refunded' || item.refund_amount === undefined || item.refund_amount === null)
    return { caseNumber, refunded: null };
  const refund = requireObject(item.refund_amount, 'refund_amount');
  if (refund.refund_total === undefined || refund.refund_total === null || refund.refund_total === '')
    return { caseNumber, refunded: null };
  const { currency, minor } = amountsIn(refund.currency, 'refund_amount.currency');
  const amountMinor = minor(refund.refund_total, 'refund_amount.refund_total');
  if (amountMinor === null) return { caseNumber, refunded: null };
  if (amountMinor < 0)
    throw new UnreadableField(
      say('field.below_zero', { field: 'refund_amount.refund_total', number: amountMinor }),
    );
  return { caseNumber, refunded: { amountMinor, currency } };
}

export function cancelIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.cancel_id : null;
}

/** A pending row of `SearchCancellations` [D]: undecided until the deadline, TikTok decides by itself. */
export function readCancelRequest(row: unknown): CancelRequestRecord {
  const item = requireObject(row, 'cancellation');
  const field = 'seller_next_action_response';
  const decideBy = earliest(
    arrayOrEmpty(item[field], field).map((value, index) => requireObject(value, `${field}[${index}]`)),
  );
  if (decideBy === null) throw new UnreadableField(say('field.missing', { field: `${field}.deadline` }));
  return {
    caseNumber: requireId(item.cancel_id, 'cancel_id'),
    orderNumber: requireId(item.order_id, 'order_id'),
    requestedAt: requireSeconds(item.create_time, 'create_time'),
    decideBy,
  };
}
