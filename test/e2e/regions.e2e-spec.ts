import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Overview, ShopView, SyncRun } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { Installation } from './installation.js';
import { assertMoneyEqualsTruth } from './recount.js';
import {
  assertFiguresEqualTruth,
  assertOrdersEqualTruth,
  assertProductsEqualTruth,
  truthOf,
} from './truth.js';

const SHOPS = [
  {
    region: 'eu',
    mallId: '634418220000001',
    appKey: 'sbxAppKey0002',
    currency: 'EUR',
    zone: 'Europe/Berlin',
  },
  {
    region: 'eu',
    mallId: '634418220000002',
    appKey: 'sbxAppKey0002',
    currency: 'GBP',
    zone: 'Europe/London',
  },
  {
    region: 'global',
    mallId: '634418230000001',
    appKey: 'sbxAppKey0003',
    currency: 'JPY',
    zone: 'Asia/Tokyo',
  },
  {
    region: 'global',
    mallId: '634418230000003',
    appKey: 'sbxAppKey0003',
    currency: 'KRW',
    zone: 'Asia/Seoul',
  },
] as const;

describe('shops of other regions, zones and currencies', { concurrency: false }, () => {
  let installation: Installation;
  let api: ApiClient;

  before(async () => {
    installation = await Installation.create();
    await installation.start({ SANDBOX_RATE_PER_SECOND: '0', TEMU_CALLS_PER_SECOND: '10000' });
    api = await ApiClient.signIn(installation.page, installation.signIn);
  });

  after(() => installation?.remove());

  for (const { region, mallId, appKey, currency, zone } of SHOPS) {
    test(`${currency} in ${region}: orders, products and figures are the truth`, async () => {
      const accessToken = `token-${currency}-0001`;
      await installation.control('POST', '/tokens', { appKey, mallId: Number(mallId), accessToken });
      const { shops } = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
        region,
        accessToken,
      });
      const [shop] = shops;
      assert.ok(shop);
      assert.deepEqual([shop.currency, shop.timeZone], [currency, zone]);
      const truth = await truthOf(installation, mallId);
      await waitFor(
        'orders, amounts and products to be stored',
        async () => {
          const known = await api.call<{ total: number }>(
            'GET',
            `/orders/counts?shopId=${shop.id}&amounts=known`,
          );
          const runs = await api.all<SyncRun>(`/sync/products/runs?shopId=${shop.id}`);
          return known.total === truth.orders.total && runs.some((run) => run.status === 'succeeded');
        },
        120_000,
      );
      await assertOrdersEqualTruth(installation, api, shop.id, mallId);
      await assertProductsEqualTruth(installation, api, shop.id, mallId);
      await assertFiguresEqualTruth(installation, api, shop.id, mallId);
      await assertMoneyEqualsTruth(installation, api, shop.id, mallId);
    });
  }

  test('two currencies are never added', async () => {
    const overview = await api.call<Overview>('GET', '/figures/overview?span=365d&includeToday=true');
    assert.deepEqual(overview.amounts.map((each) => each.currency).sort(), ['EUR', 'GBP', 'JPY', 'KRW']);
    const known = overview.amounts.reduce((sum, each) => sum + each.coverage.known, 0);
    assert.equal(known, overview.orders.validOrders);
  });
});
