import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { english, quoted, type Said } from '#contracts';
import type { ListPage, OrderRecord, UnreadableRecord } from '#marketplace';
import { aLine, anOrder, at, countStatements, createOrderBed, type OrderBed } from './order-bed.fixture.js';
import { storePages } from './store-pages.js';

function page(records: OrderRecord[], unreadable: UnreadableRecord[] = []): ListPage<OrderRecord> {
  return { total: records.length, records, unreadable, platformTime: at(5_000), requestStartedAt: at(5_000) };
}

/** One that PostgreSQL refuses: its column holds four bytes. */
const tooMany = (number: string): OrderRecord =>
  anOrder(number, { lines: [aLine(number, { orderedQuantity: 3_000_000_000 })] });

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('storePages', () => {
  let bed: OrderBed;
  let shopId: string;
  before(async () => {
    bed = await createOrderBed();
  });
  after(() => bed.drop());
  beforeEach(async () => {
    shopId = await bed.newShop();
  });

  const store = (...pages: ListPage<OrderRecord>[]) =>
    bed.database.transaction((tx) => storePages(tx, shopId, pages, 0));
  const quarantined = () =>
    bed.database.query<{ id: string; reason: Said; raw: string; sightings: number; isOpen: boolean }>(
      `SELECT platform_id AS id, reason, raw, sightings, resolved_at IS NULL AS "isOpen" FROM quarantine
       WHERE shop_id = $1 ORDER BY platform_id`,
      [shopId],
    );
  const many = (count: number, prefix = 'PO-') =>
    Array.from({ length: count }, (_, n) => anOrder(`${prefix}${String(n).padStart(4, '0')}`));

  test('an answer that knows less is kept and marked until one knows it all again', async () => {
    const full = anOrder('PO-1', { shipByAt: at(9) });
    const emptier = { ...full, lines: full.lines.map((line) => ({ ...line, productName: '', spec: null })) };
    const readAt = (record: OrderRecord, seconds: number) =>
      store({ ...page([record]), requestStartedAt: at(seconds) });
    await readAt(full, 1);
    for (const seconds of [2, 3]) {
      await readAt(emptier, seconds);
      const [kept] = await quarantined();
      assert.deepEqual([kept?.id, kept?.isOpen], ['PO-1', true]);
      assert.match(textOf(kept?.reason), /product_name of 1, spec of 1/);
      assert.deepEqual(JSON.parse(kept?.raw ?? ''), JSON.parse(JSON.stringify(emptier)));
    }
    await readAt(full, 4);
    assert.equal((await quarantined())[0]?.isOpen, false);
    assert.equal((await bed.takeEvents()).at(-1)?.lines[0]?.productName, 'Steel travel mug');
  });

  test('peer failures 1 and 12: one order that cannot be stored is kept aside; the other 99 are stored', async () => {
    const orders = many(100);
    orders[37] = tooMany('PO-0037');
    assert.deepEqual(await store(page(orders)), {
      changed: 99,
      quarantined: 1,
      unstored: ['PO-0037'],
    });
    const stored = await bed.numbers(shopId);
    assert.equal(stored.length, 99);
    assert.ok(!stored.includes('PO-0037'));
    const [row, ...others] = await quarantined();
    assert.deepEqual(others, []);
    assert.equal(row?.id, 'PO-0037');
    assert.match(textOf(row?.reason), /out of range|3000000000/);
    assert.equal((JSON.parse(row?.raw ?? '{}') as OrderRecord).orderNumber, 'PO-0037');
    assert.equal(new Set((await bed.takeEvents()).map(({ orderNumber }) => orderNumber)).size, 99);
  });

  test('peer failure 1: a later reading that can be stored ends its quarantine, also when nothing of it changed', async () => {
    await store(page([tooMany('PO-1'), anOrder('PO-2')]));
    await store(page([tooMany('PO-1')]));
    assert.deepEqual(
      (await quarantined()).map(({ id, sightings, isOpen }) => [id, sightings, isOpen]),
      [['PO-1', 2, true]],
    );
    assert.deepEqual(await store(page([anOrder('PO-1')])), {
      changed: 1,
      quarantined: 0,
      unstored: [],
    });
    assert.deepEqual(
      (await quarantined()).map(({ isOpen }) => isOpen),
      [false],
    );
    assert.deepEqual(await bed.numbers(shopId), ['PO-1', 'PO-2']);
    // It may go bad again, and be read well again while its stored state is the same.
    await store(page([], [{ platformId: 'PO-1', reason: quoted('productName is missing'), raw: '{}' }]));
    assert.equal((await quarantined())[0]?.isOpen, true);
    await store(page([anOrder('PO-1')]));
    assert.equal((await quarantined())[0]?.isOpen, false);
  });

  test('another shop’s quarantine is left alone', async () => {
    await store(page([tooMany('PO-1')]));
    const other = await bed.newShop();
    await bed.database.transaction((tx) => storePages(tx, other, [page([anOrder('PO-1')])], 0));
    assert.equal((await quarantined())[0]?.isOpen, true);
  });

  test('a bad order beside one that is on two pages: both are dealt with', async () => {
    const first = many(10);
    const second = [...many(10), ...many(5, 'PO-9')].map((order) => ({
      ...order,
      platformUpdatedAt: at(50),
      status: 'shipped' as const,
    }));
    assert.deepEqual(await store(page([...first, tooMany('PO-8')]), page(second)), {
      changed: 15,
      quarantined: 1,
      unstored: ['PO-8'],
    });
    assert.equal((await bed.row(shopId, 'PO-0003')).status, 'shipped');
    assert.equal((await bed.row(shopId, 'PO-0003')).version, 1);
  });

  test('several bad ones, each kept with its own reason, and readable neighbours on every page', async () => {
    const pages = [0, 1, 2, 3, 4].map((number) =>
      page(
        [...many(20, `PO-${number}`), tooMany(`PO-bad-${number}`)],
        [{ platformId: `PO-unreadable-${number}`, reason: quoted('orderList is no list'), raw: '{}' }],
      ),
    );
    const stored = await store(...pages);
    assert.deepEqual(stored, {
      changed: 100,
      quarantined: 10,
      unstored: [0, 1, 2, 3, 4].map((n) => `PO-bad-${n}`),
    });
    assert.equal((await quarantined()).length, 10);
  });

  test('what has no id, or NUL in its words, is kept too', async () => {
    const result = await store(
      page(
        [],
        [
          { platformId: null, reason: quoted('no number\u0000'), raw: '{"a":"\u0000"}' },
          { platformId: 'PO-\u00001', reason: quoted('bad'), raw: '' },
        ],
      ),
    );
    assert.equal(result.quarantined, 2);
    assert.deepEqual(
      (await quarantined()).map(({ id }) => id),
      ['PO-1', 'without id 8171d65ad3fc'],
    );
  });

  test('a group that is all well costs a fixed number of statements', async () => {
    const counts: number[] = [];
    for (const size of [5, 400]) {
      await bed.database.transaction(async (plain) => {
        const { tx, count } = countStatements(plain);
        await storePages(tx, shopId, [page(many(size, `PO-${size}-`))], 0);
        counts.push(count());
      });
    }
    assert.equal(counts[0], counts[1]);
  });

  for (const [what, setting, code] of [
    ['a time-out', "SET LOCAL statement_timeout = '100ms'", '57014'],
    ['a lock that is not had', "SET LOCAL lock_timeout = '100ms'", '55P03'],
  ] as const) {
    test(`${what} is no order’s fault: all is undone and nothing is kept aside, a bad order neither`, async () => {
      const orders = [...many(40), tooMany('PO-bad')];
      await store(page(many(1)));
      await bed.takeEvents();
      await bed.database.transaction(async (somebody) => {
        await somebody.query('SELECT FROM orders WHERE shop_id = $1 FOR UPDATE', [shopId]);
        await assert.rejects(
          bed.database.transaction(async (tx) => {
            await tx.query(setting);
            await storePages(
              tx,
              shopId,
              [page(orders.map((order) => ({ ...order, platformUpdatedAt: at(50), status: 'shipped' })))],
              0,
            );
          }),
          { code },
        );
      });
      assert.deepEqual(await bed.numbers(shopId), ['PO-0000']);
      assert.deepEqual(await quarantined(), []);
      assert.deepEqual(await bed.takeEvents(), []);
    });
  }
});
