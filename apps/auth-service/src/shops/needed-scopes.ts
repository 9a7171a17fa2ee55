import type { MarketplaceId, MarketplaceRegionId } from '#contracts';
import { scopesOf } from '#marketplaces';

/** Empty where the token's scopes are not known: unknown is not missing. */
export function missingScopes(
  marketplace: MarketplaceId,
  region: MarketplaceRegionId,
  scopes: readonly string[],
): string[] {
  if (scopes.length === 0) return [];
  return scopesOf(marketplace, region).filter((scope) => !scopes.includes(scope));
}
