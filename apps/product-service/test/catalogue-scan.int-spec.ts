import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { type CatalogueRecord, type MarketplaceConnector, pageTokens, type ReadableList } from '#marketplace';
import { type FakeProduct, fakeProduct, productPage, refusal, skuRecord } from './fake-marketplace.js';
import { aliveLines, newShop, ScanBench } from './scan-bench.js';

const PAGE = 25;

describe('scan of a catalogue in one list', () => {
  let bench: ScanBench;
  /** Pages that were asked for. */
  let asked = 0;
  /** The list counts one more than it shows. */
  let isLying = false;
  let beforePage: () => void = () => undefined;

  before(async () => {
    bench = await ScanBench.start();
    bench.addWorker(connector());
  });
  after(() => bench.close());
  afterEach(() => {
    asked = 0;
    isLying = false;
    beforePage = () => undefined;
    bench.marketplace.calls.length = 0;
  });

  /** Products with their SKUs, oldest first, under tokens; the lists by number are not there. */
  function connector(): MarketplaceConnector {
    const { listProducts: _products, listSkus: _skus, ...others } = bench.marketplace.connector();
    const unused = (): never => {
      throw new Error('there is one list');
    };
    return {
      ...others,
      listProducts: unused,
      listSkus: unused,
      platformTime: async () => new Date(),
      catalogue: catalogue(),
    };
  }

  function catalogue(): ReadableList<CatalogueRecord> {
    return pageTokens<CatalogueRecord>({
      pageSize: PAGE,
      isCounted: true,
      idOf: ({ product }) => product.productId,
      versionOf: (entry) => JSON.stringify(entry),
      isExpired: () => false,
      async readPage({ credentials }, { window, by, token, pageSize }) {
        assert.equal(by, 'created');
        asked += 1;
        beforePage();
        const all = [...bench.marketplace.products(credentials.accessToken).values()]
          .filter(({ createdAt }) => createdAt >= window.from && createdAt <= window.to)
          .sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
        const at = Number(token ?? 0);
        const rows = all.slice(at, at + pageSize);
        const page = productPage(all.length, rows, new Date());
        return {
          ...page,
          total: all.length + (isLying ? 1 : 0),
          next: at + pageSize < all.length ? String(at + pageSize) : null,
          records: page.records.map((product) => ({ product, skus: skusOf(rows, product.productId) })),
        };
      },
    });
  }

  function skusOf(rows: readonly FakeProduct[], productId: string): CatalogueRecord['skus'] {
    const row = rows.find((each) => each.productId === productId);
    return row === undefined ? [] : row.skus.map((sku) => skuRecord(row, sku));
  }

  const fill = (count: number): string => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(
      shopId,
      Array.from({ length: count }, (_, index) => fakeProduct(index)),
    );
    return shopId;
  };

  test('every product and SKU once, with a call a page; again changes nothing', async () => {
    const shopId = fill(260);
    const run = await bench.scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.deepEqual([run.done, run.total, run.quarantined], [260, 260, 0]);
    assert.deepEqual(await bench.aliveIds(shopId), aliveLines(bench.marketplace, shopId));
    assert.deepEqual(
      await bench.one('SELECT count(*) AS count FROM skus WHERE shop_id = $1 AND removed_at IS NULL', [
        shopId,
      ]),
      { count: 520 },
    );
    assert.equal(asked, 11);
    const again = await bench.scan(shopId);
    assert.deepEqual([again.status, again.changed], ['succeeded', 0]);
  });

  test('what is deleted or gone without a trace is delisted, a SKU that left its product removed', async () => {
    const shopId = fill(60);
    await bench.scan(shopId);
    const [deleted, vanished, poorer] = bench.marketplace.alive(shopId);
    assert.ok(deleted !== undefined && vanished !== undefined && poorer !== undefined);
    deleted.listing = 'deleted';
    bench.marketplace.products(shopId).delete(vanished.productId);
    poorer.skus = poorer.skus.slice(1);
    const run = await bench.scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.deepEqual(await bench.listings(shopId), { listed: 58, delisted: 2 });
    assert.deepEqual(
      await bench.one(
        'SELECT count(*) AS count FROM skus WHERE shop_id = $1 AND product_id = $2 AND removed_at IS NOT NULL',
        [shopId, poorer.productId],
      ),
      { count: 1 },
    );
  });

  test('one that cannot be understood is kept, and stops no other', async () => {
    const shopId = fill(30);
    await bench.scan(shopId);
    const [bad] = bench.marketplace.alive(shopId);
    assert.ok(bad !== undefined);
    bad.unreadable = 'with id';
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.quarantined], ['succeeded', 1], run.log.join('\n'));
    assert.deepEqual(await bench.listings(shopId), { listed: 30 });
    assert.deepEqual(
      await bench.one('SELECT count(*) AS count FROM skus WHERE shop_id = $1 AND removed_at IS NOT NULL', [
        shopId,
      ]),
      { count: 0 },
    );
  });

  test('a list that shows fewer than it counts ends as failed, and nothing is called gone for it', async () => {
    const shopId = fill(30);
    await bench.scan(shopId);
    const [vanished] = bench.marketplace.alive(shopId);
    assert.ok(vanished !== undefined);
    bench.marketplace.products(shopId).delete(vanished.productId);
    isLying = true;
    const run = await bench.scan(shopId);
    assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete'], run.log.join('\n'));
    assert.deepEqual(await bench.listings(shopId), { listed: 30 });
  });

  test('a run that is broken off goes on where it was', async () => {
    const shopId = fill(260);
    beforePage = () => {
      if (asked === 8) throw refusal('transient');
    };
    const broken = await bench.scan(shopId);
    assert.equal(broken.status, 'waiting', broken.log.join('\n'));
    const went = asked;
    const run = await bench.resume(broken.id);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.ok(asked - went < 11, `${asked - went} pages again`);
    assert.deepEqual(await bench.aliveIds(shopId), aliveLines(bench.marketplace, shopId));
  });
});
