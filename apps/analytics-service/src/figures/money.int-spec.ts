import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CurrencyFigures, OrderState, RevenueCheckQuery } from '#contracts';
import type { TestDatabase } from '#testing';
import {
  aShop,
  connectShop,
  createAnalyticsDatabase,
  everyShop,
  settle,
  storeAndSettle,
} from '../../test/figures-harness.js';
import { aLine, anOrder } from '../../test/orders.js';
import { SeededRandom } from '../../test/seeded-random.js';
import { storeOrderFacts } from '../facts/store-order-facts.js';
import { storeAfterSalesReach } from '../shops/store-after-sales-reach.js';
import { readOverview } from './overview.js';
import { readRevenueCheck } from './revenue-check.js';
import { readTrend } from './trend.js';

const NOW = new Date('2026-11-21T06:00:00Z');
const NOT_KNOWN = { isKnown: false, knownFrom: null };

type Line = OrderState['lines'][number];

let own: TestDatabase;
before(async () => {
  own = await createAnalyticsDatabase();
});
after(() => own.drop());

/** A line with unit prices; its totals are wrong on purpose: the unit price is what counts. */
function sold(
  orderedQuantity: number,
  unitBasePriceMinor: number,
  unitRetailMinor: number,
  over: Partial<Line> = {},
) {
  return aLine({
    orderedQuantity,
    unitBasePriceMinor,
    unitRetailMinor,
    retailMinor: 1,
    basePriceMinor: 1,
    ...over,
  });
}

function order(orderNumber: string, lines: Line[], over: Partial<OrderState> = {}): OrderState {
  const named = lines.map((line, index) => ({ ...line, lineId: `${orderNumber}-${index}` }));
  return anOrder({ orderNumber, status: 'delivered', lines: named, ...over });
}

async function amountsOf(shopId: string | undefined, currency = 'USD'): Promise<CurrencyFigures> {
  const { amounts } = await readOverview(
    own.database,
    { ...(shopId === undefined ? {} : { shopId }), from: '2026-11-01', to: '2026-11-21' },
    everyShop,
    NOW,
  );
  const found = amounts.find((each) => each.currency === currency);
  assert.ok(found, `${currency} has figures`);
  return found;
}

async function figuresOf(orders: OrderState[]): Promise<CurrencyFigures> {
  const { shopId } = await connectShop(own.database);
  await storeAndSettle(own.database, shopId, orders);
  return amountsOf(shopId);
}

