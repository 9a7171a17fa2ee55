import type { Promotion, PromotionProduct } from '#contracts';
import { byId, type Comparison, compare, dump, type ShopPlace } from './truth.js';

interface PromotionTruth {
  activityId: number;
  activityName: string;
  activityType: number;
  activityStartTime: number;
  activityEndTime: number;
  isJoinedActivity: boolean;
  goodsList: {
    goodsId: number;
    activityQuantity: number;
    remainingActivityQuantity: number;
    skuList: { skuId: number; activitySupplierPrice: number }[];
  }[];
}

function expectedOf(truth: PromotionTruth) {
  return {
    id: String(truth.activityId),
    name: truth.activityName,
    type: String(truth.activityType),
    startsAt: new Date(truth.activityStartTime * 1000).toISOString(),
    endsAt: new Date(truth.activityEndTime * 1000).toISOString(),
    isJoined: truth.isJoinedActivity,
    goods: truth.goodsList
      .map((goods) => ({
        id: String(goods.goodsId),
        quantity: goods.activityQuantity,
        remaining: goods.remainingActivityQuantity,
        skus: goods.skuList.map((sku) => `${sku.skuId} ${sku.activitySupplierPrice}`).sort(),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

function actualOf(promotion: Promotion, goods: readonly PromotionProduct[]) {
  return {
    id: promotion.promotionId,
    name: promotion.name,
    type: promotion.platformType,
    startsAt: promotion.startsAt,
    endsAt: promotion.endsAt,
    isJoined: promotion.isJoined,
    goods: goods
      .filter((each) => each.goneAt === null)
      .map((each) => ({
        id: each.productId,
        quantity: each.quantity,
        remaining: each.remainingQuantity,
        skus: each.skus
          .filter((sku) => sku.goneAt === null)
          .map((sku) => `${sku.skuId} ${sku.supplyPrice?.amountMinor}`)
          .sort(),
      }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** Every promotion with every product that takes part and the price of every SKU. */
export async function comparePromotions(...[world, api, shopId, mallId]: ShopPlace): Promise<Comparison> {
  const truth = await dump<PromotionTruth>(world, mallId, 'promotions');
  const stored = await api.all<Promotion>(`/promotions?shopId=${shopId}`);
  const actual = await Promise.all(
    stored.map(async (promotion) =>
      actualOf(
        promotion,
        await api.all<PromotionProduct>(`/promotions/${shopId}/${promotion.promotionId}/products`),
      ),
    ),
  );
  const idOf = (item: { id: string }): string => item.id;
  return compare('promotion', byId(truth.map(expectedOf), idOf), byId(actual, idOf));
}
