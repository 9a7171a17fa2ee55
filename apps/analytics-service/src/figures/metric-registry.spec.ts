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
  supplyRevenueMinor: 1_002,
  refundedMinor: 102,
};

describe('metric registry', () => {
  test('cancel rate counts what was cancelled before shipment, of all placed (5.3 Cancel rate; failure 35)', () => {
    assert.equal(METRICS.cancelRate.of(sums), 0.2);
  });

  test('net revenue is supply revenue less refunds (5.3 Net revenue)', () => {
    assert.equal(METRICS.netRevenue.of(sums), 900);
  });

  test('AOV is on the basis of the shown revenue, over orders with amounts only (5.3 AOV; failure 27)', () => {
    assert.equal(METRICS.averageOrderValue.of(sums), 251);
    assert.equal(METRICS.coverage.of(sums), 4 / 6);
  });

  test('what cannot be said is empty, not 0', () => {
    assert.equal(METRICS.cancelRate.of(emptySums()), null);
    assert.equal(METRICS.averageOrderValue.of({ ...sums, knownOrders: 0 }), null);
    assert.equal(GROWTH.of(5, 0), null);
    assert.equal(GROWTH.of(5, 4), 0.25);
    assert.equal(GROWTH.of(0, 4), -1);
  });

  test('every figure has one id and is explained in both languages', () => {
    const definitions = metricDefinitions();
    assert.equal(new Set(definitions.map(({ id }) => id)).size, definitions.length);
    for (const { id, nameZh, formulaZh, formulaEn } of definitions) {
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
