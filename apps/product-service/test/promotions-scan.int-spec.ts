import { english, type Said } from '#contracts';
import 'reflect-metadata';
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { ListPromotionsQuery, MarketplaceConnector } from '#marketplace';
import { type FakePromotion, fakeProduct, fakePromotion, refusal } from './fake-marketplace.js';
import { newShop, ScanBench } from './scan-bench.js';

const DAY_MS = 86_400_000;
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** What a perfect scan would have stored: `promotion`, and `promotion/goods/sku price` of each SKU. */
function truthLines(promotions: readonly FakePromotion[]): string[] {
  return promotions
    .flatMap(({ record, goods }) => [
      `${record.promotionId} ${record.name}`,
      ...goods.flatMap((each) =>
        each.skus.map(
          (sku) =>
            `${record.promotionId}/${each.productId}/${sku.skuId} ${sku.supplyPriceMinor} of ${each.remainingQuantity}`,
        ),
      ),
    ])
    .sort();
}

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('scan of promotions', () => {
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

  const scan = (shopId: string, trigger?: 'timer' | 'manual') => bench.scan(shopId, 'promotions', trigger);

  /** Everything that is stored and not gone, as `truthLines` writes it. */
  async function storedLines(shopId: string): Promise<string[]> {
    const rows = await bench.database.query<{ line: string }>(
      `SELECT promotion_id || ' ' || name AS line FROM promotions WHERE shop_id = $1 AND gone_at IS NULL
       UNION ALL
       SELECT promotion_id || '/' || product_id || '/' || sku_id || ' ' || supply_price_minor
         || ' of ' || remaining_quantity
       FROM promotion_skus AS sku JOIN promotion_products AS goods USING (shop_id, promotion_id, product_id)
       JOIN promotions AS promotion USING (shop_id, promotion_id)
       WHERE shop_id = $1 AND sku.gone_at IS NULL AND goods.gone_at IS NULL AND promotion.gone_at IS NULL`,
      [shopId],
    );
    return rows.map((row) => row.line).sort();
  }

  function setPromotions(shopId: string, promotions: FakePromotion[]): FakePromotion[] {
    bench.marketplace.promotions.set(shopId, promotions);
    return promotions;
  }

  async function goneOf(shopId: string): Promise<{ promotions: number; goods: number; skus: number }> {
    return bench.one(
      `SELECT (SELECT count(*) FROM promotions WHERE shop_id = $1 AND gone_at IS NOT NULL) AS promotions,
         (SELECT count(*) FROM promotion_products WHERE shop_id = $1 AND gone_at IS NOT NULL) AS goods,
         (SELECT count(*) FROM promotion_skus WHERE shop_id = $1 AND gone_at IS NOT NULL) AS skus`,
      [shopId],
    );
  }

  test('230 promotions, one of them with 320 products, all once; again changes nothing and tells nobody', async () => {
    const shopId = newShop();
    const promotions = setPromotions(shopId, [
      ...range(0, 224).map((index) => fakePromotion(index, [])),
      ...range(224, 229).map((index) => fakePromotion(index, [1, 2])),
      fakePromotion(229, range(0, 320)),
    ]);
    const run = await scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.deepEqual(
      [run.done, run.total, run.changed],
      [560, 560, 560],
      '230 promotions and 330 products in them',
    );
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
    // 3 pages of promotions, 1 of each of the other three types, 5 times 1 and once 4 of goods; nothing is asked of those
    // without goods.
    assert.equal(run.api_calls, 15);

    const facts = `SELECT (SELECT count(*) FROM outbox) AS events, sum(version) AS versions,
      (SELECT sum(version) FROM promotion_products) AS "productsVersions" FROM promotions`;
    const before = await bench.one(facts);
    const again = await scan(shopId);
    assert.deepEqual([again.status, again.done, again.changed, again.api_calls], ['succeeded', 560, 0, 15]);
    assert.deepEqual(await bench.one(facts), before);
  });

  test('a promotion that the list no longer shows is gone, after a second reading, and comes back as it was', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 120).map((index) => fakePromotion(index, [index])),
    );
    await scan(shopId);
    const [hidden] = promotions.splice(40, 1);
    assert.ok(hidden !== undefined);
    bench.marketplace.calls.length = 0;
    const run = await scan(shopId);
    assert.deepEqual([run.status, run.changed], ['succeeded', 1], run.log.join('\n'));
    assert.deepEqual(await goneOf(shopId), { promotions: 1, goods: 0, skus: 0 });
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
    const listCalls = bench.marketplace.calls.filter(({ call }) => call === 'listPromotions');
    assert.equal(listCalls.length, 10, 'five pages of four types, twice');

    promotions.push(hidden);
    const back = await scan(shopId);
    assert.equal(back.changed, 1);
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
    assert.deepEqual(
      await bench.one('SELECT version FROM promotions WHERE shop_id = $1 AND promotion_id = $2', [
        shopId,
        hidden.record.promotionId,
      ]),
      { version: 3 },
    );
  });

  test('a row that slides over a border while one leaves and one comes is found missing by the ids, and not called gone', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 601).map((index) => fakePromotion(index, [])),
    );
    await scan(shopId);
    // Pages 7 to 3 are one transaction, then comes page 2. One goes from the end and one comes at the front: the last
    // row of page 2 slides onto page 3, which is read already, and the total is as it was.
    let isMoved = false;
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call !== 'listPromotions' || call.query.page !== 2 || isMoved) return;
      isMoved = true;
      promotions.pop();
      promotions.unshift(fakePromotion(900, []));
    };
    const run = await scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.match(
      run.log.join('\n'),
      /promotions of type 13: 600 of 601 met, the list was not whole; reading it again/,
    );
    assert.equal((await goneOf(shopId)).promotions, 0, 'the first pass has met the one that left');
    await scan(shopId);
    assert.equal((await goneOf(shopId)).promotions, 1, 'the one that has gone');
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
  });

  test('a list that never rests is not read whole: nothing is called gone', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 701).map((index) => fakePromotion(index, [])),
    );
    await scan(shopId);
    promotions.shift();
    let next = 1_000;
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'listPromotions') promotions.unshift(fakePromotion(next++, []));
    };
    const run = await scan(shopId);
    assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete']);
    assert.match(
      run.log.join('\n'),
      /warn: promotions: .* not all lists are whole; nothing is called gone for it/,
    );
    assert.equal((await goneOf(shopId)).promotions, 0);
  });

  /** Every page of a list answers the rows of its first one. */
  const repeating = (of: 'listPromotions' | 'listPromotionProducts'): MarketplaceConnector => {
    const connector = bench.marketplace.connector();
    return of === 'listPromotions'
      ? {
          ...connector,
          listPromotions: async (ctx, query) => connector.listPromotions(ctx, { ...query, page: 1 }),
        }
      : {
          ...connector,
          listPromotionProducts: async (ctx, query) =>
            connector.listPromotionProducts(ctx, { ...query, page: 1 }),
        };
  };

  test('pages that repeat: the run is incomplete and nothing is gone for it; goods are read all the same', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 250).map((index) => fakePromotion(index, index === 240 ? range(0, 250) : [])),
    );
    const faulty = await ScanBench.start();
    try {
      const good = faulty.addWorker(bench.marketplace.connector());
      assert.equal((await faulty.scan(shopId, 'promotions')).status, 'succeeded');
      await good.close();
      promotions.splice(200, 5);
      promotions[0] = fakePromotion(0, [1]);
      faulty.addWorker(repeating('listPromotions'));
      const run = await faulty.scan(shopId, 'promotions');
      assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete'], run.log.join('\n'));
      assert.match(textOf(run.error), /100 of 245 promotions of type 13/);
      const counts = await faulty.one(
        `SELECT (SELECT count(*) FROM promotions WHERE gone_at IS NOT NULL) AS gone,
           (SELECT count(*) FROM promotion_products) AS goods, (SELECT count(*) FROM sync_listed) AS listed`,
      );
      assert.deepEqual(counts, { gone: 0, goods: 251, listed: 0 });
    } finally {
      await faulty.close();
    }
  });

  test('goods whose pages repeat: nothing of that promotion is gone, the others are whole, the run is incomplete', async () => {
    const shopId = newShop();
    const promotions = setPromotions(shopId, [fakePromotion(1, range(0, 250)), fakePromotion(2, [1, 2])]);
    const faulty = await ScanBench.start();
    try {
      const good = faulty.addWorker(bench.marketplace.connector());
      assert.equal((await faulty.scan(shopId, 'promotions')).status, 'succeeded');
      await good.close();
      promotions[0]?.goods.splice(150, 10);
      promotions[1]?.goods.pop();
      faulty.addWorker(repeating('listPromotionProducts'));
      const run = await faulty.scan(shopId, 'promotions');
      assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete'], run.log.join('\n'));
      assert.match(textOf(run.error), /100 of 240 goods of promotion 1100000000001/);
      const gone = await faulty.database.query(
        'SELECT promotion_id AS id, count(*) AS count FROM promotion_products WHERE gone_at IS NOT NULL GROUP BY 1',
      );
      assert.deepEqual(gone, [{ id: '1100000000002', count: 1 }]);
    } finally {
      await faulty.close();
    }
  });

  test('each type is a list of its own: all are read, and one is gone only when all lists were whole', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 12).map((index) =>
        fakePromotion(index, [], { platformType: ['2', '13', '27', '100'][index % 4] ?? null }),
      ),
    );
    const asked = new Set<string>();
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'listPromotions') asked.add(call.query.type);
    };
    assert.equal((await scan(shopId)).status, 'succeeded');
    assert.deepEqual([...asked], ['2', '13', '27', '100']);
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));

    const [gone] = promotions.splice(1, 1);
    assert.equal(gone?.record.platformType, '13');
    let isRefused = true;
    bench.marketplace.beforeAnswer = (call) => {
      if (isRefused && call.call === 'listPromotions' && call.query.type === '27') throw refusal('business');
    };
    const run = await scan(shopId);
    assert.deepEqual([run.status, run.error_code], ['failed', 'list.incomplete'], run.log.join('\n'));
    assert.match(textOf(run.error), /type 27 \(refused: the fake answers business\)/);
    assert.equal((await goneOf(shopId)).promotions, 0);
    isRefused = false;
    assert.equal((await scan(shopId)).status, 'succeeded');
    assert.equal((await goneOf(shopId)).promotions, 1);
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
  });

  test('a page that answers empty while it counts rows, and an error page, change nothing (16)', async () => {
    const shopId = newShop();
    setPromotions(
      shopId,
      range(0, 150).map((index) => fakePromotion(index, [])),
    );
    await scan(shopId);
    const connector = bench.marketplace.connector();
    const faults: Record<string, (query: ListPromotionsQuery) => 'empty' | undefined> = {
      empty: ({ page }) => (page === 2 ? 'empty' : undefined),
      error: ({ page }) => {
        if (page === 2) throw refusal('transient');
        return undefined;
      },
    };
    for (const [name, fault] of Object.entries(faults)) {
      const faulty = await ScanBench.start();
      try {
        faulty.addWorker({
          ...connector,
          listPromotions: async (ctx, query) => {
            const page = await connector.listPromotions(ctx, query);
            return fault(query) === 'empty' ? { ...page, records: [] } : page;
          },
        });
        const run = await faulty.scan(shopId, 'promotions');
        assert.deepEqual([run.status, run.error_code], ['waiting', 'marketplace.unavailable'], name);
        assert.deepEqual(
          await faulty.one('SELECT count(*) AS gone FROM promotions WHERE gone_at IS NOT NULL'),
          { gone: 0 },
        );
      } finally {
        await faulty.close();
      }
    }
  });

  test('a list that is suddenly empty is believed only after a day', async () => {
    const shopId = newShop();
    setPromotions(
      shopId,
      range(0, 5).map((index) => fakePromotion(index, [])),
    );
    await scan(shopId);
    setPromotions(shopId, []);
    const run = await scan(shopId);
    assert.equal(run.status, 'succeeded');
    assert.match(
      run.log.join('\n'),
      /warn: the marketplace lists no promotion at all; the 5 known ones stay/,
    );
    assert.equal((await goneOf(shopId)).promotions, 0);
    await bench.database.query(
      `UPDATE promotions SET last_seen_at = last_seen_at - interval '25 hours' WHERE shop_id = $1`,
      [shopId],
    );
    await scan(shopId);
    assert.equal((await goneOf(shopId)).promotions, 5);
  });

  test('products and SKUs that leave a promotion are gone and count no more; they come back', async () => {
    const shopId = newShop();
    const promotions = setPromotions(shopId, [fakePromotion(1, [1, 2, 3])]);
    await scan(shopId);
    const [promotion] = promotions;
    const left = promotion?.goods.pop();
    const withdrawn = promotion?.goods[0]?.skus.pop();
    assert.ok(promotion !== undefined && left !== undefined && withdrawn !== undefined);
    const run = await scan(shopId);
    assert.deepEqual([run.status, run.changed], ['succeeded', 2], run.log.join('\n'));
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
    assert.deepEqual(await goneOf(shopId), { promotions: 0, goods: 1, skus: 3 });
    const counts = 'SELECT sum(sku_count) AS skus FROM promotion_products WHERE shop_id = $1';
    assert.deepEqual(await bench.one(counts, [shopId]), { skus: 3 });

    promotion.goods.push(left);
    promotion.goods[0]?.skus.push(withdrawn);
    await scan(shopId);
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
    assert.deepEqual(await goneOf(shopId), { promotions: 0, goods: 0, skus: 0 });
    assert.deepEqual(await bench.one(counts, [shopId]), { skus: 6 });

    // All of them: the list says that the shop takes part no more, and the promotion itself is asked.
    promotion.record.isJoined = false;
    promotion.goods.length = 0;
    await scan(shopId);
    assert.deepEqual(await goneOf(shopId), { promotions: 0, goods: 3, skus: 6 });
    const calls = bench.marketplace.calls.length;
    await scan(shopId);
    assert.equal(bench.marketplace.calls.length, calls + 4, 'only the lists are read then');
  });

  test('what cannot be understood lies in quarantine, its neighbours are stored, nothing is gone for it (1, 12)', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 6).map((index) => fakePromotion(index, [1, 2, 3])),
    );
    await scan(shopId);
    const [first, second, third] = promotions;
    assert.ok(first?.goods[0] && second?.goods[0] && third?.goods[1]);
    first.unreadable = 'with id';
    second.goods[0].unreadable = 'with id';
    third.goods[1].unreadable = 'without id';
    const run = await scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.equal(run.quarantined, 3);
    assert.deepEqual(await goneOf(shopId), { promotions: 0, goods: 0, skus: 0 });
    const kept = await bench.database.query<{ kind: string; id: string }>(
      `SELECT kind, platform_id AS id FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL ORDER BY kind, platform_id`,
      [shopId],
    );
    assert.deepEqual(
      kept.map(({ kind, id }) => `${kind} ${id.replace(/^(without id).*/, '$1')}`),
      [
        `promotion_products ${second.record.promotionId}/${second.goods[0].productId}`,
        'promotion_products without id',
        `promotions ${first.record.promotionId}`,
      ],
    );
    delete first.unreadable;
    delete second.goods[0].unreadable;
    delete third.goods[1].unreadable;
    const mended = await scan(shopId);
    assert.equal(mended.quarantined, 0);
    const open = await bench.one<{ open: number }>(
      `SELECT count(*) AS open FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL AND platform_id NOT LIKE 'without id%'`,
      [shopId],
    );
    assert.equal(open.open, 0);
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
  });

  test('a SKU that cannot be understood keeps its known price, lies in quarantine, and leaves it', async () => {
    const shopId = newShop();
    const [promotion] = setPromotions(shopId, [fakePromotion(0, [1, 2])]);
    const [goods] = promotion?.goods ?? [];
    assert.ok(promotion && goods);
    await scan(shopId);
    goods.unreadable = 'its first SKU';
    const run = await scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.deepEqual(await storedLines(shopId), truthLines([promotion]), 'the known price stays');
    const open = () =>
      bench.database.query<{ id: string; reason: Said }>(
        'SELECT platform_id AS id, reason FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL',
        [shopId],
      );
    const [kept, ...others] = await open();
    assert.equal(others.length, 0);
    assert.equal(kept?.id, `${promotion.record.promotionId}/${goods.productId}`);
    delete goods.unreadable;
    await scan(shopId);
    assert.deepEqual(await open(), []);
  });

  test('a record that the database refuses costs no neighbour (1, 12)', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 20).map((index) => fakePromotion(index, [])),
    );
    const bad = promotions[7];
    assert.ok(bad !== undefined);
    // As PostgreSQL reads no year.
    bad.record.startsAt = new Date(8.64e15);
    const run = await scan(shopId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.equal(run.quarantined, 1);
    assert.deepEqual(await storedLines(shopId), truthLines(promotions.filter((each) => each !== bad)));
  });

  test('a missing permission fails this kind and says what to do; the catalogue is read all the same', async () => {
    const shopId = newShop();
    bench.marketplace.setCatalogue(shopId, [fakeProduct(1)]);
    setPromotions(shopId, [fakePromotion(1, [1])]);
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'listPromotionProducts') throw refusal('scope');
    };
    const run = await scan(shopId);
    assert.deepEqual([run.status, run.error_code], ['failed', 'shop.missing_permission']);
    assert.match(textOf(run.error), /Ask the seller to grant/);
    const products = await bench.scan(shopId);
    assert.equal(products.status, 'succeeded');
    bench.marketplace.beforeAnswer = () => undefined;
    const later = await scan(shopId);
    assert.equal(later.status, 'succeeded');
    assert.deepEqual(await storedLines(shopId), truthLines(bench.marketplace.promotions.get(shopId) ?? []));
  });

  for (const kind of ['business', 'programming', 'unreadable', 'transient'] as const) {
    test(`one promotion that the marketplace refuses (${kind}) is set apart and costs the others nothing`, async () => {
      const shopId = newShop();
      const promotions = setPromotions(
        shopId,
        range(0, 8).map((index) => fakePromotion(index, [index])),
      );
      await scan(shopId);
      const refused = promotions[3];
      assert.ok(refused !== undefined);
      for (const promotion of promotions) for (const goods of promotion.goods) goods.remainingQuantity = 7;
      bench.marketplace.beforeAnswer = (call) => {
        if (call.call === 'listPromotionProducts' && call.query.promotionId === refused.record.promotionId)
          throw refusal(kind);
      };
      const run = await scan(shopId);
      assert.deepEqual([run.status, run.changed, run.quarantined], ['succeeded', 7, 1], run.log.join('\n'));
      assert.match(run.log.join('\n'), /warn: the goods of promotion 1100000000003 are left as they were/);
      const open = () =>
        bench.database.query(
          `SELECT kind, platform_id AS id FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL`,
          [shopId],
        );
      assert.deepEqual(await open(), [{ kind: 'promotion_products', id: refused.record.promotionId }]);
      const lines = await storedLines(shopId);
      assert.equal(lines.filter((line) => line.endsWith(' of 7')).length, 14);
      bench.marketplace.beforeAnswer = () => undefined;
      await scan(shopId);
      assert.deepEqual(await storedLines(shopId), truthLines(promotions));
      assert.deepEqual(await open(), []);
    });
  }

  test('a promotion that fails once is asked again at the end of the same run', async () => {
    const shopId = newShop();
    const promotions = setPromotions(
      shopId,
      range(0, 7).map((index) => fakePromotion(index, [index])),
    );
    let faults = 1;
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call !== 'listPromotionProducts' || !call.query.promotionId.endsWith('2') || faults === 0)
        return;
      faults -= 1;
      throw refusal('transient');
    };
    const run = await scan(shopId);
    assert.deepEqual([run.status, run.quarantined], ['succeeded', 0], run.log.join('\n'));
    assert.deepEqual(await storedLines(shopId), truthLines(promotions));
  });

  test('the goods of all promotions fail: the marketplace is unwell, and the run waits', async () => {
    const shopId = newShop();
    setPromotions(
      shopId,
      range(0, 7).map((index) => fakePromotion(index, [index])),
    );
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'listPromotionProducts') throw refusal('transient');
    };
    const run = await scan(shopId);
    assert.deepEqual(
      [run.status, run.error_code, run.quarantined],
      ['waiting', 'marketplace.unavailable', 0],
    );
  });

  test('the timer reads the goods of one that is over once after its end, then once a day; a person always', async () => {
    const shopId = newShop();
    setPromotions(shopId, [
      fakePromotion(1, [1], { endsAt: new Date(Date.now() - DAY_MS) }),
      fakePromotion(2, [2]),
    ]);
    const productCalls = async (trigger: 'timer' | 'manual'): Promise<number> => {
      bench.marketplace.calls.length = 0;
      const run = await scan(shopId, trigger);
      assert.equal(run.status, 'succeeded', run.log.join('\n'));
      return bench.marketplace.calls.filter(
        (each) => each.call === 'listPromotionProducts' && each.shopId === shopId,
      ).length;
    };
    assert.equal(await productCalls('timer'), 2, 'never read before');
    assert.equal(await productCalls('timer'), 1, 'the running one');
    assert.equal(await productCalls('manual'), 2);
    await bench.database.query(
      `UPDATE promotions SET products_read_at = products_read_at - interval '25 hours' WHERE shop_id = $1`,
      [shopId],
    );
    assert.equal(await productCalls('timer'), 2, 'a day later');
  });

  for (const [code, over] of [
    ['220010003', true],
    ['220010004', true],
    ['220019999', false],
  ] as const) {
    test(`goods of a promotion refused with ${code}: ${over ? 'an answer about it' : 'set apart'}, not asked for at every run of the timer`, async () => {
      const shopId = newShop();
      const endsAt = new Date(Date.now() - 5 * DAY_MS);
      const [past, running] = setPromotions(shopId, [
        fakePromotion(1, [1], { endsAt }),
        fakePromotion(2, [2]),
        fakePromotion(3, [3]),
      ]);
      const refused = [past?.record.promotionId, running?.record.promotionId];
      bench.marketplace.beforeAnswer = (call) => {
        if (call.call === 'listPromotionProducts' && refused.includes(call.query.promotionId)) {
          throw refusal('business', code);
        }
      };
      const scanned = async (trigger: 'timer' | 'manual') => {
        bench.marketplace.calls.length = 0;
        const run = await scan(shopId, trigger);
        assert.equal(run.status, 'succeeded', run.log.join('\n'));
        const { open } = await bench.one<{ open: number }>(
          'SELECT count(*) AS open FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL',
          [shopId],
        );
        const calls = bench.marketplace.calls.filter(
          (each) => each.call === 'listPromotionProducts' && each.shopId === shopId,
        ).length;
        return { calls, open };
      };
      const open = over ? 0 : 2;
      assert.deepEqual(await scanned('timer'), { calls: 3, open });
      assert.deepEqual(await scanned('timer'), { calls: 1, open });
      assert.deepEqual(await scanned('manual'), { calls: 3, open });
      const { read } = await bench.one<{ read: number }>(
        'SELECT count(products_read_at) AS read FROM promotions WHERE shop_id = $1',
        [shopId],
      );
      assert.equal(read, over ? 3 : 1);
      await bench.database.query(
        `UPDATE promotions SET products_read_at = products_read_at - interval '25 hours',
           products_refused_at = products_refused_at - interval '25 hours' WHERE shop_id = $1`,
        [shopId],
      );
      assert.deepEqual(await scanned('timer'), { calls: 3, open }, 'a day later');
      bench.marketplace.beforeAnswer = () => undefined;
      assert.deepEqual(await scanned('manual'), { calls: 3, open: 0 });
      assert.deepEqual((await scanned('timer')).calls, 2, 'told again: the two that run');
    });
  }

  test('a promotion that lay in quarantine leaves it when the marketplace says that it is over', async () => {
    const shopId = newShop();
    setPromotions(shopId, [fakePromotion(1, [1])]);
    for (const [code, open] of [
      ['220019999', 1],
      ['220010004', 0],
    ] as const) {
      bench.marketplace.beforeAnswer = (call) => {
        if (call.call === 'listPromotionProducts') throw refusal('business', code);
      };
      await scan(shopId);
      assert.deepEqual(
        await bench.one(
          'SELECT count(*) AS open FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL',
          [shopId],
        ),
        { open },
      );
    }
  });

  test('a price in a promotion is a supply price: never in the currency in which the SKU is sold', async () => {
    const shopId = newShop();
    setPromotions(shopId, [fakePromotion(1, [1])]);
    await scan(shopId);
    const state = () =>
      bench.one(
        `SELECT version, array_agg(DISTINCT supply_price_currency) AS currencies FROM promotion_products
         JOIN promotion_skus USING (shop_id, promotion_id, product_id) WHERE shop_id = $1 GROUP BY version`,
        [shopId],
      );
    assert.deepEqual(await state(), { version: 1, currencies: [null] });
    bench.marketplace.setCatalogue(shopId, [fakeProduct(1)]);
    bench.marketplace.supplyCurrency = 'CNY';
    bench.marketplace.beforeAnswer = (call) => {
      if (call.call === 'getSupplierPrices') throw refusal('scope');
    };
    await bench.scan(shopId);
    const unpriced = await scan(shopId);
    assert.equal(unpriced.changed, 0, 'sold in USD: that says nothing of what the marketplace pays');
    assert.deepEqual(await state(), { version: 1, currencies: [null] });
    bench.marketplace.beforeAnswer = () => undefined;
    bench.tokenVersion += 1;
    await bench.scan(shopId);
    const run = await scan(shopId);
    bench.marketplace.supplyCurrency = 'USD';
    assert.equal(run.changed, 1);
    assert.deepEqual(await state(), { version: 2, currencies: ['CNY'] });
  });

  test('two shops with the same promotion have two of them (11)', async () => {
    const [one, other] = [newShop(), newShop()];
    setPromotions(one, [fakePromotion(1, [1], { name: 'Of one' })]);
    setPromotions(other, [fakePromotion(1, [1, 2], { name: 'Of the other' })]);
    await Promise.all([scan(one), scan(other)]);
    assert.deepEqual(await storedLines(one), truthLines(bench.marketplace.promotions.get(one) ?? []));
    assert.deepEqual(await storedLines(other), truthLines(bench.marketplace.promotions.get(other) ?? []));
  });
});

