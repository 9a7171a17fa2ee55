import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderLine } from '../../api/types';
import { groupSum, lineGroups } from './line-groups';

function unit(lineId: string, change: Partial<OrderLine> = {}): OrderLine {
  return {
    lineId,
    status: 'unshipped',
    productId: 'p',
    skuId: 's',
    sellerSku: 'S-1',
    productName: 'Shirt',
    spec: 'blue',
    imageUrl: null,
    orderedQuantity: 1,
    cancelledBeforeShipment: 0,
    netQuantity: 1,
    unitRetailMinor: 1_999,
    unitBasePriceMinor: 1_919,
    refundedUnits: 0,
    refundedMinor: 0,
    labels: [],
    soldFactor: 1,
    fulfilmentType: 'seller',
    retailMinor: 1_999,
    basePriceMinor: 1_919,
    ...change,
  };
}

test('units of one SKU stand together, with the number of them; each line stays in its group', () => {
  const groups = lineGroups([unit('1'), unit('2'), unit('3', { skuId: 't' }), unit('4')]);
  assert.deepEqual(
    groups.map(({ lines }) => lines.map(({ lineId }) => lineId)),
    [['1', '2', '4'], ['3']],
  );
  assert.deepEqual(
    groups.map((group) => groupSum(group, 'netQuantity')),
    [3, 1],
  );
});

test('units that differ in anything stand apart', () => {
  const cancelled = { status: 'cancelled', cancelledBeforeShipment: 1, netQuantity: 0 } as const;
  for (const change of [cancelled, { labels: ['gift'] }, { unitBasePriceMinor: null }, { refundedUnits: 1 }])
    assert.equal(lineGroups([unit('1'), unit('2', change)]).length, 2, JSON.stringify(change));
});

test('lines of several units are never put together', () => {
  const two = { orderedQuantity: 2, netQuantity: 2 };
  assert.equal(lineGroups([unit('1', two), unit('2', two)]).length, 2);
});

test('what is not known of one is not known of the group', () => {
  const unknown = { refundedUnits: null };
  const [group] = lineGroups([unit('1', unknown), unit('2', unknown)]);
  assert.ok(group);
  assert.equal(groupSum(group, 'refundedUnits'), null);
});
