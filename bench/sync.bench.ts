import { MAX_WINDOW_PAGES, pagesOf, splitWindow } from '#marketplace';
import { createEmptyTestDatabase } from '#testing';
import { ApiClient } from '../test/e2e/api-client.js';
import { Installation } from '../test/e2e/installation.js';
import {
  type BenchShop,
  connectShop,
  endedAudit,
  endedRun,
  figuresHold,
  makeShop,
  oldestOrder,
  PAGE_SIZE,
  pagesListed,
  peakMemoryMib,
  secondsOf,
  syncOrders,
} from './bench-shops.js';
import { cpuFigures, cpuSeconds } from './cpu.js';
import { ormLoop } from './orm-loop.js';
import { readBare, readByConnector, readSome, type Window } from './reading.js';
import type { Figure } from './report.js';

/** Enough to warm up, and to see whether memory grows with the number of orders. */
const SMALL = 10_000;
const PEERS_ORDERS = 1_000;
const UNLIMITED = {
  SANDBOX_RATE_PER_SECOND: '0',
  TEMU_CALLS_PER_SECOND: '10000',
  AUTO_SYNC_ENABLED: 'false',
};

interface Load {
  readonly shopId: string;
  readonly ordersPerSecond: number;
  readonly figuresPerSecond: number;
  readonly window: Window;
  readonly calls: number;
  readonly cpu: readonly Figure[];
}

async function firstLoad(installation: Installation, api: ApiClient, shop: BenchShop): Promise<Load> {
  const cpuBefore = await cpuSeconds(await installation.pids());
  const connectedAt = Date.now();
  const { id: shopId } = await connectShop(api, shop);
  const run = await endedRun(api, shopId);
  if (run.done !== shop.orders) throw new Error(`${run.done} orders were read, ${shop.orders} are there`);
  const calls = await pagesListed(installation, shop);
  await figuresHold(api, shopId, shop.orders);
  const inFiguresAt = Date.now();
  await endedAudit(api, shopId);
  const cpu = cpuFigures(
    'CPU, from connecting to the end of the audit, ms for 1,000 orders',
    cpuBefore,
    await cpuSeconds(await installation.pids()),
    shop.orders / 1000,
  );
  return {
    shopId,
    calls,
    cpu,
    ordersPerSecond: run.done / secondsOf(run),
    figuresPerSecond: (run.done * 1000) / (inFiguresAt - connectedAt),
    window: { from: Date.parse(run.spanFrom ?? '') / 1000, to: Date.parse(run.spanTo ?? '') / 1000 },
  };
}

/** The way of the peers: page after page, row after row, orders and lines only. */
async function peersRate(gateway: string, shop: BenchShop, window: Window): Promise<number> {
  const database = await createEmptyTestDatabase();
  try {
    const startedAt = performance.now();
    const orders = (await readSome(gateway, shop, window, PEERS_ORDERS)).slice(0, PEERS_ORDERS);
    const reading = (performance.now() - startedAt) / 1000;
    return (
      orders.length /
      (reading + (await ormLoop(database.url, '00000000-0000-4000-8000-000000000001', orders)))
    );
  } finally {
    await database.drop();
  }
}

/**
 * A first load end to end, by the processes of `npm start`, from a sandbox without limits: against only reading the same
 * pages, and against the way of the peers; its calls, its memory, and what a second reading without a change costs.
 */
export async function benchSync(count: number): Promise<Figure[]> {
  const installation = await Installation.create();
  try {
    await installation.start(UNLIMITED);
    const api = await ApiClient.signIn(installation.page, installation.signIn);
    const pid = await installation.pidOf('order-service');
    const small = await makeShop(installation, 634419000000001, Math.min(SMALL, count));
    const large = await makeShop(installation, 634419000000002, count);
    await firstLoad(installation, api, small);
    const smallPeak = await peakMemoryMib(pid);
    const load = await firstLoad(installation, api, large);
    const largePeak = await peakMemoryMib(pid);

    const windows =
      pagesOf(count, PAGE_SIZE) > MAX_WINDOW_PAGES
        ? splitWindow(
            load.window,
            pagesOf(count, PAGE_SIZE),
            'created',
            await oldestOrder(installation, load.shopId),
          )
        : [load.window];
    const gateway = `${installation.sandbox}/us`;
    const understood = await readByConnector(gateway, large, windows);
    const bare = await readBare(gateway, large, windows);
    for (const { orders } of [understood, bare]) {
      if (orders !== count) throw new Error(`${orders} orders were read, ${count} are there`);
    }
    const peers = await peersRate(gateway, large, load.window);

    const beforeUpdate = await pagesListed(installation, large);
    const update = await syncOrders(api, load.shopId);
    const updateCalls = (await pagesListed(installation, large)) - beforeUpdate;
    const again = await syncOrders(api, load.shopId, 365);
    if (update.changed + again.changed > 0) throw new Error('nothing had changed, yet something was stored');
    const rate = load.ordersPerSecond;
    return [
      { name: 'orders of the shop', value: count },
      { name: 'orders a second, from the first call to the last commit', value: rate },
      {
        name: 'orders a second, from connecting to every order in the figures',
        value: load.figuresPerSecond,
      },
      {
        name: 'orders a second, only fetched and understood (our connector)',
        value: count / understood.seconds,
      },
      { name: 'orders a second, only fetched and parsed (fetch, JSON.parse)', value: count / bare.seconds },
      {
        name: 'first load / only fetched and understood',
        ratio: (rate * understood.seconds) / count,
        goal: '>= 0.6',
      },
      ...load.cpu,
      { name: 'first load / only fetched and parsed, bare', ratio: (rate * bare.seconds) / count },
      { name: 'orders a second, the way of the peers: row by row', value: peers },
      { name: 'first load / the way of the peers', ratio: rate / peers, goal: '>= 20' },
      { name: 'list calls / least possible', ratio: load.calls / pagesOf(count, PAGE_SIZE), goal: '<= 1.02' },
      {
        name: `peak memory of order-service after ${SMALL.toLocaleString('en')} orders, MiB`,
        value: smallPeak,
      },
      { name: 'peak memory after all / after the first', ratio: largePeak / smallPeak, goal: 'flat' },
      { name: 'list calls of an update run when nothing has changed', value: updateCalls },
      {
        name: 'orders a second, all days read again when nothing has changed',
        value: again.done / secondsOf(again),
      },
      { name: 'the same / first load', ratio: again.done / secondsOf(again) / rate },
    ];
  } finally {
    await installation.remove();
  }
}
