import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { durableName, type OrderState, OrdersStored, type ShopState, streamOf } from '#contracts';
import {
  connectNats,
  listConsumers,
  listDeadLetters,
  RpcClient,
  type RunningService,
  replayDeadLetter,
  startService,
} from '#messaging';
import { createLogger, type Database } from '#runtime';
import {
  CALLER_PUBLIC_KEYS,
  createEmptyTestDatabase,
  rpcAs,
  startTestNats,
  type TestNats,
  waitFor,
} from '#testing';
import { Door } from '../test/door.js';
import { aShop } from '../test/figures-harness.js';
import { OrderOwner } from '../test/order-owner.js';
import { randomOrder } from '../test/orders.js';
import { untilEqualsRecount } from '../test/recount.js';
import { SeededRandom } from '../test/seeded-random.js';
import { analyticsModule } from './analytics.module.js';
import { openAnalyticsDatabase } from './database/open-database.js';
import { ORDER_FACTS } from './facts/order-facts.events.js';

const NOW = new Date('2026-11-21T06:00:00Z');
const FIRST_MS = Date.parse('2026-10-01T00:00:00Z');
const LAST_MS = Date.parse('2026-11-19T00:00:00Z');
/** Never within a test: what arrives has arrived by the events alone. */
const NEVER_MS = 3_600_000;
const STREAM = streamOf('order');
const DURABLE = durableName('analytics', ORDER_FACTS);

const random = new SeededRandom(20_261_121);
const statesOf = (count: number, version: number, prefix = 'PO'): OrderState[] =>
  Array.from({ length: count }, (_, n) =>
    randomOrder(random, `${prefix}-${n}`, version, ['USD', 'EUR'], FIRST_MS, LAST_MS),
  );

