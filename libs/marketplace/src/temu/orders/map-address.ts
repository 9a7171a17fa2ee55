import { say } from '#said';
import {
  isJsonObject,
  type JsonObject,
  optionalFlag,
  UnreadableField,
  withoutValues,
} from '../../payload/read.js';
import { numberText } from '../../payload/wire-json.js';
import type { AddressAnswer, AddressRecord, AddressWithholding } from '../../port.js';

/**
 * `warning.reason`: 1 COD, 2 self shipping restricted, 3 promised to buy labels only (three copies of the official page,
 * H); a typed client adds 5, store delivery (L). An open set.
 */
const REASONS: ReadonlyMap<string, AddressWithholding> = new Map([
  ['1', 'cash_on_delivery'],
  ['2', 'no_self_shipping'],
  ['3', 'label_purchase_only'],
]);

/**
 * Refusals about one order that will not become an address by asking again. Of the call's own error list: 180020030
 * (labels only), 180020001 (country not opened), 180020004 (kind of business); H. That a shipped order may be refused
 * with the codes that its sister calls have for it is our reading (L). An unsigned agreement (180020008) is no such
 * answer: the owner can mend it.
 */
const WITHHELD_CODES: ReadonlyMap<string, AddressWithholding> = new Map([
  ['180020030', 'label_purchase_only'],
  ['180020001', 'restricted'],
  ['180020004', 'restricted'],
  ['130010002', 'shipped'],
  ['120012004', 'shipped'],
]);

export function withheldByCode(platformCode: string): AddressAnswer | null {
  const reason = WITHHELD_CODES.get(platformCode);
  return reason === undefined ? null : { state: 'withheld', reason, platformReason: platformCode };
}

/**
 * Answer of `bg.order.shippinginfo.v2.get`: an address, or a warning in the place of one. No field is required and no
 * error ever quotes a value: this is personal data, and errors are logged and stored. Neither an address nor a warning
 * cannot be understood.
 */
export function readOrderAddress(result: unknown): AddressAnswer {
  if (!isJsonObject(result)) throw new UnreadableField(say('field.no_object', { field: 'result' }));
  const address = addressOf(result);
  const reasons = restrictionOf(result.warning);
  if (reasons !== null && !isGiven(address, /[\p{L}\p{N}]/u)) {
    const known = reasons.flatMap((reason) => REASONS.get(reason) ?? []);
    return {
      state: 'withheld',
      reason: known[0] ?? 'restricted',
      platformReason: reasons.length === 0 ? null : reasons.join(','),
    };
  }
  if (!isGiven(address, /\S/)) throw new UnreadableField(say('field.no_address'));
  return { state: 'known', address };
}

/** What is kept of an answer that cannot be understood: names and types, and the warning, which is no personal data. */
export function addressWithoutValues(result: unknown): unknown {
  const blank = withoutValues(result);
  if (!isJsonObject(result) || !isJsonObject(blank)) return blank;
  if (!isJsonObject(result.warning) || !isJsonObject(blank.warning)) return blank;
  const { reason } = result.warning;
  return numberText(reason) === undefined ? blank : { ...blank, warning: { ...blank.warning, reason } };
}

/** Null: no restriction. Older copies have a list of reasons; a reason that is there speaks where the flag is missing. */
function restrictionOf(warning: unknown): string[] | null {
  if (!isJsonObject(warning)) return null;
  const reasons = (Array.isArray(warning.reason) ? warning.reason : [warning.reason]).flatMap(
    (reason: unknown) => text(reason) ?? [],
  );
  const isRestricted = optionalFlag(warning.isRestriction) ?? reasons.length > 0;
  return isRestricted ? reasons : null;
}

/** Where parts are blanked with asterisks, what is left of them tells whether it is an address at all. */
function isGiven({ recipientName, full, lines }: AddressRecord, pattern: RegExp): boolean {
  return [recipientName, full, ...lines].some((part) => part !== null && pattern.test(part));
}

function addressOf(result: JsonObject): AddressRecord {
  const extra = isJsonObject(result.addressExtra) ? result.addressExtra : {};
  return {
    recipientName: text(result.receiptName) ?? joined(text(extra.firstName), text(extra.lastName)),
    additionalName: text(result.receiptAdditionalName),
    phone: text(result.mobile),
    backupPhone: text(result.backupMobile),
    email: text(result.mail),
    country: text(result.regionName1),
    region: text(result.regionName2),
    city: text(result.regionName3),
    district: text(result.regionName4),
    lines: [result.addressLine1, result.addressLine2, result.addressLine3].flatMap(
      (line) => text(line) ?? [],
    ),
    full: text(result.addressLineAll),
    postCode: text(result.postCode),
    taxCode: text(result.taxCode),
  };
}

/** A post code, a phone or a reason may come as a number. */
function text(value: unknown): string | null {
  const plain = numberText(value) ?? value;
  return typeof plain === 'string' && plain.trim() !== '' ? plain.trim() : null;
}

function joined(...parts: readonly (string | null)[]): string | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join(' ');
}
