import { say } from '#said';
import {
  isJsonObject,
  type JsonObject,
  optionalText,
  UnreadableField,
  withoutValues,
} from '../../payload/read.js';
import type { AddressAnswer, AddressRecord } from '../../port.js';
import { districtsOf, regionOf } from './districts.js';

/**
 * In these states an order has no address: before payment, on hold [D], and when it was cancelled then, as it never got one. It
 * is read again when the state changes.
 */
const WITHOUT_ADDRESS = new Set(['UNPAID', 'ON_HOLD', 'CANCELLED']);

/**
 * The address that an order of `GetOrderDetail` holds. Names and phones come masked where TikTok's carriers deliver [D]. No field
 * is required and no error ever quotes a value: this is personal data, and errors are logged and stored.
 */
export function readOrderAddress(order: unknown): AddressAnswer {
  if (!isJsonObject(order)) throw new UnreadableField(say('field.no_object', { field: 'order' }));
  const address = isJsonObject(order.recipient_address) ? addressOf(order.recipient_address, order) : null;
  if (address !== null && isGiven(address)) return { state: 'known', address };
  const status = optionalText(order.status);
  if (status !== null && WITHOUT_ADDRESS.has(status))
    return { state: 'withheld', reason: 'restricted', platformReason: status };
  throw new UnreadableField(say('field.no_object', { field: 'recipient_address' }));
}

/** What is kept of an order whose address cannot be understood: names and types, and its state, which is no personal data. */
export function addressWithoutValues(order: unknown): unknown {
  if (!isJsonObject(order)) return withoutValues(order);
  return { id: order.id, status: order.status, recipient_address: withoutValues(order.recipient_address) };
}

function isGiven({ recipientName, full, lines }: AddressRecord): boolean {
  return [recipientName, full, ...lines].some((part) => part !== null && part.trim() !== '');
}

function addressOf(address: JsonObject, order: JsonObject): AddressRecord {
  const districts = districtsOf(address);
  const level = (wanted: string) => districts.find((district) => district.level === wanted)?.name ?? null;
  const region = regionOf(districts);
  const named = districts.find(({ levelName }) => /city|town|municipality/.test(levelName));
  const lower = ['L3', 'L2'].map(level).find((name) => name !== null && name !== region?.name);
  return {
    recipientName: text(address.name) ?? joined(text(address.first_name), text(address.last_name)),
    additionalName: joined(text(address.last_name_local_script), text(address.first_name_local_script)),
    phone: text(address.phone_number),
    backupPhone: null,
    // TikTok gives a mail address of its own for each buyer, which is no way to reach them.
    email: null,
    country: level('L0') ?? text(address.region_code),
    region: region?.name ?? null,
    city: text(address.post_town) ?? named?.name ?? lower ?? null,
    district: level('L4'),
    lines: [
      address.address_line1,
      address.address_line2,
      address.address_line3,
      address.address_line4,
      address.address_detail,
    ]
      .flatMap((line) => text(line) ?? [])
      .filter((line, index, all) => all.indexOf(line) === index),
    full: text(address.full_address),
    postCode: text(address.postal_code),
    taxCode: text(order.cpf),
  };
}

function text(value: unknown): string | null {
  return optionalText(value)?.trim() ?? null;
}

function joined(...parts: readonly (string | null)[]): string | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.join(' ');
}