describe('every money figure on its own basis (5.3)', () => {
  test('the three orders of issue 7.2: GMV 108.00, supply 70.00, refunds 10.00 and 15.00, net 60.00', async () => {
    const { shopId } = await connectShop(own.database);
    await storeAndSettle(own.database, shopId, [
      order('one-unit-cancelled', [sold(2, 3_000, 4_800, { cancelledBeforeShipment: 1 })], {
        refundsTotalMinor: 4_800,
      }),
      order(
        'second-line-cancelled',
        [sold(1, 1_000, 1_500), sold(1, 2_000, 2_600, { cancelledBeforeShipment: 1, status: 'cancelled' })],
        { refundsTotalMinor: 2_600 },
      ),
      order('one-unit-refunded', [sold(3, 1_000, 1_500, { refundedUnits: 1, refundedMinor: 1_500 })], {
        refundsTotalMinor: 1_500,
      }),
    ]);
    const figures = await amountsOf(shopId);
    assert.equal(figures.gmvMinor, 10_800);
    assert.equal(figures.supplyRevenueMinor, 7_000);
    assert.equal(figures.refundsAtSupplyMinor, 1_000);
    assert.equal(figures.refundsToBuyersMinor, 1_500);
    assert.equal(figures.netRevenueMinor, 6_000);
    assert.equal(figures.averageGmvMinor, 3_600);
    assert.equal(figures.averageSupplyRevenueMinor, 2_333);
    const { orders } = await readOverview(own.database, { shopId }, everyShop, NOW);
    assert.deepEqual([orders.validOrders, orders.cancelledOrders, orders.units], [3, 0, 1 + 1 + 3]);
  });

  test('without a unit price: the line’s price × net ÷ ordered, half up', async () => {
    const figures = await figuresOf([
      order('half', [
        aLine({ orderedQuantity: 2, cancelledBeforeShipment: 1, retailMinor: 1_001, basePriceMinor: 701 }),
      ]),
      order('third', [
        aLine({ orderedQuantity: 3, cancelledBeforeShipment: 2, retailMinor: 1_000, basePriceMinor: 700 }),
      ]),
    ]);
    assert.equal(figures.gmvMinor, 501 + 333);
    assert.equal(figures.supplyRevenueMinor, 351 + 233);
  });

  test('a refund without a count: base × refunded ÷ retail of its line, half up, and called derived', async () => {
    const byUnit = await figuresOf([
      order('unit', [
        sold(3, 1_000, 1_500, {
          refundedUnits: 1,
          refundedMinor: 1_500 + 751,
          uncountedRefundMinor: 751,
          isRefundDerived: true,
        }),
        sold(1, 500, 900, { refundedUnits: 1, refundedMinor: 900 }),
      ]),
    ]);
    assert.equal(byUnit.refundsAtSupplyMinor, 1_000 + 501 + 500);
    assert.equal(byUnit.derivedRefundsAtSupplyMinor, 501);
    assert.equal(byUnit.refundsToBuyersMinor, 3_151);
    assert.equal(byUnit.derivedRefundsToBuyersMinor, 2_251);
    const byLine = await figuresOf([
      order('line', [
        aLine({
          orderedQuantity: 4,
          retailMinor: 2_000,
          basePriceMinor: 999,
          uncountedRefundMinor: 1_000,
          refundedMinor: 1_000,
        }),
      ]),
    ]);
    assert.equal(byLine.refundsAtSupplyMinor, 500);
  });

  test('no more than was not cancelled is refunded, and no line gives back more than it earned', async () => {
    const figures = await figuresOf([
      order('all-units', [
        sold(3, 1_000, 1_500, { cancelledBeforeShipment: 2, refundedUnits: 3, refundedMinor: 4_500 }),
      ]),
      order('with-tax', [
        sold(2, 1_000, 1_500, { refundedUnits: 1, refundedMinor: 3_300, uncountedRefundMinor: 1_800 }),
      ]),
    ]);
    assert.equal(figures.refundsAtSupplyMinor, 1_000 + 2_000);
    assert.equal(figures.derivedRefundsAtSupplyMinor, 1_000);
    assert.equal(figures.netRevenueMinor, 0);
    assert.equal(figures.coverage.of, 2, 'a fully refunded order stays valid');
  });

  test('refunds count on the order’s day', async () => {
    const { shopId } = await connectShop(own.database);
    const placed = '2026-11-05T12:00:00.000Z';
    const line = sold(2, 1_000, 1_500);
    await storeAndSettle(own.database, shopId, [order('late', [line], { orderedAt: placed })]);
    const later = order('late', [{ ...line, refundedUnits: 2, refundedMinor: 3_000 }], {
      orderedAt: placed,
      version: 2,
    });
    await storeAndSettle(own.database, shopId, [later]);
    const { days } = await readTrend(
      own.database,
      { shopId, from: '2026-11-01', to: '2026-11-21' },
      everyShop,
      NOW,
    );
    const refunds = days.map(({ day, amounts }) => [day, amounts[0]?.refundsToBuyersMinor]);
    assert.deepEqual(
      refunds.filter(([, minor]) => minor !== 0),
      [['2026-11-05', 3_000]],
    );
  });

  test('each sum is of its own orders: neither cancelled nor pending, nor those that lack a price', async () => {
    const { shopId } = await connectShop(own.database);
    const refunded = { refundedUnits: 1, refundedMinor: 30, uncountedRefundMinor: 10, isRefundDerived: true };
    const estimate = { estimatedRevenueMinor: 500, shippingMinor: 20, signOnDeliveryMinor: 30 };
    const every = (number: string, over: Partial<OrderState> = {}, line: Partial<Line> = {}) =>
      order(number, [sold(3, 100, 200, { ...refunded, soldFactor: 2, ...line })], { ...estimate, ...over });
    const priceless = every('no-base');
    priceless.lines.push({ ...aLine({ lineId: 'x' }), basePriceMinor: null });
    const retailless = every('no-retail');
    retailless.lines.push({ ...aLine({ lineId: 'x' }), retailMinor: null });
    await storeAndSettle(own.database, shopId, [
      every('counts'),
      every('not-wanted', {}, { orderedQuantity: 4, cancelledBeforeShipment: 1, netQuantity: 3 }),
      every('cancelled', { status: 'cancelled' }),
      every('cancelled-shipped', { status: 'cancelled', shippedAt: '2026-11-11T00:00:00Z' }),
      every('pending', { status: 'pending' }),
      every(
        'gone',
        {},
        { orderedQuantity: 3, cancelledBeforeShipment: 3, netQuantity: 0, refundedMinor: 30 },
      ),
      priceless,
      retailless,
      every('refund-unknown', {}, { refundedMinor: null }),
      every('retail-nothing', {}, { unitRetailMinor: 0 }),
      every('no-estimate', { estimatedRevenueMinor: null }),
      every('no-shipping', { shippingMinor: null }),
      every('agrees', { estimatedRevenueMinor: 215, signOnDeliveryMinor: null }),
    ]);
    const [row] = await own.database.query(
      `SELECT * FROM daily_sales WHERE shop_id = $1 AND local_day = '2026-11-10'`,
      [shopId],
    );
    const { shop_id: _, local_day: _d, build: _b, ...sums } = row ?? {};
    // Each order: 3 units of 100 / 200, refunded 1 unit and 10 of retail more, which is 5 at supply price.
    assert.deepEqual(sums, {
      currency: 'USD',
      placed_orders: 13,
      valid_orders: 9,
      cancelled_orders: 3,
      cancelled_before_shipment_orders: 2,
      pending_orders: 1,
      units: 9 * 3 + 2,
      pieces: 9 * 3 * 2 + 2,
      known_orders: 7,
      gmv_minor: 6 * 600,
      supply_revenue_minor: 7 * 300,
      refund_known_orders: 5,
      refunded_minor: 5 * 30,
      derived_refunded_minor: 5 * 30,
      refunds_at_supply_minor: 5 * 105,
      derived_refunds_at_supply_minor: 5 * 5,
      checked_orders: 3,
      differing_orders: 2,
      checked_net_revenue_minor: 3 * 195,
      platform_net_revenue_minor: 2 * 450 + 195,
    });
    const skus = await own.database.query(
      `SELECT orders, units, pieces, gmv_minor, supply_revenue_minor FROM daily_sku_sales WHERE shop_id = $1`,
      [shopId],
    );
    assert.deepEqual(skus, [
      { orders: 9, units: 29, pieces: 56, gmv_minor: 6 * 600, supply_revenue_minor: 7 * 300 },
    ]);
  });

  test('an order without lines is valid, known and worth nothing', async () => {
    const figures = await figuresOf([anOrder({ lines: [] })]);
    assert.deepEqual(figures.refundCoverage, {
      knownOrders: 1,
      of: 1,
      unknownShops: 0,
      shops: 1,
      notAvailableShops: 0,
    });
    assert.deepEqual([figures.gmvMinor, figures.netRevenueMinor], [0, 0]);
    const nothingOrdered = await figuresOf([anOrder({ lines: [aLine({ orderedQuantity: 0 })] })]);
    assert.deepEqual([nothingOrdered.coverage.of, nothingOrdered.supplyRevenueMinor], [1, 0]);
  });

  test('a line of three numbers that do not agree is refused', async () => {
    const { shopId } = await connectShop(own.database);
    for (const line of [
      aLine({ orderedQuantity: 2, netQuantity: 1 }),
      aLine({ orderedQuantity: 2, cancelledBeforeShipment: 3 }),
      aLine({ orderedQuantity: 2, cancelledBeforeShipment: -1 }),
      aLine({ orderedQuantity: -1 }),
    ])
      await assert.rejects(storeOrderFacts(own.database, shopId, [anOrder({ lines: [line] })]), {
        constraint: 'three_quantities',
      });
  });
});

