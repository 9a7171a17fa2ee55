import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { ListPage, OrderRecord } from '#marketplace';
import { createLogger, type Database, type Transaction } from '#runtime';
import { LEASE_MS, type Lease, queueRun, RunContext, type SyncRunRow, takeLease } from '#sync';
import { createTestDatabase, type TestDatabase } from '#testing';
import { migrations } from '../apps/order-service/src/database/migrations/index.js';
import { storePages } from '../apps/order-service/src/orders/store-pages.js';
import { makeOrders } from './orders.js';
import { ormLoop } from './orm-loop.js';
import { type Figure, median } from './report.js';

const GROUP = 500;
const ROUNDS = 3;
const TABLES = ['orders', 'order_lines', 'order_history', 'outbox'] as const;

function open(): Promise<TestDatabase> {
  return createTestDatabase({ schema: 'orders', migrations });
}

function pagesOf(orders: readonly OrderRecord[]): ListPage<OrderRecord>[][] {
  const groups: ListPage<OrderRecord>[][] = [];
  for (let start = 0; start < orders.length; start += GROUP) {
    const group = orders.slice(start, start + GROUP);
    const pages = [0, 100, 200, 300, 400]
      .map((from) => group.slice(from, from + 100))
      .filter((page) => page.length > 0);
    groups.push(
      pages.map((records) => ({
        total: orders.length,
        records,
        unreadable: [],
        platformTime: new Date(),
        requestStartedAt: new Date(),
      })),
    );
  }
  return groups;
}

async function openRun(database: Database, shopId: string): Promise<{ run: SyncRunRow; lease: Lease }> {
  return database.transaction(async (tx) => {
    const run = await queueRun(tx, { shopId, kind: 'orders', trigger: 'manual', mode: 'first_load' });
    const lease = await takeLease(tx, shopId, 'orders');
    if (run === undefined || lease === undefined) throw new Error('the bench could not open its run');
    return { run, lease };
  });
}

/** What a real run does in each transaction: fence, orders, lines, history, outbox, amounts follow-up, progress. */
async function storeAll(
  database: Database,
  shopId: string,
  groups: ListPage<OrderRecord>[][],
): Promise<number> {
  const { run, lease } = await openRun(database, shopId);
  const credentials = {
    use: (): Promise<never> => Promise.reject(new Error('the bench makes no calls')),
  };
  const context = new RunContext(
    database,
    credentials,
    lease,
    run,
    new AbortController().signal,
    () => undefined,
  );
  const startedAt = performance.now();
  for (const [index, pages] of groups.entries()) {
    await context.commit(async (tx) => {
      const stored = await storePages(tx, shopId, pages, 0);
      await queueRun(tx, { shopId, kind: 'amounts', trigger: 'followup', mode: 'queue' });
      return {
        state: { group: index },
        doneDelta: pages.flatMap(({ records }) => records).length,
        changedDelta: stored.changed,
      };
    });
  }
  return (performance.now() - startedAt) / 1000;
}

async function copyOut(database: Database, table: string): Promise<string[]> {
  const columns = await columnsOf(database, table);
  const client = await database.pool.connect();
  try {
    const all = await text(client.query(copyTo(`COPY ${table} (${columns}) TO STDOUT`)));
    return all.split('\n').slice(0, -1);
  } finally {
    client.release();
  }
}

async function columnsOf(database: Database, table: string): Promise<string> {
  const rows = await database.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'orders' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position`,
    [table],
  );
  return rows.map((row) => row.name).join(', ');
}

/** The same rows into the same tables with their indexes, as many transactions, by COPY alone. */
async function copyAll(
  target: Database,
  dump: ReadonlyMap<string, string[]>,
  groups: number,
): Promise<number> {
  const columns = new Map(
    await Promise.all(TABLES.map(async (table) => [table, await columnsOf(target, table)] as const)),
  );
  const startedAt = performance.now();
  for (let group = 0; group < groups; group += 1) {
    await target.transaction(async (tx: Transaction) => {
      for (const table of TABLES) {
        const rows = dump.get(table) ?? [];
        const from = Math.floor((rows.length * group) / groups);
        const to = Math.floor((rows.length * (group + 1)) / groups);
        if (to === from) continue;
        const stream = tx.client.query(copyFrom(`COPY ${table} (${columns.get(table)}) FROM STDIN`));
        await pipeline(Readable.from([`${rows.slice(from, to).join('\n')}\n`]), stream);
      }
    });
  }
  return (performance.now() - startedAt) / 1000;
}

/** Orders stored per second against plain COPY of the very same rows and against a row-by-row ORM loop. */
export async function benchStoreOrders(count: number): Promise<Figure[]> {
  const logger = createLogger('bench', 'warn');
  const orders = makeOrders(count);
  const groups = pagesOf(orders);
  const shopId = randomUUID();
  const own: number[] = [];
  const copied: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await open();
    const theirs = await open();
    try {
      own.push(count / (await storeAll(ours.database, shopId, groups)));
      const dump = new Map<string, string[]>();
      for (const table of TABLES) dump.set(table, await copyOut(ours.database, table));
      copied.push(count / (await copyAll(theirs.database, dump, groups.length)));
    } finally {
      await ours.drop();
      await theirs.drop();
    }
  }
  const few = orders.slice(0, Math.min(1_000, count));
  const ormDatabase = await open();
  let orm: number;
  try {
    orm = few.length / (await ormLoop(ormDatabase.url, shopId, few));
  } finally {
    await ormDatabase.drop();
  }
  logger.debug({ leaseMs: LEASE_MS }, 'store bench done');
  const stored = median(own);
  return [
    { name: `orders stored a second, groups of ${GROUP}, whole transactions`, value: stored },
    { name: 'COPY of the same rows into the same tables, orders a second', value: median(copied) },
    {
      name: 'stored / COPY',
      ratio: median(own.map((rate, round) => rate / (copied[round] ?? rate))),
      goal: '>= 0.33',
    },
    { name: 'row-by-row ORM loop (orders and lines only), orders a second', value: orm },
    { name: 'stored / ORM loop', ratio: stored / orm, goal: '>= 20' },
  ];
}
