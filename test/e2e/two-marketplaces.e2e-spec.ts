import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type {
  OpenedAuthorization,
  Order,
  Overview,
  Product,
  SalesRank,
  ShopSyncHealth,
  ShopView,
  SyncRun,
} from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { Installation } from './installation.js';
import { assertMoneyEqualsTruth } from './recount.js';
import { assertTikTokEqualsTruth } from './tiktok-truth.js';
import { assertFiguresEqualTruth, assertOrdersEqualTruth, compareOrders, dump } from './truth.js';

/** Neither marketplace's pace is tried here; each TikTok shop keeps the connector's own. */
const UNPACED = {
  SANDBOX_RATE_PER_SECOND: '0',
  SANDBOX_TIKTOK_RATE_PER_SECOND: '0',
  TEMU_CALLS_PER_SECOND: '1000',
  TIKTOK_CALLS_PER_SECOND: '1000',
  SYNC_PLATFORM_LAG_SECONDS: '2',
};
const TEMU_APP = { region: 'us', appKey: 'sbxAppKey0001' };
const SELLER = 'sbxSellerOfThree';
/** What exists in both marketplaces. */
const SHARED = { shop: '7495900000000001', order: '579000000000000001', line: '579100000000000001' };
/** Few orders: the connector asks for five amounts a second and shop. */
const TIKTOK_SHOPS = [
  { id: SHARED.shop, market: 'ES', currency: 'EUR', zone: 'Europe/Madrid', orders: 45 },
  { id: '7495900000000002', market: 'GB', currency: 'GBP', zone: 'Europe/London', orders: 30 },
  { id: '7495900000000003', market: 'JP', currency: 'JPY', zone: 'Asia/Tokyo', orders: 20 },
] as const;
const SCOPES = ['seller.order.info', 'seller.product.basic', 'seller.return_refund.basic'];
const LACKS = ['promotions'];
const CHANGES = 40;

