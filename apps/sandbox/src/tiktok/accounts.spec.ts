import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control, dig, list } from '../test-client.js';
import { BRITAIN, call, connect, ROW, type Session, SPAIN, send, US } from './test-client.fixture.js';

const CALLBACK = 'http://127.0.0.1:5999/callback?kept=1';
const DAY = 86_400;

interface TokenAnswer {
  code: number;
  message: string;
  request_id: string;
  data: Record<string, unknown> | null;
}

describe('accounts of TikTok Shop', () => {
  let sandbox: Sandbox;
  const start = (dataDir: string | null = null): Promise<Sandbox> =>
    startSandbox({
      port: 0,
      dataDir,
      controlToken: CONTROL_TOKEN,
      tiktok: { redirectUrl: CALLBACK, webhookUrl: null, ratePerSecond: 0 },
    });
  beforeEach(async () => {
    sandbox = await start();
  });
  afterEach(() => sandbox.close());

  const consent = (path: string, form: Record<string, string>, scopes?: string[]): Promise<Response> => {
    const body = new URLSearchParams({
      state: 'a&b=c',
      decision: 'approve',
      open_id: 'sbxSeller0001',
      ...form,
    });
    for (const scope of scopes ?? [
      'seller.order.info',
      'seller.product.basic',
      'seller.return_refund.basic',
    ]) {
      body.append('scope', scope);
    }
    return fetch(sandbox.url + path, { method: 'POST', body, redirect: 'manual' });
  };
  const ROW_PAGE = `/open/authorize?service_id=${ROW.serviceId}&state=a`;

  /** Where the browser is sent to. */
  const sentTo = (response: Response): URL => {
    assert.equal(response.status, 302);
    return new URL(response.headers.get('location') ?? '');
  };

  const token = async (
    what: 'get' | 'refresh',
    query: Record<string, string>,
    app: { appKey: string; secret: string } = ROW,
  ): Promise<TokenAnswer> => {
    const grantType = what === 'get' ? 'authorized_code' : 'refresh_token';
    const all = { app_key: app.appKey, app_secret: app.secret, grant_type: grantType, ...query };
    const response = await fetch(`${sandbox.url}/api/v2/token/${what}?${new URLSearchParams(all)}`);
    assert.equal(response.status, 200);
    return (await response.json()) as TokenAnswer;
  };

  const freshCode = async (): Promise<string> =>
    sentTo(await consent(ROW_PAGE, {})).searchParams.get('code') ?? '';

  test('the page says what it is, in both languages, and lets choose', async () => {
    for (const path of [ROW_PAGE, `/oauth/authorize?app_key=${ROW.appKey}&state=a`]) {
      const response = await fetch(sandbox.url + path);
      const text = await response.text();
      assert.equal(response.status, 200);
      assert.match(text, /simulated, not the real TikTok Shop/);
      assert.match(text, /沙箱（模拟，非真实 TikTok Shop/);
      for (const id of ['approve', 'deny', 'seller-sbxSeller0001', 'seller-sbxSeller0002', 'scope-orders']) {
        assert.match(text, new RegExp(`data-testid="${id}"`));
      }
      assert.doesNotMatch(text, /sbxSeller0003/);
    }
    const american = await (
      await fetch(`${sandbox.url}/us/open/authorize?service_id=${US.serviceId}`)
    ).text();
    assert.match(american, /sbxSeller0003/);
    assert.doesNotMatch(american, /sbxSeller0001/);
  });

  test('a service id is no app key, and each Partner Center has its own page', async () => {
    for (const [path, text] of [
      ['/open/authorize', /service_id is missing/],
      [`/open/authorize?service_id=${ROW.appKey}`, /no service id/],
      [`/open/authorize?service_id=${US.serviceId}`, /other Partner Center/],
      [`/us/open/authorize?service_id=${ROW.serviceId}`, /other Partner Center/],
      ['/oauth/authorize?app_key=nobody', /unknown/],
    ] as const) {
      const response = await fetch(sandbox.url + path);
      assert.equal(response.status, 400, path);
      assert.match(await response.text(), text);
    }
  });

  test('approved: the registered address gets a code, whatever redirect_uri says', async () => {
    const url = sentTo(await consent(`${ROW_PAGE}&redirect_uri=https%3A%2F%2Fother.example`, {}));
    assert.equal(`${url.origin}${url.pathname}`, 'http://127.0.0.1:5999/callback');
    assert.equal(url.searchParams.get('kept'), '1');
    assert.equal(url.searchParams.get('state'), 'a&b=c');
    assert.match(url.searchParams.get('code') ?? '', /^ROW_sbxCode/);
  });

  test('declined: the word null and the reason', async () => {
    const url = sentTo(await consent(ROW_PAGE, { decision: 'deny' }));
    assert.equal(url.searchParams.get('code'), 'null');
    assert.equal(url.searchParams.get('error'), 'auth_denied');
    assert.equal(url.searchParams.get('state'), 'a&b=c');
  });

  test('a code gives a pair with absolute ends, and the seller’s shops; once', async () => {
    const code = await freshCode();
    const before = Math.floor(Date.now() / 1000);
    const answer = await token('get', { auth_code: code });
    assert.equal(answer.code, 0);
    assert.equal(answer.message, 'success');
    const { data } = answer;
    assert.ok(data !== null);
    const within = (value: unknown, seconds: number): boolean =>
      Math.abs(Number(value) - before - seconds) < 60;
    assert.ok(within(data.access_token_expire_in, 7 * DAY));
    assert.ok(within(data.refresh_token_expire_in, 365 * DAY));
    assert.equal(data.open_id, 'sbxSeller0001');
    assert.equal(data.seller_base_region, 'ES');
    assert.equal(data.user_type, 0);
    assert.deepEqual(list(data, 'granted_scopes').length, 5);
    const session = { ...ROW, url: sandbox.url, accessToken: String(data.access_token), ciphers: {} };
    const shops = await call(session, { path: '/authorization/202309/shops' });
    assert.equal(list(shops, 'shops').length, 3);
    assert.equal((await token('get', { auth_code: code })).code, 36004004);
  });

  test('a code lives half an hour and is its app’s own', async () => {
    const code = await freshCode();
    assert.equal((await token('get', { auth_code: code }, US)).code, 36004004);
    await control(sandbox.url, 'POST', '/clock', { action: 'advance', byMs: 31 * 60_000 });
    assert.equal((await token('get', { auth_code: code })).code, 36004004);
    assert.equal((await token('get', { auth_code: 'null' })).code, 36004004);
    for (const query of [
      { app_secret: 'wrong' },
      { grant_type: 'authorization_code' },
      { app_key: 'nobody' },
    ] as Record<string, string>[]) {
      assert.equal((await token('get', { auth_code: code, ...query })).code, 98001004);
    }
  });

  test('scopes that the seller leaves out are not granted', async () => {
    const response = await consent(ROW_PAGE, {}, ['seller.order.info']);
    const { data } = await token('get', { auth_code: sentTo(response).searchParams.get('code') ?? '' });
    const scopes = ['seller.authorization.info', 'seller.shop.info', 'seller.order.info'];
    assert.deepEqual(data?.granted_scopes, scopes);
  });

  test('a refresh rotates: the old refresh token is used up, the old access token lives to its end', async () => {
    const session = await connect(sandbox);
    const first = await token('refresh', { refresh_token: session.refreshToken });
    assert.equal(first.code, 0);
    assert.notEqual(first.data?.refresh_token, session.refreshToken);
    const used = await token('refresh', { refresh_token: session.refreshToken });
    assert.equal(used.code, 36004005);
    assert.match(used.message, /can not find related auth record/);
    await call(session, { path: '/authorization/202309/shops' });
    const second = { ...session, accessToken: String(first.data?.access_token) };
    await call(second, { path: '/authorization/202309/shops' });
    const next = await token('refresh', { refresh_token: String(first.data?.refresh_token) });
    assert.equal(next.data?.refresh_token_expire_in, first.data?.refresh_token_expire_in);
    assert.equal((await token('refresh', { refresh_token: session.refreshToken }, US)).code, 36004005);
  });

  test('where lost answers are forgiven, the old one is taken until somebody shows the new pair', async () => {
    const session = await connect(sandbox);
    await control(sandbox.url, 'PUT', '/tiktok/refresh-rule', { takesLostRefreshes: true });
    await token('refresh', { refresh_token: session.refreshToken });
    const again = await token('refresh', { refresh_token: session.refreshToken });
    assert.equal(again.code, 0);
    const shown: Session = { ...session, accessToken: String(again.data?.access_token) };
    await call(shown, { path: '/authorization/202309/shops' });
    assert.equal((await token('refresh', { refresh_token: session.refreshToken })).code, 36004005);
  });

  test('a refresh whose answer is lost has happened', async () => {
    const session = await connect(sandbox);
    await control(sandbox.url, 'POST', '/tiktok/faults', {
      kind: 'cut',
      type: 'GET /api/v2/token/refresh',
      when: 'after',
      count: 1,
    });
    await assert.rejects(token('refresh', { refresh_token: session.refreshToken }));
    assert.equal((await token('refresh', { refresh_token: session.refreshToken })).code, 36004005);
  });

  test('a grant ends with what the seller has granted, and is withdrawn at any time', async () => {
    const session = await connect(sandbox);
    const seller = { appKey: ROW.appKey, openId: 'sbxSeller0001' };
    await control(sandbox.url, 'PATCH', '/tiktok/grants', { ...seller, refreshExpiresAt: 1 });
    assert.equal((await token('refresh', { refresh_token: session.refreshToken })).code, 36004001);
    const other = await connect(sandbox);
    await control(sandbox.url, 'POST', '/tiktok/grants/withdraw', seller);
    assert.equal((await send(other, { path: '/authorization/202309/shops' })).body.code, 36009004);
    assert.equal((await token('refresh', { refresh_token: other.refreshToken })).code, 36004005);
  });

  test('an access token ends after seven days, and a refresh gives another', async () => {
    const session = await connect(sandbox);
    await control(sandbox.url, 'POST', '/clock', { action: 'advance', byMs: 7 * DAY * 1000 + 1 });
    const now = { timestamp: String(Math.floor(Date.now() / 1000) + 7 * DAY) };
    const path = '/authorization/202309/shops';
    assert.equal((await send(session, { path, override: now })).body.code, 105002);
    const { data } = await token('refresh', { refresh_token: session.refreshToken });
    await call({ ...session, accessToken: String(data?.access_token) }, { path, override: now });
  });

  test('an app gives one shop back and keeps the others', async () => {
    const session = await connect(sandbox);
    await call(session, { method: 'DELETE', path: '/authorization/202403/shops', shopId: SPAIN });
    const left = list(await call(session, { path: '/authorization/202309/shops' }), 'shops');
    assert.deepEqual(
      left.map((shop) => dig(shop, 'id')),
      [BRITAIN, '7495000000000000103'],
    );
    const search = { method: 'POST', path: '/order/202309/orders/search', query: { page_size: 1 } } as const;
    assert.equal((await send(session, { ...search, shopId: SPAIN })).body.code, 101000);
    await call(session, { ...search, shopId: BRITAIN });
  });

  test('a shop and its order, by numbers of one’s own', async () => {
    const id = '634418210000001';
    await control(sandbox.url, 'POST', '/tiktok/shops', { id, market: 'US', openId: 'sbxSeller0003' });
    const made = await control(sandbox.url, 'POST', `/tiktok/shops/${id}/orders`, {
      id: '211000000000001',
      lines: [{ skuId: '17000000000001', originalMinor: 1000 }, { originalMinor: 500 }],
      shippingMinor: 100,
      taxRateBp: 1000,
    });
    assert.deepEqual(dig(made, 'orderIds'), ['211000000000001']);
    const session = await connect(sandbox, US, 'sbxSeller0003');
    const detail = await call(session, {
      path: '/order/202309/orders',
      query: { ids: '211000000000001' },
      shopId: id,
    });
    assert.equal(dig(detail, 'orders', 0, 'payment', 'total_amount'), '17.60');
    assert.equal(dig(detail, 'orders', 0, 'line_items', 0, 'sku_id'), '17000000000001');
  });

  test('everything is there after a restart', async () => {
    await sandbox.close();
    const folder = mkdtempSync(join(tmpdir(), 'sandbox-tiktok-'));
    try {
      sandbox = await start(folder);
      const session = await connect(sandbox);
      await control(sandbox.url, 'POST', `/tiktok/shops/${SPAIN}/orders`, { id: '5790000000000000007' });
      await sandbox.close();
      sandbox = await start(folder);
      const again = { ...session, url: sandbox.url };
      const query = { ids: '5790000000000000007' };
      await call(again, { path: '/order/202309/orders', query, shopId: SPAIN });
    } finally {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
      sandbox = await start();
    }
  });
});
