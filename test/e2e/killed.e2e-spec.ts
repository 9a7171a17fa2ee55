import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ShopView, SyncLogLine, SyncRun } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { Installation, type SignIn } from './installation.js';
import { everyPlace, ownSecrets } from './secrets.js';
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

/** One and the same run: begun before the kill, ended after it, by another process that took it over in its middle. */
async function assertKillMetTheLoad(api: ApiClient, killedAt: string): Promise<void> {
  const runs = await api.all<SyncRun>('/sync/orders/runs?kind=orders');
  const load = runs.find((run) => run.trigger === 'connected');
  assert.ok(load?.startedAt != null && load.finishedAt != null, JSON.stringify(runs));
  assert.ok(load.startedAt < killedAt && killedAt < load.finishedAt, JSON.stringify(load));
  const log = await api.all<SyncLogLine>(`/sync/orders/runs/${load.id}/log`);
  assert.ok(
    log.some(({ message }) => message.includes('going on from its last commit')),
    JSON.stringify(log),
  );
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
    // Pages come slowly, so that the kill meets the load; whether it did is proven below. The fault ends with the sandbox.
    await installation.control('POST', '/faults', {
      kind: 'delay',
      type: 'bg.order.list.v2.get',
      delayMs: 300,
    });
    shop = await connectByToken(installation, api, token);
    await waitFor('a part of the orders to be stored', async () => {
      const { total } = await api.call<{ total: number }>('GET', '/orders/counts');
      return total > 500;
    });
    await installation.killAll();
    const killedAt = new Date().toISOString();
    await installation.start(PACE);
    api = await ApiClient.signIn(installation.page, signIn);
    await waitFor(
      'the broken run to go on and all amounts to be known',
      async () => {
        const runs = await api.all<SyncRun>('/sync/orders/runs');
        const failed = runs.find((run) => run.status === 'failed');
        assert.equal(failed, undefined, `a run failed: ${failed?.error?.message}`);
        const known = await api.call<{ total: number }>('GET', '/orders/counts?amounts=known');
        const products = await api.all<SyncRun>('/sync/products/runs');
        return known.total === 4645 && products.some((run) => run.status === 'succeeded');
      },
      240_000,
    );
    await assertKillMetTheLoad(api, killedAt);
    await assertOrdersEqualTruth(installation, api, shop.id, FIRST_SHOP);
    await assertProductsEqualTruth(installation, api, shop.id, FIRST_SHOP);
    await assertFiguresEqualTruth(installation, api, shop.id, FIRST_SHOP);
  });

  test('peer failure 21: token, app secret, keys and passwords stand nowhere in clear', async () => {
    const api = await ApiClient.signIn(installation.page, signIn);
    const secrets = { ...(await ownSecrets(installation)), token, 'app secret': appSecret };
    for (const [place, text] of await everyPlace(installation, api)) {
      for (const [name, secret] of Object.entries(secrets))
        assert.equal(text.includes(secret), false, `${name} stands in ${place}`);
      assert.equal(text.includes(signIn.password), false, `the owner's password stands in ${place}`);
    }
  });
});
