import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { createTemuConnector } from '../libs/marketplace/src/temu/connector.js';
import { ApiClient } from '../test/e2e/api-client.js';
import { Installation } from '../test/e2e/installation.js';
import {
  APP,
  type BenchShop,
  connectShop,
  endedAudit,
  endedRun,
  makeShop,
  ORDER_LIST,
  secondsOf,
} from './bench-shops.js';
import { UNPACED } from './reading.js';
import { type Figure, median } from './report.js';

/** Some 65 calls: 3.5 seconds at the pace that an app key is granted. */
const ORDERS = 6_000;
const RUNS = 5;
const SHARE_REFUSED = 0.3;
const TOO_MANY_CALLS = 4000004;
/** Another program of the seller uses the same key: half of what is granted. */
const PEERS_CALLS_A_SECOND = 10;

interface Load {
  readonly seconds: number;
  readonly calls: number;
  readonly refused: number;
}

interface SandboxCall {
  readonly errorCode: number;
}

/** A call that is refused at the door says nothing of its shop, so each load must have the sandbox to itself. */
async function load(installation: Installation, api: ApiClient, shop: BenchShop): Promise<Load> {
  await forgetRefusals(installation);
  await installation.control('DELETE', '/calls');
  const { id: shopId } = await connectShop(api, shop);
  const seconds = secondsOf(await endedRun(api, shopId));
  const { calls } = await installation.control<{ calls: SandboxCall[] }>(
    'GET',
    `/calls?type=${ORDER_LIST}&limit=10000`,
  );
  await installation.control('DELETE', '/faults');
  await endedAudit(api, shopId);
  return { seconds, calls: calls.length, refused: calls.filter(isRefused).length };
}

function isRefused({ errorCode }: SandboxCall): boolean {
  return errorCode === TOO_MANY_CALLS;
}

/** Each load begins as if no call had been refused for long. */
async function forgetRefusals(installation: Installation): Promise<void> {
  // Services may not: only who owns the table.
  const url = new URL((await installation.variables()).get('ORDER_DATABASE_URL') ?? '');
  const secrets = JSON.parse(await readFile(join(installation.dataDir, 'secrets.json'), 'utf8'));
  url.username = 'postgres';
  url.password = (secrets as { postgresPassword: string }).postgresPassword;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query('UPDATE ratelimit.counters SET expire = 0');
  } finally {
    await client.end();
  }
}

/** Calls at an even pace with the key of everybody, as a program does that knows nothing of us. */
function startPeer(installation: Installation, shop: BenchShop): () => Promise<void> {
  const connector = createTemuConnector({ gateways: { us: `${installation.sandbox}/us` }, limiter: UNPACED });
  const credentials = {
    ...APP,
    marketplace: 'temu',
    accessToken: shop.accessToken,
    scopes: null,
    version: 1,
  } as const;
  const timer = setInterval(() => {
    connector.describeToken({ credentials }).catch(() => undefined);
  }, 1_000 / PEERS_CALLS_A_SECOND);
  return async () => {
    clearInterval(timer);
    await connector.close();
  };
}

function sum(loads: readonly Load[], of: (load: Load) => number): number {
  return loads.reduce((total, each) => total + of(each), 0);
}

/**
 * First loads of shops that are all alike: undisturbed, with three of ten calls refused by chance as for their pace, and
 * beside a program that uses half of the same key's limit.
 */
export async function benchRefused(): Promise<Figure[]> {
  const installation = await Installation.create();
  try {
    await installation.start({ AUTO_SYNC_ENABLED: 'false' });
    const api = await ApiClient.signIn(installation.page, installation.signIn);
    let mallId = 634419300000000;
    const nextShop = (orders = ORDERS) =>
      makeShop(installation, ++mallId, orders, undefined, 'bench-refused');

    const undisturbed = await load(installation, api, await nextShop());
    const loads: Load[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const shop = await nextShop();
      await installation.control('POST', '/faults', {
        kind: 'rate_limit',
        type: ORDER_LIST,
        probability: SHARE_REFUSED,
      });
      loads.push(await load(installation, api, shop));
    }

    const stopPeer = startPeer(installation, await nextShop(0));
    const besidePeer = await load(installation, api, await nextShop()).finally(stopPeer);
    const seconds = loads.map((each) => each.seconds);
    return [
      { name: 'orders of each shop', value: ORDERS },
      { name: 'undisturbed: ms', value: undisturbed.seconds * 1000 },
      { name: 'undisturbed: calls', value: undisturbed.calls },
      ...loads.flatMap(({ seconds: took, calls, refused }, index) => [
        { name: `run ${index + 1} with ${SHARE_REFUSED * 100} % refused: ms`, value: took * 1000 },
        { name: `run ${index + 1}: calls refused of ${calls}`, value: refused },
      ]),
      { name: 'median of the runs: ms', value: median(seconds) * 1000 },
      { name: 'median / undisturbed', ratio: median(seconds) / undisturbed.seconds },
      {
        name: 'calls refused / made',
        ratio: sum(loads, ({ refused }) => refused) / sum(loads, ({ calls }) => calls),
      },
      { name: 'beside a program that uses half of the limit: ms', value: besidePeer.seconds * 1000 },
      { name: `the same: calls refused of ${besidePeer.calls}`, value: besidePeer.refused },
    ];
  } finally {
    await installation.remove();
  }
}
