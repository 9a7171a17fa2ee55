import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Controller, Module } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Type } from 'typebox';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEAD_LETTER_STREAM, defineEvent, streamOf } from '#contracts';
import { createLogger, currentCorrelationId, type Transaction, withCorrelation } from '#runtime';
import {
  CALLER_PUBLIC_KEYS,
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
  waitFor,
} from '#testing';
import { MAX_EVENT_BYTES } from './bus-limit.js';
import { type EventInfo, HandleEvent } from './handle.js';
import { appendListToOutbox, appendToOutbox, EventRefused, OUTBOX_DDL } from './outbox.js';
import { OutboxRelay } from './outbox-relay.js';
import { type RunningService, startService } from './service.js';

const Counted = defineEvent(
  'order',
  'events-spec',
  'counted',
  1,
  Type.Object({ n: Type.Integer(), text: Type.Optional(Type.String()) }),
  'for this test',
  { analytics: ['counter'] },
);

const Listed = defineEvent(
  'order',
  'events-spec',
  'listed',
  1,
  Type.Object({
    shopId: Type.String(),
    items: Type.Array(Type.Object({ itemNumber: Type.String(), text: Type.String() }), { maxItems: 500 }),
  }),
  'for this test',
  { analytics: ['lister'] },
);

class CreateOutbox1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OUTBOX_DDL);
  }
  async down(): Promise<void> {
    throw new Error('not needed');
  }
}

/** What the consumer has been given, and what it does with it. */
const seen = {
  deliveries: [] as (EventInfo & { n: number })[],
  listed: [] as string[][],
  handle: (_n: number, _info: EventInfo): Promise<void> => Promise.resolve(),
};
const effects = (): number[] => [...new Set(seen.deliveries.map(({ n }) => n))].sort((a, b) => a - b);

@Controller()
class Consumer {
  @HandleEvent(Listed, 'lister')
  async listed(@Payload() { items }: { items: { itemNumber: string; text: string }[] }): Promise<void> {
    seen.listed.push(items.map(({ itemNumber, text }) => `${itemNumber} ${text.length}`));
  }
  @HandleEvent(Counted, 'counter')
  async counted(@Payload() { n }: { n: number }, @Ctx() info: EventInfo): Promise<void> {
    await seen.handle(n, info);
    seen.deliveries.push({ n, ...info });
  }
}

@Module({ controllers: [Consumer] })
class ConsumerModule {}
@Module({})
class ProducerModule {}

