import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { TikTokAPIError, TikTokShopSDK } from 'tiktok-shop-sdk';
import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { type Sandbox, startSandbox } from '../sandbox.js';
import { CONTROL_TOKEN, control, dig, list } from '../test-client.js';
import { ROW, SPAIN } from './test-client.fixture.js';

const HOSTS = ['https://open-api.tiktokglobalshop.com', 'https://auth.tiktok-shops.com'];

/** Its hosts are fixed: what is meant for them goes to the sandbox, all else where it was meant for. */
class Rerouted extends Agent {
  constructor(private readonly sandbox: string) {
    super();
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const isMeant = HOSTS.includes(String(options.origin));
    return super.dispatch(isMeant ? { ...options, origin: this.sandbox } : options, handler);
  }
}

/** Somebody else's client, unchanged, from npm. */
describe('tiktok-shop-sdk against the sandbox', () => {
  let sandbox: Sandbox;
  let usual: Dispatcher;
  let sdk: TikTokShopSDK;
  before(async () => {
    sandbox = await startSandbox({
      port: 0,
      dataDir: null,
      controlToken: CONTROL_TOKEN,
      tiktok: { redirectUrl: 'http://127.0.0.1:5999/callback', webhookUrl: null, ratePerSecond: 0 },
    });
    usual = getGlobalDispatcher();
    setGlobalDispatcher(new Rerouted(sandbox.url));
    sdk = new TikTokShopSDK({ appKey: ROW.appKey, appSecret: ROW.secret });
  });
  after(async () => {
    setGlobalDispatcher(usual);
    await sandbox.close();
  });

  const truth = async (kind: string): Promise<unknown[]> =>
    list(await control(sandbox.url, 'GET', `/tiktok/shops/${SPAIN}/truth/${kind}?pageSize=5000`), 'items');

  test('a code, a pair, a refresh, the shops', async () => {
    const body = new URLSearchParams({ decision: 'approve', open_id: 'sbxSeller0001' });
    for (const scope of ['seller.order.info', 'seller.product.basic', 'seller.return_refund.basic']) {
      body.append('scope', scope);
    }
    const page = `${sandbox.url}/open/authorize?service_id=${ROW.serviceId}`;
    const sent = await fetch(page, { method: 'POST', body, redirect: 'manual' });
    const code = new URL(sent.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const first = await sdk.auth.getAccessToken({ auth_code: code, grant_type: 'authorized_code' });
    const second = await sdk.auth.refreshAccessToken({
      refresh_token: String(dig(first, 'data', 'refresh_token')),
      grant_type: 'refresh_token',
    });
    sdk.setAccessToken(String(dig(second, 'data', 'access_token')));
    const shops = list(await sdk.shop.getAuthorizedShops(), 'data', 'shops');
    assert.equal(shops.length, 3);
    assert.equal(list(await sdk.seller.getActiveShops(), 'data', 'shops').length, 3);
    const spain = shops.find((shop) => dig(shop, 'id') === SPAIN);
    sdk.setShopCipher(String(dig(spain, 'cipher')));
  });

  test('orders page by page, details, price detail', async () => {
    const found: unknown[] = [];
    for (let token = ''; ; ) {
      const answer = await sdk.order.getOrderList({
        query: {
          page_size: 100,
          sort_field: 'update_time',
          sort_order: 'ASC',
          ...(token === '' ? {} : { page_token: token }),
        },
        body: { update_time_ge: 1 },
      });
      found.push(...list(answer, 'data', 'orders'));
      token = String(dig(answer, 'data', 'next_page_token'));
      if (token === '') break;
    }
    const known = await truth('orders');
    const ids = (rows: unknown[]): string[] => rows.map((row) => String(dig(row, 'id'))).sort();
    assert.deepEqual(ids(found), ids(known));
    const some = ids(found).slice(0, 3);
    const detail = await sdk.order.getOrderDetail({ ids: some });
    assert.deepEqual(ids(list(detail, 'data', 'orders')), some);
    const price = await sdk.order.getPriceDetail({ order_id: some[0] ?? '' });
    const order = found.find((row) => dig(row, 'id') === some[0]);
    assert.equal(dig(price, 'data', 'payment'), dig(order, 'payment', 'total_amount'));
  });

  test('an empty body, of which it signs nothing', async () => {
    const answer = await sdk.order.getOrderList({ query: { page_size: 1 }, body: {} });
    assert.equal(list(answer, 'data', 'orders').length, 1);
  });

  test('products, returns, cancellations', async () => {
    const products = await sdk.product.searchProducts({
      query: { page_size: 10 },
      body: { status: 'ACTIVATE' },
    });
    const productId = String(dig(products, 'data', 'products', 0, 'id'));
    const product = await sdk.product.getProduct({ product_id: productId, query: {} });
    assert.equal(dig(product, 'data', 'title'), dig(products, 'data', 'products', 0, 'title'));
    const returns = await sdk.return_refund.searchReturn({
      query: { page_size: 10 },
      body: { create_time_ge: 1 },
    });
    assert.equal(dig(returns, 'data', 'total_count'), (await truth('returns')).length);
    const cancellations = await sdk.return_refund.searchCancellation({
      // Its types want one; the call has none, and it is not sent.
      cancel_id: '',
      query: { page_size: '10' },
      body: {
        ...{ cancel_ids: [], order_ids: [], buyer_user_ids: [], cancel_types: [], cancel_status: [] },
        ...{ create_time_ge: 1, create_time_lt: 9_999_999_999 },
        ...{ update_time_ge: 1, update_time_lt: 9_999_999_999, locale: 'en-US' },
      },
    });
    assert.equal(dig(cancellations, 'data', 'total_count'), (await truth('cancellations')).length);
  });

  test('addresses for events', async () => {
    const address = 'https://one.example/hook';
    await sdk.event.updateShopWebhook({ event_type: 'ORDER_STATUS_CHANGE', address });
    assert.equal(dig(await sdk.event.getShopWebhooks(), 'data', 'webhooks', 0, 'address'), address);
    await sdk.event.deleteShopWebhook({ event_type: 'ORDER_STATUS_CHANGE' });
    assert.equal(dig(await sdk.event.getShopWebhooks(), 'data', 'total_count'), 0);
  });

  test('a refusal is understood, of the gateway and of a call', async () => {
    const isRefused = (code: number, text: RegExp) => (error: unknown) =>
      error instanceof TikTokAPIError && error.code === code && text.test(error.message);
    await assert.rejects(
      sdk.product.getProduct({ product_id: '1', query: {} }),
      isRefused(12019150, /not exist/),
    );
    const wrong = new TikTokShopSDK({ appKey: ROW.appKey, appSecret: 'sbxWrongSecret' });
    wrong.setAccessToken('sbxNothing');
    await assert.rejects(wrong.shop.getAuthorizedShops(), isRefused(106001, /'sign'/));
  });
});
