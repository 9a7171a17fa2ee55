import type { OrderDiscovery, Overview } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from '../test/e2e/api-client.js';
import { Installation } from '../test/e2e/installation.js';
import { connectShop, endedRun, figuresHold, makeShop } from './bench-shops.js';
import { type Figure, percentile } from './report.js';

const CHANGES = 60;
const GOAL_MS = 3_000;
/** A slow machine shows its lag with fewer of them too. */
const LONGEST_MS = 180_000;

/** From an order in the marketplace to the figure over REST that counts it: pushed by webhook, read again, rolled up. */
export async function benchLag(): Promise<Figure[]> {
  const installation = await Installation.create();
  try {
    await installation.start({ AUTO_SYNC_ENABLED: 'false' });
    const api = await ApiClient.signIn(installation.page, installation.signIn);
    const shop = await makeShop(installation, 634419200000001, 500);
    const { id: shopId } = await connectShop(api, shop);
    await endedRun(api, shopId);
    await figuresHold(api, shopId, shop.orders);
    await api.call('POST', `/shops/${shopId}/webhook-subscription`, {});
    const placed = async (): Promise<number> => {
      const path = `/figures/overview?shopId=${shopId}&span=7d&includeToday=true`;
      return (await api.call<Overview>('GET', path)).orders.placedOrders;
    };
    const lags: number[] = [];
    const endsAt = performance.now() + LONGEST_MS;
    while (lags.length < CHANGES && performance.now() < endsAt) {
      const before = await placed();
      const startedAt = performance.now();
      await installation.control('POST', `/shops/${shop.mallId}/orders`, { count: 1 });
      await waitFor('the figure to count the new order', async () => (await placed()) > before, 60_000);
      lags.push(performance.now() - startedAt);
    }
    const { all } = await api.call<OrderDiscovery>('GET', `/sync/orders/discovery?shopId=${shopId}`);
    const pushed = all.sources.find(({ source }) => source === 'webhook');
    return [
      { name: 'orders, one after the other', value: lags.length },
      { name: 'found by webhook, share', ratio: pushed?.share ?? 0, goal: '1' },
      {
        name: 'from an order in the marketplace to its figure over REST, median ms',
        value: percentile(lags, 0.5),
      },
      { name: 'the same, 95 of 100, ms', value: percentile(lags, 0.95) },
      { name: 'the same / 3 s', ratio: percentile(lags, 0.95) / GOAL_MS, goal: '< 1' },
    ];
  } finally {
    await installation.remove();
  }
}