/** A currency of its own for each order, so that one answer tells the figures of each. */
function currencyOf(index: number): string {
  return String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26), 88);
}

describe('what no change may do (5.3 Net revenue)', () => {
  const COUNT = 120;

  function randomLines(random: SeededRandom): Line[] {
    return Array.from({ length: random.int(1, 3) }, () => {
      const orderedQuantity = random.int(1, 5);
      const cancelledBeforeShipment = random.chance(0.3) ? random.int(0, orderedQuantity) : 0;
      const hasUnitPrices = random.chance(0.5);
      return aLine({
        orderedQuantity,
        cancelledBeforeShipment,
        retailMinor: random.int(1, 999),
        basePriceMinor: random.int(0, 999),
        unitRetailMinor: hasUnitPrices ? random.int(1, 999) : null,
        unitBasePriceMinor: hasUnitPrices ? random.int(0, 999) : null,
        ...(random.chance(0.5) ? refund(random, orderedQuantity) : {}),
      });
    });
  }

  const refund = (random: SeededRandom, units: number) => ({
    refundedUnits: random.int(0, units),
    uncountedRefundMinor: random.chance(0.5) ? random.int(0, 3_000) : 0,
    refundedMinor: random.int(0, 3_000),
  });

  function cancelled(random: SeededRandom, line: Line): Line {
    const more = random.int(0, line.netQuantity);
    return {
      ...line,
      cancelledBeforeShipment: line.cancelledBeforeShipment + more,
      netQuantity: line.netQuantity - more,
    };
  }

  const refunded = (random: SeededRandom, line: Line): Line => ({
    ...line,
    refundedUnits: line.refundedUnits + random.int(0, 2),
    uncountedRefundMinor: line.uncountedRefundMinor + (random.chance(0.5) ? random.int(0, 900) : 0),
    refundedMinor: (line.refundedMinor ?? 0) + random.int(0, 900),
  });

  for (const seed of [7, 77, 777]) {
    test(`a cancellation raises neither GMV, supply nor net revenue; a refund no net revenue (seed ${seed})`, async () => {
      const random = new SeededRandom(seed);
      const { shopId } = await connectShop(own.database);
      const read = async () => {
        const { amounts } = await readOverview(own.database, { shopId }, everyShop, NOW);
        return new Map(amounts.map((each) => [each.currency, each]));
      };
      let orders = Array.from({ length: COUNT }, (_, index) =>
        order(`PO-${index}`, randomLines(random), { currency: currencyOf(index) }),
      );
      await storeAndSettle(own.database, shopId, orders);
      let before_ = await read();
      for (const [what, change] of [
        ['cancellation', cancelled],
        ['refund', refunded],
        ['cancellation', cancelled],
      ] as const) {
        orders = orders.map((each) => ({
          ...each,
          version: each.version + 1,
          lines: each.lines.map((line) => change(random, line)),
        }));
        await storeAndSettle(own.database, shopId, orders);
        const now = await read();
        for (const [currency, then] of before_) {
          const { gmvMinor = 0, supplyRevenueMinor = 0, netRevenueMinor = 0 } = now.get(currency) ?? {};
          assert.ok(then.netRevenueMinor !== null && netRevenueMinor !== null, currency);
          assert.ok(netRevenueMinor <= then.netRevenueMinor, `${currency}: net revenue after a ${what}`);
          assert.ok(netRevenueMinor >= 0, currency);
          assert.ok(gmvMinor !== null && then.gmvMinor !== null, currency);
          assert.ok(supplyRevenueMinor !== null && then.supplyRevenueMinor !== null, currency);
          assert.ok(gmvMinor <= then.gmvMinor, `${currency}: GMV after a ${what}`);
          assert.ok(supplyRevenueMinor <= then.supplyRevenueMinor, `${currency}: supply after a ${what}`);
          if (what === 'refund') assert.equal(supplyRevenueMinor, then.supplyRevenueMinor, currency);
        }
        before_ = now;
      }
    });
  }
});