describe('every event takes effect at the consumer (law 5)', { concurrency: false }, () => {
  let nats: TestNats;
  let empty: { url: string; drop: () => Promise<void> };
  let door: Door;
  let owner: OrderOwner;
  let connection: NatsConnection;
  let rpc: RpcClient;
  let analytics: RunningService | undefined;

  before(async () => {
    nats = await startTestNats();
    empty = await createEmptyTestDatabase();
    door = new Door(new URL(empty.url));
    await door.open();
    connection = await connectNats(nats.url, 'test');
    rpc = rpcAs('gateway', connection);
    owner = await OrderOwner.start(nats.url);
  });
  after(async () => {
    await door?.open().catch(() => undefined);
    await stopAnalytics();
    await connection?.close();
    await owner?.close();
    await nats?.close();
    await door?.shut();
    await empty?.drop();
  });

  /** @returns its database, for what a test does to it. */
  async function startAnalytics(compareMs = NEVER_MS): Promise<Database> {
    await stopAnalytics();
    const database = await openAnalyticsDatabase(door.url);
    analytics = await startService({
      context: 'analytics',
      natsUrl: nats.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      database,
      logger: createLogger('analytics-service', process.env.LOG_LEVEL ?? 'silent'),
      module: analyticsModule({ now: () => NOW, compareMs }),
    });
    return database;
  }

  async function stopAnalytics(): Promise<void> {
    await analytics?.close();
    analytics = undefined;
  }

  function newShop(): ShopState {
    const shop = aShop({ timeZone: 'America/Los_Angeles' });
    owner.shops.push(shop);
    return shop;
  }

  const consumerInfo = async () => (await jetstreamManager(connection)).consumers.info(STREAM, DURABLE);

  test('peer failure 48: the consumer is stopped, 100 orders change, it starts: all 100 once in effect', async () => {
    const shop = newShop();
    await startAnalytics();
    await owner.change(shop.shopId, statesOf(100, 1));
    await untilEqualsRecount(rpc, owner, shop);
    await stopAnalytics();
    for (const state of statesOf(100, 2)) await owner.change(shop.shopId, [state]);
    await waitFor('the relay to have published all', async () => (await owner.unpublished()) === 0);
    await startAnalytics();
    await untilEqualsRecount(rpc, owner, shop);
  });

  test('each event three times and in any order: the newest state counts, once', async () => {
    const shop = newShop();
    await startAnalytics();
    const versions = [1, 2, 3].map((version) => statesOf(200, version, 'shuffled'));
    await owner.change(shop.shopId, versions[2] ?? []);
    const others = random.shuffle([...versions, ...versions, ...versions].flat());
    for (let at = 0; at < others.length; at += 50) await owner.change(shop.shopId, others.slice(at, at + 50));
    await waitFor('all to be taken', async () => {
      const { num_pending, num_ack_pending } = await consumerInfo();
      return (await owner.unpublished()) === 0 && num_pending === 0 && num_ack_pending === 0;
    });
    await untilEqualsRecount(rpc, owner, shop);
  });

  test('the consumer is down for 10,000 changes', async () => {
    const shop = newShop();
    await stopAnalytics();
    for (let version = 1; version <= 10; version += 1)
      await owner.change(shop.shopId, statesOf(1_000, version, 'many'));
    await startAnalytics();
    await untilEqualsRecount(rpc, owner, shop);
  });

  test('poison goes to the dead letters with its reason, its neighbours pass, and it can be replayed', async () => {
    const shop = newShop();
    const database = await startAnalytics();
    await database.query(
      `ALTER TABLE order_facts ADD CONSTRAINT too_strict CHECK (order_number <> 'poison-3') NOT VALID`,
    );
    for (const state of statesOf(10, 1, 'poison')) await owner.change(shop.shopId, [state]);
    const [letter] = await waitFor('the dead letter', async () => {
      const letters = await listDeadLetters(connection, { durable: DURABLE, limit: 10 });
      return letters.length > 0 && letters;
    });
    assert.ok(letter);
    assert.match(letter.reason, /too_strict/);
    assert.equal(letter.subject, OrdersStored.subject);
    await waitFor('its neighbours', async () => {
      const rows = await database.query('SELECT 1 FROM order_facts WHERE shop_id = $1', [shop.shopId]);
      return rows.length === 9;
    });
    const state = (await listConsumers(connection)).find(({ durable }) => durable === DURABLE);
    assert.equal(state?.deadLetters, 1);

    await database.query('ALTER TABLE order_facts DROP CONSTRAINT too_strict');
    assert.deepEqual(await replayDeadLetter(connection, letter.id), {
      durable: DURABLE,
      subject: OrdersStored.subject,
    });
    await untilEqualsRecount(rpc, owner, shop);
    assert.deepEqual(await listDeadLetters(connection, { limit: 10 }), []);
    assert.equal(await replayDeadLetter(connection, letter.id), undefined);
  });

  test('the consumer’s database is away for longer than any count of tries: nothing is given up', async () => {
    const shop = newShop();
    await startAnalytics();
    await owner.change(shop.shopId, statesOf(50, 1, 'before'));
    await untilEqualsRecount(rpc, owner, shop);
    await door.shut();
    for (const state of statesOf(30, 1, 'away')) await owner.change(shop.shopId, [state]);
    await waitFor(
      'every event to have failed three times and wait for another try',
      async () => {
        const { delivered, num_redelivered, ack_floor } = await consumerInfo();
        const events = delivered.stream_seq - ack_floor.stream_seq;
        return events >= 30 && num_redelivered >= 30 && delivered.consumer_seq - ack_floor.consumer_seq >= 90;
      },
      60_000,
    );
    await door.open();
    await untilEqualsRecount(rpc, owner, shop);
    assert.deepEqual(await listDeadLetters(connection, { limit: 10 }), []);
  });

  test('the broker is killed and comes back with its store, while orders change', async () => {
    const shop = newShop();
    await startAnalytics();
    for (let round = 0; round < 3; round += 1) {
      await owner.change(shop.shopId, statesOf(200, round + 1, 'killed'));
      await nats.kill();
      await owner.change(shop.shopId, statesOf(100, round + 1, `meanwhile-${round}`));
      await nats.start();
    }
    await untilEqualsRecount(rpc, owner, shop);
  });

  test('the broker loses everything while all runs: what it had taken is found by the comparison', async () => {
    const shop = newShop();
    await startAnalytics(1_000);
    await owner.change(shop.shopId, statesOf(300, 1, 'wiped'));
    await untilEqualsRecount(rpc, owner, shop);
    // The consumer cannot take them, the owner has seen them published: only the broker has them.
    await door.shut();
    for (const state of statesOf(200, 2, 'wiped')) await owner.change(shop.shopId, [state]);
    await waitFor('the bus to have taken them', async () => (await owner.unpublished()) === 0);
    await nats.kill();
    await nats.start({ wiped: true });
    await door.open();
    await waitFor('stream and durable to be made again', async () =>
      consumerInfo().then(
        () => true,
        () => false,
      ),
    );
    await untilEqualsRecount(rpc, owner, shop);
    await owner.change(shop.shopId, statesOf(50, 3, 'wiped'));
    await untilEqualsRecount(rpc, owner, shop);
  });
});
