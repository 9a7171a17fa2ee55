import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  type ApiKeyPage,
  type AuditView,
  type Page as ListPage,
  type MadeApiKey,
  type Me,
  ORGANISATION_RIGHTS,
  type Order,
  type Product,
  RIGHTS,
  type ShopView,
  type SyncRun,
} from '#contracts';
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

async function tellsSomething(response: Response): Promise<boolean> {
  const text = await response.text();
  return response.status !== 404 && !(response.ok && isEmpty(JSON.parse(text) as Record<string, unknown>));
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
}

/** No rows and no counts: an answer about nothing. */
function isEmpty(answer: Record<string, unknown>): boolean {
  const { rows, shops } = answer;
  if (Array.isArray(rows)) return rows.length === 0;
  if (Array.isArray(shops)) return shops.length === 0;
  return Object.values(answer).every((value) => typeof value !== 'number' || value === 0);
}

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

  /** Every GET of the API that takes a shop, in its address or its query. */
  async function shopQuestions(): Promise<{ path: string; parameters: readonly Parameter[] }[]> {
    const answer = await fetch(`${installation.page}/docs/openapi.json`);
    const { paths } = (await answer.json()) as {
      paths: Record<string, { get?: { parameters?: Parameter[] } }>;
    };
    return Object.entries(paths).flatMap(([path, { get }]) => {
      const parameters = get?.parameters ?? [];
      const takesShop =
        parameters.some(({ name }) => name === 'shopId') || path.startsWith('/api/v1/shops/{');
      return get !== undefined && takesShop ? [{ path, parameters }] : [];
    });
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
    const seen: Order[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const next: ListPage<Order> = await program.call('GET', `/orders?limit=50${after}`);
      seen.push(...next.rows);
      cursor = next.nextCursor;
    } while (cursor !== null);
    assert.equal(new Set(seen.map(({ orderNumber }) => orderNumber)).size, seen.length);
    assert.equal(seen.length, 128);
    assert.ok(seen.every(({ shopId }) => shopId === shop.id));
    const path = `/orders/${shop.id}/${seen[0]?.orderNumber}`;
    const others = [await program.call('GET', path), await program.call('POST', `${path}/refresh`)];
    assert.match(JSON.stringify(await owner.call('GET', path)), /"retailMinor":\d/, 'there are amounts');
    for (const order of [...seen, ...others]) {
      assert.doesNotMatch(JSON.stringify(order), /Minor":-?\d/, 'amounts.read was not given');
      assert.match(JSON.stringify(order), /"state":"hidden"/);
    }
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

  test('with every right, nothing of a shop that it was not given is answered, whatever asks for it', async () => {
    const made = await owner.call<MadeApiKey>('POST', '/api-keys', {
      name: 'All rights, one shop',
      rights: RIGHTS.filter((right) => !ORGANISATION_RIGHTS.includes(right)),
      shopIds: [shop.id],
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    const other = ApiClient.withKey(installation.page, made.text);
    const [order] = (await owner.call<ListPage<Order>>('GET', `/orders?shopId=${foreign.id}`)).rows;
    const [product] = (await owner.call<ListPage<Product>>('GET', `/products?shopId=${foreign.id}`)).rows;
    assert.ok(order);
    const values: Readonly<Record<string, string>> = {
      shopId: foreign.id,
      id: foreign.id,
      orderNumber: order.orderNumber,
      productId: product?.productId ?? 'unknown',
      day: order.orderedAt.slice(0, 10),
      domain: 'orders',
      kind: 'orders',
      platformId: order.orderNumber,
      caseNumber: 'unknown',
      promotionId: 'unknown',
    };
    const answered: string[] = [];
    let [tried, known] = [0, 0];
    for (const { path, parameters } of await shopQuestions()) {
      const inPath = path.replace(/\{(\w+)\}/g, (_, name: string) =>
        encodeURIComponent(values[name] ?? 'unknown'),
      );
      const query = parameters.filter(
        ({ in: place, name, required }) => place === 'query' && (required || name === 'shopId'),
      );
      const search = query.map(({ name }) => `${name}=${values[name] ?? ''}`).join('&');
      const url = `${inPath.replace('/api/v1', '')}${search === '' ? '' : `?${search}`}`;
      const [told, ofOwner] = [await other.request('GET', url), await owner.request('GET', url)];
      tried += 1;
      if (await tellsSomething(ofOwner)) known += 1;
      if (told.status >= 500 || (await tellsSomething(told))) answered.push(`${url}: ${told.status}`);
    }
    assert.ok(tried > 20 && known > 8, `${tried} questions, ${known} that the owner learns from`);
    assert.deepEqual(answered, []);
  });

  test('its making is in the audit log, its last use in the list', async () => {
    const { rows } = await owner.call<ApiKeyPage>('GET', '/api-keys');
    assert.ok(rows.find(({ name }) => name === 'Warehouse system')?.lastUsedAt);
    const acts = await owner.call<ListPage<AuditView>>('GET', '/audit?action=api_key.made');
    assert.ok(acts.rows.some(({ subject }) => subject === 'Warehouse system'));
  });

  test('ended on the page, it is refused with the next request, and stands in no log', async () => {
    await page.reload();
    await page.getByRole('row', { name: 'Warehouse system' }).getByTestId('end-key').click();
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
