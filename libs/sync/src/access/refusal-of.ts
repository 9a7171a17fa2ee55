import { english } from '#contracts';
import type { MarketplaceError } from '#marketplace';
import { AppError } from '#runtime';

/** What the marketplace's refusal means for the person who waits: what it said is `why`. */
export function refusalOf(error: MarketplaceError): AppError {
  const { kind, said: why } = error;
  const options = { cause: error };
  if (kind === 'token')
    return new AppError('conflict', 'shop.needs_reauthorization', english(why), { why }, options);
  if (kind === 'scope')
    return new AppError('conflict', 'shop.missing_permission', english(why), { why }, options);
  return new AppError('unavailable', 'marketplace.unavailable', english(why), { why }, options);
}