describe('money of orders without amounts (5.3 GMV)', () => {
  const DAY_BEFORE = '2026-10-05T12:00:00.000Z';
  const known = (number: string, currency: string, orderedAt: string) =>
    order(number, [sold(1, 1_000, 1_500)], { currency, orderedAt });
  const without = (number: string, orderedAt: string, over: Partial<OrderState> = {}) =>
    order(number, [aLine({ retailMinor: null, basePriceMinor: null })], {
      currency: null,
      orderedAt,
      ...over,
    });
  const moneyOf = (figures: CurrencyFigures | undefined) => [
    figures?.currency,
    figures?.gmvMinor,
    figures?.supplyRevenueMinor,
    figures?.refundsToBuyersMinor,
    figures?.derivedRefundsToBuyersMinor,
    figures?.refundsAtSupplyMinor,
    figures?.derivedRefundsAtSupplyMinor,
    figures?.netRevenueMinor,
    figures?.averageGmvMinor,
    figures?.averageSupplyRevenueMinor,
  ];
  const unknown = (currency: string) => [currency, ...Array.from({ length: 9 }, () => null)];
  const nothing = (currency: string) => [currency, 0, 0, 0, 0, 0, 0, 0, null, null];

  for (const afterSales of [{ isKnown: true, knownFrom: null }, NOT_KNOWN])
    test(`in the shop’s one currency all of it is unknown, never 0 (after-sales known: ${afterSales.isKnown})`, async () => {
      const { shopId } = await connectShop(own.database, {}, afterSales);
      await storeAndSettle(own.database, shopId, [
        known('before', 'USD', DAY_BEFORE),
        without('1', '2026-11-10T12:00:00.000Z'),
        without('2', '2026-11-11T12:00:00.000Z'),
        without('pending', '2026-11-12T12:00:00.000Z', { status: 'pending' }),
      ]);
      const figures = await amountsOf(shopId);
      assert.deepEqual(figures.coverage, { known: 0, of: 2, notAvailable: 0 });
      assert.deepEqual(moneyOf(figures), unknown('USD'));
      const query = { shopId, from: '2026-11-09', to: '2026-11-13' };
      const { days } = await readTrend(own.database, query, everyShop, NOW);
      assert.deepEqual(
        days.map(({ amounts }) => moneyOf(amounts[0])),
        [nothing('USD'), unknown('USD'), unknown('USD'), nothing('USD')],
        'days without a valid order have earned nothing',
      );
      const later = { shopId, from: '2026-11-12', to: '2026-11-13' };
      const { amounts, previousAmounts } = await readOverview(own.database, later, everyShop, NOW);
      assert.deepEqual(moneyOf(amounts[0]), nothing('USD'), 'a pending order is not valid yet');
      assert.deepEqual(moneyOf(previousAmounts[0]), unknown('USD'));
    });

  test('in a shop of two currencies it may be of either; with the amounts known, the other has earned 0', async () => {
    const { shopId } = await connectShop(own.database);
    await storeAndSettle(own.database, shopId, [
      known('euro', 'EUR', '2026-11-10T12:00:00.000Z'),
      known('dollar', 'USD', '2026-11-11T12:00:00.000Z'),
      without('either', '2026-11-11T13:00:00.000Z'),
      without('alone', '2026-11-12T12:00:00.000Z'),
    ]);
    const query = { shopId, from: '2026-11-10', to: '2026-11-14' };
    const { days } = await readTrend(own.database, query, everyShop, NOW);
    assert.deepEqual(
      days.map(({ amounts }) => amounts.map(({ supplyRevenueMinor }) => supplyRevenueMinor)),
      [
        [1_000, 0],
        [null, 1_000],
        [null, null],
        [0, 0],
      ],
    );
    assert.deepEqual(moneyOf(days[2]?.amounts[0]), unknown('EUR'));
  });
});