describe('Temu and TikTok Shop in one installation', { concurrency: false }, () => {
  let installation: Installation;
  let api: ApiClient;
  let temu: ShopView;
  let tiktok: ShopView[];
  let shared: { productId: string; skuId: string };

  const onTikTok: Installation['control'] = (method, path, body) =>
    installation.control(method, `/tiktok${path}`, body);

  before(async () => {
    installation = await Installation.create();
    await installation.start(UNPACED);
    api = await ApiClient.signIn(installation.page, installation.signIn);
    // What is found is found by reading.
    await installation.control('PUT', '/webhooks', { off: true });
    await onTikTok('PUT', '/webhooks', { off: true });
    await makeWorlds();
  });
  after(() => installation?.remove());

  /** Shop, order, line, product and SKU of one number in both. */
  async function makeWorlds(): Promise<void> {
    const mallId = Number(SHARED.shop);
    await installation.control('POST', '/shops', { mallId, market: 'GB', region: 'us', orders: 120 });
    const products = await dump<{
      searchType: number;
      goods: { goodsId: number };
      skus: { skuId: number }[];
    }>(installation, SHARED.shop, 'products');
    const [product] = products.filter(({ searchType }) => searchType === 1);
    const [sku] = product?.skus ?? [];
    assert.ok(product && sku);
    shared = { productId: String(product.goods.goodsId), skuId: String(sku.skuId) };
    const createTime = Math.floor(Date.now() / 1000) - 2 * 86_400;
    await installation.control('POST', `/shops/${mallId}/orders`, {
      parentOrderSn: SHARED.order,
      createTime,
      status: 4,
      lines: [{ orderSn: SHARED.line, skuId: sku.skuId, quantity: 3 }],
    });
    for (const { id, market, orders } of TIKTOK_SHOPS)
      await onTikTok('POST', '/shops', { id, market, openId: SELLER, orders, products: 8 });
    await onTikTok('POST', `/shops/${SHARED.shop}/products`, {
      id: shared.productId,
      skuId: shared.skuId,
      status: 'ACTIVATE',
    });
    await onTikTok('POST', `/shops/${SHARED.shop}/orders`, {
      id: SHARED.order,
      createTime,
      status: 'IN_TRANSIT',
      lines: [{ id: SHARED.line, skuId: shared.skuId, originalMinor: 1234, sellerDiscountMinor: 34 }],
    });
  }

  const allShops = (): ShopView[] => [temu, ...tiktok];
  async function allKnown(): Promise<void> {
    await assertOrdersEqualTruth(installation, api, temu.id, temu.platformShopId);
    await assertFiguresEqualTruth(installation, api, temu.id, temu.platformShopId);
    await assertMoneyEqualsTruth(installation, api, temu.id, temu.platformShopId);
    for (const shop of tiktok) await assertTikTokEqualsTruth(installation, api, shop.id, shop.platformShopId);
  }
  const startRuns = (...kinds: SyncRun['kind'][]) =>
    Promise.all(
      allShops().flatMap(({ id }) =>
        kinds.map((kind) => api.call<SyncRun>('POST', '/sync/orders/runs', { shopId: id, kind })),
      ),
    );

  test('a shop of Temu and all shops of a seller of TikTok Shop are connected', async () => {
    const accessToken = 'sbxTokenOfTwoMarketplaces01';
    await installation.control('POST', '/tokens', {
      appKey: TEMU_APP.appKey,
      mallId: Number(SHARED.shop),
      accessToken,
    });
    const pasted = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
      region: TEMU_APP.region,
      accessToken,
    });
    assert.ok(pasted.shops[0]);
    [temu] = pasted.shops;
    const { authorizationUrl } = await api.call<OpenedAuthorization>(
      'POST',
      '/integrations/tiktok/authorization-sessions',
      { region: 'global' },
    );
    const form = new URLSearchParams({ decision: 'approve', open_id: SELLER });
    form.set('state', new URL(authorizationUrl).searchParams.get('state') ?? '');
    for (const scope of SCOPES) form.append('scope', scope);
    const consent = await fetch(authorizationUrl, { method: 'POST', body: form, redirect: 'manual' });
    const back = new URL(consent.headers.get('location') ?? '');
    assert.equal(back.pathname, '/integrations/tiktok/callback');
    const result = await api.call<{ shops: ShopView[]; refused: unknown[] }>(
      'GET',
      `/integrations/tiktok/authorization/callback${back.search}`,
    );
    assert.deepEqual(result.refused, []);
    tiktok = result.shops.toSorted((a, b) => (a.platformShopId < b.platformShopId ? -1 : 1));
    assert.deepEqual(
      tiktok.map((shop) => [shop.platformShopId, shop.currency, shop.timeZone, shop.status]),
      TIKTOK_SHOPS.map(({ id, currency, zone }) => [id, currency, zone, 'connected']),
    );
  });

  test('the first load brings all orders, amounts and figures of each, equal to its truth', async () => {
    const expected = new Map([
      [temu.id, 121],
      ...TIKTOK_SHOPS.map(
        ({ orders }, index) => [tiktok[index]?.id, orders + (index === 0 ? 1 : 0)] as const,
      ),
    ]);
    for (const { id } of allShops())
      await waitFor(
        `${expected.get(id)} orders with amounts`,
        async () => {
          const path = `/orders/counts?shopId=${id}&amounts=known`;
          return (await api.call<{ total: number }>('GET', path)).total === expected.get(id);
        },
        120_000,
      );
    await allKnown();
  });

  test('what has the same number in both does not meet', async () => {
    const shops = await api.all<ShopView>('/shops');
    const twins = shops.filter(({ platformShopId }) => platformShopId === SHARED.shop);
    assert.deepEqual(twins.map(({ marketplace }) => marketplace).sort(), ['temu', 'tiktok']);

    const orders = await api.all<Order>(`/orders?search=${SHARED.order}`);
    const [spanish] = tiktok;
    assert.ok(spanish);
    assert.deepEqual(
      new Map(
        orders.map(({ shopId, lines }) => [shopId, lines.map((line) => [line.lineId, line.netQuantity])]),
      ),
      new Map([
        [temu.id, [[SHARED.line, 3]]],
        [spanish.id, [[SHARED.line, 1]]],
      ]),
    );
    const own = await api.call<Order>('GET', `/orders/${spanish.id}/${SHARED.order}`);
    assert.deepEqual(
      [own.amounts.currency, own.amounts.retailMinor, own.amounts.basePriceMinor],
      ['EUR', 1234, 1200],
    );

    const products = await waitFor(
      'both to have read their products',
      async () => {
        const found = await api.all<Product>(`/products?search=${shared.productId}`);
        return found.length === 2 && found;
      },
      60_000,
    );
    assert.deepEqual(products.map(({ shopId }) => shopId).sort(), [temu.id, spanish.id].sort());
    const currencies = products.map(
      ({ skus }) => skus.find((sku) => sku.skuId === shared.skuId)?.price?.currency,
    );
    assert.deepEqual(currencies.sort(), ['EUR', 'GBP']);

    const path = '/figures/sales-rank?span=365d&includeToday=true&limit=100';
    for (const { id } of [temu, spanish]) {
      const { rows } = await api.call<SalesRank>('GET', `${path}&shopId=${id}`);
      const sold = (await api.all<Order>(`/orders?shopId=${id}`))
        .filter(({ status }) => status !== 'pending' && status !== 'cancelled')
        .flatMap(({ lines }) => lines.filter(({ skuId }) => skuId === shared.skuId));
      const units = sold.reduce((total, { netQuantity }) => total + netQuantity, 0);
      assert.equal(rows.find(({ skuId }) => skuId === shared.skuId)?.units, units);
    }
  });

  test('figures of all shops are those of each marketplace, by currency', async () => {
    const path = '/figures/overview?span=365d&includeToday=true';
    const all = await api.call<Overview>('GET', path);
    const gmv = new Map<string, number>();
    let placed = 0;
    for (const { id } of allShops()) {
      const { amounts, orders } = await api.call<Overview>('GET', `${path}&shopId=${id}`);
      placed += orders.placedOrders;
      for (const { currency, gmvMinor } of amounts)
        gmv.set(currency, (gmv.get(currency) ?? 0) + (gmvMinor ?? Number.NaN));
    }
    assert.equal(all.orders.placedOrders, placed);
    assert.deepEqual(new Map(all.amounts.map(({ currency, gmvMinor }) => [currency, gmvMinor])), gmv);
    assert.deepEqual([...gmv.keys()].sort(), ['EUR', 'GBP', 'JPY']);
  });

  test('what changes in both is brought by update runs', async () => {
    type Live = { changes: number };
    const pace = { perSecond: 50, lateSeconds: 0 };
    await installation.control('POST', '/live', {
      ...pace,
      mallIds: [Number(SHARED.shop)],
      amountDelaySeconds: 0,
    });
    await onTikTok('POST', '/live', { ...pace, shopIds: TIKTOK_SHOPS.map(({ id }) => id) });
    await waitFor('both worlds to have changed', async () => {
      const states = await Promise.all([
        installation.control<Live>('GET', '/live'),
        onTikTok<Live>('GET', '/live'),
      ]);
      return states.every(({ changes }) => changes >= CHANGES);
    });
    await installation.control('DELETE', '/live');
    await onTikTok('DELETE', '/live');
    const { found } = await compareOrders(installation, api, temu.id, temu.platformShopId);
    assert.ok(found.length > 0, 'nothing is left to be read');
    await startRuns('orders', 'after_sales');
    await waitFor(
      'Temu to be known as it is',
      async () => (await compareOrders(installation, api, temu.id, temu.platformShopId)).found.length === 0,
      60_000,
    ).catch(() => undefined);
    await allKnown();
  });

  test('a refresh whose answer is lost costs no shop its token', async () => {
    type Grants = { grants: { openId: string; accessTokens: { token: string }[] }[] };
    const { grants } = await onTikTok<Grants>('GET', '/grants');
    const token = grants.find(({ openId }) => openId === SELLER)?.accessTokens.at(-1)?.token;
    assert.ok(token !== undefined);
    await onTikTok('PUT', '/refresh-rule', { takesLostRefreshes: true });
    const type = 'GET /api/v2/token/refresh';
    await onTikTok('POST', '/faults', { kind: 'cut', type, when: 'after', count: 1 });
    // A week later.
    await onTikTok('POST', '/tokens/expire', { accessToken: token });
    const client = new pg.Client({
      connectionString: (await installation.variables()).get('AUTH_DATABASE_URL'),
    });
    await client.connect();
    await client.query(
      `UPDATE authorizations SET issued_at = issued_at - interval '7 days', access_expires_at = now()
       WHERE refresh_sealed IS NOT NULL`,
    );
    await client.end();
    const storedOf = ({ id }: ShopView) => api.call<Order>('GET', `/orders/${id}/${SHARED.order}`);
    const twin = await storedOf(temu);
    const { updateTime } = await onTikTok<{ updateTime: number }>(
      'PATCH',
      `/shops/${SHARED.shop}/orders/${SHARED.order}`,
      {},
    );
    await startRuns('orders');
    const [spanish] = tiktok;
    assert.ok(spanish);
    await waitFor(
      'the run to bring the change, by a new token',
      async () => Date.parse((await storedOf(spanish)).platformUpdatedAt) === updateTime * 1000,
      90_000,
    );
    assert.deepEqual(await storedOf(temu), twin, 'the order of the same number is another one');
    const { types } = await onTikTok<{ types: Record<string, { total: number }> }>('GET', '/calls/counters');
    assert.equal(types[type]?.total, 2, 'the old refresh token once more, and no more often');
    const now = await api.all<ShopView>('/shops');
    assert.deepEqual(
      now.map(({ status }) => status),
      allShops().map(() => 'connected'),
    );
  });

  test('what TikTok Shop lacks is not available, and Temu has it', async () => {
    const [spanish] = tiktok;
    assert.ok(spanish);
    assert.deepEqual([spanish.notAvailable, temu.notAvailable], [LACKS, []]);
    const promotions = await api.call<{ notAvailable: unknown }>('GET', '/promotions');
    assert.deepEqual(promotions.notAvailable, [
      { marketplace: 'tiktok', ability: 'promotions', shopIds: tiktok.map(({ id }) => id).sort() },
    ]);
    await assert.rejects(
      api.call('POST', '/sync/products/runs', { shopId: spanish.id, kind: 'promotions' }),
      /409 .*marketplace\.not_available.*TikTok Shop does not give promotions/s,
    );
    const [health] = await api.all<ShopSyncHealth>(`/sync/products/health?shopId=${spanish.id}`);
    assert.equal(health?.kinds.find(({ kind }) => kind === 'promotions')?.state, 'not_available');
    const overview = await api.call<Overview>('GET', '/figures/overview?span=365d&includeToday=true');
    const told = new Map(overview.applied.map(({ shopId, notAvailable }) => [shopId, notAvailable]));
    assert.deepEqual(
      told,
      new Map([[temu.id, [] as string[]], ...tiktok.map(({ id }) => [id, LACKS] as const)]),
    );
  });
});
