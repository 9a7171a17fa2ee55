import { Prng } from '../apps/sandbox/src/world/prng.js';
import { Refusals } from '../libs/marketplace/src/call/refusals.js';
import type { Figure } from './report.js';

const GRANTED = 20;
const OUR_PACE = 19;
const SEEDS = 30;
const LONG_MS = 600_000;
/** As the limiter: a pace recovers in ten minutes, and a trial that cleared us is believed for five. */
const RECOVERY_MS = 600_000;
const CLEARED_MS = 300_000;
const REST_MS = 1_000;
const LOWEST_PACE = 0.05;

/** Refused by chance, and what another program takes of the same key's limit at random times. */
interface Trouble {
  readonly name: string;
  readonly share: number;
  readonly peersCallsASecond: number;
}

const TROUBLES: readonly Trouble[] = [
  ...[0.02, 0.1, 0.3].map((share) => ({
    name: `${share * 100} % refused by chance`,
    share,
    peersCallsASecond: 0,
  })),
  ...[5, 10, 15].map((calls) => ({
    name: `another program makes ${calls} calls a second`,
    share: 0,
    peersCallsASecond: calls,
  })),
];

/** The marketplace's counter: a bucket of one second's worth that another program drinks from too. */
function bucket(prng: Prng, peersCallsASecond: number): (now: number) => boolean {
  let permits = GRANTED;
  let countedAt = 0;
  let peersAt = 0;
  const take = (now: number): boolean => {
    permits = Math.min(GRANTED, permits + ((now - countedAt) * GRANTED) / 1000);
    countedAt = now;
    if (permits < 1) return false;
    permits -= 1;
    return true;
  };
  return (now) => {
    if (peersCallsASecond === 0) return true;
    while (peersAt <= now) {
      take(peersAt);
      peersAt += (-Math.log(1 - prng.next()) * 1000) / peersCallsASecond;
    }
    return take(now);
  };
}

/** One process that always has something to ask, without a wait for answers. */
function simulate(seed: number, { share, peersCallsASecond }: Trouble): { calls: number; refused: number } {
  const prng = new Prng(`refusals/${seed}`);
  const grants = bucket(prng, peersCallsASecond);
  const refusals = new Refusals();
  let pace = 1;
  let cleared: { share: number; at: number } | undefined;
  let calls = 0;
  let refused = 0;
  for (let now = 0; now < LONG_MS; ) {
    const gapMs = 1000 / (OUR_PACE * pace);
    now += gapMs;
    pace = Math.min(1, pace + gapMs / RECOVERY_MS);
    calls += 1;
    pace = refusals.sent(now) ?? pace;
    if (prng.next() >= share && grants(now)) continue;
    refused += 1;
    if (cleared !== undefined && now - cleared.at > CLEARED_MS) cleared = undefined;
    const judgement =
      cleared === undefined ? refusals.judge(now, now, pace) : refusals.watch(now, cleared.share);
    if (judgement.action === 'none') continue;
    if (judgement.action === 'clear') {
      cleared = { share: judgement.share, at: now };
      pace = 1;
      continue;
    }
    cleared = undefined;
    pace = Math.max(LOWEST_PACE, Math.min(pace, judgement.pace));
    if (judgement.action === 'rest') now += REST_MS;
  }
  return { calls, refused };
}

/** How the limiter judges refusals, without anything around it: ten minutes of calls, 30 seeds each. */
export function simulateRefusals(): Figure[] {
  return TROUBLES.flatMap((trouble) => {
    const runs = Array.from({ length: SEEDS }, (_, seed) => simulate(seed, trouble));
    const calls = runs.reduce((sum, run) => sum + run.calls, 0);
    const refused = runs.reduce((sum, run) => sum + run.refused, 0);
    return [
      {
        name: `${trouble.name}: calls let through / pace`,
        ratio: (calls - refused) / SEEDS / (LONG_MS / 1000) / OUR_PACE,
      },
      { name: `${trouble.name}: refused / made`, ratio: refused / calls },
    ];
  });
}
