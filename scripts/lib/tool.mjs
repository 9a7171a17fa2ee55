/** A command that is part of what is built, `tools/<name>.ts`: what can be said of it before, and its end. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { commandLine } from './command-line.mjs';
import { installPackages, requireNode, whyInstall } from './install.mjs';
import { LaunchError } from './launch-error.mjs';
import { DATA, DIST, ROOT } from './paths.mjs';
import { createProgress } from './progress.mjs';
import { createShutdown } from './shutdown.mjs';

/** @typedef {import('./command-line.mjs').CommandLine} CommandLine */

const fileOf = (/** @type {string} */ name) => path.join(DIST, 'tools', `${name}.js`);
const load = (/** @type {string} */ name) => import(pathToFileURL(fileOf(name)).href);

/**
 * For the running installation, which was built to start it. Its own errors are one sentence, exit code 1.
 *
 * @param {string} name @param {CommandLine} command @returns {Promise<never>}
 */
export async function runTool(name, command) {
  try {
    const { args } = commandLine(command);
    const why = whyInstall(ROOT);
    if (why !== null)
      throw new LaunchError(`Packages are not as they should be (${why}). Install them first: npm ci`);
    if (!fs.existsSync(fileOf(name)))
      throw new LaunchError('It is not built yet. Build first: npm run build');
    const { run } = await load(name);
    process.exit(await run({ args, dataDir: DATA }));
  } catch (error) {
    const { message, code, stack } = /** @type {Error & { code?: string }} */ (error);
    process.stderr.write(`${message}${code ? ` (${code})` : ''}\n`);
    if (process.env.OMNI_DEBUG === '1') process.stderr.write(`${stack}\n`);
    process.exit(1);
  }
}

/**
 * For an installation of its own: installs what is missing and builds what has changed first. Whatever ends it, what it
 * has started is stopped.
 *
 * @param {string} name @param {CommandLine} command
 * @param {object} options
 * @param {number} [options.steps] that it goes through itself
 * @param {boolean} [options.web] whether it needs the page
 * @param {() => Promise<object>} [options.given] what else of the launcher it is given
 */
export async function buildAndRunTool(name, command, { steps = 0, web = true, given = async () => ({}) }) {
  const progress = createProgress({ steps: 2 + steps });
  const shutdown = createShutdown(progress);
  await shutdown.run(async () => {
    requireNode();
    const { args } = commandLine(command);
    const packages = progress.step('Packages');
    packages.done(await installPackages(packages, shutdown.signal));
    const building = progress.step('Build');
    building.done(await build(building, { web, signal: shutdown.signal }));
    const { run } = await load(name);
    return run({ args, dataDir: DATA, progress, shutdown, ...(await given()) }).catch(
      (/** @type {Error} */ cause) => {
        throw new LaunchError(cause.message, {
          cause,
          ...(process.env.OMNI_DEBUG === '1' ? { details: cause.stack } : {}),
        });
      },
    );
  });
}
