import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { ApiKeyPage, AuditView, Page as ListPage, Me, ParentOrder, ShopView, SyncRun } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { failuresOf, openBrowser, picture } from './browser.js';
import { Installation } from './installation.js';

/** A small shop: 128 orders. */
const MALL = '634418210000003';
const FOREIGN_MALL = '634418210000002';
const APP = 'sbxAppKey0001';
const SETTINGS = {
  SANDBOX_RATE_PER_SECOND: '0',
  TEMU_CALLS_PER_SECOND: '10000',
  SYNC_PLATFORM_LAG_SECONDS: '1',
  // Only what is asked for is read, but for the first load.
  AUTO_SYNC_ENABLED: 'false',
};

async function codeOf(response: Response): Promise<string> {
  assert.match(response.headers.get('content-type') ?? '', /problem\+json/);
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}

const isEnded = ({ finishedAt }: SyncRun): boolean => finishedAt !== null;

describe('a program with nothing but an API key', { concurrency: false }, () => {
  let installation: Installation;
  let browser: Browser;
  let page: Page;
  let failures: string[];
  let owner: ApiClient;
  let program: ApiClient;
  let shop: ShopView;
  let foreign: ShopView;

  before(async () => {
    browser = await openBrowser();
    installation = await Installation.create();
    await installation.start(SETTINGS);
    owner = await ApiClient.signIn(installation.page, installation.signIn);
    shop = await connect(MALL);
    foreign = await connect(FOREIGN_MALL);
    page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(60_000);
    failures = failuresOf(page);
    await page.goto(`${installation.page}/api-keys`);
    await page.locator('input[name=email]').fill(installation.signIn.email);
    await page.locator('input[name=password]').fill(installation.signIn.password);
    await page.getByTestId('sign-in-submit').click();
    await page.getByTestId('make-key').waitFor();
  });

  after(async () => {
    await browser?.close();
    await installation?.remove();
  });

  async function connect(mallId: string): Promise<ShopView> {
    const accessToken = `sbxToken${mallId}`;
    await installation.control('POST', '/tokens', { appKey: APP, mallId: Number(mallId), accessToken });
    const { shops } = await owner.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
      region: 'us',
      accessToken,
    });
    const [connected] = shops;
    assert.ok(connected);
    return connected;
  }

  test('it is made on the page and shown there once', async () => {
    await picture(page, 'api-keys-empty');
    await page.getByTestId('make-key').click();
    await page.locator('input[name=name]').fill('Warehouse system');
    for (const right of [
      'See shops',
      'See orders and after-sales',
      'Start runs, read orders again',
      'See runs',
    ])
      await page.getByRole('checkbox', { name: right }).check();
    await page.getByRole('radio', { name: 'Only these' }).check();
    await page.getByRole('combobox', { name: 'Shops' }).fill(shop.name);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await picture(page, 'api-keys-make');
    await page.getByTestId('make-key-submit').click();
    const key = (await page.getByTestId('new-key').textContent()) ?? '';
    assert.match(key, /^omni_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$/);
    await picture(page, 'api-keys-shown');
    await page.keyboard.press('Escape');
    await page.getByTestId('key-kept').click();
    await page.getByTestId('new-key').waitFor({ state: 'detached' });
    await page.getByTestId('key-state').waitFor();
    assert.ok(!(await page.content()).includes(key.slice(18)), 'not shown again');
    await picture(page, 'api-keys-list');
    program = ApiClient.withKey(installation.page, key);
    const me = await program.call<Me>('GET', '/auth/me');
    assert.equal(me.apiKey?.name, 'Warehouse system');
    assert.ok(me.rights.every(({ shopIds }) => shopIds?.join() === shop.id));
  });

  test('it starts a run and reads the orders of its shop, page after page', async () => {
    const runs = () => program.all<SyncRun>('/sync/orders/runs?kind=orders');
    await waitFor('the first load', async () => (await runs()).every(isEnded), 120_000);
    const started = await program.call<SyncRun>('POST', '/sync/orders/runs', {
      shopId: shop.id,
      kind: 'orders',
    });
    const run = await waitFor(
      'the run to end',
      async () => {
        const now = await program.call<SyncRun>('GET', `/sync/orders/runs/${started.id}`);
        return isEnded(now) && now;
      },
      120_000,
    );
    assert.equal(run.status, 'succeeded');
    assert.equal(run.trigger, 'manual');
    const seen: ParentOrder[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const next: ListPage<ParentOrder> = await program.call('GET', `/orders?limit=50${after}`);
      seen.push(...next.rows);
      cursor = next.nextCursor;
    } while (cursor !== null);
    assert.equal(new Set(seen.map(({ parentOrderSn }) => parentOrderSn)).size, seen.length);
    assert.equal(seen.length, 128);
    assert.ok(seen.every(({ shopId }) => shopId === shop.id));
    assert.ok(
      seen.every(({ amounts }) => amounts.state === 'hidden'),
      'amounts.read was not given',
    );
  });

  test('what it has no right or shop for is refused', async () => {
    const ask = (method: string, path: string, body?: unknown) => program.request(method, path, body);
    assert.equal(await codeOf(await ask('GET', '/products')), '403 right.missing');
    assert.equal(await codeOf(await ask('GET', '/figures/overview')), '403 right.missing');
    assert.equal(await codeOf(await ask('GET', `/shops/${foreign.id}`)), '404 shop.not_found');
    const started = await ask('POST', '/sync/orders/runs', { shopId: foreign.id, kind: 'orders' });
    assert.equal(await codeOf(started), '404 shop.not_found');
    assert.equal(await codeOf(await ask('GET', '/api-keys')), '403 api_key.person_only');
  });

  test('its making is in the audit log, its last use in the list', async () => {
    const { rows } = await owner.call<ApiKeyPage>('GET', '/api-keys');
    assert.ok(rows[0]?.lastUsedAt);
    const acts = await owner.call<ListPage<AuditView>>('GET', '/audit?action=api_key.made');
    assert.equal(acts.rows[0]?.subject, 'Warehouse system');
  });

  test('ended on the page, it is refused with the next request, and stands in no log', async () => {
    await page.reload();
    await page.getByTestId('end-key').click();
    await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
    await page.locator('[data-testid=key-state][data-state=ended]').waitFor();
    assert.equal(await codeOf(await program.request('GET', '/auth/me')), '401 api_key.ended');
    await page.getByTestId('lang-switch').first().click();
    await picture(page, 'api-keys-ended-zh');
    const secret = program.token.slice(18);
    assert.ok(!(await installation.logs()).includes(secret));
    assert.deepEqual(failures, []);
  });
});
