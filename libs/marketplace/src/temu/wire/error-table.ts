import { type Said, type SaidCode, say } from '#said';
import type { CodeRow } from '../../call/call-fault.js';
import type { RetryClass } from '../../call/retry.js';
import type { MarketplaceErrorKind } from '../../errors.js';
import type { TemuRegion } from './regions.js';

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

/** US, EU, GLOBAL and partner gateways. Source: common error codes of the API integration guide, live notes. */
const COMMON_CODES: Record<string, CodeRow> = {
  '2000000': row('business', 'never', 'meaning.refused', 'remedy.read_message'),
  '3000000': row('programming', 'never', 'meaning.bad_parameters', 'remedy.report'),
  '3000001': row('signature', 'never', 'meaning.signature_refused', 'remedy.check_secret'),
  '3000002': row('programming', 'never', 'meaning.call_name_missing', 'remedy.report'),
  '3000003': row('configuration', 'never', 'meaning.call_unknown', 'remedy.wrong_gateway'),
  '3000004': row('configuration', 'never', 'meaning.call_switched_off', 'remedy.report'),
  '3000010': row('clock', 'clock', 'meaning.timestamp_missing', 'remedy.report'),
  '3000011': row('clock', 'clock', 'meaning.clock_ahead', 'remedy.set_clock'),
  '3000012': row('clock', 'clock', 'meaning.clock_behind', 'remedy.set_clock'),
  '3000013': row('programming', 'never', 'meaning.data_type_missing', 'remedy.report'),
  '3000014': row('programming', 'never', 'meaning.data_type_invalid', 'remedy.report'),
  '3000019': row('configuration', 'never', 'meaning.client_id_missing', 'remedy.check_app'),
  '3000020': row('configuration', 'never', 'meaning.client_id_unknown', 'remedy.check_app'),
  '3000021': row('configuration', 'never', 'meaning.client_id_unpermitted', 'remedy.check_app'),
  '3000022': row('configuration', 'never', 'meaning.client_id_suspended', 'remedy.ask_temu'),
  '3000025': row('configuration', 'never', 'meaning.app_key_missing', 'remedy.check_app'),
  '3000026': row('configuration', 'never', 'meaning.app_key_unknown', 'remedy.check_app'),
  '3000027': row('configuration', 'never', 'meaning.app_unpermitted_call', 'remedy.apply'),
  '3000028': row('configuration', 'never', 'meaning.app_suspended', 'remedy.ask_temu'),
  '3000030': row('token', 'never', 'meaning.token_missing', 'remedy.authorise_again'),
  '3000031': row('token', 'never', 'meaning.token_unknown', 'remedy.authorise_again'),
  '3000032': row('scope', 'never', 'meaning.token_unpermitted', 'remedy.authorise_again'),
  '3000033': row('configuration', 'never', 'meaning.token_of_another_app', 'remedy.use_app'),
  '3000034': row('token', 'never', 'meaning.token_ended', 'remedy.authorise_again'),
  '3000040': row('signature', 'never', 'meaning.signature_missing', 'remedy.report'),
  '4000000': row('transient', 'platform', 'meaning.platform_internal', 'remedy.later_or_check_app'),
  '4000004': row('rate', 'rate', 'meaning.too_many_calls', 'remedy.later'),
  '5000000': row('configuration', 'never', 'meaning.authorisation_not_allowed', 'remedy.check_app'),
  '5000001': row('programming', 'never', 'meaning.path_not_allowed', 'remedy.report'),
  '5000002': row('configuration', 'never', 'meaning.no_staging', 'remedy.production_gateway'),
  '5000003': row('ip', 'never', 'meaning.address_not_listed', 'remedy.add_address'),
  '6000001': row('configuration', 'never', 'meaning.not_behind_gateway', 'remedy.wrong_gateway'),
  '7000000': row('transient', 'hiccup', 'meaning.business_service_failed', 'remedy.later'),
};

