import { Type } from 'typebox';
import { defineEvent } from '../kernel/define-event.js';
import { PRODUCT_EVENTS_UNREAD } from './product.events.js';

const Text = Type.Union([Type.String(), Type.Null()]);
const Count = Type.Union([Type.Integer(), Type.Null()]);

/** State of one promotion, its products apart. A higher `version` replaces a lower one. */
export const PromotionState = Type.Object({
  promotionId: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  name: Type.String(),
  platformType: Text,
  platformStatus: Text,
  startsAt: Text,
  endsAt: Text,
  isJoined: Type.Union([Type.Boolean(), Type.Null()]),
  /** The marketplace no longer lists it; its last known state stays. */
  isGone: Type.Boolean(),
});

export type PromotionState = Type.Static<typeof PromotionState>;

/** State of one product in one promotion, with all SKUs that are or were enrolled. */
export const PromotionProductState = Type.Object({
  promotionId: Type.String(),
  productId: Type.String(),
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

export type PromotionProductState = Type.Static<typeof PromotionProductState>;

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
  { unread: PRODUCT_EVENTS_UNREAD },
);

export const PromotionProductsStored = defineEvent(
  'product',
  'promotion-products',
  'stored',
  1,
  Type.Object({
    shopId: Type.String(),
    products: Type.Array(PromotionProductState, { minItems: 1, maxItems: MAX_PROMOTIONS_AN_EVENT }),
  }),
  'Products in promotions of one shop that are new or have changed, with their state',
  { unread: PRODUCT_EVENTS_UNREAD },
);
