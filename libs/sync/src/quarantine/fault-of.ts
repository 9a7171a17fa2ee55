import { isMarketplaceError } from '#marketplace';

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
