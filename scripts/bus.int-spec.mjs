/** The services as they run, each with its own user: what they need of the bus they may, and they try nothing else. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import {
  ANSWERING_CONTEXTS,
  declaredEvents,
  declaredRpcs,
  healthSubject,
  ShopCopies,
  serviceCaller,
  signInRpc,
} from '#contracts';
import { CallerSigner, connectNats, ensureStream, listConsumers, RpcClient } from '#messaging';
import { createEmptyTestDatabase, waitFor } from '#testing';
import { mainFileOf } from './lib/installation.mjs';
import { startNats } from './lib/nats.mjs';
import { generateSecrets } from './lib/secrets.mjs';

const secrets = generateSecrets();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-bus-'));
const logFile = path.join(folder, 'nats.log');
const children = [];
let server;
let database;
let gateway;
let admin;

function startService(name) {
  const child = fork(mainFileOf(name), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      OMNI_ENV_FILE: '',
      OMNI_TEST_RUN: process.env.OMNI_TEST_RUN,
      [`${name.toUpperCase()}_DATABASE_URL`]: database.url,
      [`${name.toUpperCase()}_NATS_URL`]: server.url(name),
      CALLER_PUBLIC_KEYS: secrets.callerPublicKeys,
      CREDENTIAL_LEASE_KEY: secrets.credentialLeaseKey,
      AUTH_MASTER_KEYS: secrets.authMasterKeys,
      ORDER_ADDRESS_KEYS: secrets.addressKeys,
      AUTO_SYNC_ENABLED: 'false',
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  children.push(child);
  return Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => assert.fail(`${name}-service ended: ${output}`)),
  ]);
}

before(async () => {
  database = await createEmptyTestDatabase();
  server = await startNats({ dataDir: folder, logFile, passwords: secrets.natsPasswords });
  for (const name of ANSWERING_CONTEXTS) await startService(name);
  gateway = await connectNats(server.url('gateway'), 'bus-spec');
  admin = await connectNats(server.url('admin'), 'bus-spec');
});
after(async () => {
  await gateway?.close();
  await admin?.close();
  for (const child of children) child.kill('SIGKILL');
  await server?.stop();
  await database?.drop();
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('services with their own users on the bus', () => {
  const rpcOf = (by, connection) => new RpcClient(connection, new CallerSigner(by, secrets.callerKeys[by]));

  test('every declared consumer is there, and takes from its stream', async () => {
    const wanted = declaredEvents().flatMap(({ consumers }) =>
      Object.entries(consumers).flatMap(([name, purposes]) => purposes.map((each) => `${name}__${each}`)),
    );
    await waitFor('every durable', async () => {
      const found = (await listConsumers(admin)).map(({ durable }) => durable);
      return [...new Set(wanted)].every((durable) => found.includes(durable));
    });
  });

  test('the gateway reaches all that it asks, and everybody’s health', async () => {
    for (const { subject } of declaredRpcs().filter(({ callers }) => callers.includes('gateway'))) {
      const answer = await gateway.request(subject, '', { timeout: 10_000 });
      assert.equal(answer.json().error.code, 'caller.not_proven', subject);
    }
    for (const name of ANSWERING_CONTEXTS)
      assert.equal((await gateway.request(healthSubject(name), '', { timeout: 10_000 })).string(), 'ok');
    const refused = rpcOf('gateway', gateway).call(
      signInRpc,
      { email: 'nobody@omni.example', password: 'four unrelated words here' },
      { ...serviceCaller('gateway', 'bus-spec'), shopIds: [], address: '192.0.2.1' },
    );
    await assert.rejects(refused, { code: 'sign_in.refused' });
  });

  test('services ask auth-service for the shops, told so by the operator', async () => {
    for (const rpc of Object.values(ShopCopies))
      assert.deepEqual(await rpcOf('admin', admin).call(rpc, {}, serviceCaller('shell', 'bus-spec')), {
        shops: 0,
      });
  });

  test('a stream that is gone is made again by its owner, even when it has nothing to say', async () => {
    const manager = await jetstreamManager(admin);
    await manager.streams.delete('EVT_ORDER');
    await waitFor(
      'the stream and its consumers',
      async () => {
        const found = (await listConsumers(admin)).map(({ durable }) => durable);
        return found.includes('analytics__order-facts') && found.includes('auth__address-revealed');
      },
      30_000,
    );
    // As it was: the same call with other settings would be refused.
    await ensureStream(manager, 'order');
  });

  test('nobody has tried what is not theirs', () => {
    const log = fs.readFileSync(logFile, 'utf8');
    assert.match(log, /Server is ready/);
    assert.deepEqual(
      log.split('\n').filter((line) => line.includes('Violation')),
      [],
    );
  });
});
