import { say } from '#said';
import { failed } from '../../call/call-fault.js';
import { MarketplaceError } from '../../errors.js';
import { TIKTOK_CALLS, type TikTokCall } from './calls.js';
import { classifyCode } from './error-table.js';

const MISSING_SCOPE_CODE = '105005';

/**
 * Refuses a call that the token is known not to have, before a permit is taken and anything is sent. `null`: not known, TikTok
 * decides. Calls about the token itself are always made: a wrong list could not mend itself.
 */
export function requireScope(operation: TikTokCall, scopes: readonly string[] | null): void {
  const { scope, group } = TIKTOK_CALLS[operation];
  if (scopes === null || scope === null || group === 'auth' || scopes.includes(scope)) return;
  const { kind, meaning, remedy } = classifyCode(MISSING_SCOPE_CODE, '', scope);
  throw new MarketplaceError({
    kind,
    operation,
    what: failed(operation, say('scope.known', { what: meaning })),
    remedy,
    permission: scope,
    retryable: false,
  });
}
