import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { ShopView, SyncRun } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { Installation, type SignIn } from './installation.js';
import { assertFiguresEqualTruth, assertOrdersEqualTruth, assertProductsEqualTruth } from './truth.js';

const FIRST_SHOP = '634418210000001';
const APP = 'sbxAppKey0001';
/** Fast enough that little waiting is done, slow enough that the kill hits the first load in its middle. */
const PACE = { SANDBOX_RATE_PER_SECOND: '0', TEMU_CALLS_PER_SECOND: '400' };

async function connectByToken(
  installation: Installation,
  api: ApiClient,
  accessToken: string,
): Promise<ShopView> {
  await installation.control('POST', '/tokens', { appKey: APP, mallId: Number(FIRST_SHOP), accessToken });
  const { shops } = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
    region: 'us',
    accessToken,
  });
  const [shop] = shops;
  assert.ok(shop);
  return shop;
}

describe('SIGKILL to everything in the middle of the first load', { concurrency: false }, () => {
  /** Marked, so that a search for it is a search for the secret. */
  const token = 'MARKEDSECRETsbxToken7Qk2';
  const appSecret = 'sbxSecret0123456789abcdef';
  let installation: Installation;
  let signIn: SignIn;
  let shop: ShopView;

  before(async () => {
    installation = await Installation.create();
    await installation.start(PACE);
    signIn = installation.signIn;
  });

  after(() => installation?.remove());

  test('the same exact result after the next start', async () => {
    let api = await ApiClient.signIn(installation.page, signIn);
    shop = await connectByToken(installation, api, token);
    await waitFor('a part of the orders to be stored', async () => {
      const { total } = await api.call<{ total: number }>('GET', '/orders/counts');
      return total > 500;
    });
    await installation.killAll();
    await installation.start(PACE);
    api = await ApiClient.signIn(installation.page, signIn);
    await waitFor(
      'the broken run to go on and all amounts to be known',
      async () => {
        const runs = await api.all<SyncRun>('/sync/orders/runs');
        const failed = runs.find((run) => run.status === 'failed');
        assert.equal(failed, undefined, `a run failed: ${failed?.errorMessage}`);
        const known = await api.call<{ total: number }>('GET', '/orders/counts?amounts=known');
        const products = await api.all<SyncRun>('/sync/products/runs');
        return known.total === 4645 && products.some((run) => run.status === 'succeeded');
      },
      240_000,
    );
    await assertOrdersEqualTruth(installation, api, shop.id, FIRST_SHOP);
    await assertProductsEqualTruth(installation, api, shop.id, FIRST_SHOP);
    await assertFiguresEqualTruth(installation, api, shop.id, FIRST_SHOP);
  });

  test('the marked token and the app secret stand nowhere in clear', async () => {
    const api = await ApiClient.signIn(installation.page, signIn);
    const answers = await Promise.all(
      [
        '/shops',
        `/shops/${shop.id}`,
        '/marketplace-apps',
        '/audit',
        '/sync/orders/runs',
        '/integrations',
      ].map(async (path) => (await api.request('GET', path)).text()),
    );
    const variables = await installation.variables();
    const places: Record<string, string> = {
      answers: answers.join('\n'),
      logs: await installation.logs(),
      printed: installation.printed,
      'streams on disk': await installation.streams(),
    };
    for (const service of ['AUTH', 'ORDER', 'PRODUCT', 'ANALYTICS']) {
      const url = variables.get(`${service}_DATABASE_URL`);
      assert.ok(url !== undefined);
      places[`database of ${service}`] = await dumpText(url);
    }
    for (const [place, text] of Object.entries(places)) {
      assert.ok(text.length > 0, `${place} was empty: nothing was searched`);
      assert.equal(text.includes(token), false, `the token stands in ${place}`);
      assert.equal(text.includes(appSecret), false, `the app secret stands in ${place}`);
    }
  });
});

/** Every row of every table that the role can read, as text. */
async function dumpText(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const rows = await client.query<{ text: string }>(
        `SELECT string_agg(t::text, E'\\n') AS text FROM ${name} AS t`,
      );
      texts.push(rows.rows[0]?.text ?? '');
    }
    return texts.join('\n');
  } finally {
    await client.end();
  }
}
