import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Overview, ShopView, SyncRun } from '#contracts';
import { waitFor } from '#testing';
import type { ApiClient } from '../test/e2e/api-client.js';
import type { Installation } from '../test/e2e/installation.js';

export const APP = { region: 'us', appKey: 'sbxAppKey0001', appSecret: 'sbxSecret0123456789abcdef' } as const;
export const ORDER_LIST = 'bg.order.list.v2.get';
/** Permission for orders and their pushes alone: the other kinds end at once and take no part of the machine. */
const ORDERS_ONLY = [
  'bg.open.accesstoken.info.get',
  'bg.tmc.message.update',
  ORDER_LIST,
  'bg.order.detail.v2.get',
];
/** As a run asks for them. */
export const PAGE_SIZE = 100;
const LOAD_TIMEOUT_MS = 900_000;
/** Looking takes time from what is measured. */
const LOOK_EVERY_MS = 250;

export interface BenchShop {
  readonly mallId: number;
  readonly accessToken: string;
  readonly orders: number;
}

/** A shop in the sandbox, with its orders spread over 150 days. */
export async function makeShop(
  installation: Installation,
  mallId: number,
  orders: number,
  scopes: readonly string[] | undefined = ORDERS_ONLY,
  seed = `bench-${mallId}`,
): Promise<BenchShop> {
  const accessToken = `benchToken${mallId}`;
  await installation.control('POST', '/shops', {
    market: 'US',
    mallId,
    orders,
    products: 300,
    days: 150,
    seed,
  });
  await installation.control('POST', '/tokens', {
    appKey: APP.appKey,
    mallId,
    accessToken,
    ...(scopes === undefined ? {} : { scopes }),
  });
  return { mallId, accessToken, orders };
}

export async function connectShop(api: ApiClient, { accessToken }: BenchShop): Promise<ShopView> {
  const { shops } = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
    region: APP.region,
    accessToken,
  });
  const [shop] = shops;
  if (shop === undefined) throw new Error('no shop was connected');
  return shop;
}

export async function runsOf(api: ApiClient, shopId: string): Promise<SyncRun[]> {
  return api.all<SyncRun>(`/sync/orders/runs?shopId=${shopId}&kind=orders`);
}

/** The newest run of kind orders, when it has ended well. */
export async function endedRun(api: ApiClient, shopId: string, count = 1): Promise<SyncRun> {
  return waitFor(
    `run ${count} of the shop's orders to end`,
    async () => {
      await pause(LOOK_EVERY_MS);
      const runs = await runsOf(api, shopId);
      const failed = runs.find((run) => run.status === 'failed' || run.status === 'cancelled');
      if (failed !== undefined) throw new Error(`a run ${failed.status}: ${failed.error?.message}`);
      return runs.length >= count && runs[0]?.status === 'succeeded' ? runs[0] : undefined;
    },
    LOAD_TIMEOUT_MS,
  );
}

/** The figures count every order and wait for nothing more. */
export async function figuresHold(api: ApiClient, shopId: string, orders: number): Promise<void> {
  await waitFor(
    'the figures to hold every order',
    async () => {
      await pause(LOOK_EVERY_MS);
      const overview = await api.call<Overview>(
        'GET',
        `/figures/overview?shopId=${shopId}&span=365d&includeToday=true`,
      );
      return overview.orders.placedOrders === orders && overview.freshness.staleDays === 0;
    },
    LOAD_TIMEOUT_MS,
  );
}

/** The audit follows a first load by itself; what is measured next must not share the machine with it. */
export async function endedAudit(api: ApiClient, shopId: string): Promise<void> {
  await waitFor(
    'the audit to end',
    async () => {
      await pause(LOOK_EVERY_MS);
      const [audit] = await api.all<SyncRun>(`/sync/orders/runs?shopId=${shopId}&kind=audit`);
      return audit?.finishedAt != null;
    },
    LOAD_TIMEOUT_MS,
  );
}

export async function syncOrders(api: ApiClient, shopId: string, depthDays?: number): Promise<SyncRun> {
  const known = (await runsOf(api, shopId)).length;
  await api.call('POST', '/sync/orders/runs', {
    shopId,
    kind: 'orders',
    ...(depthDays === undefined ? {} : { depthDays }),
  });
  return endedRun(api, shopId, known + 1);
}

export function secondsOf(run: SyncRun): number {
  return (Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')) / 1000;
}

interface SandboxCall {
  readonly params: { readonly pageSize?: number };
}

/** Pages of orders that the sandbox was asked for; the audit, which only counts, asks for pages of one. */
export async function pagesListed(
  installation: Installation,
  { mallId }: Pick<BenchShop, 'mallId'>,
): Promise<number> {
  const { calls } = await installation.control<{ calls: SandboxCall[] }>(
    'GET',
    `/calls?type=${ORDER_LIST}&mallId=${mallId}&limit=10000`,
  );
  return calls.filter(({ params }) => params.pageSize === PAGE_SIZE).length;
}

/** The second of the shop's oldest order: with it the run has cut its windows. */
export async function oldestOrder(installation: Installation, shopId: string): Promise<number> {
  const client = new pg.Client({
    connectionString: (await installation.variables()).get('ORDER_DATABASE_URL'),
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ at: Date }>(
      'SELECT min(ordered_at) AS at FROM orders.orders WHERE shop_id = $1',
      [shopId],
    );
    return Math.floor((rows[0]?.at.getTime() ?? Number.NaN) / 1000);
  } finally {
    await client.end();
  }
}

/** The most memory that the process has held so far, in MiB. */
export async function peakMemoryMib(pid: number): Promise<number> {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
