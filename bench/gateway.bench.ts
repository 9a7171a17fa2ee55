import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import autocannon from 'autocannon';
import type { ShopView } from '#contracts';
import { waitFor } from '#testing';
import { ApiClient } from '../test/e2e/api-client.js';
import { Installation } from '../test/e2e/installation.js';
import { pagesListed } from './bench-shops.js';
import { type Figure, median } from './report.js';

const CONNECTIONS = 10;
const ROUNDS = 5;
const SECONDS_A_ROUND = 4;
const MALL_ID = 634418210000001;
const TOKEN = 'benchToken0001';

interface Load {
  requestsPerSecond: number;
  p99Ms: number;
}

async function load(url: string, token: string | undefined): Promise<Load> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS_A_ROUND,
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`);
  }
  return { requestsPerSecond: result.requests.average, p99Ms: result.latency.p99 };
}

async function connect(installation: Installation, api: ApiClient): Promise<ShopView> {
  await installation.control('POST', '/tokens', {
    appKey: 'sbxAppKey0001',
    mallId: MALL_ID,
    accessToken: TOKEN,
  });
  const { shops } = await api.call<{ shops: ShopView[] }>('POST', '/integrations/temu/tokens', {
    region: 'us',
    accessToken: TOKEN,
  });
  const [shop] = shops;
  if (shop === undefined) throw new Error('no shop was connected');
  await waitFor(
    'the first load and its amounts',
    async () => {
      const { total } = await api.call<{ total: number }>('GET', '/orders/counts?amounts=known');
      return total === 4645;
    },
    600_000,
  );
  return shop;
}

/** The gateway's list of 20 orders, all services between, against a bare Fastify route with the same query. */
export async function benchGateway(): Promise<Figure[]> {
  const installation = await Installation.create();
  try {
    await installation.start({
      SANDBOX_RATE_PER_SECOND: '0',
      TEMU_CALLS_PER_SECOND: '10000',
      RATE_LIMIT_PER_MINUTE: '0',
    });
    const api = await ApiClient.signIn(installation.page, installation.signIn);
    const shop = await connect(installation, api);
    const listCalls = await pagesListed(installation, { mallId: MALL_ID });
    const databaseUrl = (await installation.variables()).get('ORDER_DATABASE_URL');
    const bare = fork(join(import.meta.dirname, 'bare-fastify.js'), [shop.id], {
      env: { ORDER_DATABASE_URL: databaseUrl, NODE_ENV: 'production' },
    });
    try {
      const [{ url }] = (await once(bare, 'message')) as [{ url: string }];
      const path = `/api/v1/orders?shopId=${shop.id}&limit=20`;
      const ours: Load[] = [];
      const theirs: Load[] = [];
      await load(`${url}/orders`, undefined);
      await load(`${installation.page}${path}`, api.token);
      for (let round = 0; round < ROUNDS; round += 1) {
        theirs.push(await load(`${url}/orders`, undefined));
        ours.push(await load(`${installation.page}${path}`, api.token));
      }
      const pairs = ours.map((own, round) => ({ own, bare: theirs[round] ?? own }));
      return [
        { name: 'list calls of a first load of 4,645 orders', value: listCalls },
        { name: 'list calls / least possible (47)', ratio: listCalls / 47, goal: '<= 1.02' },
        {
          name: 'gateway, list of 20 at 10 connections, requests a second',
          value: median(ours.map((each) => each.requestsPerSecond)),
        },
        {
          name: 'bare Fastify, the same query, requests a second',
          value: median(theirs.map((each) => each.requestsPerSecond)),
        },
        {
          name: 'gateway / bare, requests',
          ratio: median(pairs.map(({ own, bare }) => own.requestsPerSecond / bare.requestsPerSecond)),
          goal: '>= 0.5',
        },
        {
          name: 'gateway / bare, p99',
          ratio: median(pairs.map(({ own, bare }) => own.p99Ms / bare.p99Ms)),
          goal: '<= 2.5',
        },
      ];
    } finally {
      bare.disconnect();
      bare.kill();
    }
  } finally {
    await installation.remove();
  }
}
