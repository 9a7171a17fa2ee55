import { MARKETPLACES, type MarketplaceId } from '#contracts';
import { notFound } from '#runtime';

/** @throws AppError `route.not_found` naming the marketplaces that there are. */
export function marketplaceOf(text: string): MarketplaceId {
  const marketplace = MARKETPLACES.find((known) => known === text);
  if (marketplace === undefined) {
    throw notFound(
      'route.not_found',
      `There is no marketplace ${text.slice(0, 30)}. Known are: ${MARKETPLACES.join(', ')}.`,
    );
  }
  return marketplace;
}
