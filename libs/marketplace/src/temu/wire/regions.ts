/** Temu's gateways: each has apps, tokens and shops of its own. */
export const TEMU_GATEWAYS = {
  us: 'https://openapi-b-us.temu.com',
  eu: 'https://openapi-b-eu.temu.com',
  global: 'https://openapi-b-global.temu.com',
  cn: 'https://openapi.kuajingmaihuo.com',
  partner: 'https://openapi-b-partner.temu.com',
} as const;

export type TemuRegion = keyof typeof TEMU_GATEWAYS;

/**
 * Only these two are in Temu's documents. GLOBAL shops use one host per country, and CN and partner shops copy their
 * token by hand, so a default would send sellers to a wrong page.
 */
export const TEMU_SELLER_CENTERS = {
  us: 'https://seller.temu.com',
  eu: 'https://seller-eu.temu.com',
} as const;
