import type { MarketplaceConnector } from '#marketplace';
import { ShopConnectors } from '#sync';

/** Every shop's connector is this one, whatever its marketplace. */
export function oneConnector(connector: MarketplaceConnector): ShopConnectors {
  const anyShop = { query: <T>() => Promise.resolve([{ marketplace: 'temu' } as T]) };
  return new ShopConnectors(anyShop, { of: () => connector });
}
