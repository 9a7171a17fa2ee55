import { COUNTRIES, FIRST_NAMES, LAST_NAMES, STREETS } from '../world/names.js';
import { Prng } from '../world/prng.js';
import type { ParentOrder } from '../world/types.js';
import type { Withholding } from '../world/withheld-address.js';

interface Buyer {
  firstName: string;
  lastName: string;
  country: string;
  place: readonly [string, string, string];
  postCode: string;
  street: string;
  phone: string;
  mail: string;
}

/** An invented buyer, always the same for the same order number and address version; nothing of it is stored. */
export function buyerOf(order: ParentOrder): Buyer {
  const version = order.addressVersion ?? 0;
  const prng = new Prng(`buyer/${order.parentOrderSn}${version === 0 ? '' : `/${version}`}`);
  const country = COUNTRIES.get(order.regionId) ?? { name: 'Elsewhere', dial: '+999', places: [] };
  const place = country.places.length > 0 ? prng.pick(country.places) : (['', '', '', '00'] as const);
  return {
    firstName: prng.pick(FIRST_NAMES),
    lastName: prng.pick(LAST_NAMES),
    country: country.name,
    place: [place[0], place[1], place[2]],
    postCode: `${place[3]}${prng.digits(2)}`,
    street: `${prng.int(1, 980)} ${prng.pick(STREETS)}`,
    phone: `${country.dial} 555 01${prng.digits(5)} ext ${prng.digits(4)}`,
    mail: `${prng.digits(12)}@buyer.example`,
  };
}

function mask(text: string): string {
  return text === '' ? '' : `${[...text][0] ?? ''}***`;
}

/** As `bg.order.shippinginfo.v2.get` gives it: names, phone, mail and street are masked; withheld, all is empty. */
export function maskedShippingInfo(
  order: ParentOrder,
  withheld: Withholding | null,
): Record<string, unknown> {
  const buyer = buyerOf(order);
  const masked = shippingInfoOf({
    ...buyer,
    firstName: mask(buyer.firstName),
    lastName: mask(buyer.lastName),
    street: buyer.street.replace(/^\S+/, '***'),
    phone: buyer.phone.replace(/\d(?=\d* ext)/g, '*'),
    mail: buyer.mail.replace(/^(..)[^@]*/, '$1***'),
  });
  return {
    ...(withheld === null ? masked : emptied(masked)),
    warning: { isRestriction: withheld !== null, reason: withheld?.reason ?? null },
  };
}

/** As `bg.order.decryptshippinginfo.get` gives it: in clear, without `warning`. */
export function plainShippingInfo(order: ParentOrder, withheld: Withholding | null): Record<string, unknown> {
  const plain = shippingInfoOf(buyerOf(order));
  return withheld === null ? plain : emptied(plain);
}

function emptied(info: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(info).map((name) => [name, null]));
}

function shippingInfoOf(buyer: Buyer): Record<string, unknown> {
  const [state, city, district] = buyer.place;
  return {
    receiptName: `${buyer.firstName} ${buyer.lastName}`,
    receiptAdditionalName: null,
    mobile: buyer.phone,
    backupMobile: null,
    mail: buyer.mail,
    regionName1: buyer.country,
    regionName2: state,
    regionName3: city,
    regionName4: district === '' ? null : district,
    addressLine1: buyer.street,
    addressLine2: null,
    addressLine3: null,
    addressLineAll: [buyer.street, city, state, buyer.country].filter((part) => part !== '').join(', '),
    postCode: buyer.postCode,
    taxCode: null,
    taxCodeType: null,
    addressExtra: {
      firstName: buyer.firstName,
      lastName: buyer.lastName,
      additionalFirstName: null,
      additionalLastName: null,
      contactlessDropPoint: null,
    },
  };
}
