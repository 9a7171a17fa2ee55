import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ChaosRound, type Verdict } from '../../test/chaos/round.js';
import type { Launched } from '../launched.js';
import type { ChaosOptions } from './arguments.js';
import type { Cluster, Crash, StartCluster } from './cluster.js';
import { createRandom } from './random.js';
import { type Action, makeSchedule } from './schedule.js';

/** Shorter than the platform's real two minutes, so that the end is not spent waiting. */
const LAG_SECONDS = 6;
/** Paused processes go on by themselves within this. */
const LONGEST_PAUSE_MS = 21_000;
/** For what was killed or paused to be there again for the next action. */
const BACK_UP_TIMEOUT_MS = 90_000;
const CALLS_PER_SECOND = 60;

const SETTINGS: Readonly<Record<string, string>> = {
  SYNC_INTERVAL_MINUTES: '1',
  SYNC_PLATFORM_LAG_SECONDS: String(LAG_SECONDS),
  TEMU_CALLS_PER_SECOND: String(CALLS_PER_SECOND),
  SANDBOX_RATE_PER_SECOND: String(CALLS_PER_SECOND),
  SANDBOX_STRICT: '1',
  ANALYTICS_COMPARE_SECONDS: '5',
  RATE_LIMIT_PER_MINUTE: '0',
  SIGN_IN_LIMIT_PER_MINUTE: '0',
};

export interface Round {
  readonly seed: string;
  readonly options: ChaosOptions;
  readonly dataDir: string;
  /** What was done. */
  readonly actions: readonly Action[];
  readonly crashes: readonly Crash[];
  readonly chaosMs: number;
  readonly settleMs: number;
  /** All is equal, and nothing that served has ended by itself. */
  readonly isGood: boolean;
  readonly verdict: Verdict;
}

interface Playing extends Pick<Launched, 'shutdown'> {
  readonly seed: string;
  readonly dataDir: string;
  readonly startCluster: StartCluster;
  readonly say: (text: string) => void;
}

/** One seed from an empty folder to the verdict. */
export async function playRound(options: ChaosOptions, playing: Playing): Promise<Round> {
  const { seed, dataDir, say, shutdown } = playing;
  say(`seed ${seed}: bringing up ${options.replicas} of each service; logs in ${join(dataDir, 'logs')}`);
  const cluster = await playing.startCluster({
    dataDir,
    replicas: options.replicas,
    settings: SETTINGS,
    say: (what) => say(`seed ${seed}: ${what}`),
  });
  shutdown.add(`chaos ${seed}`, cluster.stop);
  try {
    const random = createRandom(`${seed}/people`);
    const round = new ChaosRound(
      cluster,
      { ...options, seed, lagSeconds: LAG_SECONDS, settleTimeoutMs: options.settleMinutes * 60_000 },
      random.next,
    );
    await round.prepare();
    await round.begin();
    const beganAt = Date.now();
    const actions = makeSchedule({ ...options, seed });
    await playSchedule(cluster, actions, options.seconds, playing);
    await round.quiet();
    await cluster.allReady();
    const quietAt = Date.now();
    say(`seed ${seed}: quiet; settling`);
    const owed = await round.settle((open) => say(`seed ${seed}: still ${open}`));
    const settleMs = Date.now() - quietAt;
    say(`seed ${seed}: comparing`);
    const verdict = await round.judge(owed);
    return {
      seed,
      options,
      dataDir,
      actions,
      crashes: cluster.crashes,
      chaosMs: quietAt - beganAt,
      settleMs,
      isGood: verdict.isGood && cluster.crashes.every(({ wasReady }) => !wasReady),
      verdict,
    };
  } finally {
    await cluster.stop();
  }
}

/** An action whose target is still down waits for it, so that a seed always does all of its actions. */
async function playSchedule(
  cluster: Cluster,
  schedule: readonly Action[],
  seconds: number,
  { say, shutdown: { signal } }: Playing,
): Promise<void> {
  const beganAt = Date.now();
  const until = (atMs: number) => delay(Math.max(0, beganAt + atMs - Date.now()), undefined, { signal });
  let lastPauseEnds = 0;
  for (const action of schedule) {
    await until(action.atMs);
    const giveUpAt = Date.now() + BACK_UP_TIMEOUT_MS;
    while (!cluster.act(action)) {
      if (Date.now() > giveUpAt)
        throw new Error(`${action.target} did not come back; its log is in ${cluster.logs}.`);
      await delay(50, undefined, { signal });
    }
    const atMs = Date.now() - beganAt;
    if (action.kind === 'pause') lastPauseEnds = atMs + LONGEST_PAUSE_MS;
    say(
      `${(atMs / 1000).toFixed(1).padStart(6)} s  ${action.kind} ${action.target} for ${(action.downMs / 1000).toFixed(1)} s`,
    );
  }
  await until(Math.max(seconds * 1_000, lastPauseEnds));
}
