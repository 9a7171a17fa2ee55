import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type FakeProduct, fakeProduct } from './fake-marketplace.js';
import { aliveLines, newShop, ScanBench } from './scan-bench.js';

/** 1,100 listed, 100 unpublished, 34 drafts: 1,234 products with 2,468 SKUs. */
function wholeCatalogue(): FakeProduct[] {
  return Array.from({ length: 1_234 }, (_, index) =>
    fakeProduct(index, { listing: index < 1_100 ? 'listed' : index < 1_200 ? 'unpublished' : 'draft' }),
  );
}

function smallCatalogue(count: number): FakeProduct[] {
  return Array.from({ length: count }, (_, index) => fakeProduct(index));
}

describe('scan of a catalogue that moves', () => {
  let bench: ScanBench;
  before(async () => {
    bench = await ScanBench.start();
    bench.addWorker();
  });
  after(() => bench.close());

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    test(`products come, go and change lists between the pages: none is lost or wrongly delisted (seed ${seed})`, async () => {
      const shopId = newShop();
      const random = mulberry32(seed);
      const start = smallCatalogue(400).map((product, index) =>
        index % 4 === 0 ? { ...product, listing: 'unpublished' as const } : product,
      );
      bench.marketplace.setCatalogue(shopId, start);
      let created = 400;
      let changes = 12;
      const touched = new Set<string>();
      bench.marketplace.beforeAnswer = (call) => {
        if (call.shopId !== shopId || call.call !== 'listProducts' || changes === 0) return;
        changes -= 1;
        const alive = bench.marketplace.alive(shopId);
        const any = alive[Math.floor(random() * alive.length)];
        const dice = random();
        if (dice < 0.5) {
          const product = fakeProduct(created++);
          bench.marketplace.products(shopId).set(product.productId, product);
          touched.add(product.productId);
        } else if (any !== undefined) {
          touched.add(any.productId);
          if (dice < 0.7) any.listing = 'deleted';
          else any.listing = any.listing === 'listed' ? 'unpublished' : 'listed';
        }
      };
      const run = await bench.scan(shopId);
      assert.equal(run.status, 'succeeded', run.log.join('\n'));
      bench.marketplace.beforeAnswer = () => undefined;
      assert.ok(touched.size >= 5, `only ${touched.size} products were touched while the lists were read`);
      const isUntouched = (line: string): boolean => !touched.has(line.split(' ')[0] ?? '');
      assert.deepEqual(
        (await bench.aliveIds(shopId)).filter(isUntouched),
        aliveLines(bench.marketplace, shopId).filter(isUntouched),
        run.log.join('\n'),
      );
      // What changed after it was read is as old as its reading; the next scan brings it.
      await bench.scan(shopId);
      assert.deepEqual(await bench.aliveIds(shopId), aliveLines(bench.marketplace, shopId));
    });
  }

  test('a list that never rests does not keep the scan for ever', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(700));
    let created = 700;
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call !== 'listProducts') return;
      const product = fakeProduct(created++);
      bench.marketplace.products(shopId).set(product.productId, product);
    };
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete']);
    assert.match(run.log.join('\n'), /warn: products listed: \d+ of \d+ met after 3 readings/);
  });
});

describe('crash in the middle', () => {
  let bench: ScanBench;
  before(async () => {
    bench = await ScanBench.start();
  });
  after(() => bench.close());

  test('peer failure 9: the holder is gone after a commit: another goes on to the same exact result, the old one may not write', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, wholeCatalogue());
    const held = { isHolding: true, release: () => {} };
    const isHeld = new Promise<void>((resolveHeld) => {
      bench.marketplace.beforeAnswer = (call) => {
        if (!held.isHolding || call.call !== 'listProducts' || call.query.page !== 4) return undefined;
        resolveHeld();
        return new Promise<void>((resolve) => {
          held.release = resolve;
        });
      };
    });
    bench.addWorker();
    const runId = await bench.queue(shopId);
    await isHeld;
    const midway = await bench.one<{ done: number }>('SELECT done FROM sync_runs WHERE id = $1', [runId]);
    assert.ok(midway.done > 0 && midway.done < 1_234, `${midway.done} stored when the holder stopped`);
    held.isHolding = false;
    // What the holder's silence would do in fifteen seconds.
    await bench.database.query(`UPDATE sync_leases SET expires_at = now() - interval '1 second'`);
    bench.addWorker().wake();
    const run = await bench.ended(runId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.deepEqual([run.done, run.changed], [1_234, 1_234]);
    assert.deepEqual(await bench.aliveIds(shopId), aliveLines(bench.marketplace, shopId));
    const facts = `SELECT sum(version) AS versions, max(xmin::text::bigint) AS writer, count(*) AS products FROM products`;
    const before = await bench.one(facts);
    held.release();
    await bench.closeWorkers();
    assert.deepEqual(await bench.one(facts), before, 'the old holder wrote nothing');
  });
});

/** A small generator with a seed, so that a failure can be played again. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
