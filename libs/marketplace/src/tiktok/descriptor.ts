import type { MarketplaceDescriptor, RegionDescriptor } from '../descriptor.js';
import { TIKTOK_SCOPES } from './wire/calls.js';
import { TIKTOK_API_HOST, TIKTOK_CONSENT_PAGES, type TikTokRegion } from './wire/regions.js';

const HOUR_MS = 3_600_000;

/** An app is registered for the US or for the rest of the world; a shop's own country comes with its token. */
const REGIONS: Readonly<Record<TikTokRegion, RegionDescriptor>> = {
  us: {
    words: { en: 'United States', zh: '美国' },
    place: { timeZone: 'America/Los_Angeles', currency: 'USD' },
    host: TIKTOK_API_HOST,
    consentPage: TIKTOK_CONSENT_PAGES.us,
    scopes: TIKTOK_SCOPES,
  },
  global: {
    words: { en: 'All but the US', zh: '美国以外' },
    place: { timeZone: 'UTC', currency: null },
    host: TIKTOK_API_HOST,
    consentPage: TIKTOK_CONSENT_PAGES.global,
    scopes: TIKTOK_SCOPES,
  },
};

export const tiktok: MarketplaceDescriptor<TikTokRegion> = {
  words: { en: 'TikTok Shop', zh: 'TikTok Shop' },
  regions: REGIONS,
  appFields: [
    {
      name: 'service_id',
      words: { en: 'Service ID', zh: '服务 ID' },
      example: '7400000000000000001',
    },
  ],
  // By `region` of the shop [D]. Countries with several zones get the one of their largest market.
  places: {
    US: { timeZone: 'America/Los_Angeles', currency: 'USD' },
    GB: { timeZone: 'Europe/London', currency: 'GBP' },
    ES: { timeZone: 'Europe/Madrid', currency: 'EUR' },
    DE: { timeZone: 'Europe/Berlin', currency: 'EUR' },
    FR: { timeZone: 'Europe/Paris', currency: 'EUR' },
    IT: { timeZone: 'Europe/Rome', currency: 'EUR' },
    IE: { timeZone: 'Europe/Dublin', currency: 'EUR' },
    MX: { timeZone: 'America/Mexico_City', currency: 'MXN' },
    BR: { timeZone: 'America/Sao_Paulo', currency: 'BRL' },
    JP: { timeZone: 'Asia/Tokyo', currency: 'JPY' },
    ID: { timeZone: 'Asia/Jakarta', currency: 'IDR' },
    MY: { timeZone: 'Asia/Kuala_Lumpur', currency: 'MYR' },
    PH: { timeZone: 'Asia/Manila', currency: 'PHP' },
    SG: { timeZone: 'Asia/Singapore', currency: 'SGD' },
    TH: { timeZone: 'Asia/Bangkok', currency: 'THB' },
    VN: { timeZone: 'Asia/Ho_Chi_Minh', currency: 'VND' },
  },
  /**
   * Orders are counted: the search documents `total_count` as the number of all its rows, by creation, update and state [D], and
   * a page of one row tells it. Should it turn out to be an estimate, the ledger shows a difference that reading again does not
   * close, and windows are put aside as incomplete: visible, and nothing is lost. Promotions are not read.
   */
  abilities: ['orders', 'order_counts', 'amounts', 'addresses', 'after_sales', 'products', 'pushes'],
  revenueBasis: 'seller',
  // 30 minutes [D]; some write of ten [R].
  codeLifeMs: 10 * 60_000,
  callback: {
    state: ['state'],
    code: ['code', 'auth_code'],
    error: ['error'],
    appKey: ['app_key'],
    // None is named.
    host: [],
  },
  promotionOverCodes: [],
  pushes: {
    headers: ['authorization'],
    // Numbers and states of the documented events; anything else may be about a person.
    openFields: [
      'type',
      'tts_notification_id',
      'shop_id',
      'timestamp',
      'order_id',
      'order_status',
      'is_on_hold_order',
      'update_time',
      'return_id',
      'return_status',
      'return_type',
      'cancel_id',
      'cancel_status',
      'reverse_order_id',
      'product_id',
      'status',
    ],
    subscriptionScope: null,
    maxEventsACall: 20,
    // The last retry comes 15 hours and 32 minutes after the message was made [R].
    oldestMs: 24 * HOUR_MS,
  },
  wordsOfOrder: { en: 'order', zh: '订单' },
  examples: {
    marketplaceName: 'TikTok Shop',
    shopName: 'TikTok Shop ES …0001',
    platformShopId: '7490000000000000001',
    orderNumber: '579000000000000001',
    caseNumber: '403500000000000001',
    eventCode: 'ORDER_STATUS_CHANGE',
    pushedText:
      '{"type":1,"tts_notification_id":"7300000000000000001","shop_id":"7490000000000000001","timestamp":1767225800,"data":{"order_id":"579000000000000001","order_status":"AWAITING_SHIPMENT"}}',
  },
  ownWords:
    /tik_?tok|tts_notification|shop_cipher|\bx-tts|\bservice_id\b|AWAITING_(SHIPMENT|COLLECTION)|PARTIALLY_SHIPPING|FULFILLMENT_BY_|next_page_token|price_detail|line_items|return_orders|RETURN_OR_REFUND|CANCELLATION_REQUEST/i,
  load: async () => (await import('./module.js')).tiktokModule,
};
