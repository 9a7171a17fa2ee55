import { ACTIVITIES, ACTIVITY_GOODS } from '../schemas/promotions.js';
import { Prng } from '../world/prng.js';
import type { ShopState } from '../world/shop-state.js';
import type { Product, Shop } from '../world/types.js';
import { BusinessFault } from './business-fault.js';
import { defineCall, LOCAL_REGIONS, pageOf, slicePage } from './call.js';

const ACTIVITY_TYPES = [2, 13, 27, 100] as const;
const DAY = 86_400;

export interface Activity {
  activityId: number;
  activityName: string;
  activityType: number;
  /** UNIX seconds, both. */
  startTime: number;
  endTime: number;
  joined: boolean;
}

/** A handful of campaigns around the anchor, made from the shop's seed; nothing of them changes. */
export function activitiesOf(shop: Shop): Activity[] {
  if (shop.generation.products === 0) return [];
  const prng = new Prng(`${shop.generation.seed}/activities`);
  return Array.from({ length: 14 }, (_, index) => {
    const startTime = shop.generation.anchorSeconds + (index - 9) * 9 * DAY;
    return {
      activityId: Number(prng.digits(13)),
      activityName: `Sandbox campaign ${index + 1}`,
      activityType: prng.pick(ACTIVITY_TYPES),
      startTime,
      endTime: startTime + prng.int(5, 14) * DAY,
      joined: prng.chance(0.6),
    };
  }).reverse();
}

/** 1 not yet begun, 2 running, 3 over. */
function statusAt(activity: Activity, nowSeconds: number): 1 | 2 | 3 {
  if (nowSeconds < activity.startTime) return 1;
  return nowSeconds <= activity.endTime ? 2 : 3;
}

export function activityView(activity: Activity, nowSeconds: number): Record<string, unknown> {
  return {
    activityId: activity.activityId,
    activityName: activity.activityName,
    activityType: activity.activityType,
    activityStatus: statusAt(activity, nowSeconds),
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
  schema: ACTIVITIES,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, clock }) => {
    const { activityType, activityStatus, activityStartTime: startTime, activityEndTime: endTime } = input;
    const nowSeconds = clock.nowSeconds();
    const found = activitiesOf(shop.shop).filter(
      (activity) =>
        activity.activityType === activityType &&
        (activityStatus === undefined || statusAt(activity, nowSeconds) === activityStatus) &&
        (startTime === undefined || activity.endTime >= startTime) &&
        (endTime === undefined || activity.startTime <= endTime) &&
        (input.activityIdList === undefined || input.activityIdList.includes(activity.activityId)) &&
        (input.onlyQueryJoinedActivity !== true || activity.joined),
    );
    return {
      total: found.length,
      activityList: slicePage(found, pageOf(input, ACTIVITIES)).map((activity) =>
        activityView(activity, nowSeconds),
      ),
    };
  },
});

const activityGoodsQuery = defineCall({
  schema: ACTIVITY_GOODS,
  regions: LOCAL_REGIONS,
  handle: (input, { shop, clock }) => {
    const activity = activitiesOf(shop.shop).find((each) => each.activityId === input.activityId);
    if (activity === undefined) {
      throw new BusinessFault(ACTIVITY_GOODS.codes.invalid, `activity ${input.activityId} does not exist`);
    }
    const goods = activityGoods(shop, activity);
    return {
      total: goods.length,
      activityInfo: activityView(activity, clock.nowSeconds()),
      goodsList: slicePage(goods, pageOf(input, ACTIVITY_GOODS)),
    };
  },
});

export const PROMOTION_CALLS = [activityQuery, activityGoodsQuery];
