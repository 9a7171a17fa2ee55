import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control } from '../test-client.js';
import { ENDPOINTS } from './calls/registry.js';
import { bodyOf, operationOf, valuesIn } from './openapi.fixture.js';
import {
  AMERICA,
  BRITAIN,
  call,
  connect,
  type Request,
  ROW,
  raw,
  type Session,
  SPAIN,
  send,
  US,
} from './test-client.fixture.js';

const SEARCH: Request = {
  method: 'POST',
  path: '/order/202309/orders/search',
  query: { page_size: 1 },
  body: { update_time_ge: 1 },
  shopId: SPAIN,
};
const SHOPS: Request = { path: '/authorization/202309/shops' };

describe('the gateway of TikTok Shop', () => {
  let sandbox: Sandbox;
  let session: Session;
  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      tiktok: { redirectUrl: null, webhookUrl: null, ratePerSecond: 0 },
    });
    session = await connect(sandbox);
  });
  after(() => sandbox.close());

  const refused = async (request: Request, code: number, text: RegExp, status: number): Promise<void> => {
    const { status: got, body } = await send(session, request);
    assert.equal(body.code, code, JSON.stringify(body));
    assert.match(body.message, text);
    assert.equal(got, status);
    assert.equal(body.data, null);
    assert.match(body.request_id, /^\d{14}[0-9A-F]{20}$/);
  };

  test('a good call', async () => {
    const { status, body } = await send(session, SEARCH);
    assert.equal(status, 200);
    assert.equal(body.code, 0);
    assert.equal(body.message, 'Success');
  });

  test('path, version and method, before anything else is looked at', async () => {
    const override = { app_key: 'nobody' };
    await refused({ ...SEARCH, path: '/order/202309/nothing', override }, 36009009, /path/, 404);
    await refused({ ...SEARCH, path: '/finance/202309/statements', override }, 36009009, /path/, 404);
    await refused({ ...SEARCH, path: '/order/202101/orders/search', override }, 36009014, /version/, 404);
    await refused({ ...SEARCH, method: 'PUT', override }, 36009010, /method/, 405);
    await refused({ ...SHOPS, method: 'POST', body: { a: 1 }, override }, 36009010, /method/, 405);
  });

  test('the app key, before the time', async () => {
    const timestamp = '1';
    await refused({ ...SEARCH, override: { app_key: 'nobody', timestamp } }, 36009004, /app_key/, 400);
    await refused({ ...SEARCH, override: { app_key: undefined, timestamp } }, 36009004, /app_key/, 400);
    // The app's other name is none.
    await refused({ ...SEARCH, override: { app_key: ROW.serviceId } }, 36009004, /app_key/, 400);
  });

  test('five minutes behind and thirty seconds ahead, before the signature', async () => {
    const at = (seconds: number): Request => ({
      ...SEARCH,
      override: { timestamp: String(Math.floor(Date.now() / 1000) + seconds), sign: 'wrong' },
    });
    await refused(at(-310), 36009004, /earlier than 5 minutes/, 400);
    await refused(at(45), 36009004, /30 seconds/, 400);
    await refused(at(-290), 106001, /sign/, 401);
    await refused(at(20), 106001, /sign/, 401);
    await refused({ ...SEARCH, override: { timestamp: '-5' } }, 36009004, /lesser than 0/, 400);
    await refused({ ...SEARCH, override: { timestamp: undefined } }, 36009004, /timestamp/, 400);
    await refused({ ...SEARCH, override: { timestamp: `${Date.now()}` } }, 36009004, /30 seconds/, 400);
  });

  test('the signature, before the token', async () => {
    const headers = { 'x-tts-access-token': 'nothing' };
    await refused({ ...SEARCH, headers, override: { sign: '' } }, 36009004, /Missing credentials/, 400);
    await refused({ ...SEARCH, headers, secret: US.secret }, 106001, /sign/, 401);
    const response = await fetch(
      `${sandbox.url}/order/202309/orders?app_key=${ROW.appKey}&timestamp=${Math.floor(Date.now() / 1000)}`,
    );
    assert.equal(((await response.json()) as { code: number }).code, 36009004);
  });

  test('the token, before the cipher', async () => {
    const withToken = (token: string, override = {}): Request => ({
      ...SEARCH,
      headers: { 'x-tts-access-token': token },
      override: { shop_cipher: undefined, ...override },
    });
    await refused(withToken('nothing'), 36009004, /x-tts-access-token/, 401);
    await refused(withToken(''), 36009004, /x-tts-access-token/, 401);
    const other = await connect(sandbox, US, 'sbxSeller0003');
    await refused(withToken(other.accessToken), 36009004, /x-tts-access-token/, 401);
    const lost = await connect(sandbox, ROW, 'sbxSeller0002');
    await control(sandbox.url, 'POST', '/tiktok/tokens/expire', { accessToken: lost.accessToken });
    await refused(withToken(lost.accessToken), 105002, /Expired/, 401);
    // A token in the query is none, and no obstacle to the signature.
    await refused(withToken('', { access_token: session.accessToken }), 36009004, /x-tts-access-token/, 401);
    await call(session, { ...SEARCH, override: { access_token: 'whatever' } });
  });

  test('the cipher: wanted of a shop’s calls, refused of the others', async () => {
    await refused({ ...SEARCH, override: { shop_cipher: undefined } }, 106013, /shop_cipher/, 400);
    await refused({ ...SEARCH, override: { shop_cipher: 'ROW_x' } }, 101000, /invalid/, 401);
    // The shop of another seller.
    const japan = await connect(sandbox, ROW, 'sbxSeller0002');
    const foreign = Object.values(japan.ciphers)[0] ?? '';
    await refused({ ...SEARCH, override: { shop_cipher: foreign } }, 101000, /invalid/, 401);
    // The same shop in the words of another app.
    const america = await connect(sandbox, US, 'sbxSeller0003');
    assert.match(america.ciphers[AMERICA] ?? '', /^TTP_sbx/);
    for (const path of ['/authorization/202309/shops', '/seller/202309/shops']) {
      await refused({ path, shopId: SPAIN }, 36009004, /Unexpected identifier/, 400);
      await call(session, { path });
    }
  });

  test('the scope, before the parameters', async () => {
    const few = await connect(sandbox, ROW, 'sbxSeller0002', ['seller.order.info']);
    const [shopId = ''] = Object.keys(few.ciphers);
    for (const path of ['/product/202502/products/search', '/return_refund/202309/returns/search']) {
      const { body, status } = await send(few, { ...SEARCH, path, query: { odd: 1 }, shopId });
      assert.equal(body.code, 105005, path);
      assert.equal(status, 403);
    }
    assert.equal((await send(few, SHOPS)).body.code, 105005);
    await call(few, { ...SEARCH, shopId });
  });

  test('parameters of query and body', async () => {
    const wrong = (change: Partial<Request>, text: RegExp): Promise<void> =>
      refused({ ...SEARCH, ...change }, 98001004, text, 400);
    await wrong({ query: {} }, /page_size.*missing/);
    for (const size of [0, 101, -1]) await wrong({ query: { page_size: size } }, /page_size.*\[1-100\]/);
    for (const size of ['ten', '1.5', '']) await wrong({ query: { page_size: size } }, /page_size/);
    await wrong({ query: { page_size: 1, page_number: 1 } }, /page_number.*unknown/);
    await wrong({ query: { page_size: 1, sort_field: 'id' } }, /sort_field/);
    await wrong({ query: { page_size: 1, sort_order: 'asc' } }, /sort_order/);
    await wrong({ query: { page_size: 1, page_token: 'bm90aGluZw==' } }, /page_token/);
    await wrong({ body: { update_time_gt: 1 } }, /update_time_gt.*unknown/);
    await wrong({ body: { update_time_ge: '1' } }, /update_time_ge.*integer/);
    await wrong({ body: { update_time_ge: 1_700_000_000_000 } }, /update_time_ge/);
    await wrong({ body: { update_time_ge: 2, update_time_lt: 1 } }, /update_time_lt/);
    await wrong({ body: { order_status: 'CANCEL' } }, /order_status/);
    await wrong({ body: { is_buyer_request_cancel: 'true' } }, /boolean/);
    await wrong({ body: { warehouse_ids: 'one' } }, /warehouse_ids/);
    await wrong({ body: { constructor: 1 } }, /constructor/);
    await call(session, { ...SEARCH, body: { order_status: null } });
  });

  test('a body is one JSON object, and says so', async () => {
    const odd = (text: string, headers: Record<string, string> = {}): Promise<void> =>
      refused({ ...SEARCH, body: undefined, text, headers }, 36009022, /application\/json/, 400);
    await odd('{"a":');
    await odd('"text"');
    await odd('[1]');
    await odd('{"update_time_ge":1}', { 'content-type': 'text/plain' });
    for (const text of ['{}', '[]', '']) await call(session, { ...SEARCH, body: undefined, text });
  });

  test('TikTok’s own sample signs nothing for an empty object', async () => {
    const query = { app_key: session.appKey, page_size: '1' };
    const timestamp = String(Math.floor(Date.now() / 1000));
    const { sign } = await import('./test-client.fixture.js');
    const cipher = session.ciphers[SPAIN] ?? '';
    const all = { ...query, timestamp, shop_cipher: cipher };
    for (const text of ['{}', '[]']) {
      const override = { timestamp, sign: sign(SEARCH.path, all, '', session.secret) };
      await call(session, { ...SEARCH, body: undefined, text, override });
    }
    const override = { timestamp, sign: sign(SEARCH.path, all, '', session.secret) };
    await refused({ ...SEARCH, body: { update_time_ge: 1 }, override }, 106001, /sign/, 401);
  });

  test('so many calls a second of one shop and one call', async () => {
    await control(sandbox.url, 'PUT', '/tiktok/rate-limit', { perSecond: 2 });
    try {
      const statuses = [];
      for (let index = 0; index < 12; index += 1) statuses.push((await send(session, SEARCH)).status);
      assert.ok(statuses.includes(429), String(statuses));
      const other = await send(session, { ...SEARCH, shopId: BRITAIN });
      assert.equal(other.status, 200);
    } finally {
      await control(sandbox.url, 'PUT', '/tiktok/rate-limit', { perSecond: 0 });
    }
  });

  test('the clock of the sandbox counts, and every answer says it', async () => {
    const response = await raw(session, SEARCH);
    assert.ok(Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now()) < 10_000);
    await control(sandbox.url, 'POST', '/clock', { action: 'advance', byMs: 3_600_000 });
    try {
      await refused(SEARCH, 36009004, /earlier than 5 minutes/, 400);
      const late = await raw(session, SEARCH);
      assert.ok(Date.parse(late.headers.get('date') ?? '') > Date.now() + 3_000_000);
    } finally {
      await control(sandbox.url, 'POST', '/clock', { action: 'reset' });
    }
  });

  test('paths of Temu are as they were', async () => {
    const response = await fetch(`${sandbox.url}/openapi/router`, { method: 'POST', body: '{}' });
    assert.equal(((await response.json()) as { success: boolean }).success, false);
    assert.equal((await fetch(`${sandbox.url}/order/orders/search`)).status, 404);
  });
});

