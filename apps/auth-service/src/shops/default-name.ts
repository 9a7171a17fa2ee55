import type { MarketplaceId, MarketplaceRegionId } from '#contracts';
import { descriptorOf } from '#marketplaces';

/** Marketplace, region and the last digits of the number: tells shops apart until somebody names them. */
export function defaultShopName(
  marketplace: MarketplaceId,
  region: MarketplaceRegionId,
  platformShopId: string,
): string {
  return `${descriptorOf(marketplace).words.en} ${region.toUpperCase()} …${platformShopId.slice(-4)}`;
}
