import { MARKETPLACE_REGIONS, MARKETPLACES, type Marketplace, type MarketplaceRegion } from '#marketplaces';

/** Marketplaces that can be connected, and their regions, as they are registered. */
export { MARKETPLACE_REGIONS, MARKETPLACES };
export type MarketplaceId = Marketplace;
export type MarketplaceRegionId = MarketplaceRegion;

/** Shops whose token ends within these days are shown as `expiresSoon`. */
export const EXPIRES_SOON_DAYS = 14;

export const SHOP_STATUSES = ['connected', 'needs_reauthorization', 'disconnected'] as const;
/** Only a `connected` shop is called; `needs_reauthorization` waits for the seller; `disconnected` is kept, not called. */
export type ShopStatus = (typeof SHOP_STATUSES)[number];
