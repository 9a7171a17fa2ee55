/** Marketplaces that can be connected. */
export const MARKETPLACES = ['temu'] as const;
export type MarketplaceId = (typeof MARKETPLACES)[number];

/** Gateways of Temu: app key, secret, token and gateway must be of one region. */
export const MARKETPLACE_REGIONS = ['us', 'eu', 'global', 'cn', 'partner'] as const;
export type MarketplaceRegionId = (typeof MARKETPLACE_REGIONS)[number];

/** Shops whose token ends within these days are shown as `expiresSoon`. */
export const EXPIRES_SOON_DAYS = 14;

export const SHOP_STATUSES = ['connected', 'needs_reauthorization', 'disconnected'] as const;
/** Only a `connected` shop is called; `needs_reauthorization` waits for the seller; `disconnected` is kept, not called. */
export type ShopStatus = (typeof SHOP_STATUSES)[number];
