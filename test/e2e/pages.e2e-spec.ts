import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Browser, Locator, Page } from 'playwright-core';
import type {
  AuditView,
  CompletenessDay,
  CompletenessShop,
  MarketplaceAppView,
  Order,
  OrderCounts,
  OrderDetail,
  QuarantinedRecord,
  ShopView,
  SyncRun,
  WebhookView,
} from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { failuresOf, openBrowser, picture } from './browser.js';
import { Installation } from './installation.js';
import { PAGES } from './page-audit.js';
import { type ShopTruth, truthOf } from './truth.js';

/** A small shop: 128 orders, 41 products. */
const MALL = '634418210000003';
const AMOUNTS = 'bg.order.amount.query';
const LAG_SECONDS = 1;
const SETTINGS = {
  SANDBOX_RATE_PER_SECOND: '0',
  TEMU_CALLS_PER_SECOND: '10000',
  // Changes of this very moment are in the next run.
  SYNC_PLATFORM_LAG_SECONDS: String(LAG_SECONDS),
  // Only what is clicked is read.
  AUTO_SYNC_ENABLED: 'false',
};
const PATIENCE_MS = 60_000;

interface OrderTruth {
  parentOrderMap: { parentOrderSn: string; parentOrderStatus: number };
  orderList: { skuId: number }[];
}

