import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signBody } from '../webhooks/message.js';
import { isSignatureValid } from './signature.js';

/** Keys and ids are invented; each value was agreed on by other people's clients (PHP, Ruby, Python, Go). */
const APP = { appKey: 'inv6key42demo', appSecret: 'inv_secret_7f3a9c21d0' };
const SEARCH = '/order/202309/orders/search';
const ORDERS = '/order/202309/orders';
const SHOP = { shop_cipher: 'ROW_inventedCipher01' };

interface Vector {
  name: string;
  path: string;
  query: Record<string, string>;
  body?: string;
  contentType?: string;
  sign: string;
}

const VECTORS: readonly Vector[] = [
  {
    name: 'T1 no body, no shop',
    path: '/authorization/202309/shops',
    query: { timestamp: '1767225600' },
    sign: 'e4342b007335e72a2b2d696f28098f8fab591e8e283080293c9706630fb4c389',
  },
  {
    name: 'T2 a search',
    path: SEARCH,
    query: {
      page_size: '50',
      ...SHOP,
      sort_field: 'update_time',
      sort_order: 'ASC',
      timestamp: '1767225600',
    },
    body: '{"update_time_ge":1767139200,"update_time_lt":1767225600}',
    sign: '171d2db7b6ecb4e0736da1f243d03e3e38ea24499b8e4cc701c8c9c081329ea9',
  },
  {
    name: 'T3 a page token with / + =',
    path: SEARCH,
    query: { page_size: '50', page_token: 'aGVsbG8/d29ybGQ+Zm9v/w==', ...SHOP, timestamp: '1767225660' },
    body: '{"order_status":"AWAITING_SHIPMENT"}',
    sign: '32b99852555d4b003868563d56399a5053301a2c21879a591d42df068ba75f02',
  },
  {
    name: 'T4 ids joined by a comma',
    path: ORDERS,
    query: { ids: '579000000000000001,579000000000000002', ...SHOP, timestamp: '1767225700' },
    sign: '060bcc78dad1f8dcfc4d7462884a94cf90537f25a437aa547aecbe1671732c6f',
  },
  {
    name: 'T5 a path parameter',
    path: '/order/202407/orders/579000000000000001/price_detail',
    query: { ...SHOP, timestamp: '1767225701' },
    sign: '65e1e5d9c5743c580f1b9cfc9bfa090ccfc9163f7ad71cd82045c3f1a9dfbce1',
  },
  {
    name: 'T6 letters beyond ASCII',
    path: '/product/202502/products/search',
    query: { page_size: '100', ...SHOP, timestamp: '1767225702' },
    body: '{"seller_skus":["camisa-niño-ñ","衬衫-01"],"status":"ACTIVATE"}',
    sign: 'ce5d2eb39f5a78ed34fe9c920c277331d30b96d863b8128395f1cbaf31662981',
  },
  {
    name: 'T7 sign and access_token are left out',
    path: ORDERS,
    query: {
      access_token: 'ROW_ignored',
      ids: '579000000000000001',
      ...SHOP,
      sign: 'deadbeef',
      timestamp: '1767225703',
    },
    sign: '1e644d8e1047c85819915dfba841cab60465184a6bdb3cb1cb0381fe7627a8da',
  },
  {
    name: 'T8 the bytes of an empty object',
    path: SEARCH,
    query: { page_size: '20', ...SHOP, timestamp: '1767225704' },
    body: '{}',
    sign: '0836d6463fe62ff88673aeec50e9747de4cac97fa27e7d899e263ed999873e96',
  },
  {
    name: 'T9 a multipart body is not signed',
    path: '/product/202309/images/upload',
    query: { timestamp: '1767225705' },
    body: '--sbx\r\nwhatever\r\n--sbx--',
    contentType: 'multipart/form-data; boundary=sbx',
    sign: 'f03e2bcfb8f6bcd7d1b3fbed9cfae692e9200790cbb5b6b6eb5e9badf1c25181',
  },
];

function isValid(vector: Vector, change: Partial<Vector> = {}): boolean {
  const { path, query, body = '', contentType = 'application/json', sign } = { ...vector, ...change };
  const all = new Map(Object.entries({ app_key: APP.appKey, ...query }));
  return isSignatureValid({ path, query: all, body: Buffer.from(body), contentType }, sign, APP.appSecret);
}

describe('signatures of TikTok Shop', () => {
  for (const vector of VECTORS) {
    test(vector.name, () => {
      assert.ok(isValid(vector));
      assert.ok(!isValid(vector, { path: `${vector.path}/x` }));
      assert.ok(!isValid(vector, { query: { ...vector.query, page_size: '7' } }));
      assert.ok(!isValid(vector, { sign: vector.sign.toUpperCase() }));
      assert.ok(!isValid(vector, { sign: vector.sign.slice(1) }));
    });
  }

  test('another spacing of the same body is another body', () => {
    const [, search] = VECTORS;
    assert.ok(search !== undefined && !isValid(search, { body: (search.body ?? '').replace(',', ', ') }));
  });

  test('only an empty object or list may go unsigned', () => {
    const eighth = VECTORS[7];
    assert.ok(eighth !== undefined);
    // Of T8's request without any body, as TikTok's own sample signs it.
    const sign = 'd4a0939937c9a1b6a8d1251c80c85f59ec148b9b2e6ad76e6e82549cac528a35';
    for (const body of ['', '{}', '[]']) assert.equal(isValid(eighth, { sign, body }), true, body);
    for (const body of ['{ }', '{"a":1}', 'null', '""'])
      assert.equal(isValid(eighth, { sign, body }), false, body);
  });
});

const W1 =
  '{"type":1,"tts_notification_id":"7300000000000000001","shop_id":"7490000000000000001","timestamp":1767225800,"data":{"order_id":"579000000000000001","order_status":"AWAITING_SHIPMENT","is_on_hold_order":false,"update_time":1767225799}}';

describe('signatures of its webhooks', () => {
  test('W1 and W2: the raw bytes are signed, a newline at the end among them', () => {
    assert.equal(signBody(W1, APP), '8e19a782fe41d0beb740ec3debb2eaa3c1bb07a7bfb3eed7616e6e61886cf60d');
    assert.equal(
      signBody(`${W1}\n`, APP),
      'ca3f38e908132e3b18c7076d8e71cc5184f31b99486636b5e0dbad04581ae86c',
    );
  });
});
