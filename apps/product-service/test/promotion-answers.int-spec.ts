import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  type Caller,
  type Page,
  Products,
  type Promotion,
  type PromotionFilters,
  type PromotionProduct,
  PromotionProductsStored,
  Promotions,
  PromotionsStored,
  streamOf,
} from '#contracts';
import { OutboxRelay, RpcClient, type RunningService, startService } from '#messaging';
import { AppError, createLogger } from '#runtime';
import { CALLER_PUBLIC_KEYS, registerLacking, rpcAs, waitFor } from '#testing';
import { ProductServiceModule } from '../src/product-service.module.js';
import { type FakePromotion, fakeProduct, fakePromotion } from './fake-marketplace.js';
import { EVERY_SHOP, newShop, ScanBench } from './scan-bench.js';

const DAY_MS = 86_400_000;
const [shop, otherShop] = [newShop(), newShop()];
const at = (days: number): Date => new Date(Date.now() + days * DAY_MS);
const id = (index: number): string => fakePromotion(index, []).record.promotionId;

/** 0 to 9 run now with products 0 to 2, later ones are special; product 2 is not in the catalogue. */
function promotionsOfShop(): FakePromotion[] {
  return [
    ...Array.from({ length: 10 }, (_, index) => fakePromotion(index, [0, 1, 2])),
    fakePromotion(10, [], { name: 'Spring 100% SALE 春季', startsAt: at(3), endsAt: at(5) }),
    fakePromotion(11, [1], { startsAt: at(-9), endsAt: at(-2) }),
    fakePromotion(12, [], {
      startsAt: null,
      endsAt: null,
      platformStatus: '3',
      status: 'over',
      isJoined: null,
    }),
    fakePromotion(13, [], { startsAt: null, endsAt: null, platformStatus: '77', status: 'unknown' }),
  ];
}

