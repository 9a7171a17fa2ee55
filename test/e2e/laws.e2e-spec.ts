import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Page, ShopSyncHealth, ShopView, SyncRun } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from './api-client.js';
import { Installation, type SignIn } from './installation.js';

const APP = 'sbxAppKey0001';
/** A small shop: 128 orders, 41 products. */
const SHOP = '634418210000003';
const PACE = {
  SANDBOX_RATE_PER_SECOND: '0',
  TEMU_CALLS_PER_SECOND: '400',
  SYNC_STALE_AFTER_MINUTES: '5',
};
const DOC = join(import.meta.dirname, '../../../docs/running.md');
const SERVICES = ['auth', 'order', 'product', 'analytics'] as const;
type Service = (typeof SERVICES)[number];

/** The table under "What runs by itself". */
function documentedJobs(): Record<Service, string[]> {
  const jobs: Record<Service, string[]> = { auth: [], order: [], product: [], analytics: [] };
  const [, section = ''] = readFileSync(DOC, 'utf8').split('## What runs by itself');
  for (const [, services = '', job = ''] of section
    .split('\n## ')[0]
    ?.matchAll(/^\| ([a-z, ]+) \| ([^|]+) \|/gm) ?? [])
    for (const service of SERVICES)
      if (services.split(', ').includes(service)) jobs[service].push(job.trim());
  for (const service of SERVICES) jobs[service].sort();
  return jobs;
}

/**
 * Tables of which a unique index does not begin with `shop_id`, each with why it may. All others can be spread by shop.
 */
const NOT_BY_SHOP: Readonly<Record<Service, Readonly<Record<string, string>>>> = {
  auth: {
    migrations: 'of the schema',
    outbox: 'a queue',
    users: 'of the organisation',
    grants: 'of the organisation',
    sessions: 'of the organisation',
    access_tokens: 'of the organisation, pruned',
    refresh_tokens: 'of the organisation, pruned',
    sign_in_throttle: 'of the organisation, pruned',
    authorizations: 'of the organisation, pruned',
    marketplace_apps: 'of the organisation',
    shops: 'the shops themselves',
    audit: 'the record of the organisation',
    webhook_refusals: 'counts of what belongs to no shop',
  },
  order: {
    migrations: 'of the schema',
    outbox: 'a queue',
    sync_runs: 'a queue, pruned',
    sync_log: 'of the queue, pruned',
  },
  product: {
    migrations: 'of the schema',
    outbox: 'a queue',
    sync_runs: 'a queue, pruned',
    sync_log: 'of the queue, pruned',
  },
  analytics: { migrations: 'of the schema', outbox: 'a queue', rebuilds: 'one row a rebuild' },
};

