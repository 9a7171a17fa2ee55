import { Type } from 'typebox';
import { defineEvent } from '../kernel/define-event.js';

const Text = Type.Union([Type.String(), Type.Null()]);
const Count = Type.Union([Type.Integer(), Type.Null()]);

/** State of one promotion, its goods apart. A higher `version` replaces a lower one. */
export const PromotionState = Type.Object({
  promotionId: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  name: Type.String(),
  platformType: Count,
  platformStatus: Count,
  startsAt: Text,
  endsAt: Text,
  isJoined: Type.Union([Type.Boolean(), Type.Null()]),
  /** The marketplace no longer lists it; its last known state stays. */
  isGone: Type.Boolean(),
});

export type PromotionState = Type.Static<typeof PromotionState>;

/** State of one product in one promotion, with all SKUs that are or were enrolled. */
export const PromotionGoodsState = Type.Object({
  promotionId: Type.String(),
  goodsId: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  quantity: Count,
  remainingQuantity: Count,
  isGone: Type.Boolean(),
  skus: Type.Array(
    Type.Object({
      skuId: Type.String(),
      /** Minor units; the currency is null while the SKU itself is not known. */
      supplyPriceMinor: Count,
      supplyPriceCurrency: Text,
      isGone: Type.Boolean(),
    }),
  ),
});

export type PromotionGoodsState = Type.Static<typeof PromotionGoodsState>;

/** One message: at most this many of either, and fewer where they have many SKUs. */
export const MAX_PROMOTIONS_AN_EVENT = 500;

export const PromotionsStored = defineEvent(
  'product',
  'promotions',
  'stored',
  1,
  Type.Object({
    shopId: Type.String(),
    promotions: Type.Array(PromotionState, { minItems: 1, maxItems: MAX_PROMOTIONS_AN_EVENT }),
  }),
  'Promotions of one shop that are new or have changed, with their state',
  {},
);

export const PromotionGoodsStored = defineEvent(
  'product',
  'promotion-goods',
  'stored',
  1,
  Type.Object({
    shopId: Type.String(),
    goods: Type.Array(PromotionGoodsState, { minItems: 1, maxItems: MAX_PROMOTIONS_AN_EVENT }),
  }),
  'Products in promotions of one shop that are new or have changed, with their state',
  {},
);