describe('answers about promotions', () => {
  let bench: ScanBench;
  let service: RunningService;
  let rpc: RpcClient;

  before(async () => {
    bench = await ScanBench.start();
    bench.addWorker();
    bench.marketplace.setCatalogue(shop, [fakeProduct(0), fakeProduct(1)]);
    bench.marketplace.promotions.set(shop, promotionsOfShop());
    bench.marketplace.promotions.set(otherShop, [fakePromotion(0, [0])]);
    for (const shopId of [shop, otherShop]) {
      await bench.scan(shopId);
      assert.equal((await bench.scan(shopId, 'promotions')).status, 'succeeded');
    }
    service = await startService({
      context: 'product',
      natsUrl: bench.natsUrl,
      callerKeys: CALLER_PUBLIC_KEYS,
      module: ProductServiceModule,
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

  const list = (filters: PromotionFilters, caller: Caller = EVERY_SHOP): Promise<Page<Promotion>> =>
    rpc.call(Promotions.list, filters, caller);
  const idsOf = async (filters: PromotionFilters, caller?: Caller): Promise<string[]> =>
    (await list({ limit: 200, ...filters }, caller)).rows.map((promotion) => promotion.promotionId);
  const sorted = (indexes: readonly number[]): string[] => indexes.map(id).sort();
  const found = async (filters: PromotionFilters): Promise<string[]> =>
    (await idsOf({ shopId: [shop], ...filters })).sort();
  const productsOf = (promotionId: string, cursor?: string, limit = 50): Promise<Page<PromotionProduct>> =>
    rpc.call(
      Promotions.products,
      { shopId: shop, promotionId, limit, ...(cursor === undefined ? {} : { cursor }) },
      EVERY_SHOP,
    );

  test('pages of 4 hold each promotion of all shops once, the latest start first', async () => {
    const seen: Promotion[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Page<Promotion> = await list({ limit: 4, ...(cursor == null ? {} : { cursor }) });
      seen.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.equal(seen.length, 15);
    assert.equal(new Set(seen.map((each) => `${each.shopId} ${each.promotionId}`)).size, 15);
    const starts = seen.flatMap((each) => (each.startsAt === null ? [] : [each.startsAt]));
    assert.deepEqual(starts, [...starts].sort().reverse());
    assert.equal(seen[0]?.promotionId, id(10));
  });

  test('one promotion with what it holds now', async () => {
    const record = bench.marketplace.promotions.get(shop)?.[0]?.record;
    const promotion = await rpc.call(Promotions.get, { shopId: shop, promotionId: id(0) }, EVERY_SHOP);
    assert.ok(!Number.isNaN(Date.parse(promotion.lastSeenAt)));
    assert.ok(!Number.isNaN(Date.parse(promotion.changedAt)));
    assert.deepEqual(
      { ...promotion, lastSeenAt: '', changedAt: '' },
      {
        shopId: shop,
        promotionId: id(0),
        name: 'Promotion 0',
        platformType: '13',
        status: 'running',
        platformStatus: '2',
        startsAt: record?.startsAt?.toISOString(),
        endsAt: record?.endsAt?.toISOString(),
        isJoined: true,
        productCount: 3,
        skuCount: 6,
        lastSeenAt: '',
        changedAt: '',
        goneAt: null,
        version: 1,
        emptiedFields: [],
        emptiedSince: null,
      },
    );
  });

  test('status by the times as they are now, by the number without them; the counts go over the other filters', async () => {
    assert.deepEqual(await found({ status: 'running' }), sorted([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    assert.deepEqual(await found({ status: 'upcoming' }), sorted([10]));
    assert.deepEqual(await found({ status: 'over' }), sorted([11, 12]), 'its number was read before its end');
    assert.deepEqual(await found({ status: 'unknown' }), sorted([13]));
    const counts = {
      promotions: 14,
      joined: 11,
      byStatus: { running: 10, upcoming: 1, over: 2, unknown: 1 },
      notAvailable: [],
    };
    assert.deepEqual(await rpc.call(Promotions.count, { shopId: [shop] }, EVERY_SHOP), counts);
    assert.deepEqual(
      await rpc.call(Promotions.count, { shopId: [shop], status: 'over' }, EVERY_SHOP),
      counts,
    );
    assert.deepEqual(await rpc.call(Promotions.count, { shopId: [shop], joined: false }, EVERY_SHOP), {
      promotions: 2,
      joined: 0,
      byStatus: { upcoming: 1, unknown: 1 },
      notAvailable: [],
    });
  });

  test('joined, not joined, and not told', async () => {
    assert.deepEqual(await found({ joined: false }), sorted([10, 13]));
    assert.equal((await found({ joined: true })).length, 11);
  });

  test('search: ids in full, of products and SKUs too; a part of the name, signs as they are written', async () => {
    const [sku] = fakeProduct(1).skus;
    assert.deepEqual(await found({ search: id(7) }), sorted([7]));
    assert.deepEqual(await found({ search: id(7).slice(0, -1) }), []);
    assert.equal((await found({ search: fakeProduct(0).productId })).length, 10);
    assert.equal((await found({ search: sku?.skuId ?? '' })).length, 11);
    assert.deepEqual(await found({ search: 'sale' }), sorted([10]));
    assert.deepEqual(await found({ search: '春季' }), sorted([10]));
    assert.deepEqual(await found({ search: '100%' }), sorted([10]));
    assert.deepEqual(await found({ search: '春' }), sorted([10]));
    await assert.rejects(
      found({ search: '%%' }),
      /search must have 1 to 100 characters, of which one is a letter or a digit/,
    );
  });

  test('goods by their ids, with the names and the currency of the catalogue; unknown is unknown', async () => {
    const first = await productsOf(id(0), undefined, 2);
    assert.ok(first.nextCursor !== null);
    const second = await productsOf(id(0), first.nextCursor, 2);
    assert.equal(second.nextCursor, null);
    const goods = [...first.rows, ...second.rows];
    assert.deepEqual(
      goods.map(({ productId, productName, quantity, remainingQuantity, goneAt }) => ({
        productId,
        productName,
        quantity,
        remainingQuantity,
        goneAt,
      })),
      [0, 1, 2].map((index) => ({
        productId: fakeProduct(index).productId,
        productName: index === 2 ? null : `Product ${index}`,
        quantity: 100,
        remainingQuantity: 40,
        goneAt: null,
      })),
    );
    assert.deepEqual(goods[1]?.skus[0], {
      skuId: fakeProduct(1).skus[0]?.skuId,
      sellerSku: 'SKU-1-0',
      spec: 'Red, L',
      supplyPrice: { amountMinor: 333, currency: 'USD' },
      goneAt: null,
    });
    assert.deepEqual([goods[2]?.skus[0]?.sellerSku, goods[2]?.skus[0]?.supplyPrice], [null, null]);
  });

  test('what is gone is shown when asked for, and its goods with since when', async () => {
    const [gone] = bench.marketplace.promotions.get(shop)?.splice(9, 1) ?? [];
    const left = bench.marketplace.promotions.get(shop)?.[8]?.goods.pop();
    assert.ok(gone !== undefined && left !== undefined);
    await bench.scan(shop, 'promotions');
    assert.equal((await found({})).length, 13);
    assert.deepEqual(
      (await found({ withGone: true })).filter((each) => each === id(9)),
      [id(9)],
    );
    const promotion = await rpc.call(Promotions.get, { shopId: shop, promotionId: id(9) }, EVERY_SHOP);
    assert.ok(promotion.goneAt !== null);
    const changed = await rpc.call(Promotions.get, { shopId: shop, promotionId: id(8) }, EVERY_SHOP);
    assert.deepEqual([changed.productCount, changed.skuCount], [2, 4]);
    const { rows } = await productsOf(id(8));
    assert.deepEqual(
      rows.map((goods) => [goods.goneAt !== null, goods.skus.every((sku) => sku.goneAt !== null)]),
      [
        [false, false],
        [false, false],
        [true, true],
      ],
    );
  });

  test('a caller meets only the shops of the right; a foreign promotion does not exist', async () => {
    const ofOther: Caller = { ...EVERY_SHOP, shopIds: [otherShop] };
    assert.deepEqual(await idsOf({}, ofOther), [id(0)]);
    assert.deepEqual(await idsOf({ shopId: [shop] }, ofOther), []);
    assert.equal((await rpc.call(Promotions.count, {}, ofOther)).promotions, 1);
    const key = { shopId: shop, promotionId: id(0) };
    for (const call of [Promotions.get, Promotions.products]) {
      await assert.rejects(
        rpc.call<typeof key, unknown>(call, key, ofOther),
        (error: unknown) => error instanceof AppError && error.code === 'promotion.not_found',
      );
    }
    await assert.rejects(
      rpc.call(Promotions.get, { shopId: shop, promotionId: 'none' }, EVERY_SHOP),
      (error: unknown) => error instanceof AppError && error.code === 'promotion.not_found',
    );
  });

  test('what the marketplace pays in a promotion is shown for the shops of the right only', async () => {
    const prices = async (fields: Caller['fields']) => {
      const { fields: _, ...caller } = EVERY_SHOP;
      const asking: Caller = fields === undefined ? caller : { ...caller, fields };
      const page = await rpc.call(Promotions.products, { shopId: shop, promotionId: id(0) }, asking);
      return page.rows.flatMap(({ skus }) => skus.flatMap(({ supplyPrice }) => supplyPrice ?? []));
    };
    assert.ok((await prices({ 'amounts.read': [shop] })).length > 0, 'there is a price to hide');
    for (const fields of [{ 'amounts.read': [otherShop] }, {}, undefined])
      assert.deepEqual(await prices(fields), []);
  });

  test('bad input is refused by name', async () => {
    const made = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url');
    for (const cursor of [
      'nonsense',
      made(['yesterday', shop, '1']),
      made(['2026', shop, '1']),
      made([1, 2, 3]),
    ]) {
      await assert.rejects(list({ cursor }), /cursor is not one that a page of this list has given/);
    }
    await assert.rejects(
      productsOf(id(0), made([7])),
      /cursor is not one that a page of this list has given/,
    );
    await assert.rejects(list({ status: 'soon' as never }), /status must be one of upcoming, running/);
    await assert.rejects(list({ joined: 'maybe' as never }), /joined must be true or false/);
  });

  test('events bring every promotion and its goods to their stored state', async () => {
    const relayed = async () => {
      const row = await bench.one<{ open: number }>(
        'SELECT count(*) AS open FROM outbox WHERE published_at IS NULL',
      );
      return row.open === 0;
    };
    bench.startRelay();
    await waitFor('the outbox to be published', relayed);
    const manager = await jetstreamManager(service.connection);
    const consumer = await jetstream(service.connection).consumers.get(streamOf('product'));
    const latest = new Map<string, { version: number; isGone?: boolean }>();
    const { state } = await manager.streams.info(streamOf('product'));
    for await (const message of await consumer.fetch({ max_messages: state.messages })) {
      const { data } = message.json<{ data: Record<string, unknown> & { shopId: string } }>();
      for (const kind of ['promotions', 'products'] as const) {
        for (const told of (data[kind] ?? []) as {
          version: number;
          isGone?: boolean;
          promotionId?: string;
          productId?: string;
        }[]) {
          const key = [message.subject, data.shopId, told.promotionId, told.productId].join(' ');
          if (told.version >= (latest.get(key)?.version ?? 0)) latest.set(key, told);
        }
      }
    }
    for (const promotion of (await list({ shopId: [shop], limit: 200, withGone: true })).rows) {
      const { promotionId, version, goneAt } = promotion;
      const told = latest.get([PromotionsStored.subject, shop, promotionId, undefined].join(' '));
      assert.deepEqual([told?.version, told?.isGone], [version, goneAt !== null], promotionId);
      for (const goods of (await productsOf(promotionId)).rows) {
        const state = latest.get(
          [PromotionProductsStored.subject, shop, promotionId, goods.productId].join(' '),
        );
        assert.deepEqual([state?.version, state?.isGone], [goods.version, goods.goneAt !== null]);
      }
    }
  });

  test('a number that is new to us replaces the one before; it is no silence', async () => {
    const record = bench.marketplace.promotions
      .get(shop)
      ?.find((each) => each.record.promotionId === id(12))?.record;
    assert.ok(record !== undefined);
    Object.assign(record, { platformStatus: '78', status: 'unknown' });
    await bench.scan(shop, 'promotions');
    const read = () => rpc.call(Promotions.get, { shopId: shop, promotionId: id(12) }, EVERY_SHOP);
    const { platformStatus, status, emptiedFields } = await read();
    assert.deepEqual([platformStatus, status, emptiedFields], ['78', 'unknown', []]);
    Object.assign(record, { platformStatus: null, status: null });
    await bench.scan(shop, 'promotions');
    const silent = await read();
    assert.deepEqual(
      [silent.platformStatus, silent.status, silent.emptiedFields],
      ['78', 'unknown', ['platformStatus']],
    );
  });

  test('shops of marketplaces without promotions or products are named, beside rows of the others only', async () => {
    const lacking = async (ability: 'promotions' | 'products') => {
      const marketplace = registerLacking(ability);
      await bench.database.query(
        `INSERT INTO shops (shop_id, marketplace, region, time_zone, status, version) VALUES ($1, $2, 'us', 'UTC', 'connected', 1)
         ON CONFLICT (shop_id) DO UPDATE SET marketplace = excluded.marketplace`,
        [otherShop, marketplace],
      );
      return [{ marketplace, ability, shopIds: [otherShop] }];
    };
    const only = { ...EVERY_SHOP, shopIds: [shop] };
    const promotions = await lacking('promotions');
    for (const [caller, named] of [
      [EVERY_SHOP, promotions],
      [only, []],
    ] as const) {
      assert.deepEqual((await rpc.call(Promotions.list, {}, caller)).notAvailable, named);
      assert.deepEqual((await rpc.call(Promotions.count, {}, caller)).notAvailable, named);
    }
    const products = await lacking('products');
    for (const [caller, named] of [
      [EVERY_SHOP, products],
      [only, []],
    ] as const) {
      assert.deepEqual((await rpc.call(Products.list, {}, caller)).notAvailable, named);
      assert.deepEqual((await rpc.call(Products.count, {}, caller)).notAvailable, named);
    }
  });
});
