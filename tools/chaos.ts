/**
 * `npm run chaos -- --seed N --minutes M`: kills processes, NATS and Postgres at random while shops are read from a
 * sandbox full of faults, then compares all that is stored with the truth. What it does and how to read it:
 * docs/chaos.md.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readChaosArguments } from './chaos/arguments.js';
import type { StartCluster } from './chaos/cluster.js';
import { killsOf, reportOf } from './chaos/report.js';
import { playRound } from './chaos/round.js';
import type { Launched } from './launched.js';

/** @returns the exit code */
export async function run({
  args,
  progress,
  shutdown,
  startCluster,
}: Launched & { readonly startCluster: StartCluster }): Promise<number> {
  const { seeds, out, ...options } = readChaosArguments(args);
  const tell = (text: string): void => {
    progress.line(text);
    if (out !== undefined) appendFileSync(out, `${text}\n`);
  };
  let kills = 0;
  const failed: string[] = [];
  for (const seed of seeds) {
    const dataDir = mkdtempSync(join(tmpdir(), 'omni-chaos-'));
    const round = await playRound(options, { seed, dataDir, startCluster, say: progress.line, shutdown });
    kills += killsOf(round.actions);
    tell(reportOf(round));
    if (round.isGood) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    else failed.push(seed);
  }
  const outcome = failed.length === 0 ? 'all equal to the truth' : `FAILED: ${failed.join(', ')}`;
  tell(`${kills} kills over ${seeds.length} seeds: ${outcome}.`);
  return failed.length === 0 ? 0 : 1;
}
