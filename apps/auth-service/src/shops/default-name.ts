import type { MarketplaceId, MarketplaceRegionId } from '#contracts';
import { descriptorOf } from '#marketplaces';

/** `Temu US …1234`: tells shops apart until somebody names them. */
export function defaultShopName(
  marketplace: MarketplaceId,
  region: MarketplaceRegionId,
  platformShopId: string,
): string {
  return `${descriptorOf(marketplace).words.en} ${region.toUpperCase()} …${platformShopId.slice(-4)}`;
}