describe('after-sales that are not known (5.3 Refunds at supply price)', () => {
  const one = (number: string, currency: string, over: Partial<OrderState> = {}) =>
    order(number, [sold(2, 1_000, 1_500, { refundedUnits: 1, refundedMinor: 1_500 })], { currency, ...over });

  test('one shop of several: refunds and net revenue of its currencies are unknown, never 0, and it is said why', async () => {
    const [known, unknown] = [
      await connectShop(own.database),
      await connectShop(own.database, {}, NOT_KNOWN),
    ];
    await storeAndSettle(own.database, known.shopId, [one('1', 'CHF'), one('2', 'SEK')]);
    await storeAndSettle(own.database, unknown.shopId, [
      one('1', 'CHF'),
      one('2', 'CHF'),
      one('3', 'NOK', { status: 'pending' }),
    ]);
    const caller = { ...everyShop, shopIds: [known.shopId, unknown.shopId] };
    const { amounts } = await readOverview(own.database, {}, caller, NOW);
    assert.deepEqual(
      amounts.map((each) => [
        each.currency,
        each.supplyRevenueMinor,
        each.refundsAtSupplyMinor,
        each.derivedRefundsAtSupplyMinor,
        each.refundsToBuyersMinor,
        each.derivedRefundsToBuyersMinor,
        each.netRevenueMinor,
        each.refundCoverage,
      ]),
      [
        [
          'CHF',
          6_000,
          null,
          null,
          null,
          null,
          null,
          { knownOrders: 1, of: 3, unknownShops: 1, shops: 2, notAvailableShops: 0 },
        ],
        // Its only orders of this currency are pending: no valid order is unknown.
        ['NOK', 0, 0, 0, 0, 0, 0, { knownOrders: 0, of: 0, unknownShops: 0, shops: 0, notAvailableShops: 0 }],
        [
          'SEK',
          2_000,
          1_000,
          0,
          1_500,
          0,
          1_000,
          { knownOrders: 1, of: 1, unknownShops: 0, shops: 1, notAvailableShops: 0 },
        ],
      ],
    );
    const alone = await amountsOf(known.shopId, 'CHF');
    assert.equal(alone.netRevenueMinor, 1_000);
    const { days } = await readTrend(own.database, { span: '30d' }, caller, NOW);
    const day = days.find((each) => each.day === '2026-11-10');
    assert.deepEqual(
      day?.amounts.map((each) => [each.currency, each.netRevenueMinor, each.refundCoverage.unknownShops]),
      [
        ['CHF', null, 1],
        ['NOK', 0, 0],
        ['SEK', 1_000, 0],
      ],
    );
  });

  test('orders placed before the cases are known count as unknown', async () => {
    const { shopId } = await connectShop(
      own.database,
      {},
      { isKnown: true, knownFrom: '2026-11-10T12:00:00.000Z' },
    );
    await storeAndSettle(own.database, shopId, [one('at', 'USD')]);
    assert.equal((await amountsOf(shopId)).netRevenueMinor, 1_000);
    await storeAndSettle(own.database, shopId, [
      one('before', 'USD', { orderedAt: '2026-11-10T11:59:59.999Z' }),
    ]);
    const figures = await amountsOf(shopId);
    assert.equal(figures.netRevenueMinor, null);
    assert.deepEqual(figures.refundCoverage, {
      knownOrders: 1,
      of: 2,
      unknownShops: 0,
      shops: 1,
      notAvailableShops: 0,
    });
  });

  test('known and unknown follow the newest word of the owner, in every build; the same again marks nothing', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database, {}, NOT_KNOWN);
    await storeAndSettle(database, shopId, [one('1', 'USD')]);
    const dirty = async () => {
      const rows = await database.query<{ build: number }>(
        'SELECT build FROM dirty_days WHERE shop_id = $1 ORDER BY build',
        [shopId],
      );
      return rows.map(({ build }) => build);
    };
    await database.query('UPDATE shops SET next_build = 9 WHERE shop_id = $1', [shopId]);
    await storeOrderFacts(database, shopId, [one('1', 'USD', { version: 2 })]);
    await settle(database);
    const say = (version: number, isKnown: boolean, knownFrom: string | null = null) =>
      storeAfterSalesReach(database, shopId, { version, isKnown, knownFrom });
    assert.equal(await say(2, true), true);
    assert.deepEqual(await dirty(), [0, 9]);
    await settle(database);
    assert.equal((await amountsOf(shopId)).netRevenueMinor, 1_000);
    await say(2, false);
    await say(1, false);
    await say(3, true);
    assert.deepEqual(await dirty(), [], 'an older word, and the same word again');
    await say(4, true, '2026-11-11T00:00:00.000Z');
    await settle(database);
    assert.equal((await amountsOf(shopId)).netRevenueMinor, null);
    await say(5, true, '2026-11-11T00:00:00.000Z');
    assert.deepEqual(await dirty(), []);
    await say(6, false);
    assert.deepEqual(await dirty(), [0, 9]);
    await settle(database);
    await database.query('UPDATE shops SET next_build = NULL WHERE shop_id = $1', [shopId]);
    assert.equal(await storeAfterSalesReach(database, aShop().shopId, { version: 1, ...NOT_KNOWN }), false);
  });
});

