import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { declaredBroadcasts, declaredEvents, declaredRpcs } from '#contracts';
import {
  BUS_LIMIT_BYTES,
  connectNats,
  ensureDeadLetterStream,
  ensureDurable,
  ensureStream,
} from '#messaging';
import { startTestNats, waitFor } from '#testing';
import { checkForeignNats, startNats, withoutPassword } from './lib/nats.mjs';
import { findNatsServer } from './lib/nats-binary.mjs';
import { deployedNatsConfig, natsConfig, natsPasswordVariable } from './lib/nats-config.mjs';
import { freePort } from './lib/ports.mjs';
import { generateSecrets } from './lib/secrets.mjs';
import { BUS_USERS, DATABASE_SERVICES } from './lib/services.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-nats-'));
const { natsPasswords } = generateSecrets();
/** @type {Awaited<ReturnType<typeof startNats>>} */
let server;

before(async () => {
  server = await startNats({
    dataDir: folder,
    logFile: path.join(folder, 'nats.log'),
    passwords: natsPasswords,
    removeAfterwards: [folder],
  });
});
after(async () => {
  await server.stop();
  assert.equal(fs.existsSync(folder), false, 'the guard removes the folder of a test server');
});

/** docker-compose.yml's configuration, on this machine. */
async function startDeployed() {
  const { file } = await findNatsServer(() => {});
  const own = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-deployed-'));
  const port = await freePort();
  const config = path.join(own, 'nats.conf');
  fs.writeFileSync(
    config,
    deployedNatsConfig()
      .replace('0.0.0.0:4222', `127.0.0.1:${port}`)
      .replace('127.0.0.1:8222', '127.0.0.1:-1')
      // Servers before 2.10 do not know it.
      .replace(', sync_interval: always', '')
      .replace('/data', path.join(own, 'store')),
  );
  const child = spawn(file, ['-c', config], {
    stdio: 'ignore',
    env: Object.fromEntries(BUS_USERS.map((user) => [natsPasswordVariable(user), natsPasswords[user]])),
  });
  await waitFor('the deployed server', () =>
    connect({ port, user: 'admin', pass: natsPasswords.admin, reconnect: false }).then(
      (connection) => connection.close().then(() => true),
      () => false,
    ),
  );
  return {
    port,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      fs.rmSync(own, { recursive: true });
    },
  };
}

const SERVICES = DATABASE_SERVICES;
const everyone = BUS_USERS.filter((user) => user !== 'admin');

/** Events with their durables: `[event, durable]`. */
const durables = declaredEvents().flatMap((event) =>
  Object.entries(event.consumers).flatMap(([context, purposes]) =>
    purposes.map((purpose) => ({ event, context, durable: `${context}__${purpose}` })),
  ),
);
const streams = [...SERVICES.map((name) => `EVT_${name.toUpperCase()}`), 'DLQ'];

/** Every class of subject, and who beside the operator may publish it. @type {[string, string[]][]} */
const publishers = [
  ...declaredRpcs().map(({ subject, callers }) => [subject, callers.filter((each) => each !== 'admin')]),
  ...SERVICES.map((name) => [`rpc.${name}.health.check.v1`, ['gateway', name]]),
  ...SERVICES.map((name) => [`rpc.${name}.things.invent.v1`, []]),
  ...[...declaredEvents(), ...declaredBroadcasts()].map(({ subject, context }) => [subject, [context]]),
  ...SERVICES.map((name) => [`evt.${name}.things.invented.v1`, []]),
  ...BUS_USERS.map((name) => [`_INBOX_${name}.x.y`, []]),
  ['_INBOX.x', []],
  ['anything', []],
  ['$JS.API.INFO', SERVICES],
  ...['STREAM.LIST', 'STREAM.NAMES', 'ACCOUNT.PURGE.x'].map((verb) => [`$JS.API.${verb}`, []]),
  ...streams.flatMap((stream) => [
    [`$JS.API.STREAM.CREATE.${stream}`, stream === 'DLQ' ? consumers() : [stream.slice(4).toLowerCase()]],
    ...[
      'STREAM.DELETE',
      'STREAM.PURGE',
      'STREAM.MSG.DELETE',
      'STREAM.MSG.GET',
      'STREAM.UPDATE',
      'STREAM.INFO',
      'STREAM.SNAPSHOT',
      'STREAM.RESTORE',
      'DIRECT.GET',
      'CONSUMER.LIST',
      'CONSUMER.NAMES',
      'CONSUMER.CREATE',
    ].map((verb) => [`$JS.API.${verb}.${stream}`, []]),
  ]),
  ...durables.flatMap(({ event, context, durable }) => {
    const name = `EVT_${event.context.toUpperCase()}.${durable}`;
    return [
      [`$JS.API.CONSUMER.CREATE.${name}.${event.subject}`, [context]],
      [`$JS.API.CONSUMER.CREATE.${name}.evt.>`, []],
      [`$JS.API.CONSUMER.INFO.${name}`, [context]],
      [`$JS.API.CONSUMER.MSG.NEXT.${name}`, [context]],
      [`$JS.API.CONSUMER.DELETE.${name}`, []],
      [`$JS.API.CONSUMER.DURABLE.CREATE.${name}`, []],
      [`$JS.ACK.${name}.1.1.1.1.0`, [context]],
      [`dlq.${durable}.${event.subject}`, [context]],
      [`dlq.${durable}.evt.other`, []],
    ];
  }),
];

