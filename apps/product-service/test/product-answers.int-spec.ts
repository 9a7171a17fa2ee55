import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  type Caller,
  type Page,
  type Product,
  type ProductFilters,
  type ProductState,
  Products,
  streamOf,
} from '#contracts';
import { OutboxRelay, RpcClient, type RunningService, startService } from '#messaging';
import { AppError, createLogger } from '#runtime';
import { CALLER_PUBLIC_KEYS, rpcAs, waitFor } from '#testing';
import { ProductServiceModule } from '../src/product-service.module.js';
import { fakeProduct } from './fake-marketplace.js';
import { EVERY_SHOP, newShop, ScanBench } from './scan-bench.js';

const [shop, otherShop] = [newShop(), newShop()];

/** Products 0 to 59 of the first shop; product 60 on are of the other. Some are special. */
function catalogues(bench: ScanBench): void {
  const products = Array.from({ length: 60 }, (_, index) =>
    fakeProduct(index, { listing: index < 50 ? 'listed' : 'draft' }),
  );
  const [out, low, unknown, odd] = products;
  assert.ok(out !== undefined && low !== undefined && unknown !== undefined && odd !== undefined);
  for (const sku of out.skus) sku.stock = 0;
  low.skus[0] = {
    ...fakeProduct(1).skus[0],
    skuId: '170000000001x',
    sellerSku: 'Odd_100%',
    stock: 3,
    priceMinor: 5,
  };
  low.skus.length = 1;
  for (const sku of unknown.skus) sku.stock = null;
  odd.name = 'Steel travel MUG 保温杯';
  bench.marketplace.setCatalogue(shop, products);
  bench.marketplace.setCatalogue(
    otherShop,
    Array.from({ length: 5 }, (_, index) => fakeProduct(index)),
  );
}

