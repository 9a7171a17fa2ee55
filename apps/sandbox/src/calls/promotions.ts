import { BusinessFault } from '../protocol/faults.js';
import { Prng } from '../world/prng.js';
import type { ShopState } from '../world/shop-state.js';
import type { Product, Shop } from '../world/types.js';
import { defineCall, LOCAL_REGIONS, readPage, required, slicePage } from './call.js';

const INVALID = 220010001;
const ACTIVITY_TYPES = [2, 13, 27, 100] as const;
const DAY_MS = 86_400_000;

export interface Activity {
  activityId: number;
  activityName: string;
  activityType: number;
  startTime: number;
  endTime: number;
  joined: boolean;
}

/** A handful of campaigns around the anchor, made from the shop's seed; nothing of them changes. */
export function activitiesOf(shop: Shop): Activity[] {
  if (shop.generation.products === 0) return [];
  const prng = new Prng(`${shop.generation.seed}/activities`);
  const anchorMs = shop.generation.anchorSeconds * 1000;
  return Array.from({ length: 14 }, (_, index) => {
    const startTime = anchorMs + (index - 9) * 9 * DAY_MS;
    return {
      activityId: Number(prng.digits(13)),
      activityName: `Sandbox campaign ${index + 1}`,
      activityType: prng.pick(ACTIVITY_TYPES),
      startTime,
      endTime: startTime + prng.int(5, 14) * DAY_MS,
      joined: prng.chance(0.6),
    };
  }).reverse();
}

/** 1 not yet begun, 2 running, 3 over. */
function statusAt(activity: Activity, nowMs: number): 1 | 2 | 3 {
  if (nowMs < activity.startTime) return 1;
  return nowMs <= activity.endTime ? 2 : 3;
}

export function activityView(activity: Activity, nowMs: number): Record<string, unknown> {
  return {
    activityId: activity.activityId,
    activityName: activity.activityName,
    activityType: activity.activityType,
    activityStatus: statusAt(activity, nowMs),
    activityStartTime: activity.startTime,
    activityEndTime: activity.endTime,
    isJoinedActivity: activity.joined,
  };
}

const GOODS_OF_AN_ACTIVITY = 12;

function enrolledView(activity: Activity, product: Product, prng: Prng): Record<string, unknown> {
  const activityQuantity = prng.int(20, 400);
  const discount = prng.int(5, 40) / 100;
  return {
    goodsId: product.goodsId,
    activityQuantity,
    remainingActivityQuantity: activity.joined ? activityQuantity - prng.int(0, 20) : 0,
    skuList: product.skus.map((sku) => ({
      skuId: sku.skuId,
      activitySupplierPrice: Math.max(1, Math.round(sku.basePriceMinor * (1 - discount))),
    })),
  };
}

/** About a dozen goods of the shop, decided by seed and number, so that a changed product stays where it is. */
export function activityGoods(shop: ShopState, activity: Activity): Record<string, unknown>[] {
  if (!activity.joined) return [];
  const share = Math.min(1, GOODS_OF_AN_ACTIVITY / Math.max(1, shop.shop.generation.products));
  return shop.productsByCreate.all().flatMap((product) => {
    const prng = new Prng(`${shop.shop.generation.seed}/activity/${activity.activityId}/${product.goodsId}`);
    const isEnrolled = product.searchType === 1 && prng.chance(share);
    return isEnrolled ? [enrolledView(activity, product, prng)] : [];
  });
}

const activityQuery = defineCall({
  type: 'bg.promotion.activity.query',
  regions: LOCAL_REGIONS,
  fields: {
    pageNumber: 'int',
    pageSize: 'int',
    activityType: 'int',
    activityStatus: 'int',
    activityStartTime: 'int',
    activityEndTime: 'int',
    activityIdList: 'int[]',
    onlyQueryJoinedActivity: 'boolean',
  },
  handle: (input, { shop, clock }) => {
    const page = readPage(
      { number: input.pageNumber, size: input.pageSize },
      { names: ['pageNumber', 'pageSize'], maxSize: 100, code: INVALID },
    );
    const { activityType, activityStatus, activityStartTime: startTime, activityEndTime: endTime } = input;
    if (activityType !== undefined && !ACTIVITY_TYPES.some((known) => known === activityType)) {
      throw new BusinessFault(INVALID, `activityType must be one of ${ACTIVITY_TYPES.join(', ')}`);
    }
    if (activityStatus !== undefined && ![1, 2, 3].includes(activityStatus)) {
      throw new BusinessFault(INVALID, 'activityStatus must be 1, 2 or 3');
    }
    const found = activitiesOf(shop.shop)
      .map((activity) => ({ activity, status: statusAt(activity, clock.nowMs()) }))
      .filter(
        ({ activity, status }) =>
          (activityType === undefined || activity.activityType === activityType) &&
          (activityStatus === undefined || status === activityStatus) &&
          (startTime === undefined || activity.endTime >= startTime) &&
          (endTime === undefined || activity.startTime <= endTime) &&
          (input.activityIdList === undefined || input.activityIdList.includes(activity.activityId)) &&
          (input.onlyQueryJoinedActivity !== true || activity.joined),
      );
    return {
      total: found.length,
      activityList: slicePage(found, page).map(({ activity }) => activityView(activity, clock.nowMs())),
    };
  },
});

const activityGoodsQuery = defineCall({
  type: 'bg.promotion.activity.goods.query',
  regions: LOCAL_REGIONS,
  fields: { activityId: 'int', pageNumber: 'int', pageSize: 'int' },
  handle: (input, { shop, clock }) => {
    const page = readPage(
      { number: input.pageNumber, size: input.pageSize },
      { names: ['pageNumber', 'pageSize'], maxSize: 100, code: INVALID },
    );
    const activityId = required(input.activityId, 'activityId', INVALID);
    const activity = activitiesOf(shop.shop).find((each) => each.activityId === activityId);
    if (activity === undefined) throw new BusinessFault(INVALID, `activity ${activityId} does not exist`);
    const goods = activityGoods(shop, activity);
    return {
      total: goods.length,
      activityInfo: activityView(activity, clock.nowMs()),
      goodsList: slicePage(goods, page),
    };
  },
});

export const PROMOTION_CALLS = [activityQuery, activityGoodsQuery];
