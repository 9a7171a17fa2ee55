import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { english, type Said } from '#contracts';
import type { ListPage, ProductRecord, PromotionRecord } from '#marketplace';
import type { Transaction } from '#runtime';
import { createTestDatabase, type TestDatabase } from '#testing';
import { migrations } from '../src/database/migrations/index.js';
import { type ListedSku, storeSupplierPrices } from '../src/products/sku-store.js';
import { storeProductPages, storeSkuPages } from '../src/products/store-product-pages.js';
import {
  type EnrolledProduct,
  enrolledId,
  storePromotionProducts,
} from '../src/promotions/promotion-products-store.js';
import { storePromotions } from '../src/promotions/promotion-store.js';
import { type Scan, storePages } from '../src/scans/store-pages.js';
import { newShop } from './scan-bench.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 10, minute));
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' });

const PRODUCT: ProductRecord = {
  productId: '600',
  productName: 'Steel travel mug',
  sellerProductCode: 'MUG',
  imageUrl: 'https://img.example/1.jpg',
  categoryId: '25555',
  platformStatus: '1',
  platformSubStatus: '2001',
  listing: 'listed',
  stock: 7,
  price: usd(1299),
  listPrice: usd(1999),
  createdAt: at(0),
  statusChangedAt: at(1),
  skuIds: ['17', '18'],
};

const SKU: ListedSku = {
  skuId: '17',
  productId: '600',
  productName: 'Steel travel mug',
  sellerSku: 'MUG-RED',
  spec: 'Red, L',
  imageUrl: 'https://img.example/2.jpg',
  stock: 3,
  price: usd(1299),
  platformStatus: '1',
  platformSubStatus: '2001',
  onSale: true,
  createdAt: at(0),
  statusChangedAt: at(1),
  isAvailable: true,
};

const PROMOTION: PromotionRecord = {
  promotionId: '1100',
  name: 'Summer sale',
  platformType: '13',
  platformStatus: '2',
  status: 'running',
  startsAt: at(0),
  endsAt: at(59),
  isJoined: true,
};

const GOODS: EnrolledProduct = {
  promotionId: '1100',
  productId: '600',
  quantity: 100,
  remainingQuantity: 40,
  skus: [
    { skuId: '17', supplyPriceMinor: 500 },
    { skuId: '18', supplyPriceMinor: 600 },
  ],
};

type Json = unknown;

/** The same value, another one of its kind: one for each part that can differ. */
function others(value: Json): Json[] {
  if (value instanceof Date) return [new Date(value.getTime() + 1_000)];
  if (typeof value === 'boolean') return [!value];
  if (typeof value === 'number') return [value + 1];
  if (value === 'listed') return ['draft'];
  if (typeof value === 'string') return [`${value}-other`];
  if (Array.isArray(value)) {
    const inside = value.flatMap((item, place) =>
      others(item).map((other) => value.map((each, index) => (index === place ? other : each))),
    );
    return [...inside, value.slice(1)];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, part]) =>
      others(part).map((other) => ({ ...value, [key]: other })),
    );
  }
  throw new Error(`there is no other value of ${String(value)}: give the sample one`);
}

function changes<T extends object>(record: T): { readonly key: string; readonly changed: T }[] {
  return Object.entries(record).flatMap(([key, value]) =>
    others(value).map((other) => ({ key, changed: { ...record, [key]: other } })),
  );
}

/** One kind of record: a sample with every field filled, how it is stored, and where its version stands. */
interface Kind<T extends object> {
  readonly name: string;
  readonly sample: T;
  readonly store: (tx: Transaction, scan: Scan, pages: readonly ListPage<T>[]) => Promise<unknown>;
  readonly quarantined: string;
  readonly id: string;
  readonly version: string;
  /** All that is stored of it, without marks and times of ours. */
  readonly content: string;
  readonly marks: string;
  /** Its own key; another one is another record. */
  readonly keys: readonly string[];
  /** Fields of the record that are not stored, and why. */
  readonly notStored: Readonly<Record<string, string>>;
  /** Fields that are believed when the marketplace's time of change is later. */
  readonly dated: readonly string[];
  readonly changedAt?: string;
  /** Names of fields as they are told, where they are not the record's own. */
  readonly told: Readonly<Record<string, string>>;
}

