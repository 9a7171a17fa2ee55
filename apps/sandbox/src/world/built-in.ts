import type { Region } from '../regions.js';
import type { Shop } from './types.js';

/** Temu's region ids (reference §6.1) that the built-in shops and new shops of the control interface may use. */
export interface Market {
  regionId: number;
  siteId: number;
  region: Region;
  currency: string;
  decimals: number;
  zone: string;
  taxIncluded: boolean;
  taxRatesBp: number[];
  minorPerUsCent: number;
}

const EUR = { region: 'eu', currency: 'EUR', decimals: 2, taxIncluded: true, minorPerUsCent: 0.92 } as const;

export const MARKETS = {
  US: {
    regionId: 211,
    siteId: 100,
    region: 'us',
    currency: 'USD',
    decimals: 2,
    zone: 'America/Los_Angeles',
    taxIncluded: false,
    taxRatesBp: [0, 600, 625, 725, 825, 950],
    minorPerUsCent: 1,
  },
  DE: { ...EUR, regionId: 76, siteId: 103, zone: 'Europe/Berlin', taxRatesBp: [1900, 700] },
  FR: { ...EUR, regionId: 69, siteId: 105, zone: 'Europe/Paris', taxRatesBp: [2000] },
  GB: {
    regionId: 210,
    siteId: 102,
    region: 'eu',
    currency: 'GBP',
    decimals: 2,
    zone: 'Europe/London',
    taxIncluded: true,
    taxRatesBp: [2000],
    minorPerUsCent: 0.79,
  },
  JP: {
    regionId: 100,
    siteId: 118,
    region: 'global',
    currency: 'JPY',
    decimals: 0,
    zone: 'Asia/Tokyo',
    taxIncluded: true,
    taxRatesBp: [1000, 800],
    minorPerUsCent: 1.5,
  },
  MX: {
    regionId: 128,
    siteId: 110,
    region: 'global',
    currency: 'MXN',
    decimals: 2,
    zone: 'America/Mexico_City',
    taxIncluded: true,
    taxRatesBp: [1600],
    minorPerUsCent: 18,
  },
  KR: {
    regionId: 185,
    siteId: 121,
    region: 'global',
    currency: 'KRW',
    decimals: 0,
    zone: 'Asia/Seoul',
    taxIncluded: true,
    taxRatesBp: [1000],
    minorPerUsCent: 13.5,
  },
} satisfies Record<string, Market>;

export type MarketCode = keyof typeof MARKETS;

export function isMarketCode(text: string): text is MarketCode {
  return Object.hasOwn(MARKETS, text);
}

export interface ShopRequest {
  mallId: number;
  name: string;
  account: string;
  market: MarketCode;
  /** The region whose gateway serves it; the market's own unless it is a CN or PARTNER seller's. */
  region?: Region;
  otherSites?: { regionId: number; share: number }[];
  zone?: string;
  mallType?: 1 | 100;
  orders: number;
  products: number;
  deletedProducts?: number;
}

export function describeShop(request: ShopRequest, seed: string, anchorSeconds: number, days = 180): Shop {
  const market: Market = MARKETS[request.market];
  const { regionId, ...rest } = market;
  const others = request.otherSites ?? [];
  return {
    ...rest,
    mallId: request.mallId,
    name: request.name,
    account: request.account,
    region: request.region ?? market.region,
    zone: request.zone ?? market.zone,
    sites: [{ regionId, share: 1 - others.reduce((sum, site) => sum + site.share, 0) }, ...others],
    mallType: request.mallType ?? 100,
    semiUniqueId: `SU${request.mallId}`,
    generation: {
      seed: `${seed}/${request.mallId}`,
      anchorSeconds,
      orders: request.orders,
      products: request.products,
      deletedProducts: request.deletedProducts ?? 0,
      days,
    },
  };
}

const EU_SITES = [
  { regionId: 69, share: 0.18 },
  { regionId: 98, share: 0.1 },
  { regionId: 186, share: 0.08 },
];

/** The shops of a fresh sandbox. The first of each region is the one whose token is built in. */
export const BUILT_IN_SHOPS: readonly ShopRequest[] = [
  {
    mallId: 634418210000001,
    name: 'Northwind Home',
    account: 'northwind@seller.example',
    market: 'US',
    orders: 4645,
    products: 1234,
    deletedProducts: 25,
  },
  {
    mallId: 634418210000002,
    name: 'Northwind Outlet',
    account: 'northwind@seller.example',
    market: 'US',
    zone: 'America/New_York',
    orders: 312,
    products: 96,
    deletedProducts: 3,
  },
  {
    mallId: 634418210000003,
    name: 'Bluebird Pets',
    account: 'bluebird@seller.example',
    market: 'US',
    orders: 128,
    products: 41,
    deletedProducts: 2,
  },
  {
    mallId: 634418220000001,
    name: 'Morgenlicht Berlin',
    account: 'morgenlicht@seller.example',
    market: 'DE',
    otherSites: EU_SITES,
    orders: 860,
    products: 240,
    deletedProducts: 6,
  },
  {
    mallId: 634418220000002,
    name: 'Harbour & Heath',
    account: 'harbour@seller.example',
    market: 'GB',
    orders: 275,
    products: 88,
    deletedProducts: 2,
  },
  {
    mallId: 634418230000001,
    name: 'Sakura Zakka 桜雑貨',
    account: 'sakura@seller.example',
    market: 'JP',
    orders: 640,
    products: 160,
    deletedProducts: 4,
  },
  {
    mallId: 634418230000002,
    name: 'Casa Agave',
    account: 'agave@seller.example',
    market: 'MX',
    orders: 410,
    products: 120,
    deletedProducts: 3,
  },
  {
    mallId: 634418230000003,
    name: 'Hanok Living 한옥',
    account: 'hanok@seller.example',
    market: 'KR',
    orders: 190,
    products: 64,
    deletedProducts: 1,
  },
  {
    mallId: 634418240000001,
    name: '晨光跨境（全托管）',
    account: 'chenguang@seller.example',
    market: 'US',
    region: 'cn',
    zone: 'Asia/Shanghai',
    mallType: 1,
    orders: 0,
    products: 0,
  },
  {
    mallId: 634418250000001,
    name: '晨光跨境（半托管）',
    account: 'chenguang@seller.example',
    market: 'US',
    region: 'partner',
    zone: 'Asia/Shanghai',
    mallType: 1,
    orders: 0,
    products: 0,
  },
];
