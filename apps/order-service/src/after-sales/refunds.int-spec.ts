import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { OrderState } from '#contracts';
import type { MarketplaceConnector } from '#marketplace';
import { seededRandom } from '#testing';
import { storeAmounts } from '../amounts/store-amounts.js';
import {
  aLine,
  anOrder,
  at,
  createOrderBed,
  type OrderBed,
  silentRelay,
  someAmounts,
} from '../orders/order-bed.fixture.js';
import { spread, spreadRefunds } from '../refunds/spread-refunds.js';
import { aCase, aCaseLine } from './after-sales.fixture.js';
import { storeAfterSales } from './after-sales-store.js';
import { dueRefunds } from './due-refunds.js';

type Line = OrderState['lines'][number];

/** Two lines of one SKU and one of another, bought at 15.00 and 26.00. */
const ORDER = [
  aLine('a', { skuId: 'S1', orderedQuantity: 2, netQuantity: 2 }),
  aLine('b', { skuId: 'S1', orderedQuantity: 3, netQuantity: 3 }),
  aLine('c', { skuId: 'S2', orderedQuantity: 1, netQuantity: 1 }),
];
const amounts = someAmounts('PO-1', {
  lines: ORDER.map(({ lineId, skuId, orderedQuantity }) => {
    const unit = skuId === 'S1' ? 1_500 : 2_600;
    return {
      lineId,
      retailMinor: unit * orderedQuantity,
      basePriceMinor: 1_000 * orderedQuantity,
      unitRetailMinor: unit,
      unitBasePriceMinor: 1_000,
      taxMinor: null,
      discountMinor: null,
    };
  }),
});
const finished = { status: 'refunded', platformStatus: '5' } as const;
const CASES = [
  { record: aCase('D-1', { ...finished }), lines: [{ skuId: 'S1', quantity: 3 }], minor: 4_501 },
  {
    record: aCase('D-2', { ...finished }),
    lines: [
      { skuId: 'S1', quantity: 1 },
      { skuId: 'S2', quantity: 1 },
    ],
    minor: 4_000,
  },
  { record: aCase('D-3'), lines: [{ skuId: 'S1', quantity: 1 }], minor: 1_500 },
  { record: aCase('D-4', { ...finished }), lines: [{ skuId: 'S2', quantity: null }], minor: 300 },
];