describe('the pages about what was read and what was not', { concurrency: false }, () => {
  let installation: Installation;
  let browser: Browser;
  let page: Page;
  let failures: string[];
  let api: ApiClient;
  let shop: ShopView;

  before(async () => {
    browser = await openBrowser();
    installation = await Installation.create();
    await installation.start(SETTINGS);
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(PATIENCE_MS);
    failures = failuresOf(page);
    const { email, password } = installation.signIn;
    api = await ApiClient.signIn(installation.page, installation.signIn);
    await page.goto(installation.page);
    await page.locator('input[name=email]').fill(email);
    await page.locator('input[name=password]').fill(password);
    await page.getByTestId('sign-in-submit').click();
    await page.getByTestId('user-menu').waitFor();
  });

  after(async () => {
    await browser?.close();
    await installation?.remove();
  });

  const open = (path: string) => page.goto(`${installation.page}/${path}`);
  const runsOf = (kind: string) =>
    api.all<SyncRun>(
      `/sync/${kind === 'products' ? 'products' : 'orders'}/runs?shopId=${shop.id}&kind=${kind}`,
    );
  const rowOf = (kind: string): Locator =>
    page.locator(`[data-testid=sync-run-row][data-kind=${kind}]`).first();
  const confirm = () => page.locator('.ant-popconfirm-buttons .ant-btn-primary').click();

  async function newest(kind: string, status: SyncRun['status'], than?: SyncRun): Promise<SyncRun> {
    return waitFor(
      `the newest run of ${kind} to be ${status}`,
      async () => {
        const [run] = await runsOf(kind);
        return run !== undefined && run.id !== than?.id && run.status === status && run;
      },
      PATIENCE_MS,
    );
  }

  async function ordersOf(status: number): Promise<OrderTruth[]> {
    const { items } = await installation.control<{ items: OrderTruth[] }>(
      'GET',
      `/shops/${MALL}/truth/orders?page=1&pageSize=5000`,
    );
    return items.filter(({ parentOrderMap }) => parentOrderMap.parentOrderStatus === status);
  }

  function change(sn: string, status: number): Promise<unknown> {
    return installation.control('PATCH', `/shops/${MALL}/orders/${sn}`, { status });
  }

  async function approve(mallId: string): Promise<void> {
    await page.getByTestId('connect-continue').click();
    await page.getByTestId(`shop-${mallId}`).check();
    await page.getByTestId('approve').click();
    await page.waitForURL(/\/shops\?connected=/);
  }

  /** Through the dialog, as people do it. */
  async function startSync(kind: string): Promise<SyncRun> {
    const [before] = await runsOf(kind);
    await open(`sync?shop=${shop.id}`);
    await page.getByTestId('start-sync').click();
    await page.getByTestId(`start-kind-${kind}`).click();
    await page.getByTestId('start-sync-submit').click();
    return newest(kind, 'succeeded', before);
  }

  async function withOrders<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({
      connectionString: (await installation.variables()).get('ORDER_DATABASE_URL'),
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  test('a run is stopped in its middle and goes on from there', async () => {
    const { id } = await installation.control<{ id: string }>('POST', '/faults', {
      kind: 'delay',
      type: AMOUNTS,
      delayMs: 3_000,
    });
    await open('shops');
    await page.getByTestId('connect-shop').first().click();
    await page.getByTestId('region-temu-us').click();
    await approve(MALL);
    const [found] = await api.all<ShopView>('/shops');
    assert.ok(found);
    shop = found;
    await open('sync');
    await rowOf('amounts').getByTestId('sync-cancel').click();
    await confirm();
    const stopped = await newest('amounts', 'cancelled');
    assert.ok(stopped.done < 128, `${stopped.done} were read before it stopped`);
    await page.locator(`[data-testid=sync-run-row][data-kind=amounts][data-status=cancelled]`).waitFor();
    await picture(page, '20-cancelled');
    await installation.control('DELETE', `/faults/${id}`);
    await rowOf('amounts').getByTestId('sync-retry').click();
    const retried = await newest('amounts', 'succeeded');
    assert.deepEqual([retried.id, retried.trigger, retried.done], [stopped.id, 'retry', 128]);
    // The page hears of it by itself.
    await page.locator(`[data-testid=sync-run-row][data-kind=amounts][data-status=succeeded]`).waitFor();
    const { total } = await api.call<OrderCounts>('GET', `/orders/counts?shopId=${shop.id}&amounts=known`);
    assert.equal(total, 128);
  });

  test('the ledger shows no difference; what is lost is counted, fetched again and named', async () => {
    await newest('audit', 'succeeded');
    await open(`completeness?shop=${shop.id}`);
    await page.locator('[data-testid=account][data-verdict=complete]').waitFor();
    const ledger = async () =>
      (await api.all<CompletenessShop>('/completeness/shops')).find((each) => each.shopId === shop.id);
    const { orders } = await truthOf(installation, MALL);
    const before = await ledger();
    assert.deepEqual([before?.difference, before?.daysUnchecked], [0, 0]);
    assert.ok(before && before.platformOrders > 0 && before.platformOrders <= orders.total);
    for (const side of ['platform', 'ours']) {
      assert.equal(
        await page.getByTestId(`ledger-${side}`).getAttribute('data-value'),
        String(before.platformOrders),
      );
    }
    const days = await api.all<CompletenessDay>(`/completeness/days?shopId=${shop.id}`);
    const day = days.find((each) => (each.platformOrders ?? 0) > 0) ?? assert.fail('no day has orders');
    const lost = await withOrders(async (client) => {
      const { rows } = await client.query<{ sn: string }>(
        `DELETE FROM orders.orders WHERE shop_id = $1 AND ordered_at >= $2 AND ordered_at < $3
         RETURNING order_number AS sn`,
        [shop.id, day.from, day.to],
      );
      const sns = rows.map(({ sn }) => sn);
      for (const table of ['order_lines', 'order_history', 'order_addresses'])
        await client.query(`DELETE FROM orders.${table} WHERE shop_id = $1 AND order_number = ANY($2)`, [
          shop.id,
          sns,
        ]);
      return sns.sort();
    });
    assert.equal(lost.length, day.platformOrders);

    await open(`completeness?shop=${shop.id}&day=${shop.id}/${day.day}`);
    await page.getByTestId('count-statuses').click();
    const sums = page.getByTestId('statuses-table').locator('tfoot td');
    await sums.first().waitFor();
    assert.deepEqual((await sums.allInnerTexts()).slice(1), [String(lost.length), '0', String(lost.length)]);
    await picture(page, '21-gap');
    await page.locator('.ant-drawer-close').click();
    await page.getByTestId('audit-now').click();
    const refetched = await waitFor(
      'the audit to have fetched what was lost',
      async () => {
        const [found] = await api.all<CompletenessDay>(
          `/completeness/days?shopId=${shop.id}&from=${day.day}&to=${day.day}`,
        );
        return found?.refetched.count === lost.length && found;
      },
      PATIENCE_MS,
    );
    assert.deepEqual([refetched.state, refetched.difference], ['complete', 0]);
    assert.deepEqual([...refetched.refetched.numbers].sort(), lost);
    const stored = await api.all<Order>(`/orders?shopId=${shop.id}`);
    assert.deepEqual(
      stored
        .filter(({ orderedAt }) => orderedAt >= day.from && orderedAt < day.to)
        .map((each) => each.orderNumber)
        .sort(),
      lost,
    );
    await open(`completeness?shop=${shop.id}&day=${shop.id}/${day.day}`);
    const named = page.getByTestId('day-refetched');
    for (const sn of lost) await named.getByText(sn).waitFor();
    await picture(page, '22-refetched');
  });

  test('a malformed order lies in quarantine; healed and tried again it is an order', async () => {
    const parentOrderSn = 'PO-211-00000000000004711';
    const [like] = await ordersOf(2);
    const { id } = await installation.control<{ id: string }>('POST', '/faults', {
      kind: 'unreadable_order',
      parentOrderSn,
    });
    await installation.control('POST', `/shops/${MALL}/orders`, {
      parentOrderSn,
      lines: [{ skuId: like?.orderList[0]?.skuId, quantity: 1 }],
    });
    const kept = await waitFor(
      'the order to lie in quarantine',
      async () => {
        await startSync('orders');
        return (await api.all<QuarantinedRecord>(`/quarantine/orders?shopId=${shop.id}`))[0];
      },
      PATIENCE_MS,
    );
    assert.deepEqual([kept.platformId, kept.resolvedAt], [parentOrderSn, null]);
    const isStored = async () =>
      (await api.request('GET', `/orders/${shop.id}/${parentOrderSn}`)).status === 200;
    assert.equal(await isStored(), false);
    await open('quarantine');
    await page.getByTestId('quarantine-table').getByText(parentOrderSn).click();
    const detail = page.getByTestId('quarantine-detail');
    await detail.getByText(kept.reason.message).first().waitFor();
    assert.match(await detail.getByTestId('raw-text').innerText(), new RegExp(parentOrderSn));
    await picture(page, '23-quarantine');
    await page.getByTestId('quarantine-retry').click();
    await page.locator('.ant-notification-notice').waitFor();
    assert.equal(await isStored(), false);
    await installation.control('DELETE', `/faults/${id}`);
    await page.getByTestId('quarantine-retry').click();
    await detail.locator('.ant-alert-success').waitFor();
    assert.equal(await isStored(), true);
    await detail.getByText(parentOrderSn).first().click();
    await page.getByTestId('order-detail').waitFor();
  });

  test('a shop is subscribed; what is pushed is listed, told of in the history, and replayed', async () => {
    await open(`webhooks?tab=subscription&shop=${shop.id}`);
    const gate = (name: string, state: string) =>
      page.locator(`[data-testid=gate][data-gate=${name}][data-state=${state}]`).waitFor();
    await gate('subscribed', 'closed');
    await page.getByTestId('subscribe').click();
    await gate('subscribed', 'open');
    const [order] = await ordersOf(2);
    const sn = order?.parentOrderMap.parentOrderSn ?? assert.fail('nothing is to be shipped');
    await change(sn, 4);
    const changed = await waitFor('the push to have been followed', async () => {
      const detail = await api.call<OrderDetail>('GET', `/orders/${shop.id}/${sn}`);
      return detail.status === 'shipped' && detail;
    });
    assert.ok(changed.history.some((each) => each.source === 'webhook' && each.status === 'shipped'));
    await open('webhooks?tab=inbox');
    await page.getByTestId('webhooks-table').getByText(sn).first().waitFor();
    await page.getByTestId('webhooks-table').locator('tbody .clickable-row').first().click();
    await page.getByTestId('webhook-replay').click();
    const pushed = await waitFor('the replay to be noted', async () => {
      const rows = await api.all<WebhookView>(`/webhooks?shopId=${shop.id}`);
      return rows.some(({ replays }) => replays === 1) && rows;
    });
    await page.locator('.ant-drawer-close').click();
    await page.getByTestId('replay-range').click();
    await page.locator(`[data-testid=replay-trial][data-count="${pushed.length}"]`).waitFor();
    await page.getByTestId('replay-submit').click();
    await waitFor('all to be replayed', async () =>
      (await api.all<WebhookView>(`/webhooks?shopId=${shop.id}`)).every(({ replays }) => replays >= 1),
    );
    await open('webhooks?tab=found');
    await page.getByTestId('discovery-table').waitFor();
    await picture(page, '24-found');
    await open(`orders?shop=${shop.id}&order=${shop.id}/${sn}`);
    await page.getByTestId('order-history').getByText('webhook', { exact: false }).first().waitFor();
    await picture(page, '25-history');
  });

  test('an address is masked until somebody asks, and the asking is recorded', async () => {
    const [order] = await ordersOf(2);
    const sn = order?.parentOrderMap.parentOrderSn ?? assert.fail('nothing is to be shipped');
    await open(`orders?shop=${shop.id}&order=${shop.id}/${sn}`);
    await page.getByTestId('masked-address').waitFor();
    const reveals = () => api.all<AuditView>('/audit?action=address.revealed');
    assert.deepEqual(await reveals(), []);
    await page.getByTestId('reveal-address').click();
    await page.locator('.ant-modal-confirm-btns .ant-btn-primary').click();
    await page.getByTestId('clear-address').waitFor();
    const [row] = await waitFor('the audit row', async () => {
      const rows = await reveals();
      return rows.length > 0 && rows;
    });
    assert.equal(row?.shopId, shop.id);
  });

  test('a shop without its permission and then without its token is authorised again and goes on', async () => {
    const { tokens } = await installation.control<{
      tokens: { accessToken: string; mallId: number; isReplaced: boolean; isStanding: boolean }[];
    }>('GET', '/tokens');
    const token = tokens.find((each) => String(each.mallId) === MALL && !each.isReplaced && !each.isStanding);
    assert.ok(token);
    const { accessToken } = token;
    await installation.control('POST', '/tokens/revoke-scope', { accessToken, scope: AMOUNTS });
    const [order] = await ordersOf(4);
    await change(order?.parentOrderMap.parentOrderSn ?? assert.fail('nothing is shipped'), 5);
    const blocked = await newest('amounts', 'failed');
    assert.equal(blocked.errorCode, 'shop.missing_permission');
    const [last] = (await runsOf('orders')).filter((run) => run.status === 'succeeded');
    assert.ok(last?.spanTo);

    await open('shops');
    const card = page.locator(`[data-testid=shop-card][data-shop-id="${shop.id}"]`);
    await card.waitFor();
    await installation.control('POST', '/tokens/expire', { accessToken });
    await api.call('POST', '/sync/orders/runs', { shopId: shop.id, kind: 'orders' });
    // Without a reload: the page hears of the failed run and asks for the shops.
    await page.locator('[data-testid=shop-card][data-status=needs_reauthorization]').waitFor();
    const alarm = page.getByTestId('stale-alarm');
    await alarm.waitFor();
    assert.ok(Number(await alarm.getAttribute('data-count')) >= 1);
    assert.ok(((await alarm.boundingBox())?.height ?? 0) < 60, 'folded, an alarm is one line');
    await page.getByTestId('alarm-fold').click();
    await alarm.getByRole('listitem').first().waitFor();
    await page.getByTestId('alarm-fold').click();
    await picture(page, '26-needs-reauthorization');
    await card.getByTestId('reauthorize').click();
    await approve(MALL);
    await page.locator('[data-testid=shop-card][data-status=connected]').waitFor();
    const resumed = await waitFor('the run of the new token to succeed', async () =>
      (await runsOf('orders')).find(
        (run) => run.trigger === 'connected' && run.mode === 'update' && run.status === 'succeeded',
      ),
    );
    const stepBackMs = Date.parse(last.spanTo) - Date.parse(resumed.spanFrom ?? '');
    assert.ok(
      stepBackMs >= LAG_SECONDS * 1_000 && stepBackMs < 60_000,
      `began ${stepBackMs} ms before the cursor`,
    );
    const amounts = await newest('amounts', 'succeeded');
    assert.ok(amounts.createdAt > blocked.createdAt);
  });

  test('a marketplace app is saved, and its secret never shown again', async () => {
    await open('apps');
    await page.getByTestId('add-app').click();
    await page.locator('input[id$=appKey]').fill('inventedKey0009');
    await page.locator('input[id$=appSecret]').fill('inventedSecret000009');
    await page.getByTestId('app-save').click();
    await page.getByTestId('apps-table').getByText('inventedKey0009').first().waitFor();
    const apps = await api.call<{ rows: MarketplaceAppView[] }>('GET', '/marketplace-apps');
    assert.ok(apps.rows.some((app) => app.appKey === 'inventedKey0009' && app.isActive));
    assert.ok(!(await page.content()).includes('inventedSecret000009'));
  });

  test('when the live line is cut the page asks by itself, and hears again when it is back', async () => {
    const live = page.getByTestId('live-state');
    const events = '**/api/v1/sync/events';
    const deaf = await browser.newPage({
      storageState: await page.context().storageState(),
      locale: 'en-US',
    });
    await deaf.route(events, (route) => route.abort());
    await deaf.goto(`${installation.page}/sync?shop=${shop.id}&size=100`);
    await deaf.getByTestId('sync-run-row').first().waitFor();
    const shown = async () => deaf.getByTestId('live-state').innerText();
    const polling = await shown();
    await startSync('orders');
    await live.waitFor();
    await waitFor('both pages to say how they hear', async () => (await live.innerText()) !== polling);
    const rows = (await runsOf('orders')).length;
    await waitFor(
      'the page without a line to show the new run',
      async () => (await deaf.locator('[data-testid=sync-run-row][data-kind=orders]').count()) === rows,
      PATIENCE_MS,
    );
    await deaf.unroute(events);
    await waitFor('the line to be back', async () => (await shown()) !== polling, PATIENCE_MS);
    await deaf.close();
  });

  test('every page is there in Chinese on a phone, now that there is something on each', async () => {
    const visitor = await browser.newPage({
      locale: 'zh-CN',
      viewport: { width: 390, height: 900 },
      storageState: await page.context().storageState(),
    });
    const complaints = failuresOf(visitor);
    for (const path of PAGES) {
      await visitor.goto(`${installation.page}/${path}`);
      await visitor.locator('h1').first().waitFor();
      await waitFor(`${path} to have loaded`, async () => {
        const busy = visitor.locator('.ant-skeleton:visible, .ant-spin-spinning:visible');
        return (await busy.count()) === 0;
      });
      const text = await visitor.locator('body').innerText();
      assert.doesNotMatch(text, /\b[a-z]\w+:[a-z]\w+/i, `${path} shows the name of a text`);
      const title = await visitor.locator('h1').first().innerText();
      assert.match(title, /\p{Script=Han}/u, `${path} is headed ${title}`);
      const excess = await visitor.evaluate('document.documentElement.scrollWidth - innerWidth');
      assert.equal(excess, 0, `${path} is ${excess} px too wide`);
    }
    assert.deepEqual(complaints, []);
    await visitor.close();
  });

  test('a shop is disconnected; what was read stays', async () => {
    await open('shops');
    await page.getByTestId('shop-menu').click();
    await page.locator('.ant-dropdown-menu-item-danger').click();
    await page.locator('.ant-modal-confirm-btns .ant-btn-dangerous').click();
    await page.locator('[data-testid=shop-card][data-status=disconnected]').waitFor();
    const { total } = await api.call<OrderCounts>('GET', `/orders/counts?shopId=${shop.id}`);
    const truth: ShopTruth = await truthOf(installation, MALL);
    assert.equal(total, truth.orders.total);
  });

  test('the pages have reported no error', () => {
    assert.deepEqual(failures, []);
  });
});
