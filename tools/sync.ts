/**
 * `npm run sync -- --shop <name, number or all> [--marketplace <id>] --kind <kind or all> [--since YYYY-MM-DD] [--no-wait]`: asks the running
 * installation for sync runs and shows how far they are. docs/running.md
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  english,
  lackedForKind,
  OPEN_SYNC_STATUSES,
  ORDER_SYNC_KINDS,
  OrderSync,
  ProductSync,
  type ShopState,
  SYNC_KINDS,
  type SyncKind,
  type SyncRpcs,
  type SyncRun,
  sayNotAvailable,
} from '#contracts';
import { AppError } from '#runtime';
import { type Bars, createBars } from './bars.js';
import { findShop, openShell, type Shell, type Typed } from './shell.js';
import { readSyncArguments, type SyncArguments } from './sync-arguments.js';

const LOOK_EVERY_MS = 500;

interface Job {
  readonly shop: ShopState;
  readonly kind: SyncKind;
}

/** @returns the exit code */
export async function run(typed: Typed): Promise<number> {
  const shell = await openShell(typed);
  const asked = readSyncArguments(typed.args, { kinds: SYNC_KINDS, now: new Date() });
  const shops = (await shell.shops()).filter(
    ({ marketplace }) => asked.marketplace === undefined || marketplace === asked.marketplace,
  );
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
  const all = meant.flatMap((shop) => asked.kinds.map((kind) => ({ shop, kind })));
  // Named alone it is refused by the service; among others it is passed over.
  const jobs = all.length === 1 ? all : all.filter((job) => isGiven(job, bars));
  if (all.length === 0) bars.line('No shop is connected: nothing to do.');
  const faults = await Promise.all(
    jobs.map((job) => runOne(shell, job, asked, bars).catch((error: unknown) => sentenceOf(error))),
  );
  bars.stop();
  for (const [at, { shop, kind }] of jobs.entries())
    if (faults[at]) process.stderr.write(`${shop.name}, ${kind}: ${faults[at]}\n`);
  await shell.close();
  return faults.every((fault) => fault === null) ? 0 : 1;
}

/** Says of what a shop's marketplace does not give that it is passed over. */
function isGiven({ shop, kind }: Job, bars: Bars): boolean {
  const lacked = lackedForKind(shop.marketplace, kind);
  if (lacked === undefined) return true;
  bars.line(
    `${shop.name}, ${kind}: not available. ${english(sayNotAvailable(shop.marketplace, lacked))} (marketplace.not_available)`,
  );
  return false;
}

function sentenceOf(error: unknown): string {
  if (error instanceof AppError) return withCode(error.message, error.code);
  return error instanceof Error ? error.message : String(error);
}

function withCode(message: string, code: string | null): string {
  return code === null ? message : `${message} (${code})`;
}

/** @returns what it ended with, null for success */
async function runOne(
  shell: Shell,
  job: Job,
  { depthDays, wait }: SyncArguments<SyncKind>,
  bars: Bars,
): Promise<string | null> {
  const isOfOrders = ORDER_SYNC_KINDS.some((kind) => kind === job.kind);
  const rpcs = isOfOrders ? OrderSync : ProductSync;
  let run = await startOrJoin(shell, rpcs, job, depthDays, bars);
  if (!wait) {
    bars.line(`${job.shop.name}, ${job.kind}: ${run.status}, run ${run.id}`);
    return null;
  }
  const bar = bars.add(`${job.shop.name}, ${job.kind}`);
  for (;;) {
    bar.show({ done: doneOf(run), total: totalOf(run), state: run.status, text: textOf(run) });
    if (!OPEN_SYNC_STATUSES.includes(run.status)) break;
    await pause(LOOK_EVERY_MS);
    run = await shell.call(rpcs.get, { id: run.id });
  }
  if (run.status === 'succeeded') return null;
  return withCode(run.error?.message ?? `the run was ${run.status}`, run.errorCode);
}

/** A run that is open already is watched instead; a depth cannot be given to it any more. */
async function startOrJoin(
  shell: Shell,
  rpcs: SyncRpcs,
  { shop, kind }: Job,
  depthDays: number | undefined,
  bars: Bars,
): Promise<SyncRun> {
  const input = { shopId: shop.shopId, kind, ...(depthDays === undefined ? {} : { depthDays }) };
  try {
    return await shell.call(rpcs.start, input);
  } catch (error) {
    const isOpen = error instanceof AppError && error.code === 'sync.already_running';
    const runId = isOpen ? error.details.runId : undefined;
    if (typeof runId !== 'string' || depthDays !== undefined) throw error;
    bars.line(`${shop.name}, ${kind}: a run is open already; this is that one.`);
    return shell.call(rpcs.get, { id: runId });
  }
}

/** What succeeded is whole, also when there was nothing to read. */
function doneOf(run: SyncRun): number {
  return run.status === 'succeeded' ? Math.max(run.done, totalOf(run) ?? 1) : run.done;
}

function totalOf(run: SyncRun): number | null {
  return run.total ?? (run.status === 'succeeded' ? Math.max(run.done, 1) : null);
}

function textOf(run: SyncRun): string {
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
