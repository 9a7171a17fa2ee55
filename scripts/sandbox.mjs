/**
 * `npm run sandbox`: only the simulated Temu and TikTok Shop, for anyone who builds for them. No database, no bus.
 * `-- --live` lets new orders arrive, `-- --control` opens the control interface (loopback only), `-- --strict` refuses
 * unknown parameters; SANDBOX_* variables pass through.
 */
import { build } from './lib/build.mjs';
import { commandLine } from './lib/command-line.mjs';
import { controlCall, sandboxControl } from './lib/environment.mjs';
import { installPackages, requireNode } from './lib/install.mjs';
import { createInstallation } from './lib/installation.mjs';
import { portFrom, requireFreePort } from './lib/ports.mjs';
import { createProgress } from './lib/progress.mjs';
import { createShutdown } from './lib/shutdown.mjs';

const FLAGS = /** @type {Record<string, Record<string, string>>} */ ({
  '--live': { SANDBOX_LIVE: '1' },
  '--control': { SANDBOX_CONTROL: '1' },
  '--strict': { SANDBOX_STRICT: '1' },
});

const progress = createProgress({ steps: 3 });
const shutdown = createShutdown(progress);

await shutdown.run(async () => {
  requireNode();
  const { has } = commandLine({
    usage: 'npm run sandbox',
    what: 'Only the simulated Temu and TikTok Shop, for anyone who builds for them: apps/sandbox/README.md. SANDBOX_* variables pass through.',
    options: {
      '--live': 'new orders and changes keep arriving, and are shown',
      '--control': 'opens the control interface (loopback, with a token that is printed)',
      '--strict': 'refuses parameters that a call does not know',
    },
  });
  /** @type {Record<string, string>} */
  const settings = {};
  for (const [flag, variables] of Object.entries(FLAGS)) if (has(flag)) Object.assign(settings, variables);
  const host = process.env.SANDBOX_HOST || '127.0.0.1';
  const port = portFrom('SANDBOX_PORT', 8090);
  await requireFreePort({
    port,
    host,
    variable: 'SANDBOX_PORT',
    purpose: 'the sandbox',
    command: 'npm run sandbox',
  });
  const installation = createInstallation({ shutdown, tell: progress.line });
  const packages = progress.step('Packages');
  packages.done(await installPackages(packages, shutdown.signal));
  const building = progress.step('Build');
  building.done(await build(building, { web: false, signal: shutdown.signal }));
  const step = progress.step('Sandbox');
  const control = sandboxControl({ ...process.env, ...settings });
  const variables = {
    SANDBOX_PORT: String(port),
    SANDBOX_DATA_DIR: process.env.SANDBOX_DATA_DIR || installation.sandboxDataDir,
    // For clients of others it is as faithful as Temu, which ignores what it does not know.
    SANDBOX_STRICT: process.env.SANDBOX_STRICT || '0',
    ...settings,
    ...control,
  };
  await installation.service('sandbox', variables, /^live: /);
  step.done('ready');
  progress.box('The sandbox is running. Ctrl-C stops it.', [
    ['Start page', `http://${host}:${port}/`],
    ['Router', `http://${host}:${port}/openapi/router  (a region's own: /us/openapi/router)`],
    ['App (US)', 'sbxAppKey0001  secret sbxSecret0123456789abcdef'],
    ['Token (US)', 'sbxToken0001'],
    ['TikTok Shop', `http://${host}:${port}  instead of its hosts (US consent: /us)`],
    ['App (TikTok)', 'sbxtt0row0001  secret sbxTikTokSecretRow0123456789abcdef'],
    ...(control.SANDBOX_CONTROL_TOKEN
      ? [
          /** @type {[string, string]} */ ([
            'Control',
            controlCall(`http://${host}:${port}`, control.SANDBOX_CONTROL_TOKEN),
          ]),
        ]
      : []),
  ]);
});
