/**
 * `npm run fuzz -- --seconds N --seed S [--requests N] [--out FILE]`: asks an installation of its own what the OpenAPI
 * file describes, rightly and wrongly, and says what was answered with 5xx, with a status that is not described, not as a
 * problem, or changed something although it was refused. With `--url` a running installation, as FUZZ_EMAIL with
 * FUZZ_PASSWORD: it is written to, so take none that is in use. How to read it: docs/fuzz.md.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './lib/build.mjs';
import { commandLine } from './lib/command-line.mjs';
import { readFuzzArguments } from './lib/fuzz-arguments.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { DIST } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const progress = createProgress({ steps: 3 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { args } = commandLine({
    usage: 'npm run fuzz',
    what: 'Asks an installation of its own what the OpenAPI file describes, rightly and wrongly: docs/fuzz.md',
    options: {
      '--seconds N': 'how long it asks: 60',
      '--seed N': 'what it asks: the same again for the same number',
      '--requests N': 'ends after so many',
      '--out FILE': 'appends the report to it',
      '--url URL': 'a running installation, as FUZZ_EMAIL with FUZZ_PASSWORD: it is written to',
    },
  });
  const { out, url, ...asked } = readFuzzArguments(args);
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { signal: shutdown.signal }));
  const load = (/** @type {string} */ file) =>
    import(pathToFileURL(path.join(DIST, 'test', 'fuzz', file)).href);
  const { describe } = await load('fuzz.js');
  const asking = progress.step('Requests');
  const plan = `for ${asked.seconds} s, seed ${asked.seed}`;
  asking.say(plan);
  const options = {
    ...asked,
    onProgress: (/** @type {number} */ requests, /** @type {number} */ faults) =>
      asking.say(`${requests} asked, ${faults} faults, ${plan}`),
  };
  const report =
    url === undefined
      ? await (await load('fuzzed-installation.js')).fuzzInstallation(options)
      : await (await load('running-installation.js')).fuzzRunning(url, options);
  asking.done(`${report.requests} asked`);
  const text = describe(report, asked.seed);
  process.stdout.write(`${text}\n`);
  if (out !== undefined) fs.appendFileSync(out, `${text}\n`);
  return report.faults.length === 0 ? 0 : 1;
});
