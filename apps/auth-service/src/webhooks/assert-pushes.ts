import { english, type MarketplaceId, sayNotAvailable } from '#contracts';
import { hasAbility } from '#marketplaces';
import { conflict } from '#runtime';

/** @throws AppError `marketplace.not_available` for a marketplace that pushes nothing */
export function assertPushes(marketplace: MarketplaceId): void {
  if (hasAbility(marketplace, 'pushes')) return;
  const why = sayNotAvailable(marketplace, 'pushes');
  throw conflict('marketplace.not_available', english(why), { why, marketplace, ability: 'pushes' });
}
