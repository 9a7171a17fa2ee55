import { say } from '#said';
import { failed } from '../../call/call-fault.js';
import { MarketplaceError } from '../../errors.js';
import { classifyCode } from './error-table.js';
import type { TemuRegion } from './regions.js';

/**
 * Never refused here: a code is exchanged before there is a token, and `…info.get` is how the permissions are read, so
 * a wrong list could not mend itself. The official sample of a token lists `…info.get` and `bg.tmc.message.update`, but
 * not `…create`.
 */
const TOKEN_CALLS = 'bg.open.accesstoken.';

/**
 * Refuses a call that the token is known not to have, before a permit is taken and anything is sent: same kind and
 * remedy as the platform's own refusal (3000032), and no platform code, because the platform was not asked. `null` is
 * not known: the platform decides. An empty list is known, as when it has refused each call of a token in turn.
 * Names are compared as they are: the sample of 2025 names older versions of calls (`bg.order.list.get`), and nothing
 * says that one version's permission is good for another (confidence M).
 */
export function requireScope(operation: string, region: TemuRegion, scopes: readonly string[] | null): void {
  if (scopes === null || operation.startsWith(TOKEN_CALLS) || scopes.includes(operation)) return;
  const { kind, meaning, remedy } = classifyCode(region, operation, MISSING_SCOPE_CODE[region], '');
  throw new MarketplaceError({
    kind,
    operation,
    what: failed(operation, say('scope.known', { what: meaning })),
    remedy,
    retryable: false,
  });
}

const MISSING_SCOPE_CODE: Record<TemuRegion, string> = {
  us: '3000032',
  eu: '3000032',
  global: '3000032',
  partner: '3000032',
  cn: '7000019',
};
