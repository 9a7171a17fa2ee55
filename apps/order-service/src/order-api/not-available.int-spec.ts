import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Caller, COMPLETENESS_OF, type NotAvailable, serviceCaller } from '#contracts';
import { ABILITIES, type Ability, type Marketplace } from '#marketplaces';
import { KnownShops } from '#sync';
import { oneConnector, registerLacking } from '#testing';
import { AddressReader } from '../addresses/address-reader.js';
import { AfterSalesQueries } from '../after-sales/after-sales-queries.js';
import { queueNightlyAudits } from '../completeness/audit-tick.js';
import { CompletenessQueries } from '../completeness/completeness-queries.js';
import { StatusCounts } from '../completeness/status-counts.js';
import { Discovery } from '../hints/discovery.js';
import {
  anOrder,
  createOrderBed,
  invented,
  type OrderBed,
  silentRelay,
} from '../orders/order-bed.fixture.js';
import { OrderQueries } from './order-queries.js';

const everybody = serviceCaller('test', 'test');
const only = (...shopIds: string[]): Caller => ({ ...everybody, shopIds });
const NUMBER = 'PO-211-1';
const isNotAvailable = { kind: 'conflict', code: 'marketplace.not_available' };

describe('what a marketplace does not give, in answers', () => {
  let bed: OrderBed;
  before(async () => {
    bed = await createOrderBed();
  });
  after(() => bed.drop());

  const addresses = () => new AddressReader(bed.database, bed.sealer, silentRelay);
  const cases = () => new AfterSalesQueries(bed.database);
  const orders = () => new OrderQueries(bed.database, addresses(), cases());
  const completeness = () => new CompletenessQueries(bed.database);
  const discovery = () => new Discovery(bed.database);

  /** A shop of a marketplace with everything, and one of a marketplace without the ability; each has an order. */
  async function shops(ability: Ability) {
    const marketplace = registerLacking(ability);
    const whole = await bed.newShop();
    const lacking = await bed.newShop(marketplace);
    const order = { record: anOrder(NUMBER), readAt: new Date() };
    for (const shopId of [whole, lacking]) await bed.store(shopId, order);
    return { marketplace, whole, lacking, caller: only(whole, lacking) };
  }

  /** Answers over several shops, by what they are of; null: no list of order-service. A new ability does not compile until it stands here. */
  const LISTS: Readonly<
    Record<Ability, ((caller: Caller) => Promise<{ readonly notAvailable: NotAvailable[] }>[]) | null>
  > = {
    orders: (caller) => [orders().list({}, caller), orders().count({}, caller)],
    order_counts: (caller) =>
      COMPLETENESS_OF.flatMap((of) => [
        completeness().days({ of }, caller),
        completeness().shops({ of }, caller),
      ]),
    // Of each order, its state.
    amounts: null,
    addresses: null,
    after_sales: (caller) => [
      cases().list({}, caller),
      cases().count({}, caller),
      completeness().days({ of: 'after_sales' }, caller),
      completeness().shops({ of: 'after_sales' }, caller),
    ],
    // product-service's.
    products: null,
    promotions: null,
    pushes: (caller) => [discovery().get({}, caller)],
  };

  for (const ability of ABILITIES) {
    test(`without ${ability}: the answers name the shops, and only those that the caller may see`, async () => {
      const { marketplace, whole, lacking, caller } = await shops(ability);
      const answers = LISTS[ability];
      if (answers === null) return;
      const named: NotAvailable[] = [{ marketplace, ability, shopIds: [lacking] }];
      for (const answer of await Promise.all(answers(caller))) assert.deepEqual(answer.notAvailable, named);
      for (const answer of await Promise.all(answers(only(whole)))) assert.deepEqual(answer.notAvailable, []);
    });
  }

  test('an order of it says what is not available, and its numbers are null, not 0', async () => {
    const marketplace = registerLacking('amounts', 'addresses', 'after_sales');
    const shopId = await bed.newShop(marketplace as Marketplace);
    await bed.store(shopId, { record: anOrder(NUMBER), readAt: new Date() });
    const order = await orders().get({ shopId, orderNumber: NUMBER }, everybody);
    assert.deepEqual(order.notAvailable, ['amounts', 'addresses', 'after_sales']);
    assert.deepEqual([order.amounts.state, order.address.state], ['not_available', 'not_available']);
    assert.deepEqual(
      order.lines.map(({ refundedUnits, refundedMinor }) => [refundedUnits, refundedMinor]),
      [[null, null]],
    );
    assert.equal(order.unmatchedRefundUnits, null);
    await assert.rejects(addresses().reveal({ shopId, orderNumber: NUMBER }, everybody), isNotAvailable);
    const whole = await bed.newShop();
    await bed.store(whole, { record: anOrder(NUMBER), readAt: new Date() });
    const known = await orders().get({ shopId: whole, orderNumber: NUMBER }, everybody);
    assert.deepEqual(
      [known.notAvailable, known.amounts.state, known.lines[0]?.refundedUnits],
      [[], 'pending', 0],
    );
  });

  test('orders are filtered by the state that they show', async () => {
    const { whole, lacking, caller } = await shops('amounts');
    const found = async (amounts: 'pending' | 'not_available') =>
      (await orders().list({ amounts }, caller)).rows.map(({ shopId }) => shopId);
    assert.deepEqual([await found('pending'), await found('not_available')], [[whole], [lacking]]);
  });

  test('a shop whose orders are not counted is neither complete nor unchecked, and no day of it is due', async () => {
    const { whole, lacking, caller } = await shops('order_counts');
    for (const shopId of [whole, lacking]) await loaded(bed, shopId);
    const { rows } = await completeness().shops({}, caller);
    const stateOf = (id: string) => rows.find(({ shopId }) => shopId === id);
    assert.deepEqual([stateOf(whole)?.state, stateOf(lacking)?.state], ['unchecked', 'not_available']);
    assert.equal(stateOf(lacking)?.daysUnchecked, 0);
    const { shopsCounted, shopsNotConnected, shopsNotAvailable, daysUnchecked } =
      await completeness().summary({}, caller);
    assert.deepEqual([shopsCounted, shopsNotConnected, shopsNotAvailable], [1, 0, 1]);
    assert.equal(daysUnchecked, stateOf(whole)?.daysUnchecked);

    await queueNightlyAudits(bed.database, { auditHour: 0, auditSpreadMinutes: 1 });
    const audits = await bed.database.query<{ id: string }>(
      `SELECT shop_id AS id FROM sync_runs WHERE kind = 'audit' AND shop_id = ANY($1::uuid[])`,
      [[whole, lacking]],
    );
    assert.deepEqual(
      audits.map(({ id }) => id),
      [whole],
    );
    const counts = new StatusCounts(
      bed.database,
      oneConnector({} as never),
      invented,
      new KnownShops(bed.database),
    );
    await assert.rejects(counts.count({ shopId: lacking, day: '2026-05-01' }, everybody), isNotAvailable);
  });

  test('a shop whose marketplace pushes nothing has found no change by a push, rather than none of them', async () => {
    const { whole, lacking, caller } = await shops('pushes');
    const { shops: found } = await discovery().get({}, caller);
    const webhook = (id: string) =>
      found.find(({ shopId }) => shopId === id)?.sources.find(({ source }) => source === 'webhook');
    assert.deepEqual([webhook(whole)?.changes, webhook(whole)?.share], [0, 0]);
    assert.deepEqual([webhook(lacking)?.changes, webhook(lacking)?.share], [null, null]);
  });
});

async function loaded(bed: OrderBed, shopId: string): Promise<void> {
  await bed.database.query(
    `INSERT INTO sync_cursors (shop_id, kind, created_from, updated_through) VALUES ($1, 'orders', now() - interval '9 days', now())`,
    [shopId],
  );
}
