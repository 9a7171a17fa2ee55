import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SandboxClock } from '../clock.js';
import { liveStep } from '../world/live.js';
import { Prng } from '../world/prng.js';
import { World } from '../world/world.js';
import { truthAfterSales, truthOrders } from './truth.js';

const ANCHOR = 1_767_000_000;
const silent = { append: () => {} };

interface LineFacts {
  orderSn: string;
  orderedQuantity: number;
  cancelledBeforeShipment: number;
  netQuantity: number;
  unitBasePriceMinor: number;
  unitRetailPriceMinor: number;
  refundedUnits: number;
  refundedMinor: number;
  refundedSupplyMinor: number;
}
interface Money {
  amount: number;
}
interface OrderTruth {
  orderList: { orderSn: string; quantity: number }[];
  amounts: {
    parentOrderMap: Record<string, Money | null>;
    orderList: { orderSn: string; unitBasePrice: Money; unitRetailPrice: Money; quantity: number }[];
  };
  facts: { lines: LineFacts[] };
}
interface CaseTruth {
  parentAfterSalesStatus: number;
  refundedUnits: number;
  lineFacts: Pick<LineFacts, 'orderSn' | 'refundedUnits' | 'refundedMinor' | 'refundedSupplyMinor'>[];
  detail: { refundSummary: { buyerTotalRefund: Money } };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A shop with history that has changed in every way since. */
function livedIn(mallId: number) {
  const world = new World(silent, 'truth', ANCHOR);
  const clock = new SandboxClock(() => ANCHOR * 1000);
  const prng = new Prng('truth');
  for (let index = 0; index < 1200; index += 1) {
    clock.advance(60_000);
    liveStep(world, clock, prng, { perSecond: 1, lateSeconds: 0, mallIds: [mallId] });
  }
  const state = world.shop(mallId);
  assert.ok(state);
  return state;
}

describe('facts of the truth', () => {
  for (const mallId of [634418210000003, 634418220000002, 634418230000003]) {
    test(`of shop ${mallId} agree with the amounts and the cases, to the minor unit`, () => {
      const state = livedIn(mallId);
      const orders = truthOrders(state, 0, 5000, 'http://x') as OrderTruth[];
      const cases = truthAfterSales(state, 0, 5000) as CaseTruth[];
      const byLine = new Map<string, LineFacts>();
      for (const { orderList, amounts, facts } of orders) {
        for (const line of facts.lines) {
          byLine.set(line.orderSn, line);
          assert.equal(line.netQuantity, line.orderedQuantity - line.cancelledBeforeShipment);
          assert.equal(orderList.find((each) => each.orderSn === line.orderSn)?.quantity, line.netQuantity);
          const priced = amounts.orderList.find((each) => each.orderSn === line.orderSn);
          assert.equal(priced?.quantity, line.orderedQuantity);
          assert.equal(priced?.unitRetailPrice.amount, line.unitRetailPriceMinor);
          assert.equal(priced?.unitBasePrice.amount, line.unitBasePriceMinor);
          assert.ok(line.refundedUnits <= line.netQuantity);
        }
        const amountOf = (name: string): number => amounts.parentOrderMap[name]?.amount ?? 0;
        const supply = sum(facts.lines.map((line) => line.unitBasePriceMinor * line.netQuantity));
        const refunds = sum(facts.lines.map((line) => line.refundedSupplyMinor));
        assert.equal(
          amountOf('estimatedRevenue') - amountOf('shippingAmountTotal') - amountOf('signOnDelivery'),
          supply - refunds,
        );
      }
      const refunded = new Map<string, number[]>();
      for (const item of cases) {
        const isFinished = item.parentAfterSalesStatus === 5;
        assert.equal(item.refundedUnits > 0, isFinished);
        assert.equal(
          item.detail.refundSummary.buyerTotalRefund.amount,
          sum(item.lineFacts.map((line) => line.refundedMinor)),
        );
        for (const line of item.lineFacts) {
          const known = refunded.get(line.orderSn) ?? [0, 0, 0];
          const own = [line.refundedUnits, line.refundedMinor, line.refundedSupplyMinor];
          refunded.set(
            line.orderSn,
            known.map((value, index) => value + (own[index] ?? 0)),
          );
        }
      }
      for (const line of byLine.values()) {
        const own = [line.refundedUnits, line.refundedMinor, line.refundedSupplyMinor];
        assert.deepEqual(refunded.get(line.orderSn) ?? [0, 0, 0], own, line.orderSn);
      }
      assert.ok([...byLine.values()].some((line) => line.refundedUnits > 0));
      assert.ok([...byLine.values()].some((line) => line.cancelledBeforeShipment > 0));
    });
  }
});