describe('the calls, against the documents', () => {
  for (const endpoint of ENDPOINTS) {
    const { method, path, query, body, cipher } = endpoint;
    test(`${method} ${path}`, () => {
      const operation = operationOf(method, path);
      const documented = (operation.parameters ?? []).filter((each) => each.in === 'query');
      const own = documented.filter(({ name }) => name !== 'shop_cipher');
      assert.deepEqual(Object.keys(query).sort(), own.map(({ name }) => name).sort());
      for (const { name, required } of own)
        assert.equal(query[name]?.isRequired === true, required === true, name);
      assert.equal(
        cipher === 'required',
        documented.some(({ name }) => name === 'shop_cipher'),
      );
      const fields = bodyOf(operation)?.properties ?? {};
      assert.deepEqual(Object.keys(body ?? {}).sort(), Object.keys(fields).sort());
      for (const [name, schema] of Object.entries(fields)) {
        const parameter = body?.[name];
        const kinds = { integer: 'integer', boolean: 'boolean', array: 'texts', string: 'text' } as const;
        const kind = parameter?.kind === 'choice' ? 'text' : parameter?.kind;
        assert.equal(kind, kinds[schema.type as keyof typeof kinds], name);
        const values = valuesIn(name, schema.description ?? '');
        const choices = parameter !== undefined && 'choices' in parameter ? (parameter.choices ?? []) : [];
        const missing = values.filter((value) => choices.length > 0 && !choices.includes(value));
        assert.deepEqual(missing, [], `${name} may also be`);
      }
    });
  }
});
