import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { quoted } from '#contracts';
import { MarketplaceError } from '#marketplace';
import { type SyncRunRow } from '#sync';
import { seededRandom, waitFor } from '#testing';
import { MarketBed, sorted } from './market-bed.fixture.js';
import { MovingMarket, truth } from './moving-market.fixture.js';
import { createOrderBed, type OrderBed } from './order-bed.fixture.js';

const LEASE_MS = 800;

describe('orders from the marketplace into the database', () => {
  let bed: OrderBed;
  let replicas: MarketBed;
  before(async () => {
    bed = await createOrderBed();
    replicas = new MarketBed(bed, LEASE_MS);
  });
  afterEach(async () => {
    await replicas.closeReplicas();
    await bed.database.query('DELETE FROM sync_runs');
  });
  after(() => bed.drop());

  const replica = (market: MovingMarket) => replicas.replica(market);
  const queue = (shopId: string) => replicas.queue(shopId);
  const runOf = (id: string) => replicas.runOf(id);
  const reached = (id: string, status: SyncRunRow['status']) => replicas.reached(id, status);
  const cursors = (shopId: string) => replicas.cursors(shopId);
  const contents = (shopId: string) => replicas.contents(shopId);

  test('4,645 orders: all of them with their lines in 47 list calls, amounts queued, then only what changed', async () => {
    const market = new MovingMarket({ random: seededRandom(1) });
    market.fill(4_645);
    const shopId = await bed.newShop();
    replica(market);
    const first = await reached(await queue(shopId), 'succeeded');
    assert.deepEqual(
      [first.done, first.total, first.changed, first.mode],
      [4_645, 4_645, 4_645, 'first_load'],
    );
    assert.equal(market.listCalls, 47);
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
    const [lines] = await bed.database.query<{ count: number }>(
      'SELECT count(*) AS count FROM order_lines WHERE shop_id = $1',
      [shopId],
    );
    assert.equal(lines?.count, 4_645);
    const amounts = await bed.database.query(
      `SELECT kind, trigger, status FROM sync_runs WHERE shop_id = $1 AND kind = 'amounts'`,
      [shopId],
    );
    assert.deepEqual(amounts, [{ kind: 'amounts', trigger: 'followup', status: 'queued' }]);
    await bed.takeEvents();

    market.pass(600);
    market.change(230);
    market.pass(600);
    const second = await reached(await queue(shopId), 'succeeded');
    assert.equal(second.mode, 'update');
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
    const told = await bed.takeEvents();
    assert.equal(told.length, second.changed);
    assert.ok(told.every(({ version }) => version === 2));
  });

  test('peer failure 3: page 3 of 5 fails: the run pauses, the cursor stays; it goes on when the marketplace does', async () => {
    const market = new MovingMarket({ random: seededRandom(2) });
    market.fill(480);
    const shopId = await bed.newShop();
    let isBroken = true;
    market.onList = ({ page }) => {
      if (isBroken && page === 3)
        throw new MarketplaceError({
          kind: 'transient',
          operation: 'list',
          what: quoted('The marketplace answers with errors'),
          remedy: quoted('Wait.'),
          retryable: true,
        });
    };
    replica(market);
    const id = await queue(shopId);
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await waitFor('a pause', async () => (await runOf(id)).fruitless_attempts === attempt);
      await bed.database.query('UPDATE sync_runs SET next_attempt_at = now() WHERE id = $1', [id]);
      replicas.wake();
    }
    const failed = await reached(id, 'failed');
    assert.equal(failed.error_code, 'marketplace.unavailable');
    assert.deepEqual(await cursors(shopId), []);
    assert.ok(market.listCalls < 40, 'no endless loop');
    isBroken = false;
    await reached(await queue(shopId), 'succeeded');
    assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
    assert.equal((await cursors(shopId)).length, 1);
  });

  test('two replicas, three shops, a list that moves, a holder that dies: the exact orders of each', async () => {
    const markets = [3, 4, 5].map(
      (seed) => new MovingMarket({ random: seededRandom(seed), changesACall: 5 }),
    );
    const shops = await Promise.all(markets.map(() => bed.newShop()));
    const [first, ...others] = markets;
    if (first === undefined) assert.fail();
    for (const market of markets) {
      market.fill(900);
      market.start();
    }
    // The first shop's holder stops in the middle, as a process that is told to end; the other replica goes on.
    let stopping: Promise<void> | undefined;
    const dying = replica(first);
    first.onList = ({ page }) => {
      if (page === 4 && stopping === undefined) stopping = dying.close();
    };
    const id = await queue(shops[0] ?? '');
    await waitFor('the holder to stop', () => stopping !== undefined);
    await stopping;
    replica(first);
    await reached(id, 'succeeded');
    await replicas.closeReplicas();
    for (const [each, market] of others.entries()) {
      const shopId = shops[each + 1] ?? '';
      replica(market);
      await reached(await queue(shopId), 'succeeded');
      await replicas.closeReplicas();
    }
    for (const [each, market] of markets.entries()) {
      const shopId = shops[each] ?? '';
      market.stop();
      market.pass(300);
      replica(market);
      await reached(await queue(shopId), 'succeeded');
      await replicas.closeReplicas();
      assert.deepEqual(sorted(await contents(shopId)), sorted(truth(market)));
    }
  });
});