describe('answers of product-service', () => {
  let bench: ScanBench;
  let service: RunningService;
  let rpc: RpcClient;

  before(async () => {
    bench = await ScanBench.start();
    bench.addWorker();
    catalogues(bench);
    await bench.scan(shop);
    await bench.scan(otherShop);
    service = await startService({
      context: 'product',
      natsUrl: bench.natsUrl,
      callerKeys: CALLER_PUBLIC_KEYS,
      module: ProductServiceModule,
      // Closed by the bench, after the service.
      parts: [
        { provide: bench.database.constructor as never, useValue: bench.database },
        { provide: OutboxRelay, useValue: bench.relay },
      ],
      logger: createLogger('product-service'),
    });
    rpc = rpcAs('gateway', service.connection);
  });
  after(async () => {
    await service.close();
    await bench.close();
  });

  const list = (filters: ProductFilters, caller: Caller = EVERY_SHOP): Promise<Page<Product>> =>
    rpc.call(Products.list, filters, caller);
  const productIds = async (filters: ProductFilters, caller?: Caller): Promise<string[]> =>
    (await list({ limit: 200, ...filters }, caller)).rows.map((product) => product.productId);
  const id = (index: number): string => fakeProduct(index).productId;

  test('pages of 7 hold each product of all shops once, newest first', async () => {
    const seen: Product[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Page<Product> = await list({ limit: 7, ...(cursor == null ? {} : { cursor }) });
      seen.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.equal(seen.length, 65);
    assert.equal(new Set(seen.map((product) => `${product.shopId} ${product.productId}`)).size, 65);
    const times = seen.map((product) => product.createdAt ?? '');
    assert.deepEqual(times, [...times].sort().reverse());
  });

  test('a product comes with its SKUs, its sum of stock and its prices', async () => {
    const product = await rpc.call(Products.get, { shopId: shop, productId: id(10) }, EVERY_SHOP);
    assert.deepEqual([product.productName, product.listing, product.stock], ['Product 10', 'listed', 11]);
    assert.deepEqual(
      product.skus.map(({ skuId, sellerSku, stock, price, supplyPrice, removedAt }) => ({
        skuId,
        sellerSku,
        stock,
        price,
        supplyPrice,
        removedAt,
      })),
      [0, 1].map((place) => ({
        skuId: `170000000010${place}`,
        sellerSku: `SKU-10-${place}`,
        stock: 5 + place,
        price: { amountMinor: 1010, currency: 'USD' },
        supplyPrice: { amountMinor: 505, currency: 'USD' },
        removedAt: null,
      })),
    );
  });

  test('stock: none, few, enough; unknown is none of them', async () => {
    assert.deepEqual(await productIds({ shopId: [shop], stock: 'out' }), [id(0)]);
    assert.deepEqual(await productIds({ shopId: [shop], stock: 'low' }), [id(1)]);
    const enough = await productIds({ shopId: [shop], stock: 'available' });
    assert.equal(enough.length, 57);
    assert.ok(!enough.includes(id(2)));
    const unknown = await rpc.call(Products.get, { shopId: shop, productId: id(2) }, EVERY_SHOP);
    assert.equal(unknown.stock, null);
  });

  test('search: ids in full, a part of the name or of a seller SKU, words of any script, signs as they are written', async () => {
    assert.deepEqual(await productIds({ shopId: [shop], search: id(17) }), [id(17)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: '1700000000231' }), [id(23)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: 'sku-23-' }), [id(23)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: 'KU-23-' }), [id(23)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: '温' }), [id(3)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: 'ＭＵＧ travel' }), [id(3)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: 'travel mug' }), [id(3)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: '保温' }), [id(3)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: 'odd_1' }), [id(1)]);
    assert.deepEqual(await productIds({ shopId: [shop], search: '100%' }), [id(1)]);
    await assert.rejects(
      productIds({ shopId: [shop], search: ' %% ' }),
      /search must have 1 to 100 characters, of which one is a letter or a digit/,
    );
  });

  test('counts by listing, over the other filters', async () => {
    assert.deepEqual(await rpc.call(Products.count, { shopId: [shop] }, EVERY_SHOP), {
      products: 60,
      skus: 119,
      byListing: { listed: 50, draft: 10 },
      notAvailable: [],
    });
    const out = await rpc.call(
      Products.count,
      { shopId: [shop], stock: 'out', listing: 'draft' },
      EVERY_SHOP,
    );
    assert.deepEqual(out, { products: 1, skus: 2, byListing: { listed: 1 }, notAvailable: [] });
  });

  test('a caller meets only the shops of the right; a foreign product does not exist', async () => {
    const ofOther: Caller = { ...EVERY_SHOP, shopIds: [otherShop] };
    assert.equal((await productIds({}, ofOther)).length, 5);
    assert.deepEqual(await productIds({ shopId: [shop] }, ofOther), []);
    assert.deepEqual(await productIds({}, { ...EVERY_SHOP, shopIds: [] }), []);
    assert.equal((await rpc.call(Products.count, {}, ofOther)).products, 5);
    await assert.rejects(
      rpc.call(Products.get, { shopId: shop, productId: id(10) }, ofOther),
      (error: unknown) => error instanceof AppError && error.code === 'product.not_found',
    );
  });

  test('what the marketplace pays is shown for the shops of the right only, in the list and in the detail', async () => {
    const priced = (await list({ shopId: [shop], limit: 200 })).rows.find(({ skus }) =>
      skus.some(({ supplyPrice }) => supplyPrice !== null),
    );
    assert.ok(priced, 'there is a supply price to hide');
    const { productId } = priced;
    for (const fields of [{ 'amounts.read': [otherShop] }, {}]) {
      const asking: Caller = { ...EVERY_SHOP, fields };
      const listed = (await list({ shopId: [shop], limit: 200 }, asking)).rows.find(
        (row) => row.productId === productId,
      );
      for (const product of [listed, await rpc.call(Products.get, { shopId: shop, productId }, asking)]) {
        assert.deepEqual(
          product?.skus,
          priced.skus.map((sku) => ({ ...sku, supplyPrice: null })),
        );
      }
    }
    const holder: Caller = { ...EVERY_SHOP, fields: { 'amounts.read': [shop] } };
    assert.deepEqual(await rpc.call(Products.get, { shopId: shop, productId }, holder), priced);
  });

  test('bad input is refused by name', async () => {
    for (const cursor of ['nonsense', Buffer.from('["yesterday","x","y"]').toString('base64url')]) {
      await assert.rejects(list({ cursor }), /cursor is not one that a page of this list has given/);
    }
    await assert.rejects(list({ shopId: ['mine'] }), /each of shopId must be the id of a shop/);
    await assert.rejects(list({ stock: 'plenty' as never }), /stock must be one of out, low, available/);
    await assert.rejects(
      list({ search: ' ' }),
      /search must have 1 to 100 characters, of which one is a letter or a digit/,
    );
  });

  test('products with hundreds of SKUs end a page early, and the cursor goes on', async () => {
    const bigShop = newShop();
    const products = Array.from({ length: 12 }, (_, index) => fakeProduct(index));
    for (const product of products) {
      product.skus = Array.from({ length: 400 }, (_, place) => ({
        skuId: `${product.productId}${String(place).padStart(3, '0')}`,
        sellerSku: `A-LONG-SELLER-SKU-${product.productId}-${place}-${'x'.repeat(900)}`,
        stock: 1,
        priceMinor: 100,
      }));
    }
    bench.marketplace.setCatalogue(bigShop, products);
    await bench.scan(bigShop);
    const first = await list({ shopId: [bigShop], limit: 12 });
    assert.ok(first.rows.length < 12 && first.nextCursor !== null, `${first.rows.length} rows`);
    const seen = [...first.rows];
    for (let cursor: string | null = first.nextCursor; cursor !== null; ) {
      const page: Page<Product> = await list({ shopId: [bigShop], limit: 12, cursor });
      seen.push(...page.rows);
      cursor = page.nextCursor;
    }
    assert.deepEqual(
      seen.map((product) => [product.productId, product.skus.length]),
      products.map((product) => [product.productId, 400]).reverse(),
    );
  });

  test('events on the stream bring every product to its stored state, whatever their order', async () => {
    const relayed = async () => {
      const row = await bench.one<{ open: number }>(
        'SELECT count(*) AS open FROM outbox WHERE published_at IS NULL',
      );
      return row.open === 0;
    };
    bench.startRelay();
    await waitFor('the outbox to be published', relayed);
    const manager = await jetstreamManager(service.connection);
    const { state } = await manager.streams.info(streamOf('product'));
    const consumer = await jetstream(service.connection).consumers.get(streamOf('product'));
    const messages = await consumer.fetch({ max_messages: state.messages });
    const latest = new Map<string, ProductState>();
    for await (const message of messages) {
      const { data } = message.json<{ data: { shopId: string; products: ProductState[] } }>();
      for (const product of data.products) {
        const key = `${data.shopId} ${product.productId}`;
        if (product.version > (latest.get(key)?.version ?? 0)) latest.set(key, product);
      }
    }
    for (const shopId of [shop, otherShop]) {
      for (const product of (await list({ shopId: [shopId], limit: 200 })).rows) {
        const told = latest.get(`${shopId} ${product.productId}`);
        assert.deepEqual(
          [told?.version, told?.stock, told?.listing, told?.skus.length, told?.skus[0]?.supplyPriceMinor],
          [
            product.version,
            product.stock,
            product.listing,
            product.skus.length,
            product.skus[0]?.supplyPrice?.amountMinor,
          ],
        );
      }
    }
  });

  test('fields that an answer left empty are shown with what was known before, and filtered by', async () => {
    const product = bench.marketplace.product(otherShop, id(2));
    const { name } = product;
    product.name = '';
    assert.equal((await bench.scan(otherShop)).status, 'succeeded');
    assert.deepEqual(await productIds({ shopId: [otherShop], emptied: true }), [id(2)]);
    assert.equal((await productIds({ shopId: [otherShop], emptied: false })).length, 4);
    const get = () => rpc.call(Products.get, { shopId: otherShop, productId: id(2) }, EVERY_SHOP);
    const shown = await get();
    assert.deepEqual([shown.productName, shown.emptiedFields], [name, ['productName']]);
    assert.ok(shown.emptiedSince !== null);
    await assert.rejects(list({ emptied: 'maybe' as never }), /emptied must be true or false/);
    product.name = name;
    await bench.scan(otherShop);
    const cleared = await get();
    assert.deepEqual([cleared.emptiedFields, cleared.emptiedSince], [[], null]);
    assert.deepEqual(await productIds({ emptied: true }), []);
  });
});
