/**
 * `npm run chaos -- --seed N --minutes M`: kills processes, NATS and Postgres at random while shops are read from a
 * sandbox full of faults, then compares all that is stored with the truth. What it does and how to read it:
 * docs/chaos.md.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { CHAOS, readOptions } from './lib/chaos/options.mjs';
import { killsOf, reportOf } from './lib/chaos/report.mjs';
import { commandLine } from './lib/command-line.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: 2 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const options = readOptions(commandLine(CHAOS).args);
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { web: false, signal: shutdown.signal }));

  // It needs packages, which are there only now.
  const { playRound } = await import('./lib/chaos/round.mjs');
  let kills = 0;
  /** @type {string[]} */
  const failed = [];
  const tell = (/** @type {string} */ text) => {
    progress.line(text);
    if (options.out !== undefined) fs.appendFileSync(options.out, `${text}\n`);
  };
  for (const seed of options.seeds) {
    const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-chaos-'));
    const round = await playRound({ ...options, seed, dataDir, say: progress.line, shutdown });
    kills += killsOf(round.actions);
    tell(reportOf(round));
    if (round.isGood) fs.rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    else failed.push(seed);
  }
  const outcome = failed.length === 0 ? 'all equal to the truth' : `FAILED: ${failed.join(', ')}`;
  tell(`${kills} kills over ${options.seeds.length} seeds: ${outcome}.`);
  await shutdown.stopAll();
  process.exit(failed.length === 0 ? 0 : 1);
});