const without = (table: string, extra = ''): string =>
  `SELECT to_jsonb(row) - ARRAY['version', 'read_at', 'last_seen_at', 'first_stored_at', 'scan_id', 'changed_scan_id',
     'content_hash', 'emptied_fields', 'emptied_since'] AS content ${extra} FROM ${table} AS row WHERE shop_id = $1`;

const KINDS = [
  {
    name: 'products',
    sample: PRODUCT,
    store: storeProductPages,
    quarantined: 'products',
    id: '600',
    version: 'SELECT version FROM products WHERE shop_id = $1',
    content: without('products'),
    marks: 'SELECT emptied_fields AS fields, emptied_since AS since FROM products WHERE shop_id = $1',
    keys: ['productId'],
    notStored: {},
    dated: [
      'productName',
      'sellerProductCode',
      'imageUrl',
      'categoryId',
      'platformStatus',
      'platformSubStatus',
      'skuIds',
    ],
    changedAt: 'statusChangedAt',
    told: { skuIds: 'skus' },
  } satisfies Kind<ProductRecord>,
  {
    name: 'SKUs',
    sample: SKU,
    store: storeSkuPages,
    quarantined: 'skus',
    id: '17',
    version: `SELECT sum(version)::bigint AS version FROM products WHERE shop_id = $1`,
    content: without('skus'),
    marks: 'SELECT emptied_fields AS fields, emptied_since AS since FROM skus WHERE shop_id = $1',
    keys: ['skuId'],
    notStored: { productName: 'a product has its name once, in `products`' },
    dated: ['sellerSku', 'spec', 'imageUrl', 'onSale', 'platformStatus', 'platformSubStatus'],
    changedAt: 'statusChangedAt',
    told: { onSale: 'isOnSale' },
  } satisfies Kind<ListedSku>,
  {
    name: 'promotions',
    sample: PROMOTION,
    store: (tx, scan, pages) =>
      storePages(tx, scan, 'promotions', pages, (record) => record.promotionId, storePromotions),
    quarantined: 'promotions',
    id: '1100',
    version: 'SELECT version FROM promotions WHERE shop_id = $1',
    content: without('promotions'),
    marks: 'SELECT emptied_fields AS fields, emptied_since AS since FROM promotions WHERE shop_id = $1',
    keys: ['promotionId'],
    notStored: {},
    dated: [],
    told: { status: 'platformStatus' },
  } satisfies Kind<PromotionRecord>,
  {
    name: 'goods of promotions',
    sample: GOODS,
    store: (tx, scan, pages) =>
      storePages(tx, scan, 'promotion_products', pages, enrolledId, storePromotionProducts),
    quarantined: 'promotion_products',
    id: '1100/600',
    version: 'SELECT version FROM promotion_products WHERE shop_id = $1',
    content: `SELECT goods.content, (SELECT jsonb_agg(to_jsonb(sku) ORDER BY sku_id) FROM promotion_skus AS sku
        WHERE shop_id = $1 AND gone_at IS NULL) AS skus
      FROM (${without('promotion_products')}) AS goods`,
    marks:
      'SELECT emptied_fields AS fields, emptied_since AS since FROM promotion_products WHERE shop_id = $1',
    keys: ['promotionId', 'productId'],
    notStored: {},
    dated: [],
    told: {},
  } satisfies Kind<EnrolledProduct>,
] as unknown as readonly Kind<Record<string, Json>>[];

const EMPTY = (value: Json): Json => (typeof value === 'string' ? '' : Array.isArray(value) ? [] : null);

