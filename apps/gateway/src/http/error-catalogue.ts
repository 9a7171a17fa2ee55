/**
 * Every code that an answer of the API may carry, with its usual status and its title. An endpoint lists its codes in
 * `@Endpoint({ errors })`; the OpenAPI file and the problem's title come from here.
 */
export const ERROR_CATALOGUE = {
  'request.invalid': { status: 400, title: 'The request is not valid' },
  'request.malformed_json': { status: 400, title: 'The body is not JSON' },
  'request.too_large': { status: 413, title: 'The body is too large' },
  'request.unsupported_media_type': { status: 415, title: 'The body must be JSON' },
  'request.rate_limited': { status: 429, title: 'Too many requests' },
  'request.foreign_origin': { status: 403, title: 'The request comes from a foreign page' },
  'route.not_found': { status: 404, title: 'There is no such address' },
  'route.method_not_allowed': { status: 405, title: 'The address does not take this method' },
  'session.required': { status: 401, title: 'Sign in first' },
  'session.refresh_refused': { status: 401, title: 'The session has ended' },
  'session.refresh_reused': { status: 401, title: 'The session was ended for safety' },
  'right.missing': { status: 403, title: 'A right is missing' },
  'sign_in.refused': { status: 401, title: 'E-mail or password is wrong' },
  'sign_in.locked': { status: 429, title: 'Too many failed sign-ins' },
  'password.wrong': { status: 400, title: 'The current password is wrong' },
  'password.unchanged': { status: 400, title: 'The new password is the old one' },
  'password.too_common': { status: 400, title: 'The password is too easy to guess' },
  'password.own': { status: 400, title: 'This is your own password' },
  'user.not_found': { status: 404, title: 'There is no such user' },
  'user.email_taken': { status: 409, title: 'The e-mail address is taken' },
  'user.last_owner': { status: 409, title: 'The last owner must stay' },
  'grant.owner_is_for_all_shops': { status: 400, title: 'An owner is an owner of all shops' },
  'app.not_found': { status: 404, title: 'There is no such marketplace app' },
  'app.already_exists': { status: 409, title: 'The marketplace app exists already' },
  'app.not_configured': { status: 409, title: 'No marketplace app is configured' },
  'app.ambiguous': { status: 409, title: 'Several marketplace apps fit' },
  'shop.not_found': { status: 404, title: 'There is no such shop' },
  'shop.not_manageable': { status: 403, title: 'The shop is not yours to manage' },
  'shop.needs_reauthorization': { status: 409, title: 'The shop must be authorised again' },
  'shop.disconnected': { status: 409, title: 'The shop is disconnected' },
  'integration.no_consent_page': { status: 409, title: 'This region has no consent page' },
  'authorization.state_refused': { status: 400, title: 'The authorization is unknown, used or too old' },
  'authorization.denied': { status: 400, title: 'The seller refused' },
  'authorization.code_missing': { status: 400, title: 'The marketplace sent no code' },
  'authorization.host_refused': { status: 400, title: 'The marketplace host is not known' },
  'authorization.app_mismatch': { status: 400, title: 'The answer is for another app' },
  'authorization.code_refused': { status: 400, title: 'The marketplace refused the code' },
  'authorization.wrong_shop': { status: 409, title: 'The token is of another shop' },
  'token.refused': { status: 400, title: 'The marketplace refused the token' },
  'marketplace.unavailable': { status: 503, title: 'The marketplace does not answer' },
  'shop.missing_permission': { status: 409, title: 'The token lacks a permission' },
  'order.not_found': { status: 404, title: 'There is no such order' },
  'product.not_found': { status: 404, title: 'There is no such product' },
  'sync.run_not_found': { status: 404, title: 'There is no such sync run' },
  'sync.already_running': { status: 409, title: 'A run of this kind is open already' },
  'sync.already_ended': { status: 409, title: 'The run has ended already' },
  'sync.not_retryable': { status: 409, title: 'The run cannot be tried again' },
  'reply.too_large': { status: 400, title: 'The answer is too large' },
  'service.unavailable': { status: 503, title: 'A service is not running' },
  'service.timeout': { status: 504, title: 'A service did not answer in time' },
  internal: { status: 500, title: 'Something failed on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

export function titleOf(code: string): string | undefined {
  return Object.hasOwn(ERROR_CATALOGUE, code) ? ERROR_CATALOGUE[code as ErrorCode].title : undefined;
}
