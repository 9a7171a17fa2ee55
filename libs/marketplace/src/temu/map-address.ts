import { isLosslessNumber } from 'lossless-json';
import type { AddressRecord } from '../port.js';
import { isJsonObject, UnreadableField } from './read.js';

/**
 * Answer of `bg.order.shippinginfo.v2.get`. No field is required and no error ever quotes a value: this is personal
 * data, and errors are logged and stored.
 */
export function readOrderAddress(result: unknown): AddressRecord {
  if (!isJsonObject(result)) throw new UnreadableField('result', 'is not an object');
  const extra = isJsonObject(result.addressExtra) ? result.addressExtra : {};
  const name = text(result.receiptName) ?? joined(text(extra.firstName), text(extra.lastName));
  const address = {
    recipientName: name,
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
  const isEmpty = address.recipientName === null && address.full === null && address.lines.length === 0;
  if (isEmpty) throw new UnreadableField('receiptName and address', 'are missing');
  return address;
}

/** A post code or a phone may come as a number. */
function text(value: unknown): string | null {
  const plain = isLosslessNumber(value) ? value.value : value;
  return typeof plain === 'string' && plain.trim() !== '' ? plain.trim() : null;
}

function joined(...parts: readonly (string | null)[]): string | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join(' ');
}
