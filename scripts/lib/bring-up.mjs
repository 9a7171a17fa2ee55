import fs from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { controlCall, usesRealMarketplace } from './environment.mjs';
import { writeFileAtomically } from './files.mjs';
import { installPackages } from './install.mjs';
import { createInstallation } from './installation.mjs';
import { DATA, DIST } from './paths.mjs';
import { SERVICE_NAMES, SERVICES } from './services.mjs';

/** How many steps `bringUp` shows. */
export const BRING_UP_STEPS = 6;

/** Those of one turn do not need each other to start. @param {'first' | 'then'} turn */
const starting = (turn) => SERVICE_NAMES.filter((name) => SERVICES[name].starts === turn);

/**
 * Brings up a whole installation, from packages to the box that says where everything is.
 *
 * @param {object} options
 * @param {import('./progress.mjs').Progress} options.progress
 * @param {import('./shutdown.mjs').Shutdown} options.shutdown
 * @param {string} options.command what was typed
 * @param {boolean} options.live new orders keep arriving in the sandbox
 * @param {boolean} [options.anew] set what is stored aside and begin with nothing
 * @returns {Promise<Map<import('./environment.mjs').ServiceName, import('./children.mjs').Child>>} the running services
 */
export async function bringUp({ progress, shutdown, command, live, anew = false }) {
  const since = Date.now();
  const installation = createInstallation({ shutdown, tell: progress.line });
  let shown = false;
  process.on('exit', () => {
    // The password is made once: if the start failed after that, it must still be seen.
    const { signIn } = installation;
    if (signIn && !shown)
      process.stderr.write(`\nYour sign-in (shown only this once): ${signIn.user}  ${signIn.password}\n`);
  });

  const leftovers = await installation.claim(command);
  if (leftovers > 0) progress.line('The last start was killed; what it left is taken over.');
  if (anew) installation.beginAnew();
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

  /** @type {Awaited<ReturnType<typeof bringUp>>} */
  const services = new Map();
  const withSandbox = !usesRealMarketplace(process.env);
  const first = starting('first').filter((name) => withSandbox || name !== 'sandbox');
  const then = starting('then');
  const total = first.length + then.length;
  const step = progress.step(
    withSandbox ? 'Sandbox and services' : 'Services (real marketplace hosts, so no sandbox)',
  );
  /** @type {string[]} */
  const ready = [];
  const start = async (/** @type {import('./environment.mjs').ServiceName} */ name) => {
    services.set(name, await installation.service(name, variables));
    ready.push(name);
    step.say(`${ready.length} of ${total} ready: ${ready.join(', ')}`);
  };
  step.say('auth: migrating and starting');
  await Promise.all(first.map(start));
  await Promise.all(then.map(start));
  step.done(`${total} of ${total} ready`);

  const page = variables.PUBLIC_URL ?? '';
  const stateFile = path.join(DATA, 'launcher.json');
  writeFileAtomically(
    stateFile,
    JSON.stringify({ pid: process.pid, page, docs: `${page}/docs`, readyAt: new Date().toISOString() }),
  );
  shutdown.add('launcher.json', () => fs.rmSync(stateFile, { force: true }));

  const { signIn } = installation;
  progress.box(`Temu Omni is running (${((Date.now() - since) / 1000).toFixed(1)} s). Ctrl-C stops it.`, [
    ['Page', page],
    ['Swagger', `${page}/docs`],
    ...(withSandbox
      ? [
          /** @type {[string, string]} */ ([
            'Sandbox',
            `http://127.0.0.1:${sandboxPort}${live ? '  (live: new orders keep arriving)' : ''}`,
          ]),
          ...(variables.SANDBOX_CONTROL_TOKEN
            ? [
                /** @type {[string, string]} */ ([
                  'Control',
                  controlCall(`http://127.0.0.1:${sandboxPort}`, variables.SANDBOX_CONTROL_TOKEN),
                ]),
              ]
            : []),
        ]
      : []),
    [
      'Sign in',
      signIn
        ? `${signIn.user}  password ${signIn.password}  (shown only this once)`
        : 'as before (forgotten: npm run owner:reset-password)',
    ],
    ['Logs', path.relative(process.cwd(), path.join(DATA, 'logs')) || '.'],
  ]);
  shown = true;
  return services;
}