function consumers() {
  return SERVICES.filter((name) => durables.some(({ context }) => context === name));
}

/** And who may subscribe it. @type {[string, string[]][]} */
const subscribers = [
  ...declaredRpcs().map(({ subject, context }) => [subject, [context]]),
  ...SERVICES.map((name) => [`rpc.${name}.health.check.v1`, [name]]),
  ...SERVICES.flatMap((name) => [
    [`rpc.${name}.>`, []],
    [`rpc.${name}.things.invent.v1`, []],
  ]),
  ...declaredBroadcasts().map(({ subject, hearers }) => [subject, hearers]),
  ...declaredEvents().map(({ subject }) => [subject, []]),
  ...BUS_USERS.map((name) => [`_INBOX_${name}.>`, [name]]),
  ...['>', '*', 'rpc.>', 'evt.>', 'cast.>', 'dlq.>', '_INBOX.>', '_INBOX_*.>', '*.>'].map((all) => [all, []]),
  ...['$JS.>', '$JS.API.>', '$JS.ACK.>', '$JS.EVENT.>', '$SYS.>'].map((all) => [all, []]),
];

for (const [how, start] of /** @type {const} */ ([
  ['npm start', async () => ({ port: server.port, stop: async () => {} })],
  ['deploy/', startDeployed],
])) {
  describe(`the rights of each NATS user, as ${how} gives them`, () => {
    /** @type {Awaited<ReturnType<typeof startDeployed>>} */
    let bus;
    /** @type {Map<string, import('@nats-io/transport-node').NatsConnection>} */
    const connections = new Map();
    const as = (/** @type {string} */ user) => {
      const connection = connections.get(user);
      assert.ok(connection, user);
      return connection;
    };

    before(async () => {
      bus = await start();
      for (const user of BUS_USERS) {
        const url = `nats://${user}:${natsPasswords[user]}@127.0.0.1:${bus.port}`;
        connections.set(user, await connectNats(url, `${user}-spec`));
      }
    });
    after(async () => {
      for (const connection of connections.values()) await connection.close();
      await bus?.stop();
    });

    test('nobody comes in without a user, and none with another’s password', async () => {
      const { port } = bus;
      for (const how of [{}, { user: 'order', pass: natsPasswords.auth }, { user: 'nobody', pass: 'x' }])
        await assert.rejects(connect({ port, reconnect: false, ...how }), /authorization/i);
    });

    test('each publishes what it asks, says or settles, and nothing else', async () => {
      /** @type {Map<string, Set<string>>} */
      const arrived = new Map(publishers.map(([subject]) => [subject, new Set()]));
      const admin = as('admin');
      const taps = [
        'rpc.>',
        'evt.>',
        'cast.>',
        'dlq.>',
        '_INBOX.>',
        '_INBOX_*.>',
        'anything',
        '$JS.API.>',
        '$JS.ACK.>',
      ];
      for (const tap of taps)
        admin.subscribe(tap, {
          callback: (_, { subject, data }) =>
            void arrived.get(subject)?.add(Buffer.from(data).toString('utf8')),
        });
      await admin.flush();
      for (const user of everyone) {
        for (const [subject] of publishers) as(user).publish(subject, user);
        await as(user).flush();
      }
      await admin.flush();
      for (const [subject, allowed] of publishers)
        assert.deepEqual([...(arrived.get(subject) ?? [])].sort(), [...allowed].sort(), subject);
    });

    test('each hears what it answers or is told, and nothing else', async () => {
      for (const user of everyone) {
        for (const [subject, allowed] of subscribers) {
          const subscription = as(user).subscribe(subject);
          await as(user).flush();
          const isRefused = await Promise.race([
            subscription.closed.then((why) => why instanceof Error),
            as(user)
              .flush()
              .then(() => false),
          ]);
          subscription.unsubscribe();
          assert.equal(!isRefused, allowed.includes(user), `${user} on ${subject}`);
        }
      }
    });

    test('who answers may answer what it was asked, once', async () => {
      const [rpc] = declaredRpcs().filter(
        ({ context, callers }) => context === 'auth' && callers.includes('gateway'),
      );
      assert.ok(rpc);
      const tap = as('auth').subscribe(rpc.subject, {
        callback: (_, message) => {
          message.respond('first');
          message.respond('second');
        },
      });
      await as('auth').flush();
      const answer = await as('gateway').request(rpc.subject, 'x', { timeout: 5_000 });
      assert.equal(answer.string(), 'first');
      tap.unsubscribe();
      const stolen = as('order').subscribe('_INBOX_gateway.>');
      assert.match(String(await stolen.closed), /permission/i);
    });

    test('a service makes its stream and its durables, publishes, takes and settles', async () => {
      const events = declaredEvents().filter(({ context }) => context === 'order');
      const manager = await jetstreamManager(as('order'));
      await ensureStream(manager, 'order');
      await ensureDeadLetterStream(await jetstreamManager(as('analytics')));
      for (const { event, durable, context } of durables.filter((each) => events.includes(each.event))) {
        await ensureDurable(await jetstreamManager(as(context)), 'order', durable, event.subject);
        await jetstream(as('order')).publish(event.subject, 'x');
        const consumer = await jetstream(as(context)).consumers.get('EVT_ORDER', durable);
        const message = await consumer.next({ expires: 5_000 });
        assert.ok(message, durable);
        assert.equal(await message.ackAck(), true);
      }
    });

    test('events stay: a service empties no stream, not even by a reply of the server to itself', async () => {
      await ensureStream(await jetstreamManager(as('order')), 'order');
      await ensureStream(await jetstreamManager(as('auth')), 'auth');
      await ensureDurable(
        await jetstreamManager(as('order')),
        'auth',
        'order__shop-connected',
        'evt.auth.shop.connected.v1',
      );
      await jetstream(as('auth')).publish('evt.auth.shop.changed.v1', 'x');
      // To `STREAM.DELETE` a server lets an empty answer through; owners make their stream again (docs/adr/0009).
      for (const target of ['STREAM.PURGE.EVT_AUTH', 'STREAM.MSG.DELETE.EVT_AUTH']) {
        const reply = `$JS.API.${target}`;
        // Answers that the server would send there for somebody who may not.
        as('order').publish('evt.order.orders.stored.v1', 'x', { reply });
        as('order').publish('$JS.API.INFO', '', { reply });
        as('order').publish(
          '$JS.API.CONSUMER.MSG.NEXT.EVT_AUTH.order__shop-connected',
          JSON.stringify({ no_wait: true, batch: 1 }),
          { reply },
        );
        await as('order').flush();
      }
      const { state } = await (await jetstreamManager(as('admin'))).streams.info('EVT_AUTH');
      assert.ok(state.messages >= 1, `${state.messages} left`);
    });
  });
}