const logger = createLogger('events-spec', 'silent');
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe('events from the outbox to a consumer', () => {
  let nats: TestNats;
  let store: TestDatabase;
  let producer: RunningService;
  let consumer: RunningService;

  const startConsumer = () =>
    startService({
      context: 'analytics',
      natsUrl: nats.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      module: ConsumerModule,
      logger,
    });

  before(async () => {
    [nats, store] = await Promise.all([
      startTestNats(),
      createTestDatabase({ schema: 'events', migrations: [CreateOutbox1700000000000], poolSize: 6 }),
    ]);
    producer = await startService({
      context: 'order',
      natsUrl: nats.url,
      callerKeys: CALLER_PUBLIC_KEYS,
      module: ProducerModule,
      logger,
    });
    startRelay();
    consumer = await startConsumer();
  });
  after(async () => {
    await Promise.all(relays.map((relay) => relay.close()));
    await consumer.close();
    await producer.close();
    await Promise.all([store.drop(), nats.close()]);
  });
  beforeEach(() => {
    seen.deliveries = [];
    seen.listed = [];
    seen.handle = () => Promise.resolve();
  });

  const relays: OutboxRelay[] = [];
  function startRelay(): void {
    const relay = new OutboxRelay(store.database, producer.connection, 'order', logger);
    relay.start();
    relays.push(relay);
  }

  const append = (tx: Transaction, ...numbers: number[]) =>
    appendToOutbox(
      tx,
      Counted,
      numbers.map((n) => ({ n })),
    );
  const write = (...numbers: number[]) => store.database.transaction((tx) => append(tx, ...numbers));
  const arrived = (numbers: number[], timeoutMs = 20_000) =>
    waitFor(`${numbers.length} events to arrive`, () => effects().length >= numbers.length, timeoutMs).then(
      () => assert.deepEqual(effects(), numbers),
    );
  const unpublished = async (): Promise<number> => {
    const [row] = await store.database.query<{ count: number }>(
      'SELECT count(*) AS count FROM outbox WHERE published_at IS NULL',
    );
    return row?.count ?? 0;
  };

  test('what is committed arrives with its data and id; what is rolled back does not', async () => {
    await assert.rejects(
      store.database.transaction(async (tx) => {
        await append(tx, 100);
        throw new Error('no');
      }),
    );
    await write(0, 1, 2);
    await arrived([0, 1, 2]);
    const rows = await store.database.query<{ id: string }>(
      'SELECT message_id AS id FROM outbox ORDER BY id',
    );
    assert.deepEqual(seen.deliveries.map(({ id }) => id).sort(), rows.map(({ id }) => id).sort());
    assert.ok(seen.deliveries.every(({ delivery }) => delivery === 1));
  });

  test('what a consumer does has the correlation id of what the event came of', async () => {
    const ids: string[] = [];
    seen.handle = async () => {
      ids.push(currentCorrelationId());
    };
    await withCorrelation('asked-for-by-a-person', () =>
      store.database.transaction((tx) => appendToOutbox(tx, Counted, [{ n: 1 }])),
    );
    await waitFor('the event', () => ids.length > 0);
    assert.deepEqual(ids, ['asked-for-by-a-person']);
  });

  test('published, but the flag was lost with the relay: published again, delivered once', async () => {
    await write(...upTo(20));
    await arrived(upTo(20));
    await store.database.query('UPDATE outbox SET published_at = NULL');
    await waitFor('all to be published again', async () => (await unpublished()) === 0);
    await write(20);
    await arrived(upTo(21));
    assert.equal(seen.deliveries.length, 21);
  });

  test('peer failure 48: a consumer that was down while 500 events were written gets all of them', async () => {
    await consumer.close();
    for (const part of upTo(5)) await write(...upTo(100).map((n) => part * 100 + n));
    await waitFor('all to be published', async () => (await unpublished()) === 0);
    consumer = await startConsumer();
    await arrived(upTo(500));
    assert.equal(seen.deliveries.length, 500);
  });

  test('a transaction that took a lower id and commits later is published later, not passed over', async () => {
    let commitFirst: (() => void) | undefined;
    const first = store.database.transaction(async (tx) => {
      await append(tx, 1);
      await new Promise<void>((resolve) => {
        commitFirst = resolve;
      });
    });
    await waitFor('the first to have its id', () => commitFirst !== undefined);
    await write(2);
    await arrived([2]);
    commitFirst?.();
    await first;
    await arrived([1, 2]);
  });

  test('two replicas of the relay publish each event once', async () => {
    startRelay();
    const published: string[] = [];
    const tap = producer.connection.subscribe(Counted.subject, {
      callback: (_error, message) => {
        published.push(message.json<{ id: string }>().id);
      },
    });
    await producer.connection.flush();
    for (const part of upTo(10)) await write(...upTo(40).map((n) => part * 40 + n));
    await arrived(upTo(400));
    tap.unsubscribe();
    assert.equal(published.length, 400);
    assert.equal(new Set(published).size, 400);
    await relays.pop()?.close();
  });

  test('an event that the bus refuses does not hold up the others', async () => {
    await store.database.query('INSERT INTO outbox (message_id, subject, payload) VALUES ($1, $2, $3)', [
      randomUUID(),
      Counted.subject,
      JSON.stringify({ n: 1, text: 'x'.repeat(8_400_000) }),
    ]);
    await write(2, 3);
    await arrived([2, 3]);
    await waitFor('only that one to be left', async () => (await unpublished()) === 1);
    await store.database.query('DELETE FROM outbox WHERE published_at IS NULL');
  });

  test('the producer is refused what breaks its schema or is too large, and nothing is written', async () => {
    const before = await store.database.query('SELECT count(*) FROM outbox');
    for (const data of [
      { n: 'one' } as unknown as { n: number },
      { n: 1, text: 'x'.repeat(MAX_EVENT_BYTES) },
    ]) {
      await assert.rejects(
        store.database.transaction((tx) => appendToOutbox(tx, Counted, [{ n: 0 }, data])),
        EventRefused,
      );
    }
    assert.deepEqual(await store.database.query('SELECT count(*) FROM outbox'), before);
  });

  const list = (items: readonly { itemNumber: string; text: string }[], maxItems = 200) =>
    store.database.transaction((tx) =>
      appendListToOutbox(tx, Listed, { shopId: 's1' }, 'items', [...items], maxItems),
    );
  const item = (n: number, length: number, letter = 'x') => ({
    itemNumber: `i${n}`,
    text: letter.repeat(length),
  });
  const nameOf = ({ itemNumber, text }: { itemNumber: string; text: string }) =>
    `${itemNumber} ${text.length}`;

  test('a list is spread by number and by bytes, each item once and in order; a huge one travels alone', async () => {
    const items = [
      ...upTo(7).map((n) => item(n, 10)),
      item(7, 200_000),
      item(8, 200_000),
      item(9, 5_500_000),
      item(10, 10),
      // Three bytes a letter: by letters it would fit beside the one before.
      item(11, 80_000, '杯'),
      item(12, 80_000, '杯'),
    ];
    await list(items, 5);
    await waitFor('all of the list to arrive', () => seen.listed.flat().length === items.length);
    const arrivedSizes = seen.listed.map((names) => names.length);
    assert.deepEqual(seen.listed.flat().sort(), items.map(nameOf).sort());
    assert.ok(arrivedSizes.every((size) => size <= 5));
    assert.ok(seen.listed.some((names) => names.join() === nameOf(items[9] ?? item(0, 0))));
    const [row] = await store.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM outbox WHERE subject = $1`,
      [Listed.subject],
    );
    assert.equal(row?.count, 6);
  });

  test('what no event can carry is named, and nothing of the list is recorded', async () => {
    const [before] = await store.database.query('SELECT count(*) FROM outbox');
    for (const [bad, said] of [
      [item(2, MAX_EVENT_BYTES), /^itemNumber i2 is too large for evt\.order.*at most 6291456 travel/],
      [item(2, MAX_EVENT_BYTES / 3, '杯'), /^itemNumber i2 is too large/],
      [{ itemNumber: 'i2' } as unknown as ReturnType<typeof item>, /breaks its schema.*items\/1/],
    ] as const) {
      await assert.rejects(list([item(1, 10), bad]), (error) => {
        assert.ok(error instanceof EventRefused);
        assert.match(error.message, said);
        return true;
      });
    }
    assert.deepEqual(await store.database.query('SELECT count(*) FROM outbox'), [before]);
  });

  test('twelve events of 6 MB in a row arrive, and small ones behind them', async () => {
    const large = upTo(12).map((n) => item(n, 6_000_000));
    for (const each of large) await list([each]);
    await list(upTo(10).map((n) => item(100 + n, 10)));
    await waitFor('all to arrive', () => new Set(seen.listed.flat()).size === 22, 120_000);
    assert.equal(seen.listed.flat().length, 22, 'each once');
  });

  test('poison goes to the dead letters with its reason, and the rest goes on', async () => {
    const js = jetstream(producer.connection);
    await js.publish(Counted.subject, JSON.stringify({ id: 'bad', occurredAt: '', data: { n: 'one' } }));
    await js.publish(Counted.subject, 'no JSON');
    await js.publish(Counted.subject, 'null');
    await write(1, 2);
    await arrived([1, 2]);
    const manager = await jetstreamManager(producer.connection);
    await waitFor('three dead letters', async () => {
      const info = await manager.streams.info(DEAD_LETTER_STREAM);
      return info.state.messages === 3;
    });
    const reasons: string[] = [];
    const bodies: string[] = [];
    for (const seq of [1, 2, 3]) {
      const letter = await manager.streams.getMessage(DEAD_LETTER_STREAM, { seq });
      reasons.push(letter?.header.get('reason') ?? '');
      bodies.push(letter?.string() ?? '');
      assert.equal(letter?.subject, `dlq.analytics__counter.${Counted.subject}`);
    }
    for (const said of ['breaks the schema', 'not JSON', 'is null'])
      assert.equal(reasons.filter((reason) => reason.includes(said)).length, 1, said);
    assert.ok(bodies.includes('no JSON'));
  });

  test('a fault of the infrastructure is tried again, however often, and costs nobody else', async () => {
    let faults = 0;
    seen.handle = async (n) => {
      if (n === 1 && faults < 2) {
        faults += 1;
        throw new Error('the database is away');
      }
    };
    await write(1, 2, 3);
    await arrived([1, 2, 3]);
    assert.equal(seen.deliveries.find(({ n }) => n === 1)?.delivery, 3);
    assert.equal(seen.deliveries.length, 3);
  });

  test('a broker that is killed and comes back with its store loses nothing', async () => {
    await write(...upTo(30));
    await nats.kill();
    for (const n of upTo(30)) await write(30 + n);
    await nats.start();
    await arrived(upTo(60), 30_000);
  });

  test('a broker that comes back empty: streams and durables are made again, later events flow', async () => {
    await write(...upTo(10));
    await arrived(upTo(10));
    await nats.kill();
    await nats.start({ wiped: true });
    seen.deliveries = [];
    await write(...upTo(20));
    await arrived(upTo(20), 30_000);
    const manager = await jetstreamManager(producer.connection);
    const durable = await manager.consumers.info(streamOf('order'), 'analytics__counter');
    assert.equal(durable.config.max_deliver, -1);
    assert.equal((await manager.streams.info(DEAD_LETTER_STREAM)).state.messages, 0);
  });

  test('a stream that somebody deletes while all runs is made again', async () => {
    const manager = await jetstreamManager(producer.connection);
    await manager.streams.delete(streamOf('order'));
    await write(...upTo(5));
    await arrived(upTo(5), 40_000);
  });

  test('a consumer that is told to stop finishes what it has begun', async () => {
    let letGo: (() => void) | undefined;
    seen.handle = () =>
      new Promise((resolve) => {
        letGo = resolve;
      });
    await write(1);
    await waitFor('the handler to begin', () => letGo !== undefined);
    const closed = consumer.close();
    letGo?.();
    await closed;
    assert.deepEqual(effects(), [1]);
    seen.handle = () => Promise.resolve();
    consumer = await startConsumer();
    await write(2);
    await arrived([1, 2]);
    assert.equal(seen.deliveries.length, 2);
  });
});
