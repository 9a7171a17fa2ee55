/**
 * `npm run replay [-- <consumer> [--shop …] [--abandon] [--no-wait] | dead-letters [--id …] [--all]]`: consumers of events,
 * what waits for them, and how each is built again while everything runs. docs/running.md
 */
import { commandLine } from './lib/command-line.mjs';
import { LaunchError } from './lib/launch-error.mjs';
import { readReplayArguments, wayOf } from './lib/replay-arguments.mjs';
import { createBars, findShop, openShell, pause, runCommand } from './lib/shell.mjs';

const LOOK_EVERY_MS = 500;
const MOST_LETTERS = 1_000;

await runCommand(async () => {
  const asked = readReplayArguments(
    commandLine({
      usage: 'npm run replay',
      what: 'Consumers of events, what waits for them, and how each is built again while everything runs: docs/running.md',
      options: {
        '--shop NAME': 'only this shop (analytics__order-facts)',
        '--abandon': 'gives up what is being built (analytics__order-facts)',
        '--no-wait': 'asks, and does not watch',
        '--id NUMBER': 'this dead letter (dead-letters)',
        '--all': 'every dead letter (dead-letters)',
      },
      rest: 'a consumer, or dead-letters',
    }).args,
  );
  const shell = await openShell();
  if (asked.what === 'list') return list(shell);
  if (asked.what === 'dead-letters') return deadLetters(shell, asked);
  const consumers = await shell.messaging.listConsumers(shell.connection);
  const consumer = consumers.find(({ durable }) => durable === asked.consumer);
  if (consumer === undefined)
    throw new LaunchError(
      `There is no consumer ${asked.consumer}. Consumers: ${consumers.map(({ durable }) => durable).join(', ')}`,
    );
  const way = wayOf(consumer.durable);
  if (way !== 'figures' && (asked.shop !== undefined || asked.abandon))
    throw new LaunchError(`--shop and --abandon go with analytics__order-facts only.`);
  if (way === 'figures') return figures(shell, asked);
  return way === 'shops' ? relearnShops(shell, consumer) : giveAgain(shell, consumer);
});

async function list({ messaging, connection }) {
  const rows = (await messaging.listConsumers(connection)).map((each) => ({
    consumer: each.durable,
    event: each.subject,
    waiting: each.pending,
    'in flight': each.inFlight,
    'tried again': each.triedAgain,
    'last settled': each.lastSettledAt?.slice(0, 19).concat('Z') ?? 'never',
    'dead letters': each.deadLetters,
    'is built again from': {
      figures: 'order-service’s orders',
      shops: 'auth-service’s shops',
      kept: 'a week of events',
    }[wayOf(each.durable)],
  }));
  process.stdout.write(`${table(rows)}\n\nBuild one again: npm run replay -- <consumer>\n`);
  if (rows.some((row) => row['dead letters'] > 0))
    process.stdout.write('Events that could not be taken: npm run replay -- dead-letters\n');
  return 0;
}

/** @param {Record<string, string | number>[]} rows */
function table(rows) {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => String(row[name]).length)));
  const line = (cells) =>
    cells
      .map((cell, at) => String(cell).padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), ...rows.map((row) => line(names.map((name) => row[name])))].join('\n');
}

async function deadLetters({ messaging, connection }, { ids, all }) {
  const letters = await messaging.listDeadLetters(connection, { limit: MOST_LETTERS });
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
    const replayed = await messaging.replayDeadLetter(connection, id);
    if (replayed === undefined) missing += 1;
    process.stdout.write(
      replayed === undefined
        ? `There is no dead letter ${id}.\n`
        : `${id} given to ${replayed.durable} again\n`,
    );
  }
  return missing === 0 ? 0 : 1;
}

async function relearnShops({ contracts, call, close }, { durable }) {
  const [context] = durable.split('__');
  const { shops } = await call(contracts.ShopCopies[context], {});
  process.stdout.write(`${context}-service has asked for all shops again and written ${shops} anew\n`);
  await close();
  return 0;
}

async function giveAgain({ messaging, connection }, consumer) {
  await messaging.giveAllAgain(connection, consumer);
  process.stdout.write(
    `${consumer.durable} gets every event again that the bus still keeps (a week). Watch it: npm run replay\n`,
  );
  return 0;
}

async function figures(shell, { shop, abandon, wait }) {
  const { Rebuilds } = shell.contracts;
  if (abandon) {
    const { id } = await shell.call(Rebuilds.abandon, {});
    process.stdout.write(`Rebuild ${id} is abandoned; the figures stay what they are.\n`);
    return 0;
  }
  const shopId = shop === undefined ? undefined : findShop(await shell.shops(), shop).shopId;
  let rebuild = await startOrJoin(shell, shopId);
  if (!wait) {
    process.stdout.write(`Rebuild ${rebuild.id} of ${rebuild.shops} shops runs.\n`);
    return 0;
  }
  const bars = createBars();
  process.once('SIGINT', () => {
    bars.stop();
    process.stdout.write(
      '\nThe rebuild goes on without this window. The same command watches it again; --abandon ends it.\n',
    );
    process.exit(130);
  });
  const { id } = rebuild;
  const bar = bars.add(`Rebuild ${id}`);
  for (;;) {
    bar.show({
      done: rebuild.orders,
      total: rebuild.ownersOrders,
      state: rebuild.status,
      text: textOf(rebuild),
    });
    if (rebuild.status !== 'filling' || rebuild.id !== id) break;
    await pause(LOOK_EVERY_MS);
    // A service that is started again meanwhile goes on; it only cannot be asked for a moment.
    rebuild = (await shell.call(Rebuilds.get, {}).catch(notThere)) ?? rebuild;
  }
  bars.stop();
  const seconds = Math.round((Date.parse(rebuild.finishedAt ?? '') - Date.parse(rebuild.startedAt)) / 1000);
  if (rebuild.id !== id || rebuild.status !== 'finished')
    throw new LaunchError(`Rebuild ${id} was abandoned.`);
  process.stdout.write(
    `${rebuild.orders} orders on ${rebuild.days} shop days of ${rebuild.shops} shops, in ${seconds} s; the new figures answer now.\n`,
  );
  return 0;
}

function notThere(error) {
  if (error.kind === 'unavailable' || error.kind === 'timeout') return undefined;
  throw error;
}

async function startOrJoin(shell, shopId) {
  const { Rebuilds } = shell.contracts;
  try {
    return await shell.call(Rebuilds.start, shopId === undefined ? {} : { shopId });
  } catch (error) {
    if (error.code !== 'rebuild.open') throw error;
    process.stdout.write('A rebuild is open already; this is that one (--abandon ends it).\n');
    return shell.call(Rebuilds.get, {});
  }
}

function textOf({ orders, ownersOrders, shops, shopsEqual, daysToSum }) {
  return `${orders}${ownersOrders === null ? '' : ` of ${ownersOrders}`} orders, ${shopsEqual} of ${shops} shops agree, ${daysToSum} days to sum`;
}