/** Fields that the port lets come empty: not the key, nor what says where a record was found. */
const NEVER_EMPTY = new Set(['listing', 'isAvailable', 'productId']);

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('the merge of what scans read', () => {
  let suite: TestDatabase;
  before(async () => {
    suite = await createTestDatabase({ schema: 'products', migrations });
  });
  after(() => suite.drop());

  const newScan = (shopId: string): Scan => ({ id: newShop(), shopId, since: new Date() });
  const pageOf = <T>(record: T, requestStartedAt: Date): ListPage<T> => ({
    total: 1,
    records: [record],
    unreadable: [],
    platformTime: requestStartedAt,
    requestStartedAt,
  });
  const one = async <Row extends object>(sql: string, params: readonly unknown[]): Promise<Row> => {
    const [row] = await suite.database.query<Row>(sql, params);
    return row ?? assert.fail(`no row: ${sql}`);
  };

  for (const kind of KINDS) {
    const store = async (shopId: string, record: Record<string, Json>, minute: number) => {
      const scan = newScan(shopId);
      await suite.database.transaction((tx) => kind.store(tx, scan, [pageOf(record, at(minute))]));
    };
    const version = async (shopId: string) =>
      (await one<{ version: number }>(kind.version, [shopId])).version;
    const content = (shopId: string) => one<Record<string, unknown>>(kind.content, [shopId]);
    const marks = (shopId: string) => one<{ fields: string[]; since: Date | null }>(kind.marks, [shopId]);
    const openQuarantine = () =>
      suite.database.query<{ shop_id: string; id: string; reason: Said; raw: string }>(
        'SELECT shop_id, platform_id AS id, reason, raw FROM quarantine WHERE kind = $1 AND resolved_at IS NULL',
        [kind.quarantined],
      );
    /** A shop that knows the sample; of a SKU its product too, which bears the version. */
    const known = async (): Promise<string> => {
      const shopId = newShop();
      if (kind.name === 'SKUs') {
        const scan = newScan(shopId);
        await suite.database.transaction((tx) => storeProductPages(tx, scan, [pageOf(PRODUCT, at(2))]));
      }
      await store(shopId, kind.sample, 2);
      return shopId;
    };

    describe(kind.name, () => {
      for (const { key, changed } of changes(kind.sample)) {
        if (kind.keys.includes(key)) continue;
        const isStored = !(key in kind.notStored);
        test(`${key} ${JSON.stringify(changed[key])}: ${isStored ? 'a change' : `none, for ${kind.notStored[key]}`}`, async () => {
          const shopId = await known();
          const [before, stored] = [await version(shopId), await content(shopId)];
          await store(shopId, kind.sample, 3);
          assert.equal(await version(shopId), before, 'the same again is none');
          await store(shopId, changed, 4);
          assert.equal((await version(shopId)) > before, isStored);
          const now = await content(shopId);
          if (isStored) assert.notDeepEqual(now, stored, 'it is stored');
          else assert.deepEqual(now, stored);
          await store(shopId, changed, 5);
          assert.deepEqual(await content(shopId), now);
        });
      }

      const emptiable = Object.keys(kind.sample).filter(
        (key) => !kind.keys.includes(key) && !NEVER_EMPTY.has(key) && !(key in kind.notStored),
      );
      for (const key of emptiable) {
        const emptied = { ...kind.sample, [key]: EMPTY(kind.sample[key]) };
        const name = kind.told[key] ?? key;

        test(`${key} comes back empty: what was known stays, is marked, and the answer is kept until a full one comes`, async () => {
          const shopId = await known();
          const [before, stored] = [await version(shopId), await content(shopId)];
          for (const minute of [3, 4]) await store(shopId, emptied, minute);
          assert.deepEqual(await content(shopId), stored);
          assert.equal(await version(shopId), before);
          const mark = await marks(shopId);
          assert.deepEqual(mark.fields, [name]);
          assert.ok(mark.since !== null);
          const [kept, ...others] = (await openQuarantine()).filter((row) => row.shop_id === shopId);
          assert.equal(others.length, 0);
          assert.equal(kept?.id, kind.id);
          assert.match(textOf(kept?.reason), new RegExp(`leaves ${name} empty`));
          assert.deepEqual(JSON.parse(kept?.raw ?? '{}'), JSON.parse(JSON.stringify(emptied)));
          // An older full answer that comes late says nothing.
          await store(shopId, kind.sample, 2);
          assert.deepEqual((await marks(shopId)).fields, [name]);
          assert.equal((await openQuarantine()).filter((row) => row.shop_id === shopId).length, 1);
          await store(shopId, kind.sample, 5);
          assert.deepEqual(await marks(shopId), { fields: [], since: null });
          assert.deepEqual(
            (await openQuarantine()).filter((row) => row.shop_id === shopId),
            [],
          );
          assert.equal(await version(shopId), before);
        });

        const { changedAt } = kind;
        if (changedAt === undefined || key === changedAt) continue;
        const isBelieved = kind.dated.includes(key);
        test(`${key} comes back empty with a later time of change: ${isBelieved ? 'believed' : 'that time does not speak of it'}`, async () => {
          const shopId = await known();
          await store(shopId, { ...emptied, [changedAt]: at(3) }, 4);
          assert.deepEqual((await marks(shopId)).fields, isBelieved ? [] : [name]);
          assert.equal(
            (await openQuarantine()).some((row) => row.shop_id === shopId),
            !isBelieved,
          );
        });
      }

      test('the fields beside an empty one are taken as they come', async () => {
        const [key = '', other = ''] = emptiable;
        const shopId = await known();
        const before = await version(shopId);
        const [otherValue] = others(kind.sample[other]);
        await store(shopId, { ...kind.sample, [key]: EMPTY(kind.sample[key]), [other]: otherValue }, 3);
        assert.ok((await version(shopId)) > before);
        assert.deepEqual((await marks(shopId)).fields, [kind.told[key] ?? key]);
      });
    });
  }

  test('a price of a SKU in a promotion that comes back empty stays; a SKU that is left out is withdrawn', async () => {
    const scan = newScan(newShop());
    const store = (record: EnrolledProduct, minute: number) =>
      suite.database.transaction((tx) =>
        storePages(
          tx,
          scan,
          'promotion_products',
          [pageOf(record, at(minute))],
          enrolledId,
          storePromotionProducts,
        ),
      );
    const skus = () =>
      suite.database.query(
        `SELECT sku_id AS id, supply_price_minor AS price, gone_at IS NOT NULL AS gone FROM promotion_skus
         WHERE shop_id = $1 ORDER BY sku_id`,
        [scan.shopId],
      );
    await store(GOODS, 2);
    await store({ ...GOODS, skus: [{ skuId: '17', supplyPriceMinor: null }] }, 3);
    assert.deepEqual(await skus(), [
      { id: '17', price: 500, gone: false },
      { id: '18', price: 600, gone: true },
    ]);
    const mark = await one<{ fields: string[] }>(
      'SELECT emptied_fields AS fields FROM promotion_products WHERE shop_id = $1',
      [scan.shopId],
    );
    assert.deepEqual(mark.fields, ['supplyPrice']);
  });

  test('a supply price that changes in amount or in currency alone is a change', async () => {
    const shopId = newShop();
    const scan = newScan(shopId);
    await suite.database.transaction(async (tx) => {
      await storeProductPages(tx, scan, [pageOf(PRODUCT, at(2))]);
      await storeSkuPages(tx, scan, [pageOf(SKU, at(2))]);
    });
    const price = (minor: number, currency: string, minute: number) =>
      suite.database.transaction((tx) =>
        storeSupplierPrices(
          tx,
          shopId,
          newShop(),
          [{ productId: '600', skuId: '17', supplierPrice: { amountMinor: minor, currency } }],
          at(minute),
        ),
      );
    assert.deepEqual(
      [
        await price(5, 'USD', 3),
        await price(5, 'USD', 4),
        await price(6, 'USD', 5),
        await price(6, 'EUR', 6),
      ],
      [1, 0, 1, 1],
    );
  });
});
