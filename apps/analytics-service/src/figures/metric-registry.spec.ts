import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GROWTH, METRICS, metricDefinitions, type Sums } from './metric-registry.js';
import { emptySums } from './sums.js';

const sums: Sums = {
  ...emptySums(),
  placedOrders: 10,
  validOrders: 6,
  cancelledOrders: 3,
  cancelledBeforeShipmentOrders: 2,
  pendingOrders: 1,
  knownOrders: 4,
  gmvMinor: 2_001,
  supplyRevenueMinor: 1_002,
  refundKnownOrders: 4,
  refundedMinor: 300,
  refundsAtSupplyMinor: 102,
  checkedNetRevenueMinor: 500,
  platformNetRevenueMinor: 430,
};

describe('metric registry', () => {
  test('cancel rate counts what was cancelled before shipment, of all placed (5.3 Cancel rate; failure 35)', () => {
    assert.equal(METRICS.cancelRate.of(sums), 0.2);
  });

  test('net revenue is supply revenue less refunds at supply price, nothing else (5.3 Net revenue)', () => {
    assert.equal(METRICS.netRevenue.of(sums), 900);
    assert.equal(METRICS.refundsAtSupply.of(sums), 102);
    assert.equal(METRICS.refundsToBuyers.of(sums), 300);
  });

  test('refunds of a part of the orders are unknown, and net revenue with them; nothing sold is nothing refunded', () => {
    const partly = { ...sums, refundKnownOrders: 3 };
    for (const metric of [METRICS.netRevenue, METRICS.refundsAtSupply, METRICS.refundsToBuyers]) {
      assert.equal(metric.of(partly), null, metric.id);
      assert.equal(metric.of(emptySums()), 0, metric.id);
    }
    assert.deepEqual([METRICS.gmv.of(partly), METRICS.supplyRevenue.of(partly)], [2_001, 1_002]);
    assert.equal(METRICS.refundCoverage.of(partly), 0.75);
  });

  test('orders of which no amount is known have earned an unknown sum, not 0; no orders have earned 0', () => {
    const without = { ...emptySums(), placedOrders: 2, validOrders: 2 };
    const { gmv, supplyRevenue, refundsToBuyers, refundsAtSupply, netRevenue } = METRICS;
    for (const metric of [gmv, supplyRevenue, refundsToBuyers, refundsAtSupply, netRevenue]) {
      assert.equal(metric.of(without), null, metric.id);
      assert.equal(metric.of({ ...without, validOrders: 0 }), 0, metric.id);
    }
  });

  test('AOV stands on each basis, over orders with amounts only (5.3 AOV; failure 27)', () => {
    assert.equal(METRICS.averageSupplyRevenue.of(sums), 251);
    assert.equal(METRICS.averageGmv.of(sums), 500);
    assert.equal(METRICS.coverage.of(sums), 4 / 6);
  });

  test('the difference is what the platform estimates more than we say (5.3 Net revenue, Check)', () => {
    assert.equal(METRICS.revenueDifference.of(sums), -70);
  });

  test('what cannot be said is empty, not 0', () => {
    assert.equal(METRICS.cancelRate.of(emptySums()), null);
    assert.equal(METRICS.averageSupplyRevenue.of({ ...sums, knownOrders: 0 }), null);
    assert.equal(METRICS.averageGmv.of({ ...sums, knownOrders: 0 }), null);
    assert.equal(GROWTH.of(5, 0), null);
    assert.equal(GROWTH.of(5, 4), 0.25);
    assert.equal(GROWTH.of(0, 4), -1);
  });

  test('every money figure names its basis, and all its terms are on it (5.3; issue 7.2)', () => {
    const byId = new Map(metricDefinitions().map((definition) => [definition.id, definition]));
    for (const { id, unit, basis, terms } of byId.values()) {
      assert.equal(basis !== null, unit === 'money', id);
      for (const term of terms) assert.equal(byId.get(term)?.basis, basis, `${id} is made of ${term}`);
    }
    assert.deepEqual(byId.get('net_revenue')?.terms, ['supply_revenue', 'refunds_at_supply']);
    assert.equal(byId.get('gmv')?.basis, 'retail');
    assert.equal(byId.get('refunds_to_buyers')?.basis, 'retail');
    assert.equal(byId.get('supply_revenue')?.basis, 'supply');
  });

  test('every figure has one id and is explained in both languages', () => {
    const definitions = metricDefinitions();
    assert.equal(new Set(definitions.map(({ id }) => id)).size, definitions.length);
    for (const { id, nameZh, formulaZh, formulaEn, excludesEn, excludesZh, source } of definitions) {
      assert.match(source, /^figures\.md 5\.3 /, id);
      assert.equal(excludesEn === null, excludesZh === null, id);
      assert.match(nameZh + formulaZh, /\p{Script=Han}/u, id);
      assert.ok(formulaEn.length > 10, id);
    }
    for (const id of ['valid_orders', 'gmv', 'supply_revenue', 'cancel_rate', 'sales_rank']) {
      assert.ok(
        definitions.some((definition) => definition.id === id),
        id,
      );
    }
  });
});
