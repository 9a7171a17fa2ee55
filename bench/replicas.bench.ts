import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ApiClient } from '../test/e2e/api-client.js';
import { Installation } from '../test/e2e/installation.js';
import { type BenchShop, connectShop, endedRun, makeShop, ORDER_LIST } from './bench-shops.js';
import type { Figure } from './report.js';

const SHOPS = 8;
const MAIN = join(import.meta.dirname, '../apps/order-service/src/main.js');

/** One run at a time in each process, so that more processes are more hands. */
const SETTINGS = {
  SANDBOX_RATE_PER_SECOND: '0',
  TEMU_CALLS_PER_SECOND: '10000',
  AUTO_SYNC_ENABLED: 'false',
  SYNC_CONCURRENCY: '1',
};

/** A marketplace on the other side of an ocean; without it the two cores of a small machine are all that is measured. */
const DELAY_MS = 150;

async function addReplica(variables: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const child = fork(MAIN, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...variables, ...SETTINGS, OMNI_ENV_FILE: '' },
  });
  await once(child, 'message');
  return child;
}

async function rateWith(replicas: number, ordersAShop: number, delayMs: number): Promise<number> {
  const installation = await Installation.create();
  const further: ChildProcess[] = [];
  try {
    await installation.start(SETTINGS);
    const api = await ApiClient.signIn(installation.page, installation.signIn);
    const variables = Object.fromEntries(await installation.variables());
    while (further.length < replicas - 1) further.push(await addReplica(variables));
    const shops: BenchShop[] = [];
    for (let index = 0; index < SHOPS; index += 1) {
      shops.push(await makeShop(installation, 634419100000001 + index, ordersAShop));
    }
    if (delayMs > 0) {
      await installation.control('POST', '/faults', {
        kind: 'delay',
        delayMs,
        type: ORDER_LIST,
        when: 'before',
      });
    }
    const startedAt = Date.now();
    const connected = await Promise.all(shops.map((shop) => connectShop(api, shop)));
    const runs = await Promise.all(connected.map(({ id }) => endedRun(api, id)));
    const lastAt = Math.max(...runs.map((run) => Date.parse(run.finishedAt ?? '')));
    return (SHOPS * ordersAShop * 1000) / (lastAt - startedAt);
  } finally {
    for (const child of further) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      if (child.exitCode === null) await gone;
    }
    await installation.remove();
  }
}

/** First loads of eight shops by one, two and four processes of order-service, one run at a time in each. */
export async function benchReplicas(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [what, orders, delayMs] of [
    ['answers at once', 5_000, 0],
    [`answers after ${DELAY_MS} ms`, 2_500, DELAY_MS],
  ] as const) {
    const [one, two, four] = [
      await rateWith(1, orders, delayMs),
      await rateWith(2, orders, delayMs),
      await rateWith(4, orders, delayMs),
    ];
    figures.push(
      { name: `marketplace ${what}: orders a second, 1 replica`, value: one },
      { name: `marketplace ${what}: 2 replicas / 1`, ratio: two / one },
      { name: `marketplace ${what}: 4 replicas / 1`, ratio: four / one },
    );
  }
  return figures;
}
