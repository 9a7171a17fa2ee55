import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createEmptyTestDatabase, SANDBOX_CONTROL_TOKEN, SandboxControl, waitFor } from '#testing';
import { RATE_LIMIT_DDL } from '../call/postgres-limiter.js';
import type { WorkerOrders } from './shared-limit-worker.fixture.js';

const SANDBOX = fileURLToPath(new URL('../../../../apps/sandbox/src/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('./shared-limit-worker.fixture.js', import.meta.url));

/** The bucket of a sandbox app key, as Temu's: so many calls a second. */
const GRANTED = 20;
const SHOPS = 10;
/** A replica's clock is seldom right; the platform takes up to five minutes. */
const CLOCK_SKEWS_MS = [0, 45_000, -90_000];
/** Many windows of the counter, and so many that the bucket's first fill does not carry the result. */
const MEASURED_CALLS = 400;

interface Call {
  atMs: number;
  mallId: number;
  errorCode: number;
}

describe('the shared limit, with processes, Postgres and a marketplace of its own', () => {
  let database: { url: string; drop: () => Promise<void> };
  let sandboxUrl: string;
  let folder: string;
  const children: ChildProcess[] = [];
  const failures: string[] = [];

  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shared-limit-'));
    database = await createEmptyTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(RATE_LIMIT_DDL);
    await client.end();
    const sandbox = fork(SANDBOX, {
      env: {
        ...process.env,
        SANDBOX_PORT: '0',
        SANDBOX_DATA_DIR: folder,
        SANDBOX_CONTROL: '1',
        SANDBOX_CONTROL_TOKEN,
        SANDBOX_RATE_PER_SECOND: String(GRANTED),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(sandbox);
    const [ready] = (await once(sandbox, 'message')) as [{ port: number }];
    sandboxUrl = `http://127.0.0.1:${ready.port}`;
  });
  after(async () => {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
      }),
    );
    await database.drop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  function control<T>(...asked: Parameters<SandboxControl['control']>): Promise<T> {
    return new SandboxControl(sandboxUrl).control(...asked);
  }

  async function openShops(appKey: string): Promise<string[]> {
    await control('POST', '/apps', { region: 'us', appKey, appSecret: `secret of ${appKey}` });
    return Promise.all(
      Array.from({ length: SHOPS }, async (_, index) => {
        const mallId = 634418911110000 + index;
        const accessToken = `${appKey}-token-${index}`;
        await control('POST', '/shops', { market: 'US', mallId, orders: 0, products: 0 });
        await control('POST', '/tokens', { appKey, mallId, accessToken });
        return accessToken;
      }),
    );
  }

  function startWorker(orders: WorkerOrders): void {
    const child = fork(WORKER, {
      env: { ...process.env, WORKER_ORDERS: JSON.stringify(orders) },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (text: Buffer) => failures.push(text.toString()));
    children.push(child);
  }

  const latestCalls = async (limit: number): Promise<Call[]> =>
    (await control<{ calls: Call[] }>('GET', `/calls?limit=${limit}`)).calls.reverse();

  test('peer failure 47: 3 processes × 10 shops of one app are never refused, and use at least 90 % of the bucket', async (t) => {
    const appKey = 'sharedApp0001';
    const accessTokens = await openShops(appKey);
    for (const clockSkewMs of CLOCK_SKEWS_MS) {
      startWorker({
        databaseUrl: database.url,
        gatewayUrl: `${sandboxUrl}/us`,
        appKey,
        appSecret: `secret of ${appKey}`,
        accessTokens,
        clockSkewMs,
      });
    }
    await waitFor(
      'all shops to have called',
      async () => new Set((await latestCalls(1_000)).map((call) => call.mallId)).size === SHOPS,
      60_000,
    );
    await control('DELETE', '/calls');
    const calls = await waitFor(
      `${MEASURED_CALLS} calls`,
      async () => {
        if (failures.length > 0) return [];
        const made = await latestCalls(10_000);
        return made.length >= MEASURED_CALLS ? made : undefined;
      },
      120_000,
    );
    assert.deepEqual(failures, []);

    const refused = calls.filter((call) => call.errorCode === 4000004).length;
    const used = shareUsed(calls, GRANTED);
    const most = mostWithinASecond(calls);
    const ofShops = accessTokens.map(
      (_, index) => calls.filter((call) => call.mallId === 634418911110000 + index).length,
    );
    t.diagnostic(
      `${calls.length} calls, ${refused} refused, ${(used * 100).toFixed(1)} % of the bucket used, at most ${most} within a second, by shop ${ofShops.join(' ')}`,
    );
    assert.equal(refused, 0);
    assert.ok(used >= 0.9, `${(used * 100).toFixed(1)} % used`);
    assert.ok(used <= 1, `${(used * 100).toFixed(1)} % is more than the limit`);
    for (const made of ofShops) assert.ok(made >= (calls.length / SHOPS) * 0.5, ofShops.join(' '));
  });

  test('peer failure 47: a refusal slows all processes', async () => {
    // The platform grants half of what is configured from now on.
    await control('PUT', '/rate-limit', { perSecond: GRANTED / 2 });
    await control('DELETE', '/calls');
    const isRefused = (call: Call) => call.errorCode === 4000004;
    await waitFor('a refusal', async () => (await latestCalls(10_000)).some(isRefused), 60_000);
    // The first refusals slow all down, much for a trial; the trial tells about how much is granted, and from below that
    // the pace grows back with time.
    const settled = await waitFor(
      '120 calls in a row without a refusal that use at least 70 % of what is granted',
      async () => {
        const made = await latestCalls(10_000);
        const since = made.slice(made.findLastIndex(isRefused) + 1).slice(-120);
        const used = shareUsed(since, GRANTED / 2);
        return since.length === 120 && used >= 0.7 ? { made, used } : undefined;
      },
      120_000,
    );
    const refused = settled.made.filter(isRefused).length;
    assert.ok(refused <= 40, `${refused} refusals until the pace was found`);
    assert.ok(settled.used <= 1.05, `${(settled.used * 100).toFixed(1)} % of what is granted`);
    assert.deepEqual(failures, []);
  });
});

function shareUsed(calls: readonly Call[], perSecond: number): number {
  const spanMs = (calls.at(-1)?.atMs ?? 0) - (calls[0]?.atMs ?? 0);
  return (calls.length - 1) / ((spanMs / 1000) * perSecond);
}

function mostWithinASecond(calls: readonly Call[]): number {
  let from = 0;
  let most = 0;
  for (const [index, call] of calls.entries()) {
    while (call.atMs - (calls[from]?.atMs ?? 0) >= 1_000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
