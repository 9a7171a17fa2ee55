import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CurrencyFigures } from '#contracts';
import { type CaseFacts, differences, type Money, type OrderFacts, recount } from './recount.js';

type TruthLine = OrderFacts['facts']['lines'][number];

const line = (orderSn: string, netQuantity: number, base: number, retail: number): TruthLine => ({
  orderSn,
  netQuantity,
  unitBasePriceMinor: base,
  unitRetailPriceMinor: retail,
});

function order(sn: string, lines: TruthLine[], at = '2026-11-10T12:00:00Z', status = 5): OrderFacts {
  return {
    parentOrderMap: {
      parentOrderSn: sn,
      parentOrderStatus: status,
      parentOrderTime: Date.parse(at) / 1_000,
    },
    facts: { currency: 'USD', lines },
  };
}

function refund(parentOrderSn: string, orderSn: string, units: number, minor: number, status = 5): CaseFacts {
  return {
    parentOrderSn,
    parentAfterSalesStatus: status,
    lineFacts: [{ orderSn, appliedUnits: units, refundedMinor: minor }],
  };
}

/** The three orders of issue 7.2. */
const ORDERS = [
  order('i', [line('i', 1, 3_000, 4_800)]),
  order('ii', [line('a', 1, 1_000, 1_500), line('b', 0, 2_000, 2_600)]),
  order('iii', [line('iii', 3, 1_000, 1_500)]),
];
const MONEY: Money = {
  orders: 3,
  gmv: 10_800n,
  supply: 7_000n,
  refundsToBuyers: 1_500n,
  refundsAtSupply: 1_000n,
  net: 6_000n,
};

function figures(over: Partial<CurrencyFigures> = {}): CurrencyFigures {
  return {
    currency: 'USD',
    coverage: { known: 3, of: 3, notAvailable: 0 },
    refundCoverage: { knownOrders: 3, of: 3, unknownShops: 0, shops: 1, notAvailableShops: 0 },
    gmvMinor: 10_800,
    supplyRevenueMinor: 7_000,
    refundsToBuyersMinor: 1_500,
    derivedRefundsToBuyersMinor: 0,
    refundsAtSupplyMinor: 1_000,
    derivedRefundsAtSupplyMinor: 0,
    netRevenueMinor: 6_000,
    averageGmvMinor: 3_600,
    averageSupplyRevenueMinor: 2_333,
    revenueCheck: {
      orders: 3,
      differingOrders: 0,
      netRevenueMinor: 6_000,
      platformNetRevenueMinor: 6_000,
      differenceMinor: 0,
    },
    ...over,
  };
}

const answer = (amounts: CurrencyFigures[]) =>
  [{ days: [{ day: '2026-11-10', amounts }] }, { amounts }] as unknown as [
    Parameters<typeof differences>[1],
    Parameters<typeof differences>[2],
  ];

describe('the recount from the sandbox’s truth', () => {
  test('the three orders of issue 7.2', () => {
    const counted = recount(ORDERS, [refund('iii', 'iii', 1, 1_500)], 'UTC');
    assert.deepEqual([...counted.keys()], ['2026-11-10 USD']);
    assert.deepEqual(counted.get('2026-11-10 USD')?.money, MONEY);
  });

  test('only finished cases give back; several of one line add up, of no more units than are left', () => {
    const cases = [
      refund('iii', 'iii', 2, 3_000),
      refund('iii', 'iii', 2, 2_900),
      refund('iii', 'iii', 1, 1_500, 4),
    ];
    const money = recount(ORDERS.slice(2), cases, 'UTC').get('2026-11-10 USD')?.money;
    assert.deepEqual([money?.refundsAtSupply, money?.refundsToBuyers, money?.net], [3_000n, 5_900n, 0n]);
  });

  test('pending, cancelled and emptied orders are not counted; a day is one of the shop’s zone', () => {
    const counted = recount(
      [
        order('pending', [line('1', 1, 10, 20)], undefined, 1),
        order('cancelled', [line('2', 1, 10, 20)], undefined, 3),
        order('emptied', [line('3', 0, 10, 20)]),
        order('late', [line('4', 1, 10, 20)], '2026-11-10T02:00:00Z'),
      ],
      [],
      'America/Los_Angeles',
    );
    assert.deepEqual([...counted.keys()], ['2026-11-09 USD']);
  });

  test('equal figures are no difference; a cent, an unknown and a missing day are', () => {
    const counted = recount(ORDERS, [refund('iii', 'iii', 1, 1_500)], 'UTC');
    assert.deepEqual(differences(counted, ...answer([figures()])).found, []);
    for (const over of [
      { gmvMinor: 10_801 },
      { supplyRevenueMinor: 6_999 },
      { refundsToBuyersMinor: 1_499 },
      { refundsAtSupplyMinor: 1_001 },
      { netRevenueMinor: 5_999 },
      { netRevenueMinor: null },
      { coverage: { known: 2, of: 3, notAvailable: 0 } },
    ]) {
      const { found, days } = differences(counted, ...answer([figures(over)]));
      assert.deepEqual(
        found.map(({ what, id }) => [what, id]),
        [
          ['money of a day', '2026-11-10 USD'],
          ['money of the span', 'USD'],
        ],
        JSON.stringify(over),
      );
      assert.deepEqual(days, ['2026-11-10 USD']);
    }
    assert.equal(differences(counted, ...answer([])).found.length, 2);
    assert.equal(differences(new Map(), ...answer([figures()])).found.length, 2);
    assert.deepEqual(differences(counted, ...answer([figures()])).compared, 2);
  });
});