describe('crash in the middle of promotions', () => {
  let bench: ScanBench;
  before(async () => {
    bench = await ScanBench.start();
  });
  after(() => bench.close());

  test('the holder is gone: another goes on to the same exact result, the old one may not write (9)', async () => {
    const shopId = newShop();
    const promotions = range(0, 40).map((index) => fakePromotion(index, [index, index + 1]));
    bench.marketplace.promotions.set(shopId, promotions);
    const held = { isHolding: true, release: () => {} };
    const isHeld = new Promise<void>((resolveHeld) => {
      bench.marketplace.beforeAnswer = (call) => {
        const isChosen =
          call.call === 'listPromotionProducts' &&
          call.query.promotionId === promotions[22]?.record.promotionId;
        if (!held.isHolding || !isChosen) return undefined;
        resolveHeld();
        return new Promise<void>((resolve) => {
          held.release = resolve;
        });
      };
    });
    bench.addWorker();
    const runId = await bench.queue(shopId, 'promotions');
    await isHeld;
    const midway = await bench.one<{ done: number }>('SELECT done FROM sync_runs WHERE id = $1', [runId]);
    assert.ok(midway.done > 40 && midway.done < 120, `${midway.done} stored when the holder stopped`);
    held.isHolding = false;
    await bench.database.query(`UPDATE sync_leases SET expires_at = now() - interval '1 second'`);
    bench.addWorker().wake();
    const run = await bench.ended(runId);
    assert.equal(run.status, 'succeeded', run.log.join('\n'));
    assert.deepEqual([run.done, run.changed], [120, 120]);
    const facts = `SELECT sum(version) AS versions, max(xmin::text::bigint) AS writer, count(*) AS goods FROM promotion_products`;
    const before = await bench.one(facts);
    assert.deepEqual({ ...before, writer: null }, { versions: '80', writer: null, goods: 80 });
    held.release();
    await bench.closeWorkers();
    assert.deepEqual(await bench.one(facts), before, 'the old holder wrote nothing');
  });
});
