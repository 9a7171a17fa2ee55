import { isSaid, quoted, type Said } from '#contracts';
import { isMarketplaceError } from '#marketplace';
import { AppError, describeError } from '#runtime';

/** What an error says, for what people read of it later; one that nobody foresaw is quoted. */
export function saidOf(error: unknown): Said {
  if (isMarketplaceError(error)) return error.what;
  if (error instanceof AppError && isSaid(error.details.why)) return error.details.why;
  return quoted(describeError(error));
}