/** The CN gateway numbers by itself: 7000000 is not what it is elsewhere. Source: the CN guide's code page. */
const CN_CODES: Record<string, CodeRow> = {
  '7000000': row('programming', 'never', 'meaning.call_name_missing', 'remedy.report'),
  '7000002': row('configuration', 'never', 'meaning.app_key_missing', 'remedy.check_app'),
  '7000003': row('token', 'never', 'meaning.token_missing', 'remedy.authorise_again'),
  '7000005': row('configuration', 'never', 'meaning.app_unpermitted', 'remedy.apply'),
  '7000006': row('configuration', 'never', 'meaning.token_app_mismatch', 'remedy.use_app'),
  '7000007': row('token', 'never', 'meaning.token_expired', 'remedy.authorise_again'),
  '7000008': row('clock', 'clock', 'meaning.timestamp_missing', 'remedy.report'),
  '7000010': row('clock', 'clock', 'meaning.clock_off', 'remedy.set_clock'),
  '7000011': row('clock', 'clock', 'meaning.timestamp_invalid', 'remedy.set_clock'),
  '7000013': row('programming', 'never', 'meaning.data_type_wrong', 'remedy.report'),
  '7000014': row('signature', 'never', 'meaning.signature_missing', 'remedy.report'),
  '7000015': row('signature', 'never', 'meaning.signature_refused', 'remedy.check_secret'),
  '7000016': row('configuration', 'never', 'meaning.call_unknown', 'remedy.wrong_gateway'),
  '7000018': row('token', 'never', 'meaning.token_unknown', 'remedy.authorise_again'),
  '7000019': row('scope', 'never', 'meaning.token_unpermitted', 'remedy.authorise_again'),
  '7000020': row('token', 'never', 'meaning.token_invalid', 'remedy.authorise_again'),
  '7000022': row('scope', 'never', 'meaning.token_unpermitted', 'remedy.authorise_again'),
  '200000': row('business', 'never', 'meaning.refused', 'remedy.read_message'),
  '2000060': row('configuration', 'never', 'meaning.not_for_shop_type', 'remedy.check_app'),
  '2000090': row('business', 'never', 'meaning.refused', 'remedy.read_message'),
  // Not in the CN list, and without a second meaning there.
  '4000000': row('transient', 'platform', 'meaning.platform_internal', 'remedy.later'),
  '4000004': row('rate', 'rate', 'meaning.too_many_calls', 'remedy.later'),
};

/**
 * Codes of single calls, the same on every gateway. Source: error lists of the call pages. What holds for the shop as a
 * whole, such as an agreement that is not signed, is no `business` of the record that was asked for: thousands of others
 * would be refused one by one.
 */
