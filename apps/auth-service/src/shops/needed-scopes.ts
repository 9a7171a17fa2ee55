import type { MarketplaceRegionId } from '#contracts';

/** The calls we make for a local shop; each is a scope that the seller grants with the token. */
const LOCAL_SHOP_CALLS = [
  'bg.order.list.v2.get',
  'bg.order.detail.v2.get',
  'bg.order.amount.query',
  'bg.order.shippinginfo.v2.get',
  'bg.aftersales.parentaftersales.list.get',
  'bg.aftersales.aftersales.list.get',
  'bg.local.goods.list.query',
  'bg.local.goods.sku.list.query',
  'bg.local.goods.sku.list.price.query',
  'bg.promotion.activity.query',
  'bg.promotion.activity.goods.query',
] as const;

/** Empty where the token's scopes are not known: unknown is not missing. */
export function missingScopes(region: MarketplaceRegionId, scopes: readonly string[]): string[] {
  const isLocal = region === 'us' || region === 'eu' || region === 'global';
  if (!isLocal || scopes.length === 0) return [];
  return LOCAL_SHOP_CALLS.filter((call) => !scopes.includes(call));
}
