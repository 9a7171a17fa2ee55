import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { type FakeProduct, fakeProduct, refusal } from './fake-marketplace.js';
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

describe('scan of a catalogue', () => {
  let bench: ScanBench;
  before(async () => {
    bench = await ScanBench.start();
    bench.addWorker();
  });
  after(() => bench.close());
  afterEach(() => {
    bench.marketplace.beforeAnswer = () => undefined;
    bench.marketplace.calls.length = 0;
  });

  test('peer failure 7: 1,234 products are 1,234 products, with the fewest calls; again changes nothing', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, wholeCatalogue());
    const first = await bench.scan(shopId);
    assert.equal(first.status, 'succeeded', first.log.join('\n'));
    assert.deepEqual([first.done, first.total, first.changed], [1_234, 1_234, 1_234]);
    assert.deepEqual(await bench.listings(shopId), { listed: 1_100, unpublished: 100, draft: 34 });
    assert.deepEqual(await bench.aliveIds(shopId), aliveLines(bench.marketplace, shopId));
    const skus = await bench.one<{ count: number; priced: number }>(
      'SELECT count(*) AS count, count(supply_price_minor) AS priced FROM skus WHERE shop_id = $1',
      [shopId],
    );
    assert.deepEqual(skus, { count: 2_468, priced: 2_468 });
    // 11 + 1 + 1 pages of products, 22 + 3 of SKUs, 13 questions for prices.
    assert.equal(bench.marketplace.calls.length, 51);
    assert.equal(first.api_calls, 51);

    const facts = 'SELECT (SELECT count(*) FROM outbox) AS events, sum(version) AS versions FROM products';
    const before = await bench.one(facts);
    const second = await bench.scan(shopId);
    assert.deepEqual([second.status, second.done, second.changed], ['succeeded', 1_234, 0]);
    assert.deepEqual(await bench.one(facts), before);
  });

  test('peer failure 7: 10 that are deleted become 10 delisted and 0 deleted, and come back when listed again', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, wholeCatalogue());
    await bench.scan(shopId);
    const gone = bench.marketplace.alive(shopId).slice(100, 110);
    for (const product of gone) product.listing = 'deleted';
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.changed], ['succeeded', 10], run.log.join('\n'));
    assert.deepEqual(await bench.listings(shopId), {
      listed: 1_090,
      unpublished: 100,
      draft: 34,
      delisted: 10,
    });
    for (const product of gone) product.listing = 'listed';
    const back = await bench.scan(shopId);
    assert.equal(back.changed, 10);
    assert.deepEqual(await bench.aliveIds(shopId), aliveLines(bench.marketplace, shopId));
    assert.deepEqual(
      await bench.one(
        'SELECT count(*) AS count FROM products WHERE delisted_at IS NOT NULL AND shop_id = $1',
        [shopId],
      ),
      { count: 0 },
    );
  });

  test('a product that moves to another list is followed, not delisted; one without a trace is delisted', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(30));
    await bench.scan(shopId);
    const [moved, vanished] = bench.marketplace.alive(shopId);
    assert.ok(moved !== undefined && vanished !== undefined);
    moved.listing = 'draft';
    bench.marketplace.products(shopId).delete(vanished.productId);
    await bench.scan(shopId);
    assert.deepEqual(await bench.listings(shopId), { listed: 28, draft: 1, delisted: 1 });
  });

  test('peer failure 8: stock 5 becomes 0, and 0 is not unknown', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(3));
    await bench.scan(shopId);
    const [product] = bench.marketplace.alive(shopId);
    assert.ok(product !== undefined);
    for (const sku of product.skus) sku.stock = 0;
    const run = await bench.scan(shopId);
    assert.equal(run.changed, 1);
    const stored = await bench.one(
      `SELECT product.stock, version, array_agg(sku.stock) AS skus FROM products AS product
       JOIN skus AS sku USING (shop_id, product_id) WHERE shop_id = $1 AND product_id = $2 GROUP BY 1, 2`,
      [shopId, product.productId],
    );
    assert.deepEqual({ ...stored, version: undefined }, { stock: 0, skus: ['0', '0'], version: undefined });
  });

  test('peer failures 8 and 12: an item without an id lies in quarantine, its neighbours are stored, and it leaves when readable', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(150));
    const products = bench.marketplace.alive(shopId);
    const [nameless, broken] = [products[20], products[120]];
    assert.ok(nameless !== undefined && broken !== undefined);
    nameless.unreadable = 'without id';
    broken.unreadable = 'with id';
    const run = await bench.scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.deepEqual([run.done, run.quarantined], [150, 2]);
    assert.deepEqual(await bench.listings(shopId), { listed: 148 });
    assert.deepEqual(
      await bench.one(`SELECT count(*) AS count FROM products WHERE product_id IN ('None', 'null', '')`),
      {
        count: 0,
      },
    );
    const again = await bench.scan(shopId);
    assert.deepEqual([again.done, again.quarantined], [150, 2], 'every run says what it leaves aside');

    delete nameless.unreadable;
    delete broken.unreadable;
    const mended = await bench.scan(shopId);
    assert.deepEqual([mended.done, mended.quarantined, mended.changed], [150, 0, 2]);
    assert.deepEqual(await bench.listings(shopId), { listed: 150 });
    const { left } = await bench.one<{ left: number }>(
      'SELECT count(*) AS left FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL',
      [shopId],
    );
    assert.equal(left, 0, 'what had no id cannot be recognised, but a whole scan has not met it');
  });

  test('a known product that cannot be read any more is not delisted', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(20));
    await bench.scan(shopId);
    const [first, second] = bench.marketplace.alive(shopId);
    assert.ok(first !== undefined && second !== undefined);
    first.unreadable = 'without id';
    second.unreadable = 'with id';
    const run = await bench.scan(shopId);
    assert.equal(run.status, 'succeeded');
    assert.deepEqual(await bench.listings(shopId), { listed: 20 });
  });

  for (const kind of ['transient', 'business', 'token'] as const) {
    test(`peer failure 16: an error page (${kind}) ends or pauses the run and delists nothing`, async () => {
      const shopId = newShop();
      bench.marketplace.setCatalogue(shopId, smallCatalogue(250));
      await bench.scan(shopId);
      bench.marketplace.beforeAnswer = (call) => {
        if (call.call === 'listProducts' && call.query.page === 2) throw refusal(kind);
      };
      const run = await bench.scan(shopId);
      assert.equal(run.status, kind === 'transient' ? 'waiting' : 'failed');
      assert.deepEqual(await bench.listings(shopId), { listed: 250 });
    });
  }

  test('peer failure 16: a list that answers empty while it counts rows changes nothing, and the run goes on later', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(250));
    await bench.scan(shopId);
    const connector = bench.marketplace.connector();
    let isBlind = true;
    const blind = await ScanBench.start();
    try {
      blind.addWorker({
        ...connector,
        listProducts: async (ctx, query) => {
          const page = await connector.listProducts(ctx, query);
          return isBlind ? { ...page, records: [] } : page;
        },
      });
      const run = await blind.scan(shopId);
      assert.deepEqual([run.status, run.error_code], ['waiting', 'marketplace.unavailable']);
      isBlind = false;
      const resumed = await blind.resume(run.id);
      assert.deepEqual([resumed.status, resumed.done], ['succeeded', 250]);
    } finally {
      await blind.close();
    }
  });

  test('peer failure 16: a marketplace that has lost sight of the whole shop delists nothing', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(40));
    await bench.scan(shopId);
    const catalogue = bench.marketplace.alive(shopId);
    bench.marketplace.setCatalogue(shopId, []);
    const run = await bench.scan(shopId);
    assert.equal(run.status, 'waiting');
    assert.match(run.log.join('\n'), /knows none of 40 products/);
    assert.deepEqual(await bench.listings(shopId), { listed: 40 });
    // A seller who deletes everything leaves it among the deleted: that is believed.
    bench.marketplace.setCatalogue(
      shopId,
      catalogue.map((product) => ({ ...product, listing: 'deleted' })),
    );
    const resumed = await bench.resume(run.id);
    assert.equal(resumed.status, 'succeeded', resumed.log.join('\n'));
    assert.deepEqual(await bench.listings(shopId), { delisted: 40 });
  });

  test('peer failures 11 and 46: two shops with the same product id have two products, and a 19-digit id survives', async () => {
    const [one, other] = [newShop(), newShop()];
    const productId = '9007199254740993123';
    bench.marketplace.setCatalogue(one, [fakeProduct(1, { productId, name: 'Of one' })]);
    bench.marketplace.setCatalogue(other, [fakeProduct(1, { productId, name: 'Of the other' })]);
    await Promise.all([bench.scan(one), bench.scan(other)]);
    const rows = await bench.database.query<{ shop_id: string; product_name: string; skus: number }>(
      'SELECT shop_id, product_name, sku_count AS skus FROM products WHERE product_id = $1 ORDER BY product_name',
      [productId],
    );
    assert.deepEqual(rows, [
      { shop_id: one, product_name: 'Of one', skus: 2 },
      { shop_id: other, product_name: 'Of the other', skus: 2 },
    ]);
  });

  test('without the price permission the catalogue is complete, prices stay unknown; told and asked once for each token', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(5));
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'getSupplierPrices') throw refusal('scope');
    };
    const asked = () => bench.marketplace.calls.filter(({ call }) => call === 'getSupplierPrices').length;
    const run = await bench.scan(shopId);
    assert.equal(run.status, 'succeeded');
    assert.match(
      run.log.join('\n'),
      /warn: supplier prices are left out.*Ask the seller to grant the price permission/,
    );
    const prices = () =>
      bench.one('SELECT count(*) AS skus, count(supply_price_minor) AS priced FROM skus WHERE shop_id = $1', [
        shopId,
      ]);
    assert.deepEqual(await prices(), { skus: 10, priced: 0 });
    const again = await bench.scan(shopId);
    assert.equal(asked(), 1);
    assert.doesNotMatch(again.log.join('\n'), /supplier prices/);
    bench.marketplace.beforeAnswer = () => undefined;
    bench.tokenVersion += 1;
    await bench.scan(shopId);
    assert.deepEqual(await prices(), { skus: 10, priced: 10 });
  });

  test('an SKU that its product no longer has counts in no sum and stays known', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(2));
    await bench.scan(shopId);
    const [product] = bench.marketplace.alive(shopId);
    const removed = product?.skus.pop();
    assert.ok(product !== undefined && removed !== undefined);
    await bench.scan(shopId);
    const state = () =>
      bench.one('SELECT stock, sku_count, sku_ids FROM products WHERE shop_id = $1 AND product_id = $2', [
        shopId,
        product.productId,
      ]);
    assert.deepEqual(await state(), { stock: 5, sku_count: 1, sku_ids: [product.skus[0]?.skuId] });
    assert.deepEqual(await bench.one('SELECT count(*) AS skus FROM skus WHERE shop_id = $1', [shopId]), {
      skus: 4,
    });
    product.skus.push(removed);
    await bench.scan(shopId);
    assert.deepEqual(await state(), {
      stock: 11,
      sku_count: 2,
      sku_ids: product.skus.map((sku) => sku.skuId),
    });
  });
});
