import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type NatsConnection, NoRespondersError, RequestError } from '@nats-io/transport-node';
import { ANSWERING_CONTEXTS, type AnsweringContext, declaredRpcs } from '#contracts';
import { connectNats } from '#messaging';
import { CALLER_PUBLIC_KEYS, createEmptyTestDatabase, startTestNats, type TestNats } from '#testing';

const DIST = join(import.meta.dirname, '../..');
const KEY = Buffer.alloc(32, 7).toString('base64');

interface Service {
  readonly child: ChildProcess;
  readonly output: () => string;
}

/** The process that runs in an installation, on a database and a bus of the suite. */
function startService(name: AnsweringContext, databaseUrl: string, natsUrl: string): Service {
  const child = fork(join(DIST, `apps/${name}-service/src/main.js`), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      OMNI_ENV_FILE: '',
      OMNI_TEST_RUN: process.env.OMNI_TEST_RUN,
      [`${name.toUpperCase()}_DATABASE_URL`]: databaseUrl,
      [`${name.toUpperCase()}_NATS_URL`]: natsUrl,
      CALLER_PUBLIC_KEYS,
      CREDENTIAL_LEASE_KEY: KEY,
      AUTH_MASTER_KEYS: `k1:${KEY}`,
      ORDER_ADDRESS_KEYS: `k1:${KEY}`,
      AUTO_SYNC_ENABLED: 'false',
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  return { child, output: () => text };
}

/** Asks with a message that no handler accepts: whoever is there refuses it, and nothing is done. */
async function isAnswered(connection: NatsConnection, subject: string): Promise<boolean> {
  try {
    await connection.request(subject, '', { timeout: 20_000 });
    return true;
  } catch (error) {
    const isNobodyThere =
      error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
    if (isNobodyThere) return false;
    throw error;
  }
}

async function unanswered(connection: NatsConnection, subjects: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const subject of subjects) {
    if (!(await isAnswered(connection, subject))) missing.push(subject);
  }
  return missing;
}

describe('every call is answered', () => {
  let nats: TestNats;
  let database: Awaited<ReturnType<typeof createEmptyTestDatabase>>;
  let connection: NatsConnection;
  const services: Service[] = [];

  before(async () => {
    nats = await startTestNats();
    database = await createEmptyTestDatabase();
    for (const name of ANSWERING_CONTEXTS) {
      const service = startService(name, database.url, nats.url);
      services.push(service);
      const told: unknown = await Promise.race([
        once(service.child, 'message'),
        once(service.child, 'exit').then(() => 'exited'),
      ]);
      assert.notEqual(told, 'exited', `${name}-service: ${service.output()}`);
    }
    connection = await connectNats(nats.url, 'answered-calls');
  });
  after(async () => {
    await connection?.close();
    for (const { child } of services) child.kill('SIGKILL');
    await database?.drop();
    await nats?.close();
  });

  for (const context of ANSWERING_CONTEXTS) {
    test(`${context}-service answers all that libs/contracts declares of it`, async () => {
      const subjects = declaredRpcs()
        .filter((rpc) => rpc.context === context)
        .map((rpc) => rpc.subject);
      assert.ok(subjects.length > 0);
      assert.deepEqual(await unanswered(connection, subjects), []);
    });
  }

  test('nobody else has declared calls, and one that nobody answers is found out', async () => {
    const others = declaredRpcs().filter((rpc) =>
      ANSWERING_CONTEXTS.every((context) => context !== rpc.context),
    );
    assert.deepEqual(others, []);
    const made = 'rpc.product.promotion.invent.v1';
    assert.deepEqual(await unanswered(connection, [made]), [made]);
  });
});

const SPECS = /(spec|fixture|bench)\.js$/;

async function sources(folders: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const files = await readdir(join(DIST, folder), { recursive: true });
      return files.map((file) => join(folder, file));
    }),
  );
  return found.flat().filter((file) => file.endsWith('.js') && !SPECS.test(file) && !file.includes('/test/'));
}

test('calls are declared in libs/contracts and nowhere else: what is called is what was tried above', async () => {
  const files = (await sources(['apps', 'libs'])).filter((file) => !/^apps.web/.test(file));
  assert.ok(files.length > 300, `${files.length} files`);
  const places: string[] = [];
  for (const file of files) {
    const text = await readFile(join(DIST, file), 'utf8');
    if (/\bdefineRpc\(/.test(text) || /['"`]rpc\.[a-z]+\.[a-z-]+\./.test(text)) places.push(file);
  }
  assert.deepEqual(
    places.filter((file) => !file.startsWith(join('libs', 'contracts', 'src'))),
    [],
  );
  assert.ok(places.length > 10, 'the declarations themselves are found');
});
