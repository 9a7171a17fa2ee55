import type { MarketplaceRegionId } from '#contracts';

/** Zone in which a shop's days are counted, and the currency its amounts are expected in, until somebody edits them. */
export interface ShopPlace {
  readonly timeZone: string;
  readonly currency: string | null;
}

/**
 * By Temu's region ids (`regionId` of the token). Countries with several zones get the one of their largest market;
 * the US gets Pacific time, in which marketplaces there (Amazon, TikTok Shop) report, so that days can be compared.
 */
const PLACE_OF_PLATFORM_REGION: Readonly<Record<string, ShopPlace>> = {
  '211': { timeZone: 'America/Los_Angeles', currency: 'USD' },
  '37': { timeZone: 'America/Toronto', currency: 'CAD' },
  '128': { timeZone: 'America/Mexico_City', currency: 'MXN' },
  '29': { timeZone: 'America/Sao_Paulo', currency: 'BRL' },
  '210': { timeZone: 'Europe/London', currency: 'GBP' },
  '76': { timeZone: 'Europe/Berlin', currency: 'EUR' },
  '69': { timeZone: 'Europe/Paris', currency: 'EUR' },
  '98': { timeZone: 'Europe/Rome', currency: 'EUR' },
  '186': { timeZone: 'Europe/Madrid', currency: 'EUR' },
  '162': { timeZone: 'Europe/Warsaw', currency: 'PLN' },
  '141': { timeZone: 'Europe/Amsterdam', currency: 'EUR' },
  '100': { timeZone: 'Asia/Tokyo', currency: 'JPY' },
  '185': { timeZone: 'Asia/Seoul', currency: 'KRW' },
  '12': { timeZone: 'Australia/Sydney', currency: 'AUD' },
  '144': { timeZone: 'Pacific/Auckland', currency: 'NZD' },
};

/** Where the token names no country: EU shops sell to many, of which Germany is the largest; GLOBAL has no one place. */
const PLACE_OF_REGION: Readonly<Record<MarketplaceRegionId, ShopPlace>> = {
  us: { timeZone: 'America/Los_Angeles', currency: 'USD' },
  eu: { timeZone: 'Europe/Berlin', currency: 'EUR' },
  global: { timeZone: 'UTC', currency: null },
  cn: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
  partner: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
};

export function defaultPlace(region: MarketplaceRegionId, platformRegionId: string | null): ShopPlace {
  const named = platformRegionId === null ? undefined : PLACE_OF_PLATFORM_REGION[platformRegionId];
  return named ?? PLACE_OF_REGION[region];
}

const REGION_NAMES: Readonly<Record<MarketplaceRegionId, string>> = {
  us: 'United States',
  eu: 'Europe',
  global: 'Global',
  cn: 'China',
  partner: 'China (partner)',
};

export function regionName(region: MarketplaceRegionId): string {
  return REGION_NAMES[region];
}

/** `Temu US …1234`: tells shops apart until somebody names them. */
export function defaultShopName(region: MarketplaceRegionId, platformShopId: string): string {
  return `Temu ${region.toUpperCase()} …${platformShopId.slice(-4)}`;
}