const BUSINESS_CODES: Record<string, CodeRow> = {
  '110020001': row('transient', 'hiccup', 'meaning.authorisation_service_failed', 'remedy.later'),
  '110020002': row('business', 'never', 'meaning.code_refused', 'remedy.connect_again'),
  '110020003': row('transient', 'hiccup', 'meaning.no_token_made', 'remedy.connect_again'),
  '110020005': row('programming', 'never', 'meaning.too_many_events', 'remedy.report'),
  '110020006': row('programming', 'never', 'meaning.event_in_both_lists', 'remedy.report'),
  '110020007': row('rate', 'rate', 'meaning.too_many_subscriptions', 'remedy.later'),
  '110020008': row('scope', 'never', 'meaning.event_not_granted', 'remedy.authorise_again'),
  '110020009': row('configuration', 'never', 'meaning.event_not_subscribed', 'remedy.subscribe'),
  '140020001': row('configuration', 'never', 'meaning.shop_neither', 'remedy.own_gateway'),
  [ORDER_NOT_FOUND_CODE]: row('business', 'never', 'meaning.order_not_found', 'remedy.check_number'),
  '140020003': row('configuration', 'never', 'meaning.agreement_unsigned', 'remedy.sign_agreement'),
  '140020005': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '140020008': row('transient', 'never', 'meaning.amounts_computing', 'remedy.later'),
  '140020009': row('transient', 'never', 'meaning.fields_computing', 'remedy.later'),
  '140020012': row('programming', 'never', 'meaning.window_reversed', 'remedy.report'),
  '140020013': row('programming', 'never', 'meaning.time_pair_broken', 'remedy.report'),
  '140020014': row('programming', 'never', 'meaning.time_not_seconds', 'remedy.report'),
  '140020015': row('programming', 'never', 'meaning.only_jp_kr', 'remedy.report'),
  '140040003': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  '180020001': row('business', 'never', 'meaning.country_not_given', 'remedy.ship_there'),
  '180020003': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '180020004': row('business', 'never', 'meaning.business_not_given', 'remedy.ship_there'),
  '180020008': row('configuration', 'never', 'meaning.data_agreement_unsigned', 'remedy.sign_agreement'),
  '180020030': row('business', 'never', 'meaning.labels_only', 'remedy.buy_label'),
  '130010000': row('transient', 'hiccup', 'meaning.after_sales_service_failed', 'remedy.later'),
  '130010001': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '130010002': row('business', 'never', 'meaning.order_shipped', 'remedy.only_unshipped'),
  '130010005': row('business', 'never', 'meaning.case_state', 'remedy.look_at_case'),
  '150010001': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '150010002': row('transient', 'hiccup', 'meaning.product_service_failed', 'remedy.later'),
  '150010003': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '150010005': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
  '150010105': row('configuration', 'never', 'meaning.shop_incomplete', 'remedy.complete_shop'),
  '150010115': row('transient', 'hiccup', 'meaning.product_processing', 'remedy.later'),
  '220010001': row('programming', 'never', 'meaning.invalid_parameter', 'remedy.report'),
  '220010002': row('transient', 'hiccup', 'meaning.promotion_service_failed', 'remedy.later'),
  '220010003': row('business', 'never', 'meaning.promotion_cancelled', 'remedy.another_promotion'),
  '220010004': row('business', 'never', 'meaning.promotion_ended', 'remedy.another_promotion'),
  '120011001': row('transient', 'hiccup', 'meaning.fulfilment_service_failed', 'remedy.later'),
  '120014006': row('transient', 'hiccup', 'meaning.asks_again', 'remedy.later'),
};

const COMMON_TABLE = new Map(Object.entries({ ...BUSINESS_CODES, ...COMMON_CODES }));
const CN_TABLE = new Map(Object.entries({ ...BUSINESS_CODES, ...CN_CODES }));

const UNKNOWN_CODE = row('business', 'never', 'meaning.refused', 'remedy.read_message');

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
export function isKnownCode(region: TemuRegion, code: string | null): boolean {
  return code !== null && tableOf(region).has(code);
}

function tableOf(region: TemuRegion): ReadonlyMap<string, CodeRow> {
  return region === 'cn' ? CN_TABLE : COMMON_TABLE;
}

export function classifyCode(region: TemuRegion, operation: string, code: string, message: string): CodeRow {
  const found = tableOf(region).get(code) ?? UNKNOWN_CODE;
  if (code === '4000000' && UNKNOWN_APP_WORDS.test(message)) {
    return row('configuration', 'never', 'meaning.app_key_unknown', 'remedy.check_app');
  }
  return found.kind === 'scope' ? { ...found, remedy: scopeRemedy(operation) } : found;
}

function scopeRemedy(operation: string): Said {
  const [, name] = PACKAGES.find(([prefix]) => operation.startsWith(prefix)) ?? [];
  const permission =
    name === undefined
      ? say('permission.call', { operation })
      : say('permission.package', { name, operation });
  return SENSITIVE_CALLS.has(operation)
    ? say('remedy.grant_sensitive', { permission })
    : say('remedy.grant', { permission });
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
