import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { BUS_LIMIT_BYTES } from '#messaging';
import { startTestNats } from '#testing';
import { checkForeignNats, startNats, withoutPassword } from './lib/nats.mjs';
import { generateSecrets } from './lib/secrets.mjs';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-nats-'));
const { natsPasswords } = generateSecrets();
/** @type {Awaited<ReturnType<typeof startNats>>} */
let server;
/** @type {Map<string, import('@nats-io/transport-node').NatsConnection>} */
const connections = new Map();

before(async () => {
  server = await startNats({
    dataDir: folder,
    logFile: path.join(folder, 'nats.log'),
    passwords: natsPasswords,
    removeAfterwards: [folder],
  });
  for (const [user, pass] of Object.entries(natsPasswords)) {
    connections.set(
      user,
      await connect({ servers: `127.0.0.1:${server.port}`, user, pass, reconnect: false }),
    );
  }
});
after(async () => {
  for (const connection of connections.values()) await connection.close();
  await server.stop();
  assert.equal(fs.existsSync(folder), false, 'the guard removes the folder of a test server');
});

/** @param {string} user */
function as(user) {
  const connection = connections.get(user);
  assert.ok(connection, user);
  return connection;
}

/** Whether the user may subscribe. @param {string} user @param {string} subject @returns {Promise<boolean>} */
async function maySubscribe(user, subject) {
  const connection = as(user);
  const subscription = connection.subscribe(subject);
  const refused = subscription.closed.then((error) => !(error instanceof Error));
  await connection.flush();
  const allowed = await Promise.race([refused, connection.flush().then(() => true)]);
  subscription.unsubscribe();
  return allowed;
}

/** Whether a message of the user arrives at the one who owns the subject. @param {string} user @param {string} subject @param {string} owner */
async function mayPublish(user, subject, owner) {
  const subscription = as(owner).subscribe(subject);
  await as(owner).flush();
  as(user).publish(subject, 'x');
  await as(user).flush();
  await as(owner).flush();
  const arrived = subscription.getReceived() + subscription.getPending() > 0;
  subscription.unsubscribe();
  return arrived;
}

describe('the rights of each NATS user', () => {
  test('only order, product and admin may ask for credentials', async () => {
    for (const [user, allowed] of Object.entries({
      order: true,
      product: true,
      admin: true,
      gateway: false,
      analytics: false,
    })) {
      assert.equal(await mayPublish(user, 'rpc.auth.credentials.lease.v1', 'auth'), allowed, user);
    }
    assert.equal(await mayPublish('gateway', 'rpc.auth.sessions.open.v1', 'auth'), true);
  });

  test('only the owner answers its requests', async () => {
    for (const owner of ['auth', 'order', 'product', 'analytics']) {
      for (const user of ['gateway', 'auth', 'order', 'product', 'analytics']) {
        assert.equal(
          await maySubscribe(user, `rpc.${owner}.things.get.v1`),
          user === owner,
          `${user} on rpc.${owner}`,
        );
      }
    }
  });

  test('a wildcard does not get around that', async () => {
    const spy = as('gateway').subscribe('rpc.>');
    await as('gateway').flush();
    as('order').publish('rpc.auth.credentials.lease.v1', 'x');
    await as('order').flush();
    await as('gateway').flush();
    assert.equal(spy.getReceived() + spy.getPending(), 0);
    spy.unsubscribe();
  });

  test('only the producer publishes its events; everyone may read them', async () => {
    assert.equal(await mayPublish('order', 'evt.order.orders.stored.v1', 'analytics'), true);
    assert.equal(await mayPublish('gateway', 'evt.order.orders.stored.v1', 'analytics'), false);
    assert.equal(await mayPublish('product', 'evt.order.orders.stored.v1', 'analytics'), false);
  });

  test('a service can make its stream and use it', async () => {
    const manager = await jetstreamManager(as('order'));
    await manager.streams.add({ name: 'ORDER', subjects: ['evt.order.>'] });
    await jetstream(as('order')).publish('evt.order.orders.stored.v1', 'x', { msgID: 'one' });
    assert.equal((await manager.streams.info('ORDER')).state.messages, 1);
  });
});

test('the own server takes what services ask of a bus', () => {
  assert.equal(as('order').info?.max_payload, BUS_LIMIT_BYTES);
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
