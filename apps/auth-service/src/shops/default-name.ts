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

/** Something to see, nothing that cannot be stored or shown in a line. */
const NAME = /^(?=.*[^\p{Z}\p{C}])[^\p{Cc}\p{Cs}]{1,100}$/u;

/** What the marketplace calls the shop, where that can stand as a name. */
export function usableName(name: string | undefined): string | undefined {
  const trimmed = name?.trim() ?? '';
  return NAME.test(trimmed) ? trimmed : undefined;
}
