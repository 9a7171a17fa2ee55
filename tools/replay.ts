/**
 * `npm run replay [-- <consumer> [--shop …] [--abandon] [--no-wait] | dead-letters [--id …] [--all]]`: consumers of events,
 * what waits for them, and how each is built again while everything runs. docs/running.md
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type FiguresRebuild, Rebuilds, ShopCopies } from '#contracts';
import {
  type ConsumerState,
  giveAllAgain,
  listConsumers,
  listDeadLetters,
  replayDeadLetter,
} from '#messaging';
import { AppError } from '#runtime';
import { createBars } from './bars.js';
import {
  type AskedConsumer,
  type AskedLetters,
  readReplayArguments,
  type ShopKeeper,
  shopKeeperOf,
  wayOf,
} from './replay-arguments.js';
import { findShop, openShell, type Shell, type Typed } from './shell.js';

const LOOK_EVERY_MS = 500;
const MOST_LETTERS = 1_000;

/** @returns the exit code */
export async function run(typed: Typed): Promise<number> {
  const asked = readReplayArguments(typed.args);
  const shell = await openShell(typed);
  if (asked.what === 'list') return list(shell);
  if (asked.what === 'dead-letters') return deadLetters(shell, asked);
  const consumers = await listConsumers(shell.connection);
  const consumer = consumers.find(({ durable }) => durable === asked.consumer);
  if (consumer === undefined)
    throw new Error(
      `There is no consumer ${asked.consumer}. Consumers: ${consumers.map(({ durable }) => durable).join(', ')}`,
    );
  if (wayOf(consumer.durable) === 'figures') return figures(shell, asked);
  if (asked.shop !== undefined || asked.abandon)
    throw new Error('--shop and --abandon go with analytics__order-facts only.');
  const keeper = shopKeeperOf(consumer.durable);
  return keeper === undefined ? giveAgain(shell, consumer) : relearnShops(shell, keeper);
}

const BUILT_FROM: Readonly<Record<ReturnType<typeof wayOf>, string>> = {
  figures: 'order-service’s orders',
  shops: 'auth-service’s shops',
  kept: 'a week of events',
};

async function list({ connection }: Shell): Promise<number> {
  const rows = (await listConsumers(connection)).map((each) => ({
    consumer: each.durable,
    event: each.subject,
    waiting: each.pending,
    'in flight': each.inFlight,
    'tried again': each.triedAgain,
    'last settled': each.lastSettledAt?.slice(0, 19).concat('Z') ?? 'never',
    'dead letters': each.deadLetters,
    'is built again from': BUILT_FROM[wayOf(each.durable)],
  }));
  process.stdout.write(`${table(rows)}\n\nBuild one again: npm run replay -- <consumer>\n`);
  if (rows.some((row) => row['dead letters'] > 0))
    process.stdout.write('Events that could not be taken: npm run replay -- dead-letters\n');
  return 0;
}

function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name]).length)));
  const line = (cells: readonly (string | number | undefined)[]) =>
    cells
      .map((cell, at) => String(cell).padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), ...rows.map((row) => line(names.map((name) => row[name])))].join('\n');
}

async function deadLetters({ connection }: Shell, { ids, all }: AskedLetters): Promise<number> {
  const letters = await listDeadLetters(connection, { limit: MOST_LETTERS });
  if (!all && ids.length === 0) {
    if (letters.length === 0) process.stdout.write('No dead letters.\n');
    for (const letter of letters)
      process.stdout.write(
        `${letter.id}  ${letter.at}  ${letter.durable}  ${letter.subject}\n    ${letter.reason}\n`,
      );
    if (letters.length > 0)
      process.stdout.write(
        'Give one again: npm run replay -- dead-letters --id <number>; every one: --all\n',
      );
    return 0;
  }
  let missing = 0;
  for (const id of all ? letters.map((letter) => letter.id) : ids) {
    const replayed = await replayDeadLetter(connection, id);
    if (replayed === undefined) missing += 1;
    process.stdout.write(
      replayed === undefined
        ? `There is no dead letter ${id}.\n`
        : `${id} given to ${replayed.durable} again\n`,
    );
  }
  return missing === 0 ? 0 : 1;
}

