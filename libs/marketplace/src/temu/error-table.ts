import type { RetryClass } from '../call/retry.js';
import type { MarketplaceErrorKind } from '../errors.js';
import type { MarketplaceRegion } from '../port.js';

/** What one platform code means and what to do about it. */
export interface CodeRow {
  kind: MarketplaceErrorKind;
  retry: RetryClass;
  meaning: string;
  remedy: string;
}

/** Amounts are made some time after the order; not a fault, and nothing that a retry within seconds can mend. */
export const STILL_COMPUTING_CODES: ReadonlySet<string> = new Set(['140020008', '140020009']);

export const ORDER_NOT_FOUND_CODE = '140020002';
export const SUCCESS_CODE = '1000000';

/** Calls that also need Temu's own approval of the app. */
const SENSITIVE_CALLS: ReadonlySet<string> = new Set([
  'bg.order.amount.query',
  'bg.local.goods.sku.list.price.query',
  'temu.pay.tax.invoice.pdf.download',
  'temu.pay.tax.invoice.info.query',
]);

/** Permissions are granted in packages; which one holds a call. */
const PACKAGES: readonly (readonly [prefix: string, name: string])[] = [
  ['bg.order.', 'Orders'],
  ['bg.aftersales.', 'After-sales'],
  ['temu.aftersales.', 'After-sales'],
  ['bg.local.goods.', 'Local goods'],
  ['bg.promotion.', 'Promotions'],
  ['bg.tmc.', 'Webhook subscription'],
];

const FIX_REQUEST = 'This is a fault of this program: report it with the call and the request id.';
const AUTHORISE_AGAIN = 'The owner of the shop must authorise the app again.';
const CHECK_APP =
  'Check app key, app secret and region of this app; key, secret, token and gateway must belong to one region.';
const WRONG_GATEWAY =
  'Check the region of this app: orders and local goods live on the US, EU and GLOBAL gateways, not on CN or partner.';
const TRY_LATER = 'Nothing to do now; it is tried again later.';

/** US, EU, GLOBAL and partner gateways. Source: common error codes of the API integration guide, live notes. */
const COMMON_CODES: Record<string, CodeRow> = {
  '2000000': row('business', 'never', 'the platform refused the request', 'Read the platform message.'),
  '3000000': row('programming', 'never', 'bad parameters', FIX_REQUEST),
  '3000001': row(
    'signature',
    'never',
    'the signature was refused',
    `${CHECK_APP} Most often the secret is wrong.`,
  ),
  '3000002': row('programming', 'never', 'the call name is missing', FIX_REQUEST),
  '3000003': row('configuration', 'never', 'this gateway does not know the call', WRONG_GATEWAY),
  '3000004': row('configuration', 'never', 'the call has been switched off', FIX_REQUEST),
  '3000010': row('clock', 'clock', 'the timestamp is missing', FIX_REQUEST),
  '3000011': row('clock', 'clock', 'our clock is ahead', 'Set the clock of this server, by NTP.'),
  '3000012': row('clock', 'clock', 'our clock is behind', 'Set the clock of this server, by NTP.'),
  '3000013': row('programming', 'never', 'data_type is missing', FIX_REQUEST),
  '3000014': row('programming', 'never', 'data_type is invalid', FIX_REQUEST),
  '3000019': row('configuration', 'never', 'client_id is missing', CHECK_APP),
  '3000020': row('configuration', 'never', 'client_id is unknown', CHECK_APP),
  '3000021': row('configuration', 'never', 'client_id has no permission', CHECK_APP),
  '3000022': row('configuration', 'never', 'client_id is suspended', 'Ask Temu why the app was suspended.'),
  '3000025': row('configuration', 'never', 'the app key is missing', CHECK_APP),
  '3000026': row('configuration', 'never', 'the app key is unknown', CHECK_APP),
  '3000027': row(
    'configuration',
    'never',
    'the app has no permission for this call',
    'Apply for it in the partner console.',
  ),
  '3000028': row('configuration', 'never', 'the app is suspended', 'Ask Temu why the app was suspended.'),
  '3000030': row('token', 'never', 'the access token is missing', AUTHORISE_AGAIN),
  '3000031': row('token', 'never', 'the access token is unknown', AUTHORISE_AGAIN),
  '3000032': row('scope', 'never', 'the token lacks the permission for this call', ''),
  '3000033': row(
    'configuration',
    'never',
    'the token belongs to another app',
    'Use the app that the shop authorised.',
  ),
  '3000034': row('token', 'never', 'the access token has expired or was replaced', AUTHORISE_AGAIN),
  '3000040': row('signature', 'never', 'the signature is missing', FIX_REQUEST),
  '4000000': row(
    'transient',
    'platform',
    "the platform's internal error",
    `${TRY_LATER} If it stays: ${CHECK_APP}`,
  ),
  '4000004': row('rate', 'rate', 'too many calls for this app key', TRY_LATER),
  '5000000': row('configuration', 'never', 'the authorisation is not allowed', CHECK_APP),
  '5000001': row('programming', 'never', 'the call is not allowed on this path', FIX_REQUEST),
  '5000002': row('configuration', 'never', 'staging is not supported', 'Use the production gateway.'),
  '5000003': row(
    'ip',
    'never',
    'the address of this server is not in the allow-list of the app',
    'Add the public IP address of this server to the app in the partner console.',
  ),
  '6000001': row('configuration', 'never', 'the call was not found behind the gateway', WRONG_GATEWAY),
  '7000000': row('transient', 'hiccup', 'the business service failed or missed a parameter', TRY_LATER),
};