describe('the platform’s estimate is the check (5.3 Net revenue, Check)', () => {
  const checked = (
    number: string,
    estimatedRevenueMinor: number | null,
    over: Partial<OrderState> = {},
  ): OrderState =>
    order(number, [sold(3, 1_000, 1_500, { refundedUnits: 1, refundedMinor: 1_500 })], {
      estimatedRevenueMinor,
      shippingMinor: 250,
      signOnDeliveryMinor: null,
      refundsTotalMinor: 1_600,
      ...over,
    });

  test('ours, its and the difference are kept; orders that differ are listed, the largest first', async () => {
    const { database } = own;
    const { shopId } = await connectShop(database, { timeZone: 'America/Los_Angeles' });
    await storeAndSettle(database, shopId, [
      checked('agrees', 2_250),
      checked('agrees-with-sign', 2_350, { signOnDeliveryMinor: 100 }),
      checked('more', 2_350),
      checked('less', 1_250, { orderedAt: '2026-11-12T03:00:00.000Z' }),
      checked('euro', 2_251, { currency: 'EUR', refundsTotalMinor: null }),
      checked('no-estimate', null),
      checked('no-shipping', 9_000, { shippingMinor: null }),
      checked('cancelled', 9_000, { status: 'cancelled' }),
      checked('outside', 9_000, { orderedAt: '2026-10-01T00:00:00Z' }),
    ]);
    const query = { shopId, from: '2026-11-01', to: '2026-11-21' };
    const read = (over: Partial<RevenueCheckQuery> = {}) =>
      readRevenueCheck(database, { ...query, ...over }, everyShop, NOW);
    const { rows, nextCursor, applied } = await read();
    assert.deepEqual(rows[0], {
      shopId,
      orderNumber: 'less',
      day: '2026-11-11',
      orderedAt: '2026-11-12T03:00:00.000Z',
      currency: 'USD',
      netRevenueMinor: 2_000,
      platformNetRevenueMinor: 1_000,
      differenceMinor: -1_000,
      refundsToBuyersMinor: 1_500,
      platformRefundsMinor: 1_600,
    });
    assert.deepEqual(
      rows.map((row) => [row.orderNumber, row.differenceMinor, row.platformRefundsMinor]),
      [
        ['less', -1_000, 1_600],
        ['more', 100, 1_600],
        ['euro', 1, null],
      ],
    );
    assert.equal(nextCursor, null);
    assert.equal(applied[0]?.from, query.from);
    const { amounts } = await readOverview(database, query, everyShop, NOW);
    assert.deepEqual(
      amounts.map(({ currency, revenueCheck }) => [currency, revenueCheck]),
      [
        [
          'EUR',
          {
            orders: 1,
            differingOrders: 1,
            netRevenueMinor: 2_000,
            platformNetRevenueMinor: 2_001,
            differenceMinor: 1,
          },
        ],
        [
          'USD',
          {
            orders: 4,
            differingOrders: 2,
            netRevenueMinor: 8_000,
            platformNetRevenueMinor: 7_100,
            differenceMinor: -900,
          },
        ],
      ],
    );
    assert.deepEqual(
      (await read({ currency: 'EUR' })).rows.map(({ orderNumber }) => orderNumber),
      ['euro'],
    );
    assert.deepEqual(
      (await read({ from: '2026-11-11', to: '2026-11-12' })).rows.map(({ orderNumber }) => orderNumber),
      ['less'],
    );
    // It agrees now, and its refunds become unknown elsewhere: both leave the list.
    await storeAndSettle(database, shopId, [checked('less', 2_250, { version: 2 })]);
    assert.deepEqual(
      (await read()).rows.map(({ orderNumber }) => orderNumber),
      ['more', 'euro'],
    );
    await storeAfterSalesReach(database, shopId, { version: 2, ...NOT_KNOWN });
    await settle(database);
    assert.deepEqual((await read()).rows, []);
  });

  test('pages: equal sizes in a fixed order, nothing twice, nothing left out; a cursor of ours only', async () => {
    const { database } = own;
    const shops = [await connectShop(database), await connectShop(database)];
    for (const { shopId } of shops)
      await storeAndSettle(
        database,
        shopId,
        Array.from({ length: 13 }, (_, n) =>
          checked(`PO-${n}`, 2_250 + (n % 3) - 1, { orderedAt: `2026-11-0${1 + (n % 4)}T12:00:00Z` }),
        ),
      );
    const caller = { ...everyShop, shopIds: shops.map(({ shopId }) => shopId) };
    const read = (over: Partial<RevenueCheckQuery> = {}) =>
      readRevenueCheck(database, { span: '30d', ...over }, caller, NOW);
    const whole = await read({ limit: 100 });
    assert.equal(whole.rows.length, 2 * 9);
    assert.equal((await read({ limit: 18 })).nextCursor, null);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await read({ limit: 4, ...(cursor === null ? {} : { cursor }) });
      paged.push(...page.rows.map((row) => `${row.shopId} ${row.orderNumber}`));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(
      paged,
      whole.rows.map((row) => `${row.shopId} ${row.orderNumber}`),
    );
    for (const position of [
      'nonsense',
      encode([1, 'x', '2026-11-01', 'PO']),
      encode([1.5, shops[0]?.shopId, '2026-11-01', 'PO']),
      encode(['1', shops[0]?.shopId, '2026-11-01', 'PO']),
      encode([1, shops[0]?.shopId, '2026-02-30', 'PO']),
      encode([1, shops[0]?.shopId, '2026-11-01', 7]),
      encode([1, shops[0]?.shopId, '2026-11-01', '\u0000']),
      encode([1, shops[0]?.shopId, '2026-11-01']),
    ])
      await assert.rejects(read({ cursor: position }), { code: 'request.invalid' }, position);
  });
});

function encode(position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}
