import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { english, type Said } from '#contracts';
import type { ListPage, ProductRecord } from '#marketplace';
import type { Transaction } from '#runtime';
import { createTestDatabase, type TestDatabase } from '#testing';
import { migrations } from '../src/database/migrations/index.js';
import { delistProducts } from '../src/products/missing-products.js';
import { storeProducts } from '../src/products/product-store.js';
import { storeProductPages } from '../src/products/store-product-pages.js';
import { type Scan } from '../src/scans/store-pages.js';
import { fakeProduct, productRecord } from './fake-marketplace.js';
import { newShop } from './scan-bench.js';

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('storing products', () => {
  let suite: TestDatabase;
  before(async () => {
    suite = await createTestDatabase({ schema: 'products', migrations });
  });
  after(() => suite.drop());

  const newScan = (shopId = newShop()): Scan => ({ id: newShop(), shopId, since: new Date() });

  function pageOf(records: ProductRecord[], requestStartedAt = new Date()): ListPage<ProductRecord> {
    return { total: records.length, records, unreadable: [], platformTime: new Date(), requestStartedAt };
  }

  async function store(scan: Scan, records: ProductRecord[]): Promise<number> {
    let statements = 0;
    await suite.database.transaction(async (tx) => {
      const counting: Transaction = {
        client: tx.client,
        query: (sql, params) => {
          statements += 1;
          return tx.query(sql, params);
        },
      };
      await storeProductPages(counting, scan, [pageOf(records)]);
    });
    return statements;
  }

  async function stored(shopId: string): Promise<{ product_name: string; version: number }[]> {
    return suite.database.query(
      'SELECT product_name, version FROM products WHERE shop_id = $1 ORDER BY product_id',
      [shopId],
    );
  }

  test('peer failure 13: 500 products take as many statements as one', async () => {
    const one = await store(newScan(), [productRecord(fakeProduct(1))]);
    const many = await store(
      newScan(),
      Array.from({ length: 500 }, (_, index) => productRecord(fakeProduct(index))),
    );
    assert.equal(many, one);
  });

  test('peer failure 14: an older reading never overwrites a newer one, in whatever order they come', async () => {
    const scan = newScan();
    const read = (name: string, at: string) => ({
      record: productRecord(fakeProduct(7, { name })),
      readAt: new Date(at),
    });
    const put = (...reads: ReturnType<typeof read>[]) =>
      suite.database.transaction((tx) => storeProducts(tx, scan.shopId, scan.id, reads));
    await put(read('first', '2026-11-01T10:00:00Z'));
    await put(read('third', '2026-11-01T10:00:03Z'));
    await put(read('second', '2026-11-01T10:00:02Z'));
    assert.deepEqual(await stored(scan.shopId), [{ product_name: 'third', version: 2 }]);
    // Read again unchanged: that moves the time forward, so that what was read in between stays old.
    await put(read('third', '2026-11-01T10:00:05Z'));
    await put(read('second', '2026-11-01T10:00:04Z'));
    assert.deepEqual(await stored(scan.shopId), [{ product_name: 'third', version: 2 }]);
    // Twice in one group: the later one counts.
    await put(read('fifth', '2026-11-01T10:00:07Z'), read('fourth', '2026-11-01T10:00:06Z'));
    assert.deepEqual(await stored(scan.shopId), [{ product_name: 'fifth', version: 3 }]);
  });

  test('a product that was read after the question by number was asked is not delisted by its answer', async () => {
    const scan = newScan();
    const readAt = new Date('2026-11-01T10:00:00Z');
    const record = productRecord(fakeProduct(8));
    await suite.database.transaction((tx) => storeProducts(tx, scan.shopId, scan.id, [{ record, readAt }]));
    const delist = (askedAt: string) =>
      suite.database.transaction((tx) =>
        delistProducts(tx, scan.shopId, newShop(), [record.productId], new Date(askedAt)),
      );
    assert.equal((await delist('2026-11-01T09:59:59Z')).delisted, 0);
    assert.equal((await delist('2026-11-01T10:00:01Z')).delisted, 1);
    assert.equal((await delist('2026-11-01T10:00:02Z')).delisted, 0, 'once');
    // An answer that was on its way meanwhile does not bring it back.
    await suite.database.transaction((tx) => storeProducts(tx, scan.shopId, scan.id, [{ record, readAt }]));
    const [row] = await suite.database.query('SELECT listing, version FROM products WHERE shop_id = $1', [
      scan.shopId,
    ]);
    assert.deepEqual(row, { listing: 'delisted', version: 2 });
  });

  test('peer failures 1 and 12: a record that the database refuses goes to quarantine and costs no neighbour', async () => {
    const scan = newScan();
    const records = Array.from({ length: 100 }, (_, index) => productRecord(fakeProduct(index)));
    const bad = records[42];
    assert.ok(bad !== undefined);
    // Larger than PostgreSQL's bigint.
    bad.stock = 1e19;
    await store(scan, records);
    assert.equal((await stored(scan.shopId)).length, 99);
    const quarantined = await suite.database.query<{ platform_id: string; reason: Said }>(
      'SELECT platform_id, reason FROM quarantine WHERE shop_id = $1',
      [scan.shopId],
    );
    assert.deepEqual(
      quarantined.map((row) => row.platform_id),
      [bad.productId],
    );
    assert.match(textOf(quarantined[0]?.reason), /bigint/);
  });

  test('each change leaves one event in its transaction, a repetition none', async () => {
    const scan = newScan();
    const events = async () =>
      suite.database.query<{ payload: string }>(
        `SELECT payload FROM outbox WHERE payload LIKE '%' || $1 || '%' ORDER BY id`,
        [scan.shopId],
      );
    const record = productRecord(fakeProduct(9, { name: "O'Brien's \t \\ mug 杯" }));
    await store(scan, [record]);
    await store(scan, [record]);
    const [event, ...others] = await events();
    assert.deepEqual(others, []);
    const data = JSON.parse(event?.payload ?? '{}');
    assert.equal(data.products[0].productName, "O'Brien's \t \\ mug 杯");
    assert.deepEqual([data.products[0].version, data.products[0].createdAt], [1, '2026-01-01T00:09:00.000Z']);
    const failing = suite.database.transaction(async (tx) => {
      await storeProductPages(tx, scan, [pageOf([{ ...record, productName: 'never' }])]);
      throw new Error('crash before the commit');
    });
    await assert.rejects(failing, /crash before the commit/);
    assert.equal((await events()).length, 1, 'no change, no event');
  });
});
