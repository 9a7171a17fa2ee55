import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ShopView } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { Installation } from './installation.js';
import { assertFiguresEqualTruth, assertOrdersEqualTruth } from './truth.js';

const SCRIPTS = join(import.meta.dirname, '../../../scripts');
const APP = 'sbxAppKey0001';
const SHOP = '634418210000001';
const TOKEN = 'sbxTokenOfTheShell01';
const PACE = { SANDBOX_RATE_PER_SECOND: '0', TEMU_CALLS_PER_SECOND: '400' };

interface Outcome {
  readonly code: number;
  readonly output: string;
}

describe('from the shell of the machine where it runs', { concurrency: false }, () => {
  let installation: Installation;
  let api: ApiClient;
  let shop: ShopView;

  before(async () => {
    installation = await Installation.create();
    await installation.start({ ...PACE, AUTO_SYNC_ENABLED: 'false' });
    api = await ApiClient.signIn(installation.page, installation.signIn);
    await installation.control('POST', '/tokens', {
      appKey: APP,
      mallId: Number(SHOP),
      accessToken: TOKEN,
    });
    const { shops } = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
      region: 'us',
      accessToken: TOKEN,
    });
    assert.ok(shops[0]);
    shop = shops[0];
  });
  after(() => installation?.remove());

  function run(script: 'sync' | 'replay', ...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(SCRIPTS, `${script}.mjs`), ...args],
        { env: { ...process.env, OMNI_DATA_DIR: installation.dataDir } },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), output: `${stdout}${stderr}` }),
      );
    });
  }

  test('npm run sync waits for the runs and says how they went', async () => {
    for (const kind of ['orders', 'amounts', 'products']) {
      const { code, output } = await run('sync', '--shop', SHOP, '--kind', kind);
      assert.equal(code, 0, output);
      assert.match(output, new RegExp(`${shop.name}, ${kind}: succeeded .*records.* calls`));
    }
    await assertOrdersEqualTruth(installation, api, shop.id, SHOP);
    const anew = await run('sync', '--shop', 'all', '--kind', 'orders', '--since', '2099-01-01');
    assert.equal(anew.code, 1);
    assert.match(anew.output, /lies in the future/);
    const unknown = await run('sync', '--shop', 'Nobody', '--kind', 'orders');
    assert.equal(unknown.code, 1);
    assert.match(unknown.output, new RegExp(`There is no shop Nobody\\. Shops: ${shop.name}`));
  });

  test('npm run replay lists the consumers and builds each of them again while all runs', async () => {
    await assertFiguresEqualTruth(installation, api, shop.id, SHOP);
    const list = await run('replay');
    assert.equal(list.code, 0, list.output);
    for (const consumer of ['analytics__order-facts', 'order__shop-changed', 'product__shop-connected'])
      assert.match(list.output, new RegExp(`^${consumer} .* 0 `, 'm'));
    const figures = await run('replay', 'analytics__order-facts');
    assert.equal(figures.code, 0, figures.output);
    assert.match(
      figures.output,
      /^4645 orders on \d+ shop days of 1 shops, in \d+ s; the new figures answer now\.$/m,
    );
    await assertFiguresEqualTruth(installation, api, shop.id, SHOP);
    const consumers = [...list.output.matchAll(/^([a-z]+__[a-z-]+) /gm)].map(([, durable = '']) => durable);
    assert.ok(consumers.length >= 8, list.output);
    for (const consumer of consumers.filter((each) => each !== 'analytics__order-facts')) {
      const again = await run('replay', consumer);
      assert.equal(again.code, 0, `${consumer}: ${again.output}`);
      assert.match(again.output, /asked for all shops again and written|gets every event again/);
    }
    await waitFor('every consumer to have taken what it was given', async () => {
      const { output } = await run('replay');
      // Waiting, in flight.
      return consumers.every((each) => new RegExp(`^${each} +\\S+ +0 +0 `, 'm').test(output));
    });
    await assertOrdersEqualTruth(installation, api, shop.id, SHOP);
    await assertFiguresEqualTruth(installation, api, shop.id, SHOP);
    const shops = await run('replay', 'order__shop-changed');
    assert.match(shops.output, /order-service has asked for all shops again and written 1 anew/);
    assert.equal((await run('replay', 'dead-letters')).output, 'No dead letters.\n');
    const unknown = await run('replay', 'order__nothing');
    assert.equal(unknown.code, 1);
    assert.match(unknown.output, /There is no consumer order__nothing\. Consumers: .*analytics__order-facts/);
  });
});