test('the own server takes what services ask of a bus', () => {
  assert.match(natsConfig({ port: 1, storeDir: '/s', pidFile: '/p' }), /^max_payload: 8MB$/m);
  assert.equal(BUS_LIMIT_BYTES, 8 * 1024 * 1024);
});

describe('a server that the user names', () => {
  test('is refused when it takes small messages only, with the remedy', async () => {
    const small = await startTestNats({ maxPayload: '1MB' });
    try {
      await assert.rejects(
        checkForeignNats(small.url),
        /takes messages of at most 1048576 bytes; 8388608 are needed.*max_payload: 8MB/,
      );
    } finally {
      await small.close();
    }
  });

  test('is accepted with the right password', async () => {
    assert.equal((await checkForeignNats(server.url('admin'))).version, server.version);
  });

  test('wrong password, nobody there, no address: a sentence without the password', async () => {
    const wrong = `nats://admin:wrongword@127.0.0.1:${server.port}`;
    await assert.rejects(checkForeignNats(wrong), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /refused the sign-in/);
      assert.doesNotMatch(error.message, /wrongword/);
      return true;
    });
    await assert.rejects(checkForeignNats('nats://127.0.0.1:1'), /does not answer/);
    await assert.rejects(checkForeignNats('not an address'), /is no address/);
  });

  test('the shown address hides the password', () => {
    assert.equal(withoutPassword('nats://a:b@h:1'), 'nats://a:***@h:1');
    assert.equal(withoutPassword('nats://h:1'), 'nats://h:1');
  });
});
