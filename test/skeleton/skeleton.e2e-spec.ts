import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type {
  IntegrationList,
  OpenedAuthorization,
  Order,
  Overview,
  ShopSyncHealth,
  ShopView,
  SyncRun,
} from '#contracts';
import { waitFor } from '#testing';
import { ApiClient, isPlanned } from '../e2e/api-client.js';
import { failuresOf, openBrowser, picture } from '../e2e/browser.js';
import { Installation } from '../e2e/installation.js';
import { type Checkout, checkoutWithSkeleton, OWN_DIST } from './new-marketplace.js';
import { SKELETON_APP, SkeletonServer, skeletonOrders } from './skeleton-server.js';

const DAY = 86_400;
/** All that its descriptor does not name. */
const LACKS = ['order_counts', 'addresses', 'after_sales', 'products', 'promotions', 'pushes'];
/** Of the token that the consent brings; those that follow live for a week. */
const FIRST_TOKEN_SECONDS = 20;
/** The first of either shop: they must not meet. */
const SHARED_ORDER = '5800000000000000001';
const [SPAIN, JAPAN] = ['7000000000000000001', '7000000000000000002'] as const;

describe('one folder and one line are a marketplace', { concurrency: false }, () => {
  let checkout: Checkout;
  let market: SkeletonServer;
  let installation: Installation;
  let browser: Browser;
  let api: ApiClient;
  let shops: ShopView[];

  before(async () => {
    market = await SkeletonServer.start([
      // Three pages, of 50 at most; the last holds fewer.
      { id: SPAIN, country: 'ES', orders: skeletonOrders(120, 'EUR', '12.34', '24.68') },
      { id: JAPAN, country: 'JP', orders: skeletonOrders(7, 'JPY', '1200', '2400') },
    ]);
    checkout = await checkoutWithSkeleton();
  });

  after(async () => {
    await browser?.close();
    await installation?.remove();
    await market?.close();
    await checkout?.remove();
  });

  const node = (...args: string[]) => checkout.run(process.execPath, ...args);

  test('all of the checkout compiles with it, but for the suite that has not heard of it', async () => {
    await assert.rejects(
      node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'),
      ({ message }: Error) => {
        const errors = message.split('\n').filter((line) => / error TS/.test(line));
        assert.match(
          errors.join('\n'),
          /^test\/conformance\/marketplaces\.ts\(\d+,\d+\): error TS\d+: Property 'skeleton' is missing in type [^\n]*$/,
        );
        return true;
      },
    );
    await checkout.addConformance();
  });

  test('all that is made from the registration is made, and no check finds fault with it', async () => {
    await checkout.run('npm', 'run', 'generate');
    await node(
      '--eval',
      "import('./scripts/lib/build.mjs').then(({ build }) => build({ say() {} }, { web: false }))",
    );
    await Promise.all([
      node('node_modules/typescript/bin/tsc', '-p', 'apps/web/tsconfig.json'),
      node('scripts/check-boundaries.mjs'),
      node('--test', 'dist/libs/marketplace/src/foreign-words.spec.js', 'scripts/lib/settings.spec.mjs'),
    ]);
  });

  test('it conforms', async () => {
    const output = await node('--test', '--test-reporter=tap', 'dist/test/conformance/skeleton.spec.js');
    assert.match(output, /^ok \d+ - skeleton conforms/m);
  });

  test('it starts, and can be connected', async () => {
    installation = await Installation.create(checkout.root);
    await installation.start({
      ...OWN_DIST,
      SKELETON_HOST: market.url,
      SKELETON_CONSENT_PAGE: market.url,
      SKELETON_CALLS_PER_SECOND: '1000',
      SKELETON_BOOTSTRAP_APPS: `eu:${SKELETON_APP.appKey}:${SKELETON_APP.appSecret}`,
    });
    api = await ApiClient.signIn(installation.page, installation.signIn);
    const { rows } = await api.call<IntegrationList>('GET', '/integrations');
    assert.deepEqual(
      rows.find((row) => String(row.marketplace) === 'skeleton'),
      {
        marketplace: 'skeleton',
        name: 'Skeleton Market',
        regions: [
          { region: 'eu', name: 'Catacombs', isConfigured: true, hasConsentPage: true },
          { region: 'north', name: 'Far North', isConfigured: false, hasConsentPage: false },
        ],
      },
    );
  });

  test('one consent connects both shops of the seller', async () => {
    market.tokenLifeSeconds = FIRST_TOKEN_SECONDS;
    const { authorizationUrl } = await api.call<OpenedAuthorization>(
      'POST',
      '/integrations/skeleton/authorization-sessions',
      { region: 'eu' },
    );
    const consent = await fetch(authorizationUrl, { redirect: 'manual' });
    const back = new URL(consent.headers.get('location') ?? '');
    assert.equal(back.pathname, '/integrations/skeleton/callback');
    const result = await api.call<{ shops: ShopView[]; refused: unknown[] }>(
      'GET',
      `/integrations/skeleton/authorization/callback${back.search}`,
    );
    market.tokenLifeSeconds = 7 * DAY;
    assert.deepEqual(result.refused, []);
    shops = result.shops.sort((a, b) => a.platformShopId.localeCompare(b.platformShopId));
    assert.deepEqual(
      shops.map((shop) => [shop.platformShopId, shop.region, shop.timeZone, shop.currency]),
      [
        [SPAIN, 'eu', 'Europe/Madrid', 'EUR'],
        [JAPAN, 'eu', 'Asia/Tokyo', 'JPY'],
      ],
    );
    assert.deepEqual(
      shops.map((shop) => [shop.status, shop.authorization?.renewsItself, shop.authorization?.shopCount]),
      [
        ['connected', true, 2],
        ['connected', true, 2],
      ],
    );
  });

  test('the orders of both arrive, each unit a line, with their amounts', async () => {
    for (const [index, shop] of shops.entries()) {
      const truth = [...(market.shops[index]?.orders.values() ?? [])];
      await waitFor(
        `${truth.length} orders with amounts`,
        async () => {
          const { total } = await api.call<{ total: number }>(
            'GET',
            `/orders/counts?shopId=${shop.id}&amounts=known`,
          );
          return total === truth.length;
        },
        120_000,
      );
      const orders = await api.all<Order>(`/orders?shopId=${shop.id}`);
      const told = orders.map((order) => [
        order.orderNumber,
        order.platformStatus,
        order.status,
        Date.parse(order.platformUpdatedAt) / 1000,
        order.amounts.currency,
        order.amounts.customerPaidMinor,
      ]);
      const minor = (paid: string) => Number(paid.replace('.', ''));
      assert.deepEqual(
        told.sort(([a = ''], [b = '']) => (String(a) < String(b) ? -1 : 1)),
        truth.map((order) => [
          order.id,
          'RATTLING',
          'shipped',
          order.changed_at,
          order.currency,
          minor(order.paid),
        ]),
      );
    }
  });

  test('a token that has ended is renewed once for both shops, which go on', async () => {
    await waitFor(
      'the first token to end',
      () => market.issuedAt + FIRST_TOKEN_SECONDS * 1000 < Date.now(),
      30_000,
    );
    const started = await Promise.all(
      shops.map((shop) =>
        api.call<SyncRun>('POST', '/sync/orders/runs', { shopId: shop.id, kind: 'orders' }),
      ),
    );
    await waitFor(
      'the runs to end',
      async () => {
        const runs = await Promise.all(
          started.map(({ id }) => api.call<SyncRun>('GET', `/sync/orders/runs/${id}`)),
        );
        const failed = runs.find((run) => run.status === 'failed');
        assert.equal(failed, undefined, `a run failed: ${failed?.error?.message}`);
        return runs.every((run) => run.status === 'succeeded' || isPlanned(run));
      },
      120_000,
    );
    assert.deepEqual([market.renewals, market.refusedRenewals], [1, 0]);
    const now = await api.all<ShopView>('/shops');
    assert.deepEqual(
      now.map((shop) => shop.status),
      ['connected', 'connected'],
    );
  });

  test('what it lacks is not asked for, not late, and refused by name', async () => {
    const [shop] = shops;
    assert.ok(shop);
    assert.deepEqual(shop.notAvailable, LACKS);
    const states: Record<string, string> = {};
    for (const domain of ['orders', 'products'])
      for (const { kinds } of await api.all<ShopSyncHealth>(`/sync/${domain}/health?shopId=${shop.id}`))
        for (const { kind, state } of kinds) states[kind] = state;
    const lacking = ['addresses', 'after_sales', 'audit', 'products', 'promotions'];
    assert.deepEqual(
      Object.keys(states)
        .filter((kind) => states[kind] === 'not_available')
        .sort(),
      lacking,
    );
    for (const domain of ['orders', 'products']) {
      const runs: SyncRun[] = await api.all<SyncRun>(`/sync/${domain}/runs?shopId=${shop.id}`);
      assert.deepEqual(
        runs.filter(({ kind }) => lacking.includes(kind)),
        [],
      );
    }
    await assert.rejects(
      api.call('POST', '/sync/products/runs', { shopId: shop.id, kind: 'products' }),
      /409 .*marketplace\.not_available.*Skeleton Market does not give products/s,
    );
    const orders = await api.call<{ notAvailable: unknown }>('GET', '/after-sales');
    assert.deepEqual(orders.notAvailable, [
      { marketplace: 'skeleton', ability: 'after_sales', shopIds: shops.map(({ id }) => id).sort() },
    ]);
    // Prices of lines come with no amounts of it: what is not known yet stays apart from what is never given.
    const overview = await api.call<Overview>('GET', `/figures/overview?shopId=${shop.id}&includeToday=true`);
    assert.deepEqual(
      overview.applied.map(({ notAvailable }) => notAvailable),
      [LACKS],
    );
    for (const { netRevenueMinor, refundCoverage } of overview.amounts)
      assert.deepEqual([netRevenueMinor, refundCoverage.shops], [null, 0]);
  });

  test('the page names it, its region and what it calls an order, and says what it lacks', async () => {
    browser = await openBrowser();
    const { email, password } = installation.signIn;
    const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1440, height: 900 } });
    const failures = failuresOf(page);
    await signIn(page, installation.page, email, password);
    await page.goto(`${installation.page}/shops`);
    const [shop] = shops;
    assert.ok(shop);
    const card = page.locator(`[data-testid=shop-card][data-shop-id="${shop.id}"]`);
    await card.getByText('Skeleton Market · Catacombs').waitFor();
    await card.getByText('counts of orders, addresses').waitFor();
    await picture(page, 'skeleton-shops');
    await page.goto(`${installation.page}/orders?shop=${shop.id}&order=${shop.id}/${SHARED_ORDER}`);
    const detail = page.getByTestId('order-detail');
    await detail.waitFor();
    await page.getByTestId('word-of-order').getByText('Skeleton Market · bone bundle').waitFor();
    await picture(page, 'skeleton-order');
    await detail.getByText('Skeleton Market does not give addresses').waitFor();
    await detail.getByText('Skeleton Market does not give after-sales cases').waitFor();
    for (const [path, said] of [
      ['/after-sales', 'does not give after-sales cases'],
      ['/products', 'does not give products'],
      ['/promotions', 'does not give promotions'],
      ['/completeness', 'does not count'],
      ['/webhooks', 'does not give pushed messages'],
    ] as const) {
      await page.goto(`${installation.page}${path}?shop=${shop.id}`);
      await page.getByText(said).first().waitFor();
    }
    await page.goto(`${installation.page}/sync?shop=${shop.id}`);
    await page.getByTestId('start-sync').click();
    // The test id stands on the input.
    const promotions = page.getByTestId('start-kind-promotions');
    await page.locator('label', { has: promotions }).getByText('Skeleton Market does not give it').waitFor();
    assert.ok(await promotions.isDisabled());
    assert.ok(await page.getByTestId('start-kind-orders').isEnabled());
    assert.deepEqual(failures, []);
  });

  test('no secret of it stands in a log or a stream', async () => {
    const written = `${await installation.logs()}\n${await installation.streams()}`;
    assert.ok(written.includes('skeleton'), 'nothing was written about it');
    for (const secret of market.secrets) assert.ok(!written.includes(secret), `${secret} was written`);
    assert.ok(!/marked-(access|refresh|cipher)-/.test(written), 'a former secret was written');
  });
});

async function signIn(page: Page, url: string, email: string, password: string): Promise<void> {
  await page.goto(url);
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.getByTestId('sign-in-submit').click();
  await page.getByTestId('user-menu').waitFor();
}