describe('refunds of an order', () => {
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

  const due = () =>
    dueRefunds({
      database: bed.database,
      connector: {} as MarketplaceConnector,
      relay: silentRelay,
      concurrency: 1,
    });
  const storeCase = ({ record, lines }: (typeof CASES)[number], readAt = 1) =>
    bed.database.transaction((tx) =>
      storeAfterSales(
        tx,
        shopId,
        [
          {
            record,
            readAt: at(readAt),
            lines: lines.map((line, n) =>
              aCaseLine(record.caseNumber, {
                ...line,
                caseLineId: `${record.caseNumber}-${n}`,
                productId: null,
              }),
            ),
          },
        ],
        'poll',
      ),
    );
  const storeMoney = async (number: string, amountMinor: number, currency = 'USD') => {
    const found = await due().findByNumber(shopId, [number]);
    const answers = found.map((each) => ({ ...each, refunded: { amountMinor, currency } }));
    await bed.database.transaction((tx) => due().store(tx, shopId, answers));
  };
  const storeOrder = () => bed.store(shopId, { record: anOrder('PO-1', { lines: ORDER }), readAt: at(1) });
  const storePrices = () =>
    bed.database.transaction((tx) => storeAmounts(tx, shopId, [{ number: 'PO-1', dueAt: null, amounts }]));
  const told = async (): Promise<{ version: number; lines: Pick<Line, keyof typeof NOTHING>[] }> => {
    const last = (await bed.takeEvents()).at(-1);
    assert.ok(last, 'nothing was told');
    assert.equal((await bed.row(shopId, 'PO-1')).version, last.version);
    return {
      version: last.version,
      lines: last.lines.map(({ refundedUnits, refundedMinor, uncountedRefundMinor, isRefundDerived }) => ({
        refundedUnits,
        refundedMinor,
        uncountedRefundMinor,
        isRefundDerived,
      })),
    };
  };
  const NOTHING = { refundedUnits: 0, refundedMinor: 0, uncountedRefundMinor: 0, isRefundDerived: false };

  test('whatever arrives first, the end is the same', async () => {
    const random = seededRandom(7);
    const ends = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      shopId = await bed.newShop();
      const changesBack = { ...CASES[2], record: aCase('D-3', { ...finished, platformUpdatedAt: at(-9) }) };
      const steps: (() => Promise<unknown>)[] = [
        storeOrder,
        ...CASES.map((item) => async () => {
          await storeCase(item);
          if (random() < 0.5) await storeMoney(item.record.caseNumber, item.minor);
        }),
        () => storeCase(changesBack as (typeof CASES)[number], 0),
      ];
      for (const step of shuffled(steps, random)) {
        if (random() < 0.3) await storePrices();
        await step();
      }
      await storePrices();
      for (const { record, minor } of CASES) await storeMoney(record.caseNumber, minor);
      ends.add(JSON.stringify((await told()).lines));
    }
    assert.deepEqual(
      [...ends],
      [
        JSON.stringify([
          { refundedUnits: 2, refundedMinor: 3_001, uncountedRefundMinor: 0, isRefundDerived: true },
          { refundedUnits: 2, refundedMinor: 2_963, uncountedRefundMinor: 0, isRefundDerived: true },
          { refundedUnits: 1, refundedMinor: 2_837, uncountedRefundMinor: 300, isRefundDerived: true },
        ]),
      ],
    );
  });

  test('a case that is finished no more gives its units back, with a higher version', async () => {
    await storeOrder();
    await storePrices();
    const [first] = CASES;
    assert.ok(first);
    await storeCase(first);
    const before = await told();
    // No sum yet: retail × units, and marked so.
    assert.deepEqual(before.lines[0], {
      ...NOTHING,
      refundedUnits: 2,
      refundedMinor: 3_000,
      isRefundDerived: true,
    });
    await storeCase({ ...first, record: aCase('D-1', { platformUpdatedAt: at(9) }) });
    const after = await told();
    assert.deepEqual(after.lines, [NOTHING, NOTHING, NOTHING]);
    assert.ok(after.version > before.version);
    const history = await bed.database.query<{ source: string }>(
      'SELECT source FROM order_history WHERE shop_id = $1 ORDER BY version DESC LIMIT 1',
      [shopId],
    );
    assert.equal(history[0]?.source, 'after_sales');
  });

  test('what fits no line is money of the order: unknown until its sum is, then spread over the lines by supply price', async () => {
    await storeOrder();
    await storePrices();
    await storeCase({
      record: aCase('D-9', { ...finished }),
      lines: [{ skuId: 'S9', quantity: 2 }],
      minor: 0,
    });
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual([row.unmatched_refund_units, row.unmatched_refund_cases], [2, ['D-9']]);
    assert.deepEqual(
      (await told()).lines.map(({ refundedMinor }) => refundedMinor),
      [null, null, null],
      'nobody knows how much was given back',
    );
    await storeMoney('D-9', 3_001);
    // 2, 3 and 1 units at 10.00 supply price.
    const share = (minor: number) => ({
      refundedUnits: 0,
      refundedMinor: minor,
      uncountedRefundMinor: minor,
      isRefundDerived: true,
    });
    assert.deepEqual((await told()).lines, [share(1_000), share(1_501), share(500)]);
    await storeCase({ record: aCase('D-7', { ...finished }), lines: [], minor: 0 });
    await storeMoney('D-7', 60);
    assert.deepEqual((await told()).lines, [share(1_020), share(1_531), share(510)]);
  });

  test('units for which a line has no room count nothing; their money is that of the units beside them', async () => {
    await storeOrder();
    await storePrices();
    await storeCase({
      record: aCase('D-6', { ...finished }),
      lines: [{ skuId: 'S2', quantity: 3 }],
      minor: 0,
    });
    await storeMoney('D-6', 5_200);
    assert.deepEqual((await told()).lines[2], {
      refundedUnits: 1,
      refundedMinor: 5_200,
      uncountedRefundMinor: 0,
      isRefundDerived: false,
    });
    assert.equal((await bed.row(shopId, 'PO-1')).unmatched_refund_units, 2);
  });

  test('a sum in a foreign currency is kept visible, and the retail price stands in for it', async () => {
    await storeOrder();
    await storePrices();
    await storeCase({
      record: aCase('D-8', { ...finished }),
      lines: [{ skuId: 'S2', quantity: 1 }],
      minor: 0,
    });
    await storeMoney('D-8', 999, 'CAD');
    const row = await bed.row(shopId, 'PO-1');
    assert.deepEqual([row.unmatched_refund_units, row.unmatched_refund_cases], [0, ['D-8']]);
    assert.deepEqual((await told()).lines[2], {
      ...NOTHING,
      refundedUnits: 1,
      refundedMinor: 2_600,
      isRefundDerived: true,
    });
  });

  test('a case that names an order we lack asks for the order, once, when the orders were loaded', async () => {
    const [first] = CASES;
    assert.ok(first);
    const hints = () =>
      bed.database.query<{ number: string }>(
        'SELECT order_number AS number FROM order_hints WHERE shop_id = $1',
        [shopId],
      );
    await storeCase(first);
    assert.deepEqual(await hints(), []);
    await bed.database.query(
      `INSERT INTO sync_cursors (shop_id, kind, updated_through) VALUES ($1, 'orders', now())`,
      [shopId],
    );
    await storeCase({ ...first, record: aCase('D-1', { ...finished, platformUpdatedAt: at(3) }) });
    assert.deepEqual(await hints(), [{ number: 'PO-1' }]);
    await bed.database.query('DELETE FROM order_hints WHERE shop_id = $1', [shopId]);
    await storeCase({ ...first, record: aCase('D-1', { ...finished, platformUpdatedAt: at(4) }) });
    assert.deepEqual(await hints(), []);
  });

  test('shares add up to the last minor unit, of any sum', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 500; round += 1) {
      const sum = Math.floor(random() * 10 ** Math.ceil(random() * 15));
      const weights = Array.from({ length: 1 + Math.floor(random() * 6) }, () => Math.floor(random() * 9e12));
      const shares = spread(sum, weights);
      assert.equal(
        shares.reduce((all, share) => all + BigInt(share), 0n),
        BigInt(sum),
      );
      assert.ok(shares.every((share) => share >= 0 && Number.isSafeInteger(share)));
    }
  });

  test('without a retail price and a sum the money is unknown, and the units are known', () => {
    const line = {
      lineId: 'a',
      skuId: 'S1',
      productId: null,
      netQuantity: 2,
      unitRetailMinor: null,
      unitBaseMinor: null,
    };
    const item = { caseNumber: 'D', refundedMinor: null, currency: null };
    const caseLine = { caseLineId: 'D-1', skuId: 'S1', productId: null, quantity: 1 };
    const { lines } = spreadRefunds([line], 'USD', [{ ...item, lines: [caseLine] }]);
    assert.deepEqual(lines, [{ lineId: 'a', ...NOTHING, refundedUnits: 1, refundedMinor: null }]);
  });
});

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
