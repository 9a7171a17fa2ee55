import type { PromotionGoodsRecord, PromotionRecord } from '../port.js';
import {
  isJsonObject,
  optionalCount,
  optionalFlag,
  optionalInstant,
  optionalInteger,
  optionalText,
  requireArray,
  requireId,
  requireObject,
} from './read.js';

export function activityIdOf(row: unknown): unknown {
  return isJsonObject(row) ? row.activityId : null;
}

/** A row of `bg.promotion.activity.query`. Its times are seconds by one document and milliseconds by another. */
export function readPromotion(value: unknown): PromotionRecord {
  const row = requireObject(value, 'activity');
  return {
    promotionId: requireId(row.activityId, 'activityId'),
    name: optionalText(row.activityName) ?? '',
    type: optionalInteger(row.activityType, 'activityType'),
    status: optionalInteger(row.activityStatus, 'activityStatus'),
    startsAt: optionalInstant(row.activityStartTime, 'activityStartTime'),
    endsAt: optionalInstant(row.activityEndTime, 'activityEndTime'),
    isJoined: optionalFlag(row.isJoinedActivity),
  };
}

/** A row of `bg.promotion.activity.goods.query`. Its prices are minor units without a currency. */
export function readPromotionGoods(value: unknown): PromotionGoodsRecord {
  const row = requireObject(value, 'goods');
  return {
    goodsId: requireId(row.goodsId, 'goodsId'),
    quantity: optionalCount(row.activityQuantity, 'activityQuantity'),
    remainingQuantity: optionalCount(row.remainingActivityQuantity, 'remainingActivityQuantity'),
    // A product takes part with SKUs: without the list, all of them would look withdrawn.
    skus: requireArray(row.skuList, 'skuList').map((item, index) => {
      const path = `skuList[${index}]`;
      const sku = requireObject(item, path);
      return {
        skuId: requireId(sku.skuId, `${path}.skuId`),
        supplyPriceMinor: optionalCount(sku.activitySupplierPrice, `${path}.activitySupplierPrice`),
      };
    }),
  };
}
