import type { AddressState, AddressWithholding, MaskedAddress, RevealedAddress } from '#contracts';
import type { AddressRecord } from '#marketplace';

/** What belongs to the sealed text of an address: it cannot be moved to another order. */
export const addressContext = (shopId: string, orderNumber: string): string =>
  `order-address:${shopId}:${orderNumber}`;

const NOTHING = { recipient: null, phone: null, country: null, region: null, city: null, readAt: null };

/** An address that cannot be shown, and why. */
export function noAddress(state: AddressState, withheldFor: AddressWithholding | null = null): MaskedAddress {
  return { state, withheldFor, ...NOTHING };
}

/** What everybody who may read orders sees: enough to tell parcels apart, not enough to find a person. */
export function maskAddress(address: AddressRecord, readAt: Date | null): MaskedAddress {
  return {
    state: 'known',
    withheldFor: null,
    recipient: initial(address.recipientName),
    phone: lastDigits(address.phone),
    country: address.country,
    region: address.region,
    city: address.city,
    readAt: readAt?.toISOString() ?? null,
  };
}

export function revealAddress(address: AddressRecord, readAt: Date): RevealedAddress {
  return {
    recipientName: address.recipientName,
    additionalName: address.additionalName,
    phone: address.phone,
    backupPhone: address.backupPhone,
    email: address.email,
    country: address.country,
    region: address.region,
    city: address.city,
    district: address.district,
    lines: address.lines,
    full: address.full,
    postCode: address.postCode,
    taxCode: address.taxCode,
    readAt: readAt.toISOString(),
  };
}

function initial(name: string | null): string | null {
  const [first] = [...(name ?? '').trim()];
  return first === undefined ? null : `${first}***`;
}

/** The number itself, not its extension: that is the marketplace's own. */
function lastDigits(phone: string | null): string | null {
  const digits = phone?.split(/ext/i)[0]?.match(/[\d*]/g) ?? [];
  return digits.length < 5 ? null : `***${digits.slice(-2).join('')}`;
}
