import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { type FakeProduct, fakeProduct, refusal } from './fake-marketplace.js';
import { newShop, ScanBench } from './scan-bench.js';

function smallCatalogue(count: number): FakeProduct[] {
  return Array.from({ length: count }, (_, index) => fakeProduct(index));
}

describe('a scan of products when the marketplace answers badly', () => {
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

  for (const kind of ['business', 'programming', 'unreadable', 'transient'] as const) {
    test(`a product whose supply prices the marketplace refuses (${kind}) is set apart, the others get theirs`, async () => {
      const shopId = newShop();
      bench.marketplace.setCatalogue(shopId, smallCatalogue(60));
      const bad = bench.marketplace.alive(shopId)[41]?.goodsId ?? '';
      bench.marketplace.beforeAnswer = (call) => {
        if (call.call === 'getSupplierPrices' && call.goodsIds.includes(bad)) throw refusal(kind);
      };
      const unpriced = () =>
        bench.database.query(
          'SELECT DISTINCT goods_id AS id FROM skus WHERE shop_id = $1 AND supply_price_minor IS NULL',
          [shopId],
        );
      const open = () =>
        bench.database.query(
          'SELECT kind, platform_id AS id FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL',
          [shopId],
        );
      const run = await bench.scan(shopId);
      assert.deepEqual([run.status, run.quarantined], ['succeeded', 1], run.log.join('\n'));
      assert.deepEqual(await unpriced(), [{ id: bad }]);
      assert.deepEqual(await open(), [{ kind: 'skus', id: bad }]);
      bench.marketplace.beforeAnswer = () => undefined;
      assert.equal((await bench.scan(shopId)).status, 'succeeded');
      assert.deepEqual([await unpriced(), await open()], [[], []]);
    });
  }

  test('a supply price that cannot be understood is set apart alone, and leaves when it can be', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(3));
    const [product] = bench.marketplace.alive(shopId);
    const id = `${product?.goodsId}/${product?.skus[0]?.skuId}`;
    const other = await ScanBench.start();
    try {
      const connector = bench.marketplace.connector();
      let isBroken = true;
      other.addWorker({
        ...connector,
        getSupplierPrices: async (ctx, query) => {
          const answer = await connector.getSupplierPrices(ctx, query);
          if (!isBroken) return answer;
          return {
            records: answer.records.filter((price) => `${price.goodsId}/${price.skuId}` !== id),
            unreadable: [{ platformId: id, reason: 'supplierPrice.amount is the text "1.5e3"', raw: '{}' }],
          };
        },
      });
      const state = () =>
        other.one(
          `SELECT (SELECT count(supply_price_minor) FROM skus) AS priced,
             (SELECT array_agg(platform_id) FROM quarantine WHERE resolved_at IS NULL) AS open`,
        );
      const run = await other.scan(shopId);
      assert.deepEqual([run.status, run.quarantined], ['succeeded', 1]);
      assert.deepEqual(await state(), { priced: 5, open: [id] });
      isBroken = false;
      await other.scan(shopId);
      assert.deepEqual(await state(), { priced: 6, open: null });
    } finally {
      await other.close();
    }
  });

  test('a product that cannot be asked for by its number is set apart and not delisted; its neighbours are', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(30));
    await bench.scan(shopId);
    const gone = bench.marketplace.alive(shopId).slice(5, 10);
    for (const product of gone) product.listing = 'deleted';
    const bad = gone[2]?.goodsId ?? '';
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'getProductsById' && call.goodsIds.includes(bad)) throw refusal('business');
    };
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.quarantined], ['succeeded', 1], run.log.join('\n'));
    assert.deepEqual(await bench.listings(shopId), { listed: 26, delisted: 4 });
    bench.marketplace.beforeAnswer = () => undefined;
    await bench.scan(shopId);
    assert.deepEqual(await bench.listings(shopId), { listed: 25, delisted: 5 });
  });

  for (const list of ['listProducts', 'listSkus'] as const) {
    test(`${list}: pages that repeat end the run as incomplete; nothing is delisted or removed for it`, async () => {
      const shopId = newShop();
      bench.marketplace.setCatalogue(shopId, smallCatalogue(250));
      const connector = bench.marketplace.connector();
      const other = await ScanBench.start();
      try {
        const good = other.addWorker(connector);
        assert.equal((await other.scan(shopId)).status, 'succeeded');
        await good.close();
        bench.marketplace.products(shopId).delete(bench.marketplace.alive(shopId)[0]?.goodsId ?? '');
        bench.marketplace.alive(shopId)[100]?.skus.pop();
        other.addWorker(
          list === 'listProducts'
            ? {
                ...connector,
                listProducts: (ctx, query) => connector.listProducts(ctx, { ...query, page: 1 }),
              }
            : { ...connector, listSkus: (ctx, query) => connector.listSkus(ctx, { ...query, page: 1 }) },
        );
        const run = await other.scan(shopId);
        assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete'], run.log.join('\n'));
        assert.match(
          run.error_message ?? '',
          list === 'listProducts' ? /100 of 249 products listed/ : /100 of 497 SKUs available/,
        );
        const listings = await other.listings(shopId);
        assert.equal(listings.delisted ?? 0, list === 'listProducts' ? 0 : 1);
        const removed = await other.one('SELECT count(*) AS removed FROM skus WHERE removed_at IS NOT NULL');
        assert.deepEqual(
          removed,
          { removed: 0 },
          'its product was not in a list, or the list of SKUs was not whole',
        );
      } finally {
        await other.close();
      }
    });
  }

  test('one list that is refused costs the others nothing; the run ends incomplete', async () => {
    const shopId = newShop();
    const catalogue = smallCatalogue(40);
    for (const product of catalogue.slice(30)) product.listing = 'draft';
    bench.marketplace.setCatalogue(shopId, catalogue);
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'listProducts' && call.query.listing === 'draft') throw refusal('business');
    };
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete']);
    assert.match(run.error_message ?? '', /products draft \(refused: the fake answers business\)/);
    assert.equal((await bench.listings(shopId)).listed, 30);
  });

  test('an answer without title and stock replaces neither, marks the product, and the next full one clears it', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(3));
    await bench.scan(shopId);
    const [product] = bench.marketplace.alive(shopId);
    assert.ok(product !== undefined);
    const { name } = product;
    product.name = '';
    for (const sku of product.skus) sku.stock = null;
    const state = () =>
      bench.one(
        `SELECT goods_name AS name, stock, version, emptied_fields AS emptied,
           (SELECT array_agg(kind || ' ' || platform_id ORDER BY platform_id) FROM quarantine
            WHERE quarantine.shop_id = $1 AND resolved_at IS NULL) AS kept
         FROM products WHERE shop_id = $1 AND goods_id = $2`,
        [shopId, product.goodsId],
      );
    const before = await state();
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.done, run.changed, run.quarantined], ['succeeded', 3, 0, 3]);
    assert.deepEqual(await state(), {
      ...before,
      emptied: ['goodsName', 'stock'],
      kept: [...product.skus.map(({ skuId }) => `skus ${skuId}`), `products ${product.goodsId}`],
    });
    product.name = name;
    for (const sku of product.skus) sku.stock = 5;
    await bench.scan(shopId);
    assert.deepEqual(
      { ...(await state()), version: null },
      { name, stock: 10, version: null, emptied: [], kept: null },
    );
  });
});
