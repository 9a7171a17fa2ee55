/** A command that is part of what is built, `tools/<name>.ts`: what can be said of it before, and its end. */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandLine } from './command-line.mjs';
import { whyInstall } from './install.mjs';
import { LaunchError } from './launch-error.mjs';
import { DATA, DIST, ROOT } from './paths.mjs';

/**
 * Its own errors are one sentence, exit code 1.
 *
 * @param {string} name @param {import('./command-line.mjs').CommandLine} command @returns {Promise<never>}
 */
export async function runTool(name, command) {
  try {
    const { args } = commandLine(command);
    const why = whyInstall(ROOT);
    if (why !== null)
      throw new LaunchError(`Packages are not as they should be (${why}). Install them first: npm ci`);
    const file = path.join(DIST, 'tools', `${name}.js`);
    if (!fs.existsSync(file)) throw new LaunchError('It is not built yet. Build first: npm run build');
    const { run } = await import(pathToFileURL(file).href);
    process.exit(await run({ args, dataDir: DATA }));
  } catch (error) {
    const { message, code, stack } = /** @type {Error & { code?: string }} */ (error);
    process.stderr.write(`${message}${code ? ` (${code})` : ''}\n`);
    if (process.env.OMNI_DEBUG === '1') process.stderr.write(`${stack}\n`);
    process.exit(1);
  }
}