describe('what holds over all services', { concurrency: false }, () => {
  let installation: Installation;
  let signIn: SignIn;
  let api: ApiClient;
  let shop: ShopView;

  /** Length of each log at the last start. */
  const saidBefore: Partial<Record<Service, number>> = {};

  async function start(env: Record<string, string>): Promise<void> {
    await installation.start({ ...PACE, ...env });
    if (signIn === undefined) signIn = installation.signIn;
    api = await ApiClient.signIn(installation.page, signIn);
  }
  before(async () => {
    installation = await Installation.create();
    await start({ AUTO_SYNC_ENABLED: 'false' });
  });
  after(() => installation?.remove());

  async function database<T extends object>(
    service: Service,
    sql: string,
    params: unknown[] = [],
  ): Promise<T[]> {
    const client = new pg.Client({
      connectionString: (await installation.variables()).get(`${service.toUpperCase()}_DATABASE_URL`),
    });
    await client.connect();
    try {
      return (await client.query<T>(sql, params)).rows;
    } finally {
      await client.end();
    }
  }
  const logOf = (service: Service): string => join(installation.dataDir, 'logs', `${service}.log`);
  /** What each service has said to be scheduled since its last start. */
  async function scheduledJobs(): Promise<Record<Service, string[]>> {
    const found: Partial<Record<Service, string[]>> = {};
    for (const service of SERVICES) {
      const log = (await readFile(logOf(service), 'utf8')).slice(saidBefore[service]);
      found[service] = [...log.matchAll(/"scheduled: ([^"]+)"/g)].map(([, job = '']) => job).sort();
    }
    return found as Record<Service, string[]>;
  }
  const runsOf = async (domain: 'orders' | 'products'): Promise<SyncRun[]> =>
    api.all<SyncRun>(`/sync/${domain}/runs?shopId=${shop.id}`);
  async function connect(accessToken: string): Promise<ShopView> {
    await installation.control('POST', '/tokens', { appKey: APP, mallId: Number(SHOP), accessToken });
    const { shops } = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
      region: 'us',
      accessToken,
      ...(shop === undefined ? {} : { shopId: shop.id }),
    });
    assert.ok(shops[0]);
    return shops[0];
  }
  const allEnded = () =>
    waitFor(
      'all runs to end well',
      async () => {
        const runs = [...(await runsOf('orders')), ...(await runsOf('products'))];
        const bad = runs.find(({ status }) => status === 'failed');
        assert.equal(bad, undefined, `${bad?.kind}: ${bad?.errorMessage}`);
        const kinds = new Set(runs.map(({ kind }) => kind));
        return (
          ['orders', 'amounts', 'products'].every((kind) => kinds.has(kind as SyncRun['kind'])) &&
          runs.every(({ status }) => status === 'succeeded')
        );
      },
      120_000,
    );

  test('peer failure 10: with automatic sync off, what is scheduled is what the table says', async () => {
    const jobs = documentedJobs();
    assert.ok(SERVICES.every((service) => jobs[service].length >= 3));
    assert.deepEqual(await scheduledJobs(), jobs);
  });

  test('peer failure 17: after a new token the very next call of each process carries it', async () => {
    shop = await connect('sbxTokenBefore0001');
    await allEnded();
    await connect('sbxTokenAfter00002');
    await installation.control('DELETE', '/calls');
    const started = await Promise.all([
      api.call<SyncRun>('POST', '/sync/orders/runs', { shopId: shop.id, kind: 'orders' }),
      api.call<SyncRun>('POST', '/sync/orders/runs', { shopId: shop.id, kind: 'after_sales' }),
      api.call<SyncRun>('POST', '/sync/products/runs', { shopId: shop.id, kind: 'products' }),
    ]);
    await allEnded();
    const counters = await installation.control<{
      total: number;
      types: Record<string, { byErrorCode: Record<string, number> }>;
    }>('GET', '/calls/counters');
    assert.ok(counters.total >= started.length);
    const refused = Object.entries(counters.types).filter(([, { byErrorCode }]) =>
      ['3000031', '3000032', '3000034'].some((code) => code in byErrorCode),
    );
    assert.deepEqual(refused, [], 'calls with a token that had been replaced');
    assert.equal((await api.call<ShopView>('GET', `/shops/${shop.id}`)).status, 'connected');
  });

  test('law 18: every table that grows is keyed by shop first, nothing is unique across shops', async () => {
    for (const service of SERVICES) {
      const indexes = await database<{ table: string; first: string }>(
        service,
        `SELECT DISTINCT class.relname AS table, coalesce(attribute.attname, '(expression)') AS first
         FROM pg_index AS index JOIN pg_class AS class ON class.oid = index.indrelid
         LEFT JOIN pg_attribute AS attribute
           ON attribute.attrelid = index.indrelid AND attribute.attnum = index.indkey[0]
         WHERE (index.indisunique OR index.indisprimary) AND class.relnamespace = current_schema()::regnamespace`,
      );
      assert.ok(indexes.length >= 8, `${service}: only ${indexes.length} unique indexes were found`);
      const across = new Set(indexes.filter(({ first }) => first !== 'shop_id').map(({ table }) => table));
      assert.deepEqual([...across].sort(), Object.keys(NOT_BY_SHOP[service]).sort(), service);
    }
  });

  test('peer failure 49: a shop whose sync stops raises the alarm by itself', async () => {
    const since = "now() - interval '2 hours'";
    for (const service of ['order', 'product'] as const)
      await database(
        service,
        `UPDATE sync_runs SET created_at = ${since}, started_at = ${since}, finished_at = ${since} WHERE shop_id = $1`,
        [shop.id],
      );
    for (const domain of ['orders', 'products']) {
      const health = await api.call<Page<ShopSyncHealth>>('GET', `/sync/${domain}/health?state=stale`);
      assert.deepEqual(
        health.rows.map(({ shopId }) => shopId),
        [shop.id],
      );
    }
    await waitFor(
      'both services to raise the alarm',
      async () => {
        const logs = await installation.logs();
        return ['orders', 'products'].every((kind) =>
          logs.includes(`stale: the ${kind} of shop ${shop.id} were not read for too long`),
        );
      },
      90_000,
    );
    const timers = [...(await runsOf('orders')), ...(await runsOf('products'))];
    assert.ok(
      timers.every(({ trigger }) => trigger !== 'timer'),
      'the timer is off',
    );
  });

  test('peer failure 10: with automatic sync on, the same is scheduled, and the timer reads by itself', async () => {
    await installation.stop();
    for (const service of SERVICES) saidBefore[service] = (await readFile(logOf(service), 'utf8')).length;
    await start({ AUTO_SYNC_ENABLED: 'true' });
    assert.deepEqual(await scheduledJobs(), documentedJobs());
    await waitFor(
      'the timer to read both and the alarms to end',
      async () => {
        const timed = [...(await runsOf('orders')), ...(await runsOf('products'))].filter(
          ({ trigger, status }) => trigger === 'timer' && status === 'succeeded',
        );
        const logs = await installation.logs();
        return ['orders', 'products'].every(
          (kind) =>
            timed.some((run) => run.kind === kind) &&
            logs.includes(`the ${kind} of shop ${shop.id} are stale no more`),
        );
      },
      150_000,
    );
  });
});
