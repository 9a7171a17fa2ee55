/**
 * `npm start`: from a fresh checkout to a running installation, with nothing but Node. `-- --live` lets new orders
 * keep arriving in the sandbox. What it does and how to change it: docs/running.md.
 */
import fs from 'node:fs';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { usesRealMarketplace } from './lib/environment.mjs';
import { writeFileAtomically } from './lib/files.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { createInstallation } from './lib/installation.mjs';
import { LaunchError } from './lib/launch-error.mjs';
import { DATA, DIST } from './lib/paths.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

/** @param {string[]} args */
function readArguments(args) {
  for (const arg of args) {
    if (arg !== '--live')
      throw new LaunchError(
        `${arg} is not known. npm start takes only --live (new orders keep arriving in the sandbox): npm start -- --live`,
      );
  }
  return { live: args.includes('--live') };
}

const progress = createProgress({ steps: 7 });
const shutdown = createShutdown(progress);
/** @type {import('./lib/installation.mjs').Installation | undefined} */
let installation;
process.on('exit', (code) => {
  // The password is made once: if the start failed after that, it must still be seen.
  const signIn = installation?.signIn;
  if (code !== 0 && signIn && !shown)
    process.stderr.write(`\nYour sign-in (shown only this once): ${signIn.user}  ${signIn.password}\n`);
});
let shown = false;

await shutdown.run(async () => {
  requireNode();
  const { live } = readArguments(process.argv.slice(2));
  const since = Date.now();
  installation = createInstallation({ shutdown, tell: (line) => progress.line(line) });
  const leftovers = await installation.claim('npm start');
  if (leftovers > 0) progress.line('The last start was killed; what it left is taken over.');
  installation.requireSpace();
  const { gatewayPort, sandboxPort } = await installation.requirePorts();

  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  shutdown.signal.throwIfAborted();

  const building = progress.step('Build');
  building.done(await build(building, { signal: shutdown.signal }));
  shutdown.signal.throwIfAborted();

  const secrets = installation.secrets();
  const databaseUrl = await installation.database(progress.step('Postgres'), secrets);
  shutdown.signal.throwIfAborted();
  const natsUrl = await installation.bus(progress.step('NATS'), secrets);
  shutdown.signal.throwIfAborted();

  const preparing = progress.step('Schemas and roles');
  await installation.schemas(databaseUrl, secrets);
  preparing.done('ready');

  const variables = installation.variables({
    user: process.env,
    secrets,
    databaseUrl,
    natsUrl,
    gatewayPort,
    sandboxPort,
    distDir: DIST,
    dataDir: DATA,
    live,
  });
  const withSandbox = !usesRealMarketplace(process.env);
  await startServices(installation, variables, withSandbox);

  const page = variables.PUBLIC_URL ?? '';
  writeFileAtomically(
    path.join(DATA, 'launcher.json'),
    JSON.stringify({ pid: process.pid, page, docs: `${page}/docs`, readyAt: new Date().toISOString() }),
  );
  shutdown.add('launcher.json', () => fs.rmSync(path.join(DATA, 'launcher.json'), { force: true }));
  showBox(installation, {
    page,
    sandbox: withSandbox
      ? `http://127.0.0.1:${sandboxPort}${live ? '  (live: new orders keep arriving)' : ''}`
      : '',
    seconds: (Date.now() - since) / 1000,
  });
});

/** @param {import('./lib/installation.mjs').Installation} running @param {Record<string, string>} variables @param {boolean} withSandbox */
async function startServices(running, variables, withSandbox) {
  if (withSandbox) {
    const step = progress.step('Sandbox');
    await running.service('sandbox', variables);
    step.done('ready');
  } else progress.step('Sandbox').done('not needed: real marketplace hosts are set');
  const step = progress.step('Services');
  /** @type {string[]} */
  const ready = [];
  const start = async (/** @type {import('./lib/environment.mjs').ServiceName} */ name) => {
    await running.service(name, variables);
    ready.push(name);
    step.say(`${ready.length} of 5 ready: ${ready.join(', ')}`);
  };
  // auth first: the others ask it for credentials as soon as they run.
  step.say('auth (migrating)');
  await start('auth');
  await Promise.all([start('order'), start('product'), start('analytics'), start('gateway')]);
  step.done('5 of 5 ready');
}

/** @param {import('./lib/installation.mjs').Installation} running @param {{ page: string, sandbox: string, seconds: number }} facts */
function showBox(running, { page, sandbox, seconds }) {
  const { signIn } = running;
  shown = true;
  progress.box(`Temu Omni is running (${seconds.toFixed(1)} s). Ctrl-C stops it.`, [
    ['Page', page],
    ['Swagger', `${page}/docs`],
    ...(sandbox ? [/** @type {[string, string]} */ (['Sandbox', sandbox])] : []),
    ['Sign in', signIn ? `${signIn.user}  password ${signIn.password}  (shown only this once)` : 'as before'],
    ['Logs', path.relative(process.cwd(), path.join(DATA, 'logs')) || '.'],
  ]);
}
