import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { Order, OrderCounts, ShopView, SyncRun } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { failuresOf, openBrowser, picture } from './browser.js';
import { Installation } from './installation.js';
import { brokenNumbers, PAGES, piledWords, seriousFindings } from './page-audit.js';
import { truthOf } from './truth.js';

/** A small shop: 128 orders, 41 products. */
const MALL = '634418210000003';
const SETTINGS = {
  SANDBOX_RATE_PER_SECOND: '0',
  TEMU_CALLS_PER_SECOND: '10000',
  AUTO_SYNC_ENABLED: 'false',
};
const PATIENCE_MS = 60_000;
/** A desk, a tablet and a phone. */
const WIDTHS = [1280, 768, 390] as const;

describe('what holds on every page', { concurrency: false }, () => {
  let installation: Installation;
  let browser: Browser;
  let page: Page;
  let api: ApiClient;
  let shop: ShopView;

  before(async () => {
    browser = await openBrowser();
    installation = await Installation.create();
    await installation.start(SETTINGS);
    api = await ApiClient.signIn(installation.page, installation.signIn);
    const accessToken = 'sbx-token-pages-0001';
    await installation.control('POST', '/tokens', {
      appKey: 'sbxAppKey0001',
      mallId: Number(MALL),
      accessToken,
    });
    const { shops } = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
      region: 'us',
      accessToken,
    });
    shop = shops[0] ?? assert.fail('no shop was connected');
    const { orders } = await truthOf(installation, MALL);
    await waitFor(
      'the shop to be read',
      async () => {
        const known = await api.call<OrderCounts>('GET', '/orders/counts?amounts=known');
        const [products, others] = await Promise.all(
          ['products', 'orders'].map((domain) => api.all<SyncRun>(`/sync/${domain}/runs`)),
        );
        const isRead = (kind: string) =>
          [...(products ?? []), ...(others ?? [])].some(
            (run) => run.kind === kind && run.status === 'succeeded',
          );
        return known.total === orders.total && ['products', 'promotions', 'after_sales'].every(isRead);
      },
      120_000,
    );
    await manyRuns();
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(PATIENCE_MS);
    const { email, password } = installation.signIn;
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

  /** More than fit on one page. */
  async function manyRuns(): Promise<void> {
    for (let made = 0; made < 18; made++) {
      const run = await api.call<SyncRun>('POST', '/sync/products/runs', {
        shopId: shop.id,
        kind: 'promotions',
      });
      await waitFor('the run to end', async () => {
        const { status } = await api.call<SyncRun>('GET', `/sync/products/runs/${run.id}`);
        return status === 'succeeded';
      });
    }
  }

  const open = (path: string) => page.goto(`${installation.page}/${path}`);

  test('the sign-in page has no serious finding', async () => {
    const visitor = await browser.newPage({ locale: 'zh-CN' });
    await visitor.goto(`${installation.page}/sign-in`);
    await visitor.getByTestId('sign-in-submit').waitFor();
    assert.deepEqual(await seriousFindings(visitor), []);
    assert.equal(await visitor.title(), `${await visitor.locator('h1').innerText()} · Temu Omni`);
    await visitor.close();
  });

  test('a row is a link: by keyboard, and in a new tab by its href, Ctrl and the middle button', async () => {
    for (const list of ['orders', 'products', 'promotions', 'after-sales?state=all']) {
      await open(list);
      const row = page.locator('.clickable-row').first();
      const link = row.locator('a.row-link');
      await link.waitFor();
      assert.match((await link.getAttribute('href')) ?? '', /^\/[a-z-]+\?.*=/);
      // The rows of all lists are one component; the new tab is as well proven with one of them.
      const newTab = [{ button: 'middle' as const }, { modifiers: ['Control' as const] }];
      for (const how of list === 'orders' ? newTab : []) {
        const tab = page.context().waitForEvent('page');
        await row.locator('td').last().click(how);
        const opened = await tab;
        await opened.locator('.ant-drawer-body').waitFor();
        await opened.close();
      }
      await link.focus();
      await page.keyboard.press('Enter');
      await page.locator('.ant-drawer-body').waitFor();
      await page.goBack();
      await page.locator('.ant-drawer-body').waitFor({ state: 'detached' });
    }
  });

  test('page and size are in the address; back undoes a filter', async () => {
    const shows = (rows: string) => page.getByTestId('pager-rows').getByText(rows).waitFor();
    const parameter = (name: string) => new URL(page.url()).searchParams.get(name);
    await open('orders?size=50');
    await shows('1–50');
    await page.getByTestId('page-next').click();
    await shows('51–100');
    assert.deepEqual([parameter('page'), parameter('size')], ['2', '50']);
    // In a new tab nothing of the page before is at hand.
    await page.reload();
    await shows('51–100');
    await page.getByRole('tab', { name: /^Delivered/ }).click();
    await shows('1–');
    assert.deepEqual([parameter('status'), parameter('page')], ['delivered', null]);
    await page.goBack();
    await shows('51–100');
    assert.deepEqual([parameter('status'), parameter('page')], [null, '2']);
    await page.goBack();
    await shows('1–50');
  });

  test('runs have pages in the address, and an opened run keeps page and filter', async () => {
    const all = await Promise.all(
      ['orders', 'products'].map((domain) => api.all<SyncRun>(`/sync/${domain}/runs`)),
    );
    const newest = all.flat().sort((a, b) => b.createdAt.localeCompare(a.createdAt));
    assert.ok(newest.length > 20, `there are ${newest.length} runs`);
    const shows = (rows: string) => page.getByTestId('pager-rows').getByText(rows).waitFor();
    await open(`sync?shop=${shop.id}`);
    await shows('1–20');
    await page.getByTestId('page-next').click();
    await shows(`21–${Math.min(40, newest.length)}`);
    assert.equal(await page.getByTestId('sync-run-row').count(), Math.min(20, newest.length - 20));
    await page.locator('[data-testid=sync-run-row] a.row-link').first().click();
    // A run that had nothing to do has a log without a line.
    await page.getByTestId('sync-log').waitFor({ state: 'attached' });
    await page.reload();
    await page.getByTestId('sync-log').waitFor({ state: 'attached' });
    await page.goBack();
    await page.getByTestId('sync-log').waitFor({ state: 'detached' });
    await shows('21–');
    const { searchParams } = new URL(page.url());
    assert.deepEqual([searchParams.get('shop'), searchParams.get('page')], [shop.id, '2']);
  });

  test('the search among shops is in the address', async () => {
    await open(`shops?q=${shop.platformShopId}`);
    await page.getByTestId('shop-card').waitFor();
    await page.getByTestId('shops-search').fill('no such shop');
    await page.getByTestId('shop-card').waitFor({ state: 'detached' });
    assert.equal(new URL(page.url()).searchParams.get('q'), 'no such shop');
    await page.reload();
    assert.equal(await page.getByTestId('shops-search').inputValue(), 'no such shop');
    await page.goBack();
    await page.getByTestId('shop-card').waitFor();
  });

  test('without a connection a click keeps the page; it goes on when somebody tries again', async () => {
    const visitor = await browser.newPage({
      locale: 'en-US',
      storageState: await page.context().storageState(),
    });
    await visitor.goto(`${installation.page}/orders`);
    await visitor.locator('.clickable-row').first().waitFor();
    const rows = await visitor.locator('.clickable-row').count();
    await visitor.context().setOffline(true);
    await visitor.locator('a[href="/promotions"]').click();
    await visitor.getByTestId('connection-lost').waitFor();
    assert.equal(await visitor.locator('h1').innerText(), 'Orders');
    await visitor.getByRole('tab', { name: /^Delivered/ }).click();
    assert.equal(await visitor.locator('.clickable-row').count(), rows);
    await visitor.context().setOffline(false);
    await visitor.locator('a[href="/promotions"]').click();
    await visitor.locator('h1', { hasText: 'Promotions' }).waitFor();
    await visitor.getByTestId('connection-lost').waitFor({ state: 'detached' });
    await visitor.close();
  });

  test('over all shops a filter means days of each shop', async () => {
    const [order] = (await api.call<{ rows: Order[] }>('GET', '/orders?limit=1')).rows;
    assert.ok(order);
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: shop.timeZone }).format(
      new Date(order.orderedAt),
    );
    const { total } = await api.call<OrderCounts>(
      'GET',
      `/orders/counts?orderedFromDay=${day}&orderedToDay=${day}`,
    );
    await open(`orders?from=${day}&to=${day}`);
    await page.locator(`[data-testid=orders-total][data-count="${total}"]`).waitFor();
    const refused = await api.request('GET', '/orders?orderedFromDay=2026-02-31');
    assert.equal(refused.status, 400);
  });

  // axe-core takes longer than all the rest: in one language a width, and in the other on a phone.
  for (const [locale, audited] of [
    ['en-US', [1280, 768]],
    ['zh-CN', [390]],
  ] as const) {
    test(`every page is there in ${locale}, and whole on a desk, a tablet and a phone`, async () => {
      const visitor = await browser.newPage({
        locale,
        timezoneId: 'Asia/Shanghai',
        storageState: await page.context().storageState(),
      });
      visitor.setDefaultTimeout(PATIENCE_MS);
      const complaints = failuresOf(visitor);
      for (const path of PAGES) {
        await visitor.setViewportSize({ width: WIDTHS[0], height: 900 });
        await visitor.goto(`${installation.page}/${path}`);
        await visitor.locator('h1').first().waitFor();
        await waitFor(`${path} to have loaded`, async () => {
          const busy = visitor.locator('.ant-skeleton:visible, .ant-spin-spinning:visible');
          return (await busy.count()) === 0;
        });
        const text = await visitor.locator('body').innerText();
        assert.doesNotMatch(text, /\b[a-z]\w+:[a-z]\w+/i, `${path} shows the name of a text`);
        const heading = await visitor.locator('h1').first().innerText();
        assert.equal(/\p{Script=Han}/u.test(heading), locale === 'zh-CN', `${path} is headed ${heading}`);
        assert.equal(await visitor.title(), `${heading} · Temu Omni`);
        for (const time of await visitor.locator('time').allInnerTexts())
          assert.match(time, /GMT[+-]\d/, `${path} shows a time without its zone`);
        for (const width of WIDTHS)
          await isWhole(
            visitor,
            path,
            width,
            audited.some((each) => each === width),
          );
        await picture(visitor, `30-${locale}-${path.replaceAll(/\W/g, '-')}`);
      }
      assert.deepEqual(complaints, []);
      await visitor.close();
    });
  }
});

/** The page that is open, made as wide as said. */
async function isWhole(visitor: Page, path: string, width: number, isAudited: boolean): Promise<void> {
  const where = `${path}, ${width} px wide,`;
  await visitor.setViewportSize({ width, height: 900 });
  if (width < 992 && ['orders', 'products', 'promotions'].includes(path))
    await visitor.locator('.list-cards > li').first().waitFor();
  await waitFor(`${where} to be no wider than the window`, async () => {
    const excess = await visitor.evaluate('document.documentElement.scrollWidth - innerWidth');
    return excess === 0;
  });
  assert.deepEqual(await brokenNumbers(visitor), [], `${where} breaks numbers`);
  if (width === 1280) assert.deepEqual(await piledWords(visitor), [], `${where} piles words`);
  if (isAudited) assert.deepEqual(await seriousFindings(visitor), [], where);
}
