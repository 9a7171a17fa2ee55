import { type SaidCode, say } from '#said';
import type { CodeRow } from '../../call/call-fault.js';
import type { RetryClass } from '../../call/retry.js';
import type { MarketplaceErrorKind } from '../../errors.js';

export const SUCCESS_CODE = '0';

/** One code for many things: told apart by its words. */
export const OVERLOADED_CODE = '36009004';

/** An order, or a product, that the shop does not have; as one of several it refuses them all [R]. */
export const UNKNOWN_ORDER_CODE = '21008111';
export const UNKNOWN_PRODUCT_CODE = '12019150';

/** A search of products that holds more than 10,000 [R]. */
export const TOO_MANY_ROWS_CODE = '12052180';

/** Source: reference 1.7; those marked [R] there or here are reported by other programs only. */
const CODES: Readonly<Record<string, CodeRow>> = {
  '105001': row('token', 'never', 'meaning.token_invalid', 'remedy.authorise_again'), // [R]
  '105002': row('token', 'never', 'meaning.token_expired', 'remedy.authorise_again'),
  // The seller's country may not authorise this app. TikTok's list of questions [D].
  '105004': row('configuration', 'never', 'meaning.authorisation_not_allowed', 'remedy.check_app'),
  '105005': row('scope', 'never', 'meaning.token_unpermitted', 'remedy.authorise_again'),
  '101000': row('token', 'never', 'meaning.token_of_other_shop', 'remedy.authorise_again'),
  '106001': row('signature', 'never', 'meaning.signature_refused', 'remedy.check_secret'),
  '106013': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '36009002': row('rate', 'rate', 'meaning.too_many_calls', 'remedy.later'),
  '36009003': row('transient', 'platform', 'meaning.platform_internal', 'remedy.later'),
  '36009007': row('transient', 'platform', 'meaning.platform_internal', 'remedy.later'),
  '36009009': row('programming', 'never', 'meaning.call_unknown', 'remedy.report'),
  '36009010': row('programming', 'never', 'meaning.call_unknown', 'remedy.report'),
  '36009014': row('programming', 'never', 'meaning.call_unknown', 'remedy.report'),
  '36009021': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '36009022': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '36009023': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  // A parameter that is named in the words [D: pages as pulled in September 2026].
  '98001004': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '36009033': row('ip', 'never', 'meaning.address_not_listed', 'remedy.add_address'),
  // Orders that cannot be fetched for a moment [R].
  '10002014': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  '10002015': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  '10037002': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  '10037003': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  '10037004': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  '10006402': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  [UNKNOWN_ORDER_CODE]: row('business', 'never', 'meaning.order_not_found', 'remedy.check_number'),
  [UNKNOWN_PRODUCT_CODE]: row('business', 'never', 'meaning.refused', 'remedy.read_message'),
  [TOO_MANY_ROWS_CODE]: row('programming', 'never', 'meaning.too_many_rows', 'remedy.report'),
  // Of the token host [R]. Its 36004001 says that the refresh token has expired: the seller must consent again.
  '36004001': row('token', 'never', 'meaning.refresh_token_ended', 'remedy.authorise_again'),
  // Used up by a refresh, or never given: seen live by several.
  '36004005': row('token', 'never', 'meaning.refresh_token_ended', 'remedy.authorise_again'),
  '36004004': row('business', 'never', 'meaning.code_refused', 'remedy.connect_again'),
  '98001005': row('business', 'never', 'meaning.code_refused', 'remedy.connect_again'),
  '98001006': row('token', 'never', 'meaning.refresh_token_ended', 'remedy.authorise_again'),
};

/**
 * What 36009004 means, first match first. The words are other programs' reports [R]: what none of them fits is a malformed
 * request, which stops and is shown with TikTok's own words.
 */
const BY_WORDS: readonly (readonly [words: RegExp, row: CodeRow])[] = [
  [/time ?stamp/i, row('clock', 'clock', 'meaning.clock_off', 'remedy.set_clock')],
  [/access[-_ ]?token/i, row('token', 'never', 'meaning.token_invalid', 'remedy.authorise_again')],
  [/app[-_ ]?key/i, row('configuration', 'never', 'meaning.app_key_unknown', 'remedy.check_app')],
  [/identifier|shop_cipher/i, row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report')],
  [/\bsign(ature)?\b/i, row('signature', 'never', 'meaning.signature_missing', 'remedy.report')],
  [/version/i, row('programming', 'never', 'meaning.call_unknown', 'remedy.report')],
];

const BAD_REQUEST = row('programming', 'never', 'meaning.bad_parameters', 'remedy.report');
const UNKNOWN_CODE = row('business', 'never', 'meaning.refused', 'remedy.read_message');

/** Every code that has a row. */
export function tabledCodes(): string[] {
  return Object.keys(CODES);
}

/** Whether a code is one that we can tell something of. */
export function isKnownCode(code: string | null): boolean {
  return code !== null && (code === OVERLOADED_CODE || Object.hasOwn(CODES, code));
}

export function classifyCode(code: string, message: string, scope: string | null): CodeRow {
  if (code === OVERLOADED_CODE) return BY_WORDS.find(([words]) => words.test(message))?.[1] ?? BAD_REQUEST;
  const found = (Object.hasOwn(CODES, code) ? CODES[code] : undefined) ?? UNKNOWN_CODE;
  if (found.kind !== 'scope' || scope === null) return found;
  return {
    ...found,
    remedy: say('remedy.grant', { permission: say('permission.call', { operation: scope }) }),
  };
}

type Meaning = Extract<SaidCode, `meaning.${string}`>;
/** Remedies that name nothing. */
type Remedy = Exclude<
  Extract<SaidCode, `remedy.${string}`>,
  'remedy.grant' | 'remedy.grant_sensitive' | 'remedy.enter'
>;

function row(kind: MarketplaceErrorKind, retry: RetryClass, meaning: Meaning, remedy: Remedy): CodeRow {
  return { kind, retry, meaning: say(meaning), remedy: say(remedy) };
}
