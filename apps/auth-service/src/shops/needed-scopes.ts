import type { MarketplaceRegionId } from '#contracts';
import { TEMU_SHOP_CALLS } from '#marketplace';

/** Empty where the token's scopes are not known: unknown is not missing. */
export function missingScopes(region: MarketplaceRegionId, scopes: readonly string[]): string[] {
  const isLocal = region === 'us' || region === 'eu' || region === 'global';
  if (!isLocal || scopes.length === 0) return [];
  return TEMU_SHOP_CALLS.filter((call) => !scopes.includes(call));
}
