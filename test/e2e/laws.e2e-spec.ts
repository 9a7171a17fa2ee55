import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import {
  ANSWERING_CONTEXTS,
  type AnsweringContext,
  Order,
  type Page,
  ShopSyncHealth,
  ShopView,
  SyncRun,
} from '#contracts';
import { waitFor } from '#testing';
import { ApiClient, isPlanned } from './api-client.js';
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
const SERVICES = ANSWERING_CONTEXTS;
type Service = AnsweringContext;

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
    api_keys: 'of the organisation, pruned',
    sign_in_devices: 'of the organisation, pruned',
    sign_in_throttle: 'of the organisation, pruned',
    consents: 'of the organisation, pruned',
    authorizations: 'of a seller, who may have several shops',
    organisation: 'one row',
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
    // What a run could not see yet is read soon: the timer's next run waits for it.
    await installation.start({ ...PACE, SYNC_PLATFORM_LAG_SECONDS: '2', ...env });
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
        assert.equal(bad, undefined, `${bad?.kind}: ${bad?.error?.message}`);
        const kinds = new Set(runs.map(({ kind }) => kind));
        return (
          ['orders', 'amounts', 'products'].every((kind) => kinds.has(kind as SyncRun['kind'])) &&
          runs.filter((run) => !isPlanned(run)).every(({ status }) => status === 'succeeded')
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

  /** The run that a person asks for, when it has ended or waits. */
  async function ran(
    domain: 'orders' | 'products',
    kind: SyncRun['kind'],
    statuses: readonly string[],
  ): Promise<SyncRun> {
    const { id } = await api.call<SyncRun>('POST', `/sync/${domain}/runs`, { shopId: shop.id, kind });
    return reached(domain, id, statuses);
  }
  const reached = (
    domain: 'orders' | 'products',
    id: string,
    statuses: readonly string[],
  ): Promise<SyncRun> =>
    waitFor(
      `run ${id} to be ${statuses.join(' or ')}`,
      async () => {
        const run = await api.call<SyncRun>('GET', `/sync/${domain}/runs/${id}`);
        return statuses.includes(run.status) && run;
      },
      90_000,
    );
  const cursorOf = async (): Promise<string> => {
    const [row] = await database<{ through: string }>(
      'order',
      `SELECT updated_through::text AS through FROM sync_cursors WHERE shop_id = $1 AND kind = 'orders'`,
      [shop.id],
    );
    assert.ok(row);
    return row.through;
  };
  const countOrders = async () =>
    (await api.call<{ total: number }>('GET', `/orders/counts?shopId=${shop.id}`)).total;

  test('a missing permission stops its kind only, and says which package whom to ask', async () => {
    await installation.control('POST', '/tokens/revoke-scope', {
      accessToken: 'sbxTokenAfter00002',
      scope: 'bg.order.amount.query',
    });
    await database('order', `UPDATE orders SET amounts_due_at = now() WHERE shop_id = $1`, [shop.id]);
    const amounts = await waitFor(
      'the amounts to be refused',
      async () =>
        (await runsOf('orders')).find(({ kind, status }) => kind === 'amounts' && status === 'failed'),
      60_000,
    );
    assert.equal(amounts.errorCode, 'shop.missing_permission');
    assert.match(
      amounts.error?.message ?? '',
      /Ask the owner of the shop .* package "Orders" \(it holds bg\.order\.amount\.query\).* Temu approve it/,
    );
    assert.equal((await ran('orders', 'orders', ['succeeded', 'failed'])).status, 'succeeded');
    assert.equal((await ran('products', 'products', ['succeeded', 'failed'])).status, 'succeeded');
    const { status, missingScopes } = await api.call<ShopView>('GET', `/shops/${shop.id}`);
    assert.equal(status, 'connected');
    assert.ok(missingScopes.includes('bg.order.amount.query'));
  });

  test('a dead token stops the runs, keeps the data; a new one goes on at the old cursor', async () => {
    const [cursor, orders] = [await cursorOf(), await countOrders()];
    await installation.control('POST', '/tokens/expire', { accessToken: 'sbxTokenAfter00002' });
    const stopped = await ran('orders', 'orders', ['succeeded', 'failed']);
    assert.deepEqual([stopped.status, stopped.errorCode], ['failed', 'shop.needs_reauthorization']);
    assert.equal((await api.call<ShopView>('GET', `/shops/${shop.id}`)).status, 'needs_reauthorization');
    assert.deepEqual([await cursorOf(), await countOrders()], [cursor, orders]);
    const refused = await api.request('POST', '/sync/orders/runs', { shopId: shop.id, kind: 'orders' });
    assert.equal(refused.status, 409, await refused.text());

    const known = new Set((await runsOf('orders')).map(({ id }) => id));
    await connect('sbxTokenThird00003');
    const resumed = await waitFor(
      'the orders to be read again, and the amounts that had been refused',
      async () => {
        const runs = (await runsOf('orders')).filter(
          ({ id, status }) => !known.has(id) && status === 'succeeded',
        );
        const due = await database(
          'order',
          'SELECT FROM orders WHERE shop_id = $1 AND amounts_due_at IS NOT NULL',
          [shop.id],
        );
        return due.length === 0 && runs.find(({ kind }) => kind === 'orders');
      },
      120_000,
    );
    assert.equal(resumed.mode, 'update', 'the first load is not done again');
    assert.ok(new Date(resumed.spanFrom ?? 0) <= new Date(cursor), `${resumed.spanFrom} is after ${cursor}`);
    assert.ok(new Date(cursor).getTime() - new Date(resumed.spanFrom ?? 0).getTime() < 600_000);
    assert.equal(await countOrders(), orders);
  });

  test('law 17: an open breaker pauses a run; it goes on by itself', async () => {
    for (const type of ['bg.order.list.v2.get', 'bg.order.detail.v2.get'])
      await installation.control('POST', '/faults', { kind: 'http_error', httpStatus: 503, type });
    const { id } = await ran('orders', 'orders', ['waiting', 'failed']);
    // People press buttons meanwhile: the calls of one group open it together.
    const orders = (await api.all<Order>(`/orders?shopId=${shop.id}`)).slice(0, 4);
    await Promise.all(
      orders.map(({ orderNumber }) => api.request('POST', `/orders/${shop.id}/${orderNumber}/refresh`)),
    );
    await waitFor(
      'the breaker to spare the marketplace',
      async () => {
        const run = await api.call<SyncRun>('GET', `/sync/orders/runs/${id}`);
        assert.notEqual(run.status, 'failed', run.error?.message ?? '');
        return run.status === 'waiting' && run.errorCode === 'marketplace.spared';
      },
      120_000,
    );
    assert.equal((await ran('products', 'products', ['succeeded', 'failed'])).status, 'succeeded');
    await installation.control('DELETE', '/faults');
    assert.equal((await reached('orders', id, ['succeeded', 'failed'])).status, 'succeeded');
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