/** The CN gateway numbers by itself: 7000000 is not what it is elsewhere. Source: the CN guide's code page. */
const CN_CODES: Record<string, CodeRow> = {
  '7000000': row('programming', 'never', 'the call name is missing', FIX_REQUEST),
  '7000002': row('configuration', 'never', 'the app key is missing', CHECK_APP),
  '7000003': row('token', 'never', 'the access token is missing', AUTHORISE_AGAIN),
  '7000005': row(
    'configuration',
    'never',
    'the app has no permission',
    'Apply for it in the partner console.',
  ),
  '7000006': row(
    'configuration',
    'never',
    'token and app do not belong together',
    'Use the app that the shop authorised.',
  ),
  '7000007': row('token', 'never', 'the access token has expired', AUTHORISE_AGAIN),
  '7000008': row('clock', 'clock', 'the timestamp is missing', FIX_REQUEST),
  '7000010': row('clock', 'clock', 'our clock is off', 'Set the clock of this server, by NTP.'),
  '7000011': row('clock', 'clock', 'the timestamp is invalid', 'Set the clock of this server, by NTP.'),
  '7000013': row('programming', 'never', 'data_type is wrong', FIX_REQUEST),
  '7000014': row('signature', 'never', 'the signature is missing', FIX_REQUEST),
  '7000015': row(
    'signature',
    'never',
    'the signature was refused',
    `${CHECK_APP} Most often the secret is wrong.`,
  ),
  '7000016': row('configuration', 'never', 'this gateway does not know the call', WRONG_GATEWAY),
  '7000018': row('token', 'never', 'the access token is unknown', AUTHORISE_AGAIN),
  '7000019': row('scope', 'never', 'the token lacks the permission for this call', ''),
  '7000020': row('token', 'never', 'the access token is invalid', AUTHORISE_AGAIN),
  '7000022': row('scope', 'never', 'the token lacks the permission for this call', ''),
  '200000': row('business', 'never', 'the platform refused the request', 'Read the platform message.'),
  '2000060': row('configuration', 'never', 'the call is not for this type of shop', CHECK_APP),
  '2000090': row('business', 'never', 'the platform refused the request', 'Read the platform message.'),
  // Not in the CN list, and without a second meaning there.
  '4000000': row('transient', 'platform', "the platform's internal error", TRY_LATER),
  '4000004': row('rate', 'rate', 'too many calls for this app key', TRY_LATER),
};

/**
 * Codes of single calls, the same on every gateway. Source: error lists of the call pages. What holds for the shop as a
 * whole, such as an agreement that is not signed, is no `business` of the record that was asked for: thousands of others
 * would be refused one by one.
 */
