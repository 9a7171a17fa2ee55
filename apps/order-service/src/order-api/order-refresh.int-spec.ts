import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { quoted, serviceCaller } from '#contracts';
import {
  type MarketplaceConnector,
  MarketplaceError,
  type MarketplaceErrorKind,
  type OrderAmounts,
  type OrderRecord,
  type UnreadableRecord,
} from '#marketplace';
import { createLogger } from '#runtime';
import { oneConnector } from '#testing';
import {
  anOrder,
  at,
  createOrderBed,
  invented,
  type OrderBed,
  silentRelay,
  someAmounts,
} from '../orders/order-bed.fixture.js';
import { OrderRefresh } from './order-refresh.js';

const everybody = serviceCaller('test', 'test');
const SN = 'PO-1';
const refused = (kind: MarketplaceErrorKind) =>
  new MarketplaceError({
    kind,
    operation: 'detail',
    what: quoted('No'),
    remedy: quoted('Do this.'),
    retryable: false,
  });

describe('reading one order again', () => {
  let bed: OrderBed;
  let shopId: string;
  let refresh: OrderRefresh;
  let detail: () => Promise<OrderRecord | null>;
  let unreadable: UnreadableRecord[];
  let requestStartedAt: Date;
  let amounts: () => Promise<OrderAmounts | 'still_computing'>;

  before(async () => {
    bed = await createOrderBed();
    const connector = {
      getOrdersByNumber: async (_: unknown, numbers: readonly string[]) => {
        assert.deepEqual(numbers, [SN]);
        const record = await detail();
        const records = record === null ? [] : [record];
        return { total: 1, records, unreadable, platformTime: requestStartedAt, requestStartedAt };
      },
      getOrderAmounts: () => amounts(),
    } as unknown as MarketplaceConnector;
    refresh = new OrderRefresh(
      bed.database,
      oneConnector(connector),
      invented,
      silentRelay,
      createLogger('refresh-spec', 'silent'),
    );
  });
  after(() => bed.drop());
  beforeEach(async () => {
    shopId = await bed.newShop();
    await bed.takeEvents();
    unreadable = [];
    requestStartedAt = new Date();
    detail = async () => anOrder(SN, { status: 'shipped', platformUpdatedAt: at(50) });
    amounts = async () => someAmounts(SN);
  });

  const ask = (caller = everybody) => refresh.refresh({ shopId, orderNumber: SN }, caller);

  test('stores the order and its amounts, and says where they come from', async () => {
    await bed.store(shopId, { record: anOrder(SN), readAt: at(1) });
    await ask();
    const row = await bed.row(shopId, SN);
    assert.deepEqual(
      [row.status, row.version, row.amount_state, row.amounts_due_at],
      ['shipped', 3, 'known', null],
    );
    const history = await bed.database.query<{ source: string }>(
      'SELECT source FROM order_history WHERE shop_id = $1 ORDER BY version',
      [shopId],
    );
    assert.deepEqual(
      history.map(({ source }) => source),
      ['poll', 'hand', 'amounts'],
    );
    await ask();
    assert.equal((await bed.row(shopId, SN)).version, 3);
  });

  test('an order that cannot be understood lies in quarantine, and the person is told why', async () => {
    await bed.store(shopId, { record: anOrder(SN), readAt: at(1) });
    detail = async () => null;
    unreadable = [{ platformId: SN, reason: quoted('quantity is missing'), raw: '{}' }];
    await assert.rejects(ask(), { code: 'order.unreadable', message: /quantity is missing/ });
    const kept = await bed.database.query(
      'SELECT FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL',
      [shopId],
    );
    assert.equal(kept.length, 1);
  });

  test('it is as old as its request: what was read later meanwhile stays', async () => {
    requestStartedAt = new Date(Date.now() - 60_000);
    await bed.store(shopId, {
      record: anOrder(SN, { status: 'delivered', platformUpdatedAt: at(50) }),
      readAt: new Date(Date.now() - 1_000),
    });
    await ask();
    assert.equal((await bed.row(shopId, SN)).status, 'delivered');
  });

  test('bad amounts spoil neither the order nor the answer', async () => {
    amounts = async () => {
      throw refused('unreadable');
    };
    await ask();
    const row = await bed.row(shopId, SN);
    assert.deepEqual([row.status, row.amount_state], ['shipped', 'unreadable']);
  });

  test('an order that was never stored is stored now, and leaves quarantine', async () => {
    await bed.database.query(
      `INSERT INTO quarantine (shop_id, kind, platform_id, reason, raw) VALUES ($1, 'orders', $2, $3, '{}')`,
      [shopId, SN, quoted('bad')],
    );
    await ask();
    assert.deepEqual(await bed.numbers(shopId), [SN]);
    assert.deepEqual(
      await bed.database.query('SELECT FROM quarantine WHERE shop_id = $1 AND resolved_at IS NULL', [shopId]),
      [],
    );
  });

  test('a change that is stored while the amounts are on their way keeps them due', async () => {
    amounts = async () => {
      await bed.store(shopId, { record: anOrder(SN, { platformUpdatedAt: at(99) }), readAt: at(5) });
      return someAmounts(SN);
    };
    await ask();
    const row = await bed.row(shopId, SN);
    assert.equal(row.amount_state, 'known');
    assert.notEqual(row.amounts_due_at, null);
  });

  test('a missing permission for amounts does not spoil the order', async () => {
    amounts = async () => {
      throw refused('scope');
    };
    await ask();
    assert.equal((await bed.row(shopId, SN)).status, 'shipped');
  });

  test('an order that the marketplace does not know is not found, and what is stored stays', async () => {
    await bed.store(shopId, { record: anOrder(SN), readAt: at(1) });
    detail = async () => null;
    await assert.rejects(ask(), { kind: 'not_found', code: 'order.not_found' });
    assert.equal((await bed.row(shopId, SN)).status, 'unshipped');
  });

  test('a foreign shop looks like none, and nobody is called', async () => {
    detail = () => assert.fail('the marketplace was called');
    await assert.rejects(ask({ ...everybody, shopIds: [] }), { kind: 'not_found', code: 'order.not_found' });
  });

  for (const [kind, code] of [
    ['token', 'shop.needs_reauthorization'],
    ['scope', 'shop.missing_permission'],
    ['transient', 'marketplace.unavailable'],
    ['breaker_open', 'marketplace.unavailable'],
  ] as const) {
    test(`${kind}: ${code}, with what to do`, async () => {
      detail = async () => {
        throw refused(kind);
      };
      await assert.rejects(ask(), { code, message: 'No. Do this.' });
    });
  }
});
