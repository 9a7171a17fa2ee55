import { setTimeout as pause } from 'node:timers/promises';
import { Prng } from '../apps/sandbox/src/world/prng.js';
import type { PermitKey } from '../libs/marketplace/src/call/limiter.js';
import { createLocalLimiter } from '../libs/marketplace/src/call/local-limiter.js';
import { DEFAULT_RETRY_POLICY, decideRetry } from '../libs/marketplace/src/call/retry.js';
import { type Figure, median } from './report.js';

const PAGES = 65;
const PAGES_A_GROUP = 5;
const ANSWER_MS = 20;
const RUNS = 5;
const SEED = 'refused';
const KEY: PermitKey = { appKey: 'sbxAppKey0001', operation: 'list', priority: 'background', shop: 'one' };

interface Reading {
  readonly ms: number;
  readonly calls: number;
  readonly refused: number;
}

/** Pages in groups of five, a group ahead, as a first load reads them; limiter and retries in earnest, no machine around. */
async function read(prng: Prng, shareRefused: number): Promise<Reading> {
  const limiter = createLocalLimiter();
  let calls = 0;
  let refused = 0;
  const readPage = async (): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      await limiter.acquire(KEY);
      calls += 1;
      await pause(ANSWER_MS);
      if (!prng.chance(shareRefused)) return;
      refused += 1;
      await limiter.penalize(KEY, null, ANSWER_MS);
      const failed = {
        retryClass: 'rate',
        attempt,
        repeatable: true,
        notCarriedOut: true,
        clockResynced: false,
        retryAfterMs: null,
      } as const;
      const decision = decideRetry(failed, DEFAULT_RETRY_POLICY, prng.next());
      // The run pauses and asks for the page again.
      await pause(decision.retry ? decision.delayMs : 2_000);
      if (!decision.retry) attempt = 0;
    }
  };
  const readGroup = () => Promise.all(Array.from({ length: PAGES_A_GROUP }, readPage));
  const startedAt = performance.now();
  let ahead = readGroup();
  for (let left = PAGES - PAGES_A_GROUP; left > 0; left -= PAGES_A_GROUP) {
    const next = readGroup();
    await ahead;
    ahead = next;
  }
  await ahead;
  return { ms: performance.now() - startedAt, calls, refused };
}

/** Five readings of one seed, three of ten calls refused by chance, against one in peace. */
export async function benchRefusedReading(): Promise<Figure[]> {
  const undisturbed = await read(new Prng(SEED), 0);
  const prng = new Prng(SEED);
  const runs: Reading[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await read(prng, 0.3));
  const middle = median(runs.map(({ ms }) => ms));
  const calls = runs.reduce((sum, run) => sum + run.calls, 0);
  const refused = runs.reduce((sum, run) => sum + run.refused, 0);
  return [
    { name: `${PAGES} pages, undisturbed: ms`, value: undisturbed.ms },
    ...runs.map((run, index) => ({
      name: `run ${index + 1}, ${run.refused} of ${run.calls} calls refused: ms`,
      value: run.ms,
    })),
    { name: 'median: ms', value: middle },
    { name: 'median / undisturbed', ratio: middle / undisturbed.ms },
    { name: 'calls refused / made', ratio: refused / calls },
  ];
}
