import type { Redact } from '../../call/redact.js';
import {
  isJsonObject,
  optionalCount,
  optionalFlag,
  optionalInstant,
  optionalNumberText,
  optionalText,
  readRows,
  requireArray,
  requireId,
  requireObject,
} from '../../payload/read.js';
import type {
  PromotionProductRecord,
  PromotionRecord,
  PromotionStatus,
  UnreadableRecord,
} from '../../port.js';
import { nameOfSku } from './map-products.js';

export function activityIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.activityId : null;
}

function promotionStatus(platformStatus: string | null): PromotionStatus | null {
  switch (platformStatus) {
    case '1':
      return 'upcoming';
    case '2':
      return 'running';
    case '3':
      return 'over';
    case null:
      return null;
    default:
      return 'unknown';
  }
}

/**
 * A row of `bg.promotion.activity.query`. Its times are seconds (field texts of a copy of the official page, H); an
 * older document says milliseconds, so that their size tells them apart.
 */
export function readPromotion(value: unknown): PromotionRecord {
  const row = requireObject(value, 'activity');
  const platformStatus = optionalNumberText(row.activityStatus, 'activityStatus');
  return {
    promotionId: requireId(row.activityId, 'activityId'),
    name: optionalText(row.activityName) ?? '',
    platformType: optionalNumberText(row.activityType, 'activityType'),
    platformStatus,
    status: promotionStatus(platformStatus),
    startsAt: optionalInstant(row.activityStartTime, 'activityStartTime'),
    endsAt: optionalInstant(row.activityEndTime, 'activityEndTime'),
    isJoined: optionalFlag(row.isJoinedActivity),
  };
}

/**
 * A row of `bg.promotion.activity.goods.query` (official page's example, H). Its prices are whole numbers without a
 * currency: minor units of the SKU's own (L). A price that cannot be understood is unknown, and costs neither its
 * product nor the product's other SKUs; `unreadableParts` has the SKU as it came. A SKU without an id does cost the
 * product: without it the others would be all that is enrolled.
 */
export function readPromotionProduct(
  value: unknown,
  redact: Redact,
): { record: PromotionProductRecord; unreadable: UnreadableRecord[] } {
  const row = requireObject(value, 'goods');
  const productId = requireId(row.goodsId, 'goodsId');
  const unreadable: UnreadableRecord[] = [];
  // A product takes part with SKUs: without the list, all of them would look withdrawn.
  const skus = requireArray(row.skuList, 'skuList').map((item, index) => {
    const skuId = requireId(requireObject(item, `skuList[${index}]`).skuId, `skuList[${index}].skuId`);
    const read = readRows([item], () => nameOfSku(productId, item), readSkuPrice, redact);
    unreadable.push(...read.unreadable);
    return { skuId, supplyPriceMinor: read.records[0] ?? null };
  });
  const record = {
    productId,
    quantity: optionalCount(row.activityQuantity, 'activityQuantity'),
    remainingQuantity: optionalCount(row.remainingActivityQuantity, 'remainingActivityQuantity'),
    skus,
  };
  return { record, unreadable };
}

function readSkuPrice(item: unknown): number | null {
  return optionalCount(requireObject(item, 'SKU').activitySupplierPrice, 'activitySupplierPrice');
}
