/**
 * `npm run fuzz -- --seconds N --seed S [--requests N] [--out FILE]`: asks an installation of its own what the OpenAPI
 * file describes, rightly and wrongly, and says what was answered with 5xx, with a status that is not described, not as a
 * problem, or changed something although it was refused. With `--url` a running installation, as FUZZ_EMAIL with
 * FUZZ_PASSWORD: it is written to, so take none that is in use. How to read it: docs/fuzz.md.
 */
import { appendFileSync } from 'node:fs';
import { describe } from '../test/fuzz/fuzz.js';
import { fuzzInstallation } from '../test/fuzz/fuzzed-installation.js';
import { fuzzRunning } from '../test/fuzz/running-installation.js';
import { readFuzzArguments } from './fuzz-arguments.js';
import type { Launched } from './launched.js';

/** @returns the exit code */
export async function run({ args, progress }: Launched): Promise<number> {
  const { out, url, ...asked } = readFuzzArguments(args);
  const asking = progress.step('Requests');
  const plan = `for ${asked.seconds} s, seed ${asked.seed}`;
  asking.say(plan);
  const options = {
    ...asked,
    onProgress: (requests: number, faults: number) =>
      asking.say(`${requests} asked, ${faults} faults, ${plan}`),
  };
  const report = await (url === undefined ? fuzzInstallation(options) : fuzzRunning(url, options));
  asking.done(`${report.requests} asked`);
  const text = describe(report, asked.seed);
  process.stdout.write(`${text}\n`);
  if (out !== undefined) appendFileSync(out, `${text}\n`);
  return report.faults.length === 0 ? 0 : 1;
}