async function relearnShops({ call, close }: Shell, keeper: ShopKeeper): Promise<number> {
  const { shops } = await call(ShopCopies[keeper], {});
  process.stdout.write(`${keeper}-service has asked for all shops again and written ${shops} anew\n`);
  await close();
  return 0;
}

async function giveAgain({ connection }: Shell, consumer: ConsumerState): Promise<number> {
  await giveAllAgain(connection, consumer);
  process.stdout.write(
    `${consumer.durable} gets every event again that the bus still keeps (a week). Watch it: npm run replay\n`,
  );
  return 0;
}

async function figures(shell: Shell, { shop, abandon, wait }: AskedConsumer): Promise<number> {
  if (abandon) {
    const { id } = await shell.call(Rebuilds.abandon, {});
    process.stdout.write(`Rebuild ${id} is abandoned; the figures stay what they are.\n`);
    return 0;
  }
  const shopId = shop === undefined ? undefined : findShop(await shell.shops(), shop).shopId;
  const begun = await startOrJoin(shell, shopId);
  if (!wait) {
    process.stdout.write(`Rebuild ${begun.id} of ${begun.shops} shops runs.\n`);
    return 0;
  }
  const ended = await watch(shell, begun);
  const seconds = Math.round((Date.parse(ended.finishedAt ?? '') - Date.parse(ended.startedAt)) / 1000);
  if (ended.id !== begun.id || ended.status !== 'finished')
    throw new Error(`Rebuild ${begun.id} was abandoned.`);
  process.stdout.write(
    `${ended.orders} orders on ${ended.days} shop days of ${ended.shops} shops, in ${seconds} s; the new figures answer now.\n`,
  );
  return 0;
}

/** @returns it as it ended, or the one that took its place */
async function watch(shell: Shell, begun: FiguresRebuild): Promise<FiguresRebuild> {
  const bars = createBars();
  process.once('SIGINT', () => {
    bars.stop();
    process.stdout.write(
      '\nThe rebuild goes on without this window. The same command watches it again; --abandon ends it.\n',
    );
    process.exit(130);
  });
  const bar = bars.add(`Rebuild ${begun.id}`);
  let rebuild = begun;
  for (;;) {
    bar.show({
      done: rebuild.orders,
      total: rebuild.ownersOrders,
      state: rebuild.status,
      text: textOf(rebuild),
    });
    if (rebuild.status !== 'filling' || rebuild.id !== begun.id) break;
    await pause(LOOK_EVERY_MS);
    // A service that is started again meanwhile goes on; it only cannot be asked for a moment.
    rebuild = (await shell.call(Rebuilds.get, {}).catch(notThere)) ?? rebuild;
  }
  bars.stop();
  return rebuild;
}

function notThere(error: unknown): undefined {
  if (error instanceof AppError && (error.kind === 'unavailable' || error.kind === 'timeout'))
    return undefined;
  throw error;
}

async function startOrJoin(shell: Shell, shopId: string | undefined): Promise<FiguresRebuild> {
  try {
    return await shell.call(Rebuilds.start, shopId === undefined ? {} : { shopId });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'rebuild.open')) throw error;
    process.stdout.write('A rebuild is open already; this is that one (--abandon ends it).\n');
    const open = await shell.call(Rebuilds.get, {});
    if (open === null) throw error;
    return open;
  }
}

function textOf({ orders, ownersOrders, shops, shopsEqual, daysToSum }: FiguresRebuild): string {
  return `${orders}${ownersOrders === null ? '' : ` of ${ownersOrders}`} orders, ${shopsEqual} of ${shops} shops agree, ${daysToSum} days to sum`;
}
