import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { LaunchError } from '../launch-error.mjs';
import { DIST } from '../paths.mjs';
import { startCluster } from './cluster.mjs';
import { createRandom } from './random.mjs';
import { makeSchedule } from './schedule.mjs';

/** Shorter than the platform's real two minutes, so that the end is not spent waiting. */
const LAG_SECONDS = 6;
/** Paused processes go on by themselves within this. */
const LONGEST_PAUSE_MS = 21_000;
/** For what was killed or paused to be there again for the next action. */
const BACK_UP_TIMEOUT_MS = 90_000;
const CALLS_PER_SECOND = 60;

/** @typedef {import('./options.mjs').ChaosOptions} ChaosOptions */

/**
 * @typedef {object} Verdict what dist/test/chaos/round.js says
 * @property {boolean} isGood
 * @property {string[]} lines
 * @property {{ what: string, id: string, expected: unknown, actual: unknown }[]} differences
 * @property {Record<string, any>} counts
 */

/**
 * @typedef {object} Round
 * @property {string} seed
 * @property {ChaosOptions} options
 * @property {string} dataDir
 * @property {import('./schedule.mjs').Action[]} actions what was done
 * @property {import('./cluster.mjs').Crash[]} crashes
 * @property {number} chaosMs
 * @property {number} settleMs
 * @property {boolean} isGood all is equal, and nothing that served has ended by itself
 * @property {Verdict} verdict
 */

/**
 * One seed from an empty folder to the verdict.
 *
 * @param {ChaosOptions & { seed: string, dataDir: string, say: (text: string) => void, shutdown: import('../shutdown.mjs').Shutdown }} options
 * @returns {Promise<Round>}
 */
export async function playRound({ seed, dataDir, say, shutdown, ...options }) {
  const { ChaosRound } = await import(pathToFileURL(path.join(DIST, 'test', 'chaos', 'round.js')).href);
  say(`seed ${seed}: bringing up ${options.replicas} of each service; logs in ${path.join(dataDir, 'logs')}`);
  const cluster = await startCluster({
    dataDir,
    replicas: options.replicas,
    settings: settingsOf(),
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
    await playSchedule(cluster, actions, options.seconds, say, shutdown.signal);
    await round.quiet();
    await cluster.allReady();
    const quietAt = Date.now();
    say(`seed ${seed}: quiet; settling`);
    const owed = await round.settle((/** @type {string} */ open) => say(`seed ${seed}: still ${open}`));
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

/** @returns {Record<string, string>} */
function settingsOf() {
  return {
    SYNC_INTERVAL_MINUTES: '1',
    SYNC_PLATFORM_LAG_SECONDS: String(LAG_SECONDS),
    TEMU_CALLS_PER_SECOND: String(CALLS_PER_SECOND),
    SANDBOX_RATE_PER_SECOND: String(CALLS_PER_SECOND),
    SANDBOX_STRICT: '1',
    ANALYTICS_COMPARE_SECONDS: '5',
    RATE_LIMIT_PER_MINUTE: '0',
    SIGN_IN_LIMIT_PER_MINUTE: '0',
  };
}

/**
 * An action whose target is still down waits for it, so that a seed always does all of its actions.
 *
 * @param {import('./cluster.mjs').Cluster} cluster
 * @param {import('./schedule.mjs').Action[]} schedule
 * @param {number} seconds
 * @param {(text: string) => void} say
 * @param {AbortSignal} signal
 */
async function playSchedule(cluster, schedule, seconds, say, signal) {
  const beganAt = Date.now();
  const until = (/** @type {number} */ atMs) =>
    delay(Math.max(0, beganAt + atMs - Date.now()), undefined, { signal });
  let lastPauseEnds = 0;
  for (const action of schedule) {
    await until(action.atMs);
    const giveUpAt = Date.now() + BACK_UP_TIMEOUT_MS;
    while (!cluster.act(action)) {
      if (Date.now() > giveUpAt)
        throw new LaunchError(`${action.target} did not come back; its log is in ${cluster.logs}.`);
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
