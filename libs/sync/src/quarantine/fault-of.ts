import { isMarketplaceError, type MarketplaceError } from '#marketplace';

/** So many passing faults without an answer between them: the marketplace is unwell, and not the records. */
export const PASSING_FAULTS_IN_A_ROW = 3;

/**
 * Whose fault it is that a question has no answer: `record`, this one's, and the next may be asked; `passing`, perhaps
 * this one's, perhaps the marketplace's; `queue`, that of token, permission, pace or setting, and the next would fare the
 * same.
 */
export function faultOf(error: unknown): 'record' | 'passing' | 'queue' {
  if (!isMarketplaceError(error)) return 'queue';
  switch (error.kind) {
    case 'unreadable':
    case 'business':
    case 'programming':
      return 'record';
    case 'transient':
      return 'passing';
    case 'signature':
    case 'clock':
    case 'token':
    case 'scope':
    case 'ip':
    case 'rate':
    case 'configuration':
    case 'breaker_open':
    case 'aborted':
      return 'queue';
  }
}

/** Whether the marketplace gives no answer to this one question, and may well answer the next. */
export function isOfOneRecord(error: unknown): error is MarketplaceError {
  return faultOf(error) !== 'queue';
}

/** The refusal instead of an answer; any other error is thrown on. */
export async function unlessRefused<T>(answer: Promise<T>): Promise<T | MarketplaceError> {
  try {
    return await answer;
  } catch (error) {
    if (isMarketplaceError(error) && faultOf(error) === 'record') return error;
    throw error;
  }
}