const BUSINESS_CODES: Record<string, CodeRow> = {
  '110020001': row('transient', 'hiccup', 'the authorisation service failed', TRY_LATER),
  '110020002': row(
    'business',
    'never',
    'the authorisation code is invalid, used or too old',
    'Start connecting the shop again.',
  ),
  '110020003': row('transient', 'hiccup', 'no token could be made', 'Start connecting the shop again.'),
  '110020005': row('programming', 'never', 'more than 20 events at once', FIX_REQUEST),
  '110020006': row('programming', 'never', 'an event is in both lists', FIX_REQUEST),
  '110020007': row('rate', 'rate', 'more than one subscription call a second', TRY_LATER),
  '110020008': row('scope', 'never', 'the token lacks the grant for this event', ''),
  '110020009': row(
    'configuration',
    'never',
    'the app has not subscribed to the event',
    'Subscribe to it in the partner console.',
  ),
  '140020001': row(
    'configuration',
    'never',
    'the shop is neither semi-managed nor local',
    'Connect the shop through the gateway of its kind.',
  ),
  [ORDER_NOT_FOUND_CODE]: row(
    'business',
    'never',
    'the order was not found',
    'Check the parent order number and the shop.',
  ),
  '140020003': row(
    'configuration',
    'never',
    'an agreement is not signed',
    'The owner of the shop must sign it in Seller Center.',
  ),
  '140020005': row('programming', 'never', 'an invalid parameter', FIX_REQUEST),
  '140020008': row('transient', 'never', 'the amounts are still being computed', TRY_LATER),
  '140020009': row('transient', 'never', 'some fields are still being computed', TRY_LATER),
  '140020012': row('programming', 'never', 'the window ends before it begins', FIX_REQUEST),
  '140020013': row('programming', 'never', 'one half of a pair of times is missing', FIX_REQUEST),
  '140020014': row('programming', 'never', 'a time is not in seconds', FIX_REQUEST),
  '140020015': row('programming', 'never', 'the call is for JP and KR only', FIX_REQUEST),
  '140040003': row('transient', 'hiccup', 'the platform asks to try again', TRY_LATER),
  '180020001': row(
    'business',
    'never',
    'addresses of this country are not given',
    'Ship this order in Seller Center.',
  ),
  '180020003': row('programming', 'never', 'an invalid parameter', FIX_REQUEST),
  '180020004': row(
    'business',
    'never',
    'addresses of this kind of business are not given',
    'Ship this order in Seller Center.',
  ),
  '180020008': row(
    'configuration',
    'never',
    'the data agreement is not signed',
    'The owner of the shop must sign it in Seller Center.',
  ),
  '180020030': row(
    'business',
    'never',
    'the shop may ship with labels bought from Temu only',
    'Buy the label in Seller Center; the notice there says why.',
  ),
  '130010000': row('transient', 'hiccup', 'the after-sales service failed', TRY_LATER),
  '130010001': row('programming', 'never', 'an invalid parameter', FIX_REQUEST),
  '130010002': row(
    'business',
    'never',
    'the order has been shipped',
    'Nothing to do: it is given for orders to ship only.',
  ),
  '130010005': row(
    'business',
    'never',
    'the case does not allow it in its present state',
    'Look at the case in Seller Center.',
  ),
  '150010001': row('programming', 'never', 'an invalid parameter', FIX_REQUEST),
  '150010002': row('transient', 'hiccup', 'the goods service failed', TRY_LATER),
  '150010003': row('programming', 'never', 'an invalid parameter', FIX_REQUEST),
  '150010005': row('transient', 'hiccup', 'the platform asks to try again', TRY_LATER),
  '150010105': row(
    'configuration',
    'never',
    'the shop has not filled in its information',
    'The owner of the shop must complete it in Seller Center.',
  ),
  '150010115': row('transient', 'hiccup', 'the product is being processed', TRY_LATER),
  '220010001': row('programming', 'never', 'an invalid parameter', FIX_REQUEST),
  '220010002': row('transient', 'hiccup', 'the promotion service failed', TRY_LATER),
  '220010003': row('business', 'never', 'the promotion was cancelled', 'Choose another promotion.'),
  '220010004': row('business', 'never', 'the promotion has ended', 'Choose another promotion.'),
  '120011001': row('transient', 'hiccup', 'the fulfilment service failed', TRY_LATER),
  '120014006': row('transient', 'hiccup', 'the platform asks to try again', TRY_LATER),
};

const COMMON_TABLE = new Map(Object.entries({ ...BUSINESS_CODES, ...COMMON_CODES }));
const CN_TABLE = new Map(Object.entries({ ...BUSINESS_CODES, ...CN_CODES }));

const UNKNOWN_CODE = row(
  'business',
  'never',
  'the platform refused the request',
  'Read the platform message.',
);

/**
 * An unknown app key is answered with the internal error too (seen live on EU). It is told by its words; otherwise one
 * wrong app would open the breaker for every shop of the region.
 */
const UNKNOWN_APP_WORDS = /application information/i;

/** Every code that has a row. */
export function tabledCodes(): string[] {
  return [COMMON_CODES, CN_CODES, BUSINESS_CODES].flatMap((table) => Object.keys(table));
}

/** Whether a code has a row on this gateway; any other is a refusal that we cannot tell more of. */
export function isKnownCode(region: MarketplaceRegion, code: string | null): boolean {
  return code !== null && tableOf(region).has(code);
}

function tableOf(region: MarketplaceRegion): ReadonlyMap<string, CodeRow> {
  return region === 'cn' ? CN_TABLE : COMMON_TABLE;
}

export function classifyCode(
  region: MarketplaceRegion,
  operation: string,
  code: string,
  message: string,
): CodeRow {
  const found = tableOf(region).get(code) ?? UNKNOWN_CODE;
  if (code === '4000000' && UNKNOWN_APP_WORDS.test(message)) {
    return row('configuration', 'never', 'the app key is unknown', CHECK_APP);
  }
  return found.kind === 'scope' ? { ...found, remedy: scopeRemedy(operation) } : found;
}

function scopeRemedy(operation: string): string {
  const [, name] = PACKAGES.find(([prefix]) => operation.startsWith(prefix)) ?? [];
  const permission = name === undefined ? `for ${operation}` : `package "${name}" (it holds ${operation})`;
  const bySeller = `Ask the owner of the shop to grant this app the permission ${permission} in Seller Center and to authorise again: a new permission only holds in a new token.`;
  return SENSITIVE_CALLS.has(operation)
    ? `${bySeller} Because the call is sensitive, the owner of the app must first have Temu approve it in the partner console.`
    : bySeller;
}

function row(kind: MarketplaceErrorKind, retry: RetryClass, meaning: string, remedy: string): CodeRow {
  return { kind, retry, meaning, remedy };
}
