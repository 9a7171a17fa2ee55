import type { Query } from './signing.js';

/** Invented. */
export const VECTOR_APP = {
  appKey: 'inv6key42demo',
  appSecret: 'inv_secret_7f3a9c21d0',
};
const CIPHER = 'ROW_inventedCipher01';

/** Computed by six other programs (reference 1.3); the app key is signed too. */
export const CALL_VECTORS: readonly (readonly [
  name: string,
  path: string,
  query: Query,
  body: string,
  sign: string,
])[] = [
  [
    'T1',
    '/authorization/202309/shops',
    { timestamp: '1767225600' },
    '',
    'e4342b007335e72a2b2d696f28098f8fab591e8e283080293c9706630fb4c389',
  ],
  [
    'T2',
    '/order/202309/orders/search',
    {
      page_size: '50',
      shop_cipher: CIPHER,
      sort_field: 'update_time',
      sort_order: 'ASC',
      timestamp: '1767225600',
    },
    '{"update_time_ge":1767139200,"update_time_lt":1767225600}',
    '171d2db7b6ecb4e0736da1f243d03e3e38ea24499b8e4cc701c8c9c081329ea9',
  ],
  [
    'T3',
    '/order/202309/orders/search',
    {
      page_size: '50',
      page_token: 'aGVsbG8/d29ybGQ+Zm9v/w==',
      shop_cipher: CIPHER,
      timestamp: '1767225660',
    },
    '{"order_status":"AWAITING_SHIPMENT"}',
    '32b99852555d4b003868563d56399a5053301a2c21879a591d42df068ba75f02',
  ],
  [
    'T4',
    '/order/202309/orders',
    { ids: '579000000000000001,579000000000000002', shop_cipher: CIPHER, timestamp: '1767225700' },
    '',
    '060bcc78dad1f8dcfc4d7462884a94cf90537f25a437aa547aecbe1671732c6f',
  ],
  [
    'T5',
    '/order/202407/orders/579000000000000001/price_detail',
    { shop_cipher: CIPHER, timestamp: '1767225701' },
    '',
    '65e1e5d9c5743c580f1b9cfc9bfa090ccfc9163f7ad71cd82045c3f1a9dfbce1',
  ],
  [
    'T6',
    '/product/202502/products/search',
    { page_size: '100', shop_cipher: CIPHER, timestamp: '1767225702' },
    '{"seller_skus":["camisa-niño-ñ","衬衫-01"],"status":"ACTIVATE"}',
    'ce5d2eb39f5a78ed34fe9c920c277331d30b96d863b8128395f1cbaf31662981',
  ],
  [
    'T7',
    '/order/202309/orders',
    {
      access_token: 'ROW_ignored',
      ids: '579000000000000001',
      shop_cipher: CIPHER,
      sign: 'deadbeef',
      timestamp: '1767225703',
    },
    '',
    '1e644d8e1047c85819915dfba841cab60465184a6bdb3cb1cb0381fe7627a8da',
  ],
  [
    'T8',
    '/order/202309/orders/search',
    { page_size: '20', shop_cipher: CIPHER, timestamp: '1767225704' },
    '{}',
    '0836d6463fe62ff88673aeec50e9747de4cac97fa27e7d899e263ed999873e96',
  ],
  [
    'T9, a file, which is not signed',
    '/product/202309/images/upload',
    { timestamp: '1767225705' },
    '',
    'f03e2bcfb8f6bcd7d1b3fbed9cfae692e9200790cbb5b6b6eb5e9badf1c25181',
  ],
];

const PUSHED =
  '{"type":1,"tts_notification_id":"7300000000000000001","shop_id":"7490000000000000001","timestamp":1767225800,"data":{"order_id":"579000000000000001","order_status":"AWAITING_SHIPMENT","is_on_hold_order":false,"update_time":1767225799}}';

/** Of pushed messages: checked by another program (reference 1.6). */
export const PUSH_VECTORS: readonly (readonly [name: string, body: string, sign: string])[] = [
  ['W1', PUSHED, '8e19a782fe41d0beb740ec3debb2eaa3c1bb07a7bfb3eed7616e6e61886cf60d'],
  ['W2', `${PUSHED}\n`, 'ca3f38e908132e3b18c7076d8e71cc5184f31b99486636b5e0dbad04581ae86c'],
];
