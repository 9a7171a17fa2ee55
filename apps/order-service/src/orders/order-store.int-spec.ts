import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { OrderRecord } from '#marketplace';
import { seededRandom } from '#testing';
import { storeAmounts } from '../amounts/store-amounts.js';
import {
  aLine,
  anOrder,
  at,
  countStatements,
  createOrderBed,
  type OrderBed,
  someAmounts,
} from './order-bed.fixture.js';
import { type ReadOrder, storeOrders } from './order-store.js';

const SN = 'PO-211-1234567890123456789';
const read = (record: OrderRecord, readAt = at(1_000)): ReadOrder => ({ record, readAt });

describe('storeOrders', () => {
  let bed: OrderBed;
  let shopId: string;
  before(async () => {
    bed = await createOrderBed();
  });
  after(() => bed.drop());
  beforeEach(async () => {
    shopId = await bed.newShop();
    await bed.takeEvents();
  });

  test('peer failure 46: all that the list said is stored and told, ids to the last digit', async () => {
    const record = anOrder(SN, {
      status: 'partially_shipped',
      platformStatus: '41',
      orderedAt: at(10),
      shipByAt: at(20),
      shippedAt: at(30),
      platformUpdatedAt: at(40),
      labels: ['past_due', 'a,b', 'quote"'],
      fulfilmentTypes: ['seller', 'partner_warehouse'],
      lines: [
        aLine('211-1234567890123456789', {
          orderedQuantity: 3,
          cancelledBeforeShipment: 1,
          netQuantity: 2,
          soldFactor: 2,
        }),
        aLine('211-1234567890123456790', {
          productName: '保温杯 "红"\t\\N',
          spec: null,
          status: 'cancelled',
        }),
      ],
    });
    assert.equal(await bed.store(shopId, read(record)), 1);
    const row = await bed.row(shopId, SN);
    assert.deepEqual(
      [row.version, row.status, row.platform_status, row.units, row.amount_state, row.labels],
      [1, 'partially_shipped', '41', 3, 'pending', record.labels],
    );
    assert.notEqual(row.amounts_due_at, null);
    const [event, ...others] = await bed.takeEvents();
    assert.deepEqual(others, []);
    assert.deepEqual(event, {
      shopId,
      orderNumber: SN,
      version: 1,
      status: 'partially_shipped',
      orderedAt: '2026-05-01T00:00:10.000Z',
      shipByAt: '2026-05-01T00:00:20.000Z',
      shippedAt: '2026-05-01T00:00:30.000Z',
      currency: null,
      customerPaidMinor: null,
      refundsTotalMinor: null,
      estimatedRevenueMinor: null,
      shippingMinor: null,
      signOnDeliveryMinor: null,
      lines: record.lines.map((line) => ({
        lineId: line.lineId,
        status: line.status,
        productId: '601099512345678901',
        skuId: '17592186044416001',
        sellerSku: 'MUG-RED-L',
        productName: line.productName,
        spec: line.spec,
        imageUrl: null,
        orderedQuantity: line.orderedQuantity,
        cancelledBeforeShipment: line.cancelledBeforeShipment,
        netQuantity: line.netQuantity,
        soldFactor: line.soldFactor,
        retailMinor: null,
        basePriceMinor: null,
        unitRetailMinor: null,
        unitBasePriceMinor: null,
        refundedUnits: 0,
        refundedMinor: 0,
        uncountedRefundMinor: 0,
        isRefundDerived: false,
      })),
    });
  });

  /** Nothing of it is null, so that every field can be another. */
  const aFullLine = (lineId: string) =>
    aLine(lineId, {
      catalogueSkuId: '77',
      imageUrl: 'https://img.example/1.jpg',
      shippedAt: at(6),
      labels: ['late'],
      orderedQuantity: 5,
      netQuantity: 5,
    });
  const full = anOrder(SN, {
    platformSite: '100',
    confirmedAt: at(1),
    shipByAt: at(2),
    shippedAt: at(3),
    deliverByAt: at(4),
    labels: ['past_due'],
    warnings: ['slow'],
    shippingMethod: '1',
    hasShippingFee: true,
    lines: [aFullLine('1'), aFullLine('2')],
  });
  function another(value: unknown, name: string): unknown {
    if (name === 'status') return 'delivered';
    if (typeof value === 'number') return value + 1;
    if (typeof value === 'boolean') return !value;
    if (value instanceof Date) return new Date(value.getTime() + 1_000);
    if (Array.isArray(value)) return [...value, 'another'];
    assert.equal(typeof value, 'string', 'a field that is null in the full order proves nothing');
    return `${String(value)}1`;
  }

  test('an order is another as soon as any of its fields is, or any of any of its lines', async () => {
    const changes: [string, typeof full][] = Object.entries(full)
      .filter(([name]) => name !== 'orderNumber' && name !== 'lines')
      .map(([name, value]) => [name, { ...full, [name]: another(value, name) }]);
    full.lines.forEach((line, position) => {
      for (const [name, value] of Object.entries(line))
        changes.push([
          `line ${position + 1}: ${name}`,
          { ...full, lines: full.lines.with(position, { ...line, [name]: another(value, name) }) },
        ]);
    });
    assert.ok(changes.length > 50);
    const shops = await Promise.all(changes.map(() => bed.newShop()));
    for (const [n, [name, changed]] of changes.entries()) {
      const shop = shops[n] ?? '';
      await bed.store(shop, read(full, at(1)));
      assert.equal(await bed.store(shop, read(full, at(2))), 0);
      assert.equal(await bed.store(shop, read(changed, at(3))), 1, name);
    }
  });

  test('an answer that knows less replaces nothing, unless the marketplace says that the order has changed', async () => {
    await bed.store(shopId, read(full, at(1)));
    const [first] = full.lines;
    assert.ok(first);
    const emptier = {
      ...full,
      shipByAt: null,
      status: 'shipped' as const,
      lines: [{ ...first, productName: ' ', spec: null, imageUrl: null, sellerSku: '' }],
    };
    const { poorer } = await bed.database.transaction((tx) =>
      storeOrders(tx, shopId, [read(emptier, at(2))], 'poll'),
    );
    assert.deepEqual(
      poorer.map(({ number, kept }) => [number, [...kept].sort()]),
      [[SN, ['image_url of 1', 'line 2', 'product_name of 1', 'seller_sku of 1', 'ship_by_at', 'spec of 1']]],
    );
    const told = (await bed.takeEvents()).at(-1);
    assert.deepEqual(
      told?.lines.map(({ lineId, productName, spec, sellerSku }) => [lineId, productName, spec, sellerSku]),
      full.lines.map(({ lineId, productName, spec, sellerSku }) => [lineId, productName, spec, sellerSku]),
    );
    const kept = await bed.row(shopId, SN);
    assert.deepEqual([kept.units, kept.status, kept.ship_by_at], [10, 'shipped', at(2)]);
    await bed.store(shopId, read({ ...emptier, platformUpdatedAt: at(50) }, at(3)));
    const row = await bed.row(shopId, SN);
    assert.deepEqual([row.units, row.ship_by_at, row.kept_fields], [5, null, []]);
    assert.deepEqual(await bed.lineIds(shopId, SN), ['1']);
  });

  const older = anOrder(SN, { status: 'unshipped', platformUpdatedAt: at(100) });
  const newer = anOrder(SN, { status: 'shipped', platformUpdatedAt: at(200) });

  test('peer failure 14: older after newer changes nothing and is not told', async () => {
    await bed.store(shopId, read(newer, at(1_000)));
    await bed.takeEvents();
    // Asked for later, and yet an older state.
    assert.equal(await bed.store(shopId, read(older, at(2_000))), 0);
    const row = await bed.row(shopId, SN);
    assert.deepEqual([row.status, row.version], ['shipped', 1]);
    assert.deepEqual(await bed.takeEvents(), []);
  });

  test('peer failure 14: the same twice changes nothing and is not told', async () => {
    await bed.store(shopId, read(older, at(1_000)));
    await bed.takeEvents();
    assert.equal(await bed.store(shopId, read(older, at(2_000))), 0);
    assert.equal((await bed.row(shopId, SN)).version, 1);
    assert.deepEqual(await bed.takeEvents(), []);
  });

  test('newer after older raises the version, remembers the former status, and asks for amounts again', async () => {
    await bed.store(shopId, read(older));
    await bed.database.query('UPDATE orders SET amounts_due_at = NULL, amounts_attempts = 4');
    assert.equal(await bed.store(shopId, read(newer)), 1);
    const row = await bed.row(shopId, SN);
    assert.deepEqual([row.status, row.version, row.amounts_attempts], ['shipped', 2, 0]);
    assert.notEqual(row.amounts_due_at, null);
    assert.deepEqual(
      await bed.database.query(
        `SELECT version, source, status, previous_status FROM order_history WHERE shop_id = $1 ORDER BY version`,
        [shopId],
      ),
      [
        { version: 1, source: 'poll', status: 'unshipped', previous_status: null },
        { version: 2, source: 'poll', status: 'shipped', previous_status: 'unshipped' },
      ],
    );
  });

  test('of the same update time, what was asked for later wins, whichever arrives first', async () => {
    const [first, second] = [
      read(anOrder(SN, { warnings: ['a'] }), at(1_000)),
      read(anOrder(SN, { warnings: ['b'] }), at(1_001)),
    ];
    await bed.store(shopId, first);
    await bed.store(shopId, second);
    assert.deepEqual((await bed.row(shopId, SN)).warnings, ['b']);
    const other = await bed.newShop();
    await bed.store(other, second);
    await bed.store(other, first);
    assert.deepEqual((await bed.row(other, SN)).warnings, ['b']);
  });

  test('any order of arrival, any grouping: the same end', async () => {
    const random = seededRandom(11);
    const states = Array.from({ length: 12 }, (_, n) =>
      read(
        anOrder(SN, { warnings: [`state ${n}`], platformUpdatedAt: at(100 + Math.floor(n / 3)) }),
        at(1_000 + n),
      ),
    );
    for (let round = 0; round < 20; round += 1) {
      const shop = await bed.newShop();
      const shuffled = states
        .map((state) => ({ state, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ state }) => state);
      while (shuffled.length > 0) await bed.store(shop, ...shuffled.splice(0, 1 + Math.floor(random() * 4)));
      assert.deepEqual((await bed.row(shop, SN)).warnings, ['state 11']);
    }
  });

  test('an order that is twice in one group counts once, with its later state', async () => {
    assert.equal(await bed.store(shopId, read(newer), read(older), read(newer)), 1);
    assert.equal((await bed.row(shopId, SN)).status, 'shipped');
    assert.equal((await bed.takeEvents()).length, 1);
  });

  test('peer failure 11: two shops, one order number: two orders', async () => {
    const other = await bed.newShop();
    await bed.store(shopId, read(older));
    await bed.store(other, read(newer));
    assert.equal((await bed.row(shopId, SN)).status, 'unshipped');
    assert.equal((await bed.row(other, SN)).status, 'shipped');
    assert.deepEqual(await bed.lineIds(other, SN), ['211-1234567890123456789']);
  });

  test('lines follow their order: changed, added, gone', async () => {
    const lines = (...numbers: string[]) => numbers.map((number) => aLine(number));
    await bed.store(shopId, read({ ...older, lines: lines('a', 'b', 'c') }));
    await bed.store(shopId, read(anOrder('PO-2', { lines: lines('x') })));
    await bed.store(shopId, read({ ...newer, lines: lines('d', 'c', 'a') }));
    assert.deepEqual(await bed.lineIds(shopId, SN), ['d', 'c', 'a']);
    assert.deepEqual(await bed.lineIds(shopId, 'PO-2'), ['x']);
    await bed.takeEvents();
    // An older state brings no line back.
    await bed.store(shopId, read({ ...older, lines: lines('b') }));
    assert.deepEqual(await bed.lineIds(shopId, SN), ['d', 'c', 'a']);
    await bed.store(shopId, read({ ...newer, platformUpdatedAt: at(300), lines: [] }));
    assert.deepEqual(await bed.lineIds(shopId, SN), []);
    assert.deepEqual((await bed.takeEvents())[0]?.lines, []);
  });

  test('NUL, which PostgreSQL cannot hold, costs no order', async () => {
    await bed.store(
      shopId,
      read({ ...older, lines: [aLine('a', { productName: 'mu\u0000g', spec: '\u0000' })] }),
    );
    assert.deepEqual((await bed.takeEvents())[0]?.lines[0]?.productName, 'mug');
  });

  test('peer failure 13: the number of statements does not grow with the number of orders', async () => {
    const counts: number[] = [];
    for (const size of [1, 100, 500]) {
      for (const updatedAt of [at(1), at(2)]) {
        await bed.database.transaction(async (plain) => {
          const { tx, count } = countStatements(plain);
          const orders = Array.from({ length: size }, (_, n) =>
            read(anOrder(`PO-${size}-${n}`, { platformUpdatedAt: updatedAt })),
          );
          assert.equal((await storeOrders(tx, shopId, orders, 'poll')).changed, size);
          counts.push(count());
        });
      }
    }
    const [first, again] = counts;
    assert.deepEqual(counts, [first, again, first, again, first, again]);
    assert.ok(Math.max(...counts) <= 9, String(counts));
  });

  test('peer failure 13: ten thousand orders in groups cost each a small part of one alone, and are told once', async () => {
    const GROUPS = 20;
    const inTurn = async (size: number, name: string): Promise<number> => {
      const startedAt = performance.now();
      for (let group = 0; group < GROUPS; group += 1) {
        const orders = Array.from({ length: size }, (_, n) => read(anOrder(`PO-${name}-${group}-${n}`)));
        assert.equal(await bed.store(shopId, ...orders), size);
      }
      return performance.now() - startedAt;
    };
    const alone = await inTurn(1, 'alone');
    await bed.takeEvents();
    const together = await inTurn(500, 'group');
    // About thirty times in truth: a statement an order would make it one.
    assert.ok(together / 500 < alone / 5, `${together} ms of ${500 * GROUPS}, ${alone} ms of ${GROUPS}`);
    const told = await bed.takeEvents();
    assert.equal(new Set(told.map(({ orderNumber }) => orderNumber)).size, 10_000);
    assert.equal(told.length, 10_000);
  });

  test('events of wordy orders stay well under the limit of the bus', async () => {
    const lines = Array.from({ length: 4 }, (_, n) =>
      aLine(`line ${n}`, { productName: '保温杯'.repeat(160), spec: 'x'.repeat(200) }),
    );
    await bed.store(shopId, ...Array.from({ length: 300 }, (_, n) => read(anOrder(`PO-${n}`, { lines }))));
    const sizes = await bed.database.query<{ bytes: number }>(
      'SELECT octet_length(payload) AS bytes FROM outbox',
    );
    assert.ok(sizes.length > 2 && sizes.every(({ bytes }) => bytes < 512 * 1024), JSON.stringify(sizes));
    assert.equal((await bed.takeEvents()).length, 300);
  });

  test('orders and amounts that are stored at the same time do not lock each other out', async () => {
    const numbers = Array.from({ length: 400 }, (_, n) => `PO-${n}`);
    await bed.store(shopId, ...numbers.map((number) => read(anOrder(number))));
    for (let round = 1; round <= 5; round += 1) {
      const orders = numbers
        .toReversed()
        .map((number) => read(anOrder(number, { platformUpdatedAt: at(round) })));
      const answers = (names: readonly string[]) =>
        names.map((number) => ({
          number,
          dueAt: null,
          amounts: someAmounts(number, { retailTotalMinor: round * 1_000 + names.length }),
        }));
      await Promise.all([
        bed.store(shopId, ...orders),
        bed.database.transaction(async (tx) => {
          await storeAmounts(tx, shopId, answers(numbers.slice(0, 200)));
        }),
        bed.database.transaction(async (tx) => {
          await storeAmounts(tx, shopId, [
            ...answers(numbers.slice(100, 300).toReversed()),
            ...numbers
              .slice(0, 50)
              .map((number) => ({ number, dueAt: null, amounts: 'still_computing' as const })),
          ]);
        }),
      ]);
    }
    assert.equal((await bed.numbers(shopId)).length, 400);
  });
});
