/**
 * `npm run sync -- --shop <name, number or all> --kind <kind or all> [--since YYYY-MM-DD] [--no-wait]`: asks the running
 * installation for sync runs and shows how far they are. docs/running.md
 */
import { commandLine } from './lib/command-line.mjs';
import { createBars, findShop, openShell, pause, runCommand } from './lib/shell.mjs';
import { readSyncArguments } from './lib/sync-arguments.mjs';

const LOOK_EVERY_MS = 500;
const ENDED = ['succeeded', 'failed', 'cancelled'];

await runCommand(async () => {
  const { args } = commandLine({
    usage: 'npm run sync',
    what: 'Asks the running installation for sync runs and shows how far they are: docs/running.md',
    options: {
      '--shop NAME': 'a shop’s name or number, or all',
      '--kind KIND': 'orders, amounts, addresses, after-sales, products, promotions, … or all',
      '--since YYYY-MM-DD': 'reads orders anew from that day on',
      '--no-wait': 'asks, and does not watch',
    },
  });
  const shell = await openShell();
  const { contracts } = shell;
  const asked = readSyncArguments(args, { kinds: contracts.SYNC_KINDS, now: new Date() });
  const shops = await shell.shops();
  const meant =
    asked.shop === 'all'
      ? shops.filter((shop) => shop.status === 'connected')
      : [findShop(shops, asked.shop)];
  const bars = createBars();
  process.once('SIGINT', () => {
    bars.stop();
    process.stdout.write(
      '\nThe runs go on without this window. The same command watches them again; cancel them on the sync page.\n',
    );
    process.exit(130);
  });
  const jobs = meant.flatMap((shop) => asked.kinds.map((kind) => ({ shop, kind })));
  if (jobs.length === 0) bars.line('No shop is connected: nothing to do.');
  const ends = await Promise.all(
    jobs.map((job) => runOne(shell, job, asked, bars).catch((error) => ({ job, error }))),
  );
  bars.stop();
  const failed = ends.filter((end) => end.error !== undefined);
  for (const { job, error } of failed)
    process.stderr.write(
      `${job.shop.name}, ${job.kind}: ${error.message}${error.code ? ` (${error.code})` : ''}\n`,
    );
  await shell.close();
  return failed.length === 0 ? 0 : 1;
});

/** @param {import('./lib/shell.mjs').Shell} shell */
async function runOne(shell, job, { depthDays, wait }, bars) {
  const { ORDER_SYNC_KINDS, OrderSync, ProductSync } = shell.contracts;
  const rpcs = ORDER_SYNC_KINDS.includes(job.kind) ? OrderSync : ProductSync;
  let run = await startOrJoin(shell, rpcs, job, depthDays, bars);
  if (!wait) {
    bars.line(`${job.shop.name}, ${job.kind}: ${run.status}, run ${run.id}`);
    return { job };
  }
  const bar = bars.add(`${job.shop.name}, ${job.kind}`);
  for (;;) {
    bar.show({ done: doneOf(run), total: totalOf(run), state: run.status, text: textOf(run) });
    if (ENDED.includes(run.status)) break;
    await pause(LOOK_EVERY_MS);
    run = await shell.call(rpcs.get, { id: run.id });
  }
  if (run.status === 'succeeded') return { job };
  return { job, error: { message: run.errorMessage ?? `the run was ${run.status}`, code: run.errorCode } };
}

/** A run that is open already is watched instead; a depth cannot be given to it any more. */
async function startOrJoin(shell, rpcs, { shop, kind }, depthDays, bars) {
  const input = { shopId: shop.shopId, kind, ...(depthDays === undefined ? {} : { depthDays }) };
  try {
    return await shell.call(rpcs.start, input);
  } catch (error) {
    const runId = error.code === 'sync.already_running' ? error.details?.runId : undefined;
    if (runId === undefined || depthDays !== undefined) throw error;
    bars.line(`${shop.name}, ${kind}: a run is open already; this is that one.`);
    return shell.call(rpcs.get, { id: runId });
  }
}

/** What succeeded is whole, also when there was nothing to read. */
function doneOf(run) {
  return run.status === 'succeeded' ? Math.max(run.done, totalOf(run) ?? 1) : run.done;
}

function totalOf(run) {
  return run.total ?? (run.status === 'succeeded' ? Math.max(run.done, 1) : null);
}

function textOf(run) {
  const parts = [`${run.done}${run.total === null ? '' : ` of ${run.total}`} records`];
  if (run.changed > 0) parts.push(`${run.changed} changed`);
  if (run.quarantined > 0) parts.push(`${run.quarantined} kept aside`);
  if (run.recordsPerSecond !== null) parts.push(`${Math.round(run.recordsPerSecond)}/s`);
  if (run.remainingSeconds !== null && run.status === 'running')
    parts.push(`${Math.ceil(run.remainingSeconds)} s left`);
  parts.push(`${run.apiCalls} calls`);
  if (run.status === 'waiting' && run.resumesAt !== null) parts.push(`goes on at ${run.resumesAt}`);
  return parts.join(', ');
}
