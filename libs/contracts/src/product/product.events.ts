import { Type } from 'typebox';
import { defineEvent } from '../kernel/define-event.js';

const Text = Type.Union([Type.String(), Type.Null()]);
/** Minor units of the currency beside it. */
const Minor = Type.Union([Type.Integer(), Type.Null()]);
/** Zero is zero; null is unknown. */
const Pieces = Type.Union([Type.Integer(), Type.Null()]);

export const SkuState = Type.Object({
  skuId: Type.String(),
  sellerSku: Text,
  spec: Text,
  stock: Pieces,
  priceMinor: Minor,
  priceCurrency: Text,
  supplyPriceMinor: Minor,
  supplyPriceCurrency: Text,
  isOnSale: Type.Union([Type.Boolean(), Type.Null()]),
  /** The product no longer has it; its last known state stays. */
  isRemoved: Type.Boolean(),
});

/** State of one product with all its SKUs. A higher `version` replaces a lower one. */
export const ProductState = Type.Object({
  productId: Type.String(),
  version: Type.Integer({ minimum: 1 }),
  productName: Type.String(),
  sellerProductCode: Text,
  imageUrl: Text,
  categoryId: Text,
  listing: Type.Enum(['listed', 'unpublished', 'draft', 'delisted']),
  stock: Pieces,
  priceMinor: Minor,
  priceCurrency: Text,
  createdAt: Text,
  skus: Type.Array(SkuState),
});

export type ProductState = Type.Static<typeof ProductState>;

/** Of all events of product-service. */
export const PRODUCT_EVENTS_UNREAD = 'nobody yet: the figures’ facts of products will be made of it';

/** One message: at most this many, and fewer where they have many SKUs. */
export const MAX_PRODUCTS_AN_EVENT = 500;

export const ProductsStored = defineEvent(
  'product',
  'products',
  'stored',
  1,
  Type.Object({
    shopId: Type.String(),
    products: Type.Array(ProductState, { minItems: 1, maxItems: MAX_PRODUCTS_AN_EVENT }),
  }),
  'Products of one shop that are new or have changed, with their state',
  { unread: PRODUCT_EVENTS_UNREAD },
);
