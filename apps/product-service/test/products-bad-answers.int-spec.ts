import { english, quoted, type Said } from '#contracts';
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { MarketplaceErrorKind } from '#marketplace';
import { ProductQueries } from '../src/products/product-queries.js';
import { type FakeProduct, fakeProduct, refusal } from './fake-marketplace.js';
import { EVERY_SHOP, newShop, ScanBench } from './scan-bench.js';

function smallCatalogue(count: number): FakeProduct[] {
  return Array.from({ length: count }, (_, index) => fakeProduct(index));
}

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

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
      const bad = bench.marketplace.alive(shopId)[41]?.productId ?? '';
      bench.marketplace.beforeAnswer = (call) => {
        if (call.call === 'getSupplierPrices' && call.productIds.includes(bad)) throw refusal(kind);
      };
      const unpriced = () =>
        bench.database.query(
          'SELECT DISTINCT product_id AS id FROM skus WHERE shop_id = $1 AND supply_price_minor IS NULL',
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

  /** Products of these indexes cannot be asked for, by themselves or with others. */
  const refuse = (
    call: 'getSupplierPrices' | 'getProductsById',
    kind: MarketplaceErrorKind,
    bad: string[],
  ) => {
    bench.marketplace.beforeAnswer = (asked) => {
      if (asked.call === call && asked.productIds.some((productId) => bad.includes(productId)))
        throw refusal(kind);
    };
  };
  const productIds = (from: number, to: number): string[] =>
    smallCatalogue(to)
      .slice(from)
      .map(({ productId }) => productId);
  const unpricedOf = async (shopId: string): Promise<string[]> => {
    const rows = await bench.database.query<{ id: string }>(
      `SELECT DISTINCT product_id AS id FROM skus WHERE shop_id = $1 AND supply_price_minor IS NULL ORDER BY 1`,
      [shopId],
    );
    return rows.map(({ id }) => id);
  };
  const openOf = async (shopId: string): Promise<string[]> => {
    const rows = await bench.database.query<{ id: string }>(
      `SELECT kind || ' ' || platform_id AS id FROM quarantine
       WHERE shop_id = $1 AND resolved_at IS NULL ORDER BY 1`,
      [shopId],
    );
    return rows.map(({ id }) => id);
  };

  for (const [kind, count] of [
    ['transient', 3],
    ['transient', 12],
    ['business', 30],
  ] as const) {
    test(`${count} neighbours whose supply prices are refused (${kind}): all the others get theirs`, async () => {
      const shopId = newShop();
      bench.marketplace.setCatalogue(shopId, smallCatalogue(150));
      const bad = productIds(20, 20 + count);
      refuse('getSupplierPrices', kind, bad);
      const run = await bench.scan(shopId);
      assert.deepEqual([run.status, run.quarantined], ['succeeded', count], run.log.join('\n'));
      assert.deepEqual(await unpricedOf(shopId), bad);
      assert.deepEqual(
        await openOf(shopId),
        bad.map((productId) => `skus ${productId}`),
      );
    });

    test(`${count} neighbours that cannot be asked for by number (${kind}): the others are delisted, prices are read`, async () => {
      const shopId = newShop();
      const catalogue = smallCatalogue(60);
      bench.marketplace.setCatalogue(shopId, catalogue);
      refuse('getSupplierPrices', 'business', productIds(0, 60));
      await bench.scan(shopId);
      for (const product of catalogue.slice(0, count + 5)) product.listing = 'deleted';
      const bad = productIds(0, count);
      refuse('getProductsById', kind, bad);
      const run = await bench.scan(shopId);
      assert.deepEqual([run.status, run.quarantined], ['succeeded', count], run.log.join('\n'));
      assert.deepEqual(await bench.listings(shopId), { listed: 55, delisted: 5 });
      assert.deepEqual(await unpricedOf(shopId), productIds(0, count + 5), 'those that no list shows');
    });
  }

  test('no product that is asked for by number is answered for: the prices are read all the same', async () => {
    const shopId = newShop();
    const catalogue = smallCatalogue(10);
    bench.marketplace.setCatalogue(shopId, catalogue);
    await bench.scan(shopId);
    for (const product of catalogue.slice(0, 3)) product.listing = 'deleted';
    for (const product of catalogue) for (const sku of product.skus) sku.priceMinor = 5_000;
    refuse('getProductsById', 'transient', productIds(0, 3));
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.quarantined], ['succeeded', 3], run.log.join('\n'));
    assert.deepEqual(await bench.listings(shopId), { listed: 10 });
    assert.deepEqual(
      await bench.one('SELECT count(*) AS fresh FROM skus WHERE shop_id = $1 AND supply_price_minor = 2500', [
        shopId,
      ]),
      { fresh: 14 },
    );
  });

  test('a product that fails once is asked for again at the end of the phase', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(10));
    const [bad = ''] = productIds(4, 5);
    bench.marketplace.beforeAnswer = (call) => {
      const asked = bench.marketplace.calls.filter((each) => each.call === 'getSupplierPrices');
      const isAlone = asked.filter(({ products }) => products === 1).length > 1;
      if (call.call === 'getSupplierPrices' && call.productIds.includes(bad) && !isAlone) {
        throw refusal('transient');
      }
    };
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.quarantined], ['succeeded', 0], run.log.join('\n'));
    assert.deepEqual(await unpricedOf(shopId), []);
  });

  test('what was answered before the pace ends the questions is kept, and the run goes on behind it', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(60));
    const [bad = ''] = productIds(40, 41);
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call !== 'getSupplierPrices' || !call.productIds.includes(bad)) return;
      throw refusal(call.products === 60 ? 'business' : 'rate');
    };
    const run = await bench.scan(shopId);
    assert.equal(run.status, 'waiting', run.log.join('\n'));
    assert.deepEqual(await unpricedOf(shopId), productIds(30, 60));
    bench.marketplace.beforeAnswer = () => undefined;
    bench.marketplace.calls.length = 0;
    assert.equal((await bench.resume(run.id)).status, 'succeeded');
    assert.deepEqual(
      bench.marketplace.calls.map((call) => call.call === 'getSupplierPrices' && call.products),
      [30],
    );
  });

  test('supply prices of nothing at all: the run pauses where it is, and in the end sets its products apart', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(10));
    refuse('getSupplierPrices', 'transient', productIds(0, 10));
    let run = await bench.scan(shopId);
    for (let pauses = 1; pauses < 4; pauses += 1) {
      assert.deepEqual(
        [run.status, run.error_code, run.quarantined],
        ['waiting', 'marketplace.unavailable', 0],
      );
      run = await bench.resume(run.id);
    }
    assert.deepEqual([run.status, run.quarantined], ['succeeded', 10], run.log.join('\n'));
  });

  test('three questions of which nothing is answered: the run pauses, and goes on behind them', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(350));
    refuse('getSupplierPrices', 'transient', productIds(0, 300));
    const run = await bench.scan(shopId);
    assert.deepEqual(
      [run.status, run.error_code],
      ['waiting', 'marketplace.unavailable'],
      run.log.join('\n'),
    );
    const resumed = await bench.resume(run.id);
    assert.equal((await unpricedOf(shopId)).length, 300, 'the last 50 have theirs');
    assert.equal(resumed.status, 'waiting', 'the put off ones fail again, three times in a row');
    bench.marketplace.beforeAnswer = () => undefined;
    assert.equal((await bench.resume(run.id)).status, 'succeeded');
  });

  for (const unpriced of ['empty', 'left out'] as const) {
    test(`a supply price that comes back ${unpriced} replaces nothing, is marked, and the answer is kept`, async () => {
      const shopId = newShop();
      const catalogue = smallCatalogue(3);
      bench.marketplace.setCatalogue(shopId, catalogue);
      await bench.scan(shopId);
      const sku = catalogue[1]?.skus[0];
      assert.ok(sku !== undefined);
      sku.unpriced = unpriced;
      const queries = new ProductQueries(bench.database);
      const marks = async () => {
        const page = await queries.list({ shopId: [shopId], emptied: true }, EVERY_SHOP);
        return page.rows.flatMap(({ productId, skus }) =>
          skus
            .filter(({ emptiedFields }) => emptiedFields.length > 0)
            .map((each) => [productId, each.skuId, each.emptiedFields, each.supplyPrice]),
        );
      };
      const open = () =>
        bench.database.query<{ id: string; reason: Said; raw: string }>(
          'SELECT platform_id AS id, reason, raw FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL',
          [shopId],
        );
      const productId = catalogue[1]?.productId ?? '';
      for (const quarantined of [1, 1]) {
        const run = await bench.scan(shopId);
        assert.deepEqual([run.status, run.changed, run.quarantined], ['succeeded', 0, quarantined]);
        assert.deepEqual(await marks(), [
          [productId, sku.skuId, ['supplyPrice'], { amountMinor: 500, currency: 'USD' }],
        ]);
        const [kept, ...others] = await open();
        assert.deepEqual([kept?.id, others], [`${productId}/${sku.skuId}`, []]);
        assert.match(kept?.raw ?? '', unpriced === 'empty' ? /"supplierPrice":null/ : /"skuId":/);
      }
      delete sku.unpriced;
      await bench.scan(shopId);
      assert.deepEqual([await marks(), await open()], [[], []]);
    });
  }

  test('what lies in quarantine stays there while the answer tells no price', async () => {
    const shopId = newShop();
    const catalogue = smallCatalogue(2);
    bench.marketplace.setCatalogue(shopId, catalogue);
    const [bad = ''] = productIds(1, 2);
    refuse('getSupplierPrices', 'business', [bad]);
    await bench.scan(shopId);
    bench.marketplace.beforeAnswer = () => undefined;
    for (const sku of catalogue[1]?.skus ?? []) sku.unpriced = 'empty';
    await bench.scan(shopId);
    assert.deepEqual(await openOf(shopId), [`skus ${bad}`]);
    delete catalogue[1]?.skus[1]?.unpriced;
    await bench.scan(shopId);
    assert.deepEqual(await openOf(shopId), []);
  });

  test('a supply price that cannot be understood is set apart alone, and leaves when it can be', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, smallCatalogue(3));
    const [product] = bench.marketplace.alive(shopId);
    const id = `${product?.productId}/${product?.skus[0]?.skuId}`;
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
            records: answer.records.filter((price) => `${price.productId}/${price.skuId}` !== id),
            unreadable: [
              { platformId: id, reason: quoted('supplierPrice.amount is the text "1.5e3"'), raw: '{}' },
            ],
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
    const bad = gone[2]?.productId ?? '';
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'getProductsById' && call.productIds.includes(bad)) throw refusal('business');
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
        bench.marketplace.products(shopId).delete(bench.marketplace.alive(shopId)[0]?.productId ?? '');
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
          textOf(run.error),
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
    assert.match(textOf(run.error), /products draft \(refused: the fake answers business\)/);
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
        `SELECT product_name AS name, stock, version, emptied_fields AS emptied,
           (SELECT array_agg(kind || ' ' || platform_id ORDER BY platform_id) FROM quarantine
            WHERE quarantine.shop_id = $1 AND resolved_at IS NULL) AS kept
         FROM products WHERE shop_id = $1 AND product_id = $2`,
        [shopId, product.productId],
      );
    const before = await state();
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.done, run.changed, run.quarantined], ['succeeded', 3, 0, 3]);
    assert.deepEqual(await state(), {
      ...before,
      emptied: ['productName', 'stock'],
      kept: [...product.skus.map(({ skuId }) => `skus ${skuId}`), `products ${product.productId}`],
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
