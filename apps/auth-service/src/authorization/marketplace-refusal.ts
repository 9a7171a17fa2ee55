import { english } from '#contracts';
import { isMarketplaceError } from '#marketplace';
import { AppError } from '#runtime';

/**
 * What the marketplace's refusal of a code or token means for the person who waits. Errors that pass by themselves are
 * told apart from those that somebody must act on. Holds no secret: the connector blanks them.
 */
export function explainRefusal(
  error: unknown,
  refusedCode: 'authorization.code_refused' | 'token.refused',
): unknown {
  if (!isMarketplaceError(error)) return error;
  const { platformCode, said: why } = error;
  const facts = { why, ...(platformCode === null ? {} : { platformCode }) };
  switch (error.kind) {
    case 'rate':
    case 'transient':
    case 'breaker_open':
    case 'aborted':
      return new AppError(
        'unavailable',
        'marketplace.unavailable',
        `The marketplace does not answer as it should: ${english(error.said)}`,
        facts,
        { cause: error },
      );
    case 'token':
    case 'scope':
    case 'business':
    case 'programming':
    case 'unreadable':
    case 'signature':
    case 'clock':
    case 'ip':
    case 'configuration':
      return new AppError('invalid', refusedCode, english(error.said), facts, {
        cause: error,
      });
  }
}
