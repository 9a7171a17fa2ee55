import type { MarketplaceDescriptor, RegionDescriptor, ScopesOfAbilities } from '../descriptor.js';
import { TEMU_ABILITY_CALLS } from './wire/calls.js';
import { TEMU_GATEWAYS, TEMU_SELLER_CENTERS, type TemuRegion } from './wire/regions.js';

const HOUR_MS = 3_600_000;

/** Tokens of CN and partner shops name none of the calls that we make. */
const NO_SCOPES: ScopesOfAbilities = {};

/**
 * The US gets Pacific time, in which marketplaces there report, so that days can be compared. EU
 * shops sell to many countries, of which Germany is the largest; GLOBAL has no one place.
 */
const REGIONS: Readonly<Record<TemuRegion, RegionDescriptor>> = {
  us: {
    words: { en: 'United States', zh: '美国' },
    place: { timeZone: 'America/Los_Angeles', currency: 'USD' },
    host: TEMU_GATEWAYS.us,
    consentPage: TEMU_SELLER_CENTERS.us,
    scopes: TEMU_ABILITY_CALLS,
  },
  eu: {
    words: { en: 'Europe', zh: '欧洲' },
    place: { timeZone: 'Europe/Berlin', currency: 'EUR' },
    host: TEMU_GATEWAYS.eu,
    consentPage: TEMU_SELLER_CENTERS.eu,
    scopes: TEMU_ABILITY_CALLS,
  },
  global: {
    words: { en: 'Global', zh: '全球' },
    place: { timeZone: 'UTC', currency: null },
    host: TEMU_GATEWAYS.global,
    consentPage: null,
    scopes: TEMU_ABILITY_CALLS,
  },
  cn: {
    words: { en: 'China', zh: '中国' },
    place: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
    host: TEMU_GATEWAYS.cn,
    consentPage: null,
    scopes: NO_SCOPES,
  },
  partner: {
    words: { en: 'China (partner)', zh: '合作方' },
    place: { timeZone: 'Asia/Shanghai', currency: 'CNY' },
    host: TEMU_GATEWAYS.partner,
    consentPage: null,
    scopes: NO_SCOPES,
  },
};

export const temu: MarketplaceDescriptor<TemuRegion> = {
  words: { en: 'Temu', zh: 'Temu' },
  regions: REGIONS,
  appFields: [],
  // By `regionId` of the token. Countries with several zones get the one of their largest market.
  places: {
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
  },
  abilities: [
    'orders',
    'order_counts',
    'amounts',
    'addresses',
    'after_sales',
    'products',
    'promotions',
    'pushes',
  ],
  revenueBasis: 'supply',
  codeLifeMs: 10 * 60_000,
  callback: {
    state: ['state'],
    code: ['code'],
    error: ['error'],
    appKey: ['app_key'],
    host: ['callback_host'],
  },
  // Cancelled, ended; their source stands in the table of errors.
  promotionOverCodes: ['220010003', '220010004'],
  pushes: {
    headers: ['x-tm-app-key', 'x-tm-event-code', 'x-tm-timestamp', 'x-tm-ext-param', 'x-tm-signature'],
    // Numbers and states of the documented events (webhook guide, event pages); anything else may be about a person.
    openFields: [
      'mallId',
      'parentOrderSn',
      'orderSn',
      'orderStatus',
      'updateTime',
      'updateAt',
      'afterSalesType',
      'parentAfterSalesSn',
      'parentAfterSalesStatus',
      'applyOperatorRole',
    ],
    subscriptionScope: 'bg.tmc.message.update',
    maxEventsACall: 20,
    // The last retry comes 27 hours and 42 minutes after the message was made.
    oldestMs: 36 * HOUR_MS,
  },
  wordsOfOrder: { en: 'parent order', zh: '父订单' },
  examples: {
    marketplaceName: 'Temu',
    shopName: 'Temu US …0718',
    platformShopId: '635517726820718',
    orderNumber: 'PO-211-00000000000000001',
    caseNumber: 'PO-211-00000000000000001-D01',
    eventCode: 'bg_order_status_change_event',
    pushedText: '{"mallId":635517726820718,"parentOrderSn":"PO-211-00000000000000001"}',
  },
  ownWords:
    /temu|kuajingmaihuo|parent_?order|parent_?after_?sales|mall_?id|goods_?id|goods_?search|order_?sn\b|\bregion_?id\b|\bbg[._][a-z]|\bPO-[0-9]|父订单/i,
  load: async () => (await import('./module.js')).temuModule,
};
