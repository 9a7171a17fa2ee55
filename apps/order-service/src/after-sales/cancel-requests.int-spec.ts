import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { anOrder, at, createOrderBed, type OrderBed } from '../orders/order-bed.fixture.js';
import { storeCancelRequests } from './cancel-requests.js';

const LABEL = 'pending_buyer_cancellation';
const requestedAt = new Date('2026-05-01T10:00:00Z');
const decideBy = new Date('2026-05-02T10:00:00Z');

let bed: OrderBed;
before(async () => {
  bed = await createOrderBed();
});
after(() => bed.drop());

async function labelled(): Promise<{ shopId: string; dueAt: Date }> {
  const shopId = await bed.newShop();
  await bed.store(shopId, { record: anOrder('PO-1', { labels: [LABEL] }), readAt: at(1) });
  const dueAt = (await bed.row(shopId, 'PO-1')).cancel_due_at;
  assert.ok(dueAt instanceof Date, 'a labelled order is asked for');
  return { shopId, dueAt };
}

const answer = (shopId: string, dueAt: Date, isListed: boolean): Promise<void> =>
  bed.database.transaction((tx) =>
    storeCancelRequests(
      tx,
      shopId,
      [{ number: 'PO-1', dueAt }],
      isListed ? [{ caseNumber: 'C1', orderNumber: 'PO-1', requestedAt, decideBy }] : [],
    ),
  );

test('an order without the label is not asked for', async () => {
  const shopId = await bed.newShop();
  await bed.store(shopId, { record: anOrder('PO-1', { labels: ['past_due'] }), readAt: at(1) });
  assert.equal((await bed.row(shopId, 'PO-1')).cancel_due_at, null);
});

test('the clock is stored, the version rises once, and nothing is asked again', async () => {
  const { shopId, dueAt } = await labelled();
  for (let time = 0; time < 2; time += 1) await answer(shopId, dueAt, true);
  const row = await bed.row(shopId, 'PO-1');
  assert.deepEqual(
    [row.cancel_requested_at, row.cancel_decide_by, row.cancel_due_at, row.version],
    [requestedAt, decideBy, null, 2],
  );
});

test('one that is not listed yet is asked for again later', async () => {
  const { shopId, dueAt } = await labelled();
  await answer(shopId, dueAt, false);
  const row = await bed.row(shopId, 'PO-1');
  assert.ok(row.cancel_due_at instanceof Date && row.cancel_due_at > dueAt);
  assert.deepEqual([row.cancel_requested_at, row.version], [null, 1]);
});

test('without the label the clock is gone; with it again it is asked for anew', async () => {
  const { shopId, dueAt } = await labelled();
  await answer(shopId, dueAt, true);
  await bed.store(shopId, { record: anOrder('PO-1', { platformUpdatedAt: at(5) }), readAt: at(6) });
  const plain = await bed.row(shopId, 'PO-1');
  assert.deepEqual([plain.cancel_decide_by, plain.cancel_due_at], [null, null]);
  await bed.store(shopId, {
    record: anOrder('PO-1', { platformUpdatedAt: at(7), labels: [LABEL] }),
    readAt: at(8),
  });
  assert.ok((await bed.row(shopId, 'PO-1')).cancel_due_at instanceof Date);
});
