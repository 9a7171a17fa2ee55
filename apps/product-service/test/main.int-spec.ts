import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProductSync, Products } from '#contracts';
import { connectNats } from '#messaging';
import { CALLER_PUBLIC_KEYS, createEmptyTestDatabase, rpcAs, startTestNats } from '#testing';
import { EVERY_SHOP } from './scan-bench.js';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));

function startMain(env: Record<string, string>): { child: ChildProcess; output: () => string } {
  const child = fork(MAIN, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, OMNI_ENV_FILE: '', ...env },
  });
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return { child, output: () => text };
}

describe('the process', () => {
  test('starts on an empty database, answers, and ends when it is told to', async () => {
    const nats = await startTestNats();
    const database = await createEmptyTestDatabase();
    const { child, output } = startMain({
      PRODUCT_DATABASE_URL: database.url,
      PRODUCT_NATS_URL: nats.url,
      CALLER_PUBLIC_KEYS,
      CREDENTIAL_LEASE_KEY: Buffer.alloc(32, 7).toString('base64'),
      TEMU_GATEWAY_URL_US: 'http://127.0.0.1:9',
    });
    try {
      const exited = once(child, 'exit');
      const told: unknown = await Promise.race([once(child, 'message'), exited.then(() => 'exited')]);
      assert.notEqual(told, 'exited', output());
      const connection = await connectNats(nats.url, 'test');
      const rpc = rpcAs('gateway', connection);
      assert.deepEqual(await rpc.call(Products.list, {}, EVERY_SHOP), {
        rows: [],
        nextCursor: null,
        notAvailable: [],
      });
      assert.deepEqual(await rpc.call(Products.count, {}, EVERY_SHOP), {
        products: 0,
        skus: 0,
        byListing: {},
        notAvailable: [],
      });
      assert.deepEqual(await rpc.call(ProductSync.list, {}, EVERY_SHOP), { rows: [], nextCursor: null });
      await connection.close();
      child.kill('SIGTERM');
      assert.deepEqual(await exited, [0, null], output());
      assert.doesNotMatch(output(), /BwcHBwcH/, 'the key stands in no log');
    } finally {
      child.kill('SIGKILL');
      await database.drop();
      await nats.close();
    }
  });

  test('says in one sentence which setting is missing', async () => {
    const { child, output } = startMain({ PRODUCT_NATS_URL: 'nats://127.0.0.1:9' });
    const [code] = await once(child, 'exit');
    assert.equal(code, 1);
    assert.match(output(), /PRODUCT_DATABASE_URL: .* It is PostgreSQL URL of product-service's role/);
  });
});
