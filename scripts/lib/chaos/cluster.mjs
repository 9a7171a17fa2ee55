import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { bootstrapDatabase } from '../../database-bootstrap.mjs';
import { environmentFor, installationVariables } from '../environment.mjs';
import { mainFileOf } from '../installation.mjs';
import { LaunchError } from '../launch-error.mjs';
import { startNats } from '../nats.mjs';
import { DIST } from '../paths.mjs';
import { freePort } from '../ports.mjs';
import { startPostgres } from '../postgres.mjs';
import { generateSecrets } from '../secrets.mjs';
import { CONTEXTS } from '../services.mjs';
import { startBalancer } from './balancer.mjs';
import { createReplica } from './replica.mjs';
import { createServer } from './server.mjs';

const READY_TIMEOUT_MS = 120_000;
const DATABASE = 'temu_omni';
/** Below what systems give to outgoing connections, so that a port is still free when its owner comes back. */
const LOWEST_PORT = 18_000;
const HIGHEST_PORT = 30_000;

/** @typedef {import('../../../tools/chaos/cluster.ts').Crash} Crash */
/** @typedef {import('../services.mjs').Context} ServiceKind */

/** @param {number} count */
async function freePorts(count) {
  /** @type {Set<number>} */
  const ports = new Set();
  while (ports.size < count) {
    const wanted = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_PORT - LOWEST_PORT));
    const port = await freePort(wanted);
    if (port === wanted) ports.add(port);
  }
  return [...ports];
}

/**
 * A whole Temu Omni with several replicas of everything, in processes of its own.
 *
 * @type {import('../../../tools/chaos/cluster.ts').StartCluster}
 */
export async function startCluster({ dataDir, replicas, settings, say }) {
  const logs = path.join(dataDir, 'logs');
  fs.mkdirSync(logs, { recursive: true });
  // Root's Postgres runs as another user and passes through.
  fs.chmodSync(dataDir, 0o755);
  const logOf = (/** @type {string} */ name) => path.join(logs, `${name}.log`);
  const secrets = generateSecrets();
  const [balancerPort = 0, sandboxPort = 0, postgresPort = 0, natsPort = 0, ...gatewayPorts] =
    await freePorts(4 + replicas);
  /** @type {(() => Promise<unknown>)[]} */
  const stops = [];
  /** What ended without our doing. @type {Crash[]} */
  const crashes = [];
  const onCrash = (/** @type {string} */ name, /** @type {string} */ how, wasReady = true) => {
    crashes.push({ name, how: how.slice(0, 300), wasReady });
  };
  /** @type {{ email: string, password: string } | undefined} */
  let signIn;

  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each().catch(() => {});
  };

  try {
    say('Postgres');
    const postgres = await createServer({
      name: 'postgres',
      port: postgresPort,
      onCrash,
      start: (preferredPort) =>
        startPostgres({
          dataDir: path.join(dataDir, 'pg'),
          logFile: logOf('postgres'),
          password: secrets.postgresPassword,
          keep: true,
          preferredPort,
        }),
    });
    stops.push(() => postgres.stop());
    const databaseUrl = `postgres://postgres:${secrets.postgresPassword}@127.0.0.1:${postgresPort}/${DATABASE}`;
    await makeDatabase(databaseUrl);
    await bootstrapDatabase(databaseUrl, secrets.databasePasswords);

    say('NATS');
    const natsFolder = path.join(dataDir, 'nats');
    const nats = await createServer({
      name: 'nats',
      port: natsPort,
      onCrash,
      start: (preferredPort) =>
        startNats({
          dataDir: natsFolder,
          logFile: logOf('nats'),
          passwords: secrets.natsPasswords,
          preferredPort,
        }),
    });
    stops.push(() => nats.stop());
    const natsUrl = (/** @type {string} */ user) =>
      `nats://${user}:${secrets.natsPasswords[user]}@127.0.0.1:${natsPort}`;

    const variables = {
      ...installationVariables({
        user: { SANDBOX_CONTROL: '1' },
        secrets,
        databaseUrl,
        natsUrl,
        gatewayPort: balancerPort,
        sandboxPort,
        distDir: DIST,
        dataDir,
        live: false,
      }),
      ...settings,
      NODE_ENV: 'production',
    };
    const base = { PATH: process.env.PATH, OMNI_TEST_RUN: process.env.OMNI_TEST_RUN };
    const replicaOf = (
      /** @type {ServiceKind | 'sandbox'} */ service,
      /** @type {string} */ name,
      /** @type {Record<string, string>} */ own = {},
    ) =>
      createReplica({
        name,
        main: mainFileOf(service),
        env: environmentFor(service, { ...base, ...variables, ...own }),
        logFile: logOf(name),
        onCrash,
        onSignIn: (found) => (signIn = found),
      });

    say('sandbox and services');
    const sandbox = replicaOf('sandbox', 'sandbox');
    const services = CONTEXTS.flatMap((service) =>
      Array.from({ length: replicas }, (_, index) =>
        replicaOf(
          service,
          `${service}-${index + 1}`,
          service === 'gateway' ? { GATEWAY_PORT: String(gatewayPorts[index]) } : {},
        ),
      ),
    );
    const all = [sandbox, ...services];
    stops.push(() => Promise.all(all.map((replica) => replica.stop())));
    const allReady = async () => {
      const until = Date.now() + READY_TIMEOUT_MS;
      while (!(postgres.isUp && nats.isUp && all.every((replica) => replica.isReady))) {
        if (Date.now() > until) {
          const missing = all.filter((replica) => !replica.isReady).map((replica) => replica.name);
          const last = crashes.at(-1);
          throw new LaunchError(
            `Not ready after ${READY_TIMEOUT_MS / 1000} s: ${missing.join(', ')}. ${last ? `Last end: ${last.name}, ${last.how}. ` : ''}Look into ${logs}.`,
          );
        }
        await delay(50);
      }
    };
    for (const replica of all) replica.launch();
    await allReady();
    stops.push(await startBalancer(balancerPort, gatewayPorts));
    if (signIn === undefined) throw new Error('auth-service has not said the first password');

    return {
      dataDir,
      logs,
      page: `http://127.0.0.1:${balancerPort}`,
      gateways: gatewayPorts.map((port) => `http://127.0.0.1:${port}`),
      sandbox: `http://127.0.0.1:${sandboxPort}`,
      controlToken: variables.SANDBOX_CONTROL_TOKEN ?? '',
      databaseUrl,
      natsUrl: natsUrl('admin'),
      signIn,
      crashes,
      allReady,
      stop,
      act({ kind, target, downMs }) {
        const replica = services.find((each) => each.name === target);
        switch (kind) {
          case 'kill':
            return replica?.kill(downMs) ?? false;
          case 'pause':
            return replica?.pause(downMs) ?? false;
          case 'kill-nats':
            return nats.kill(downMs);
          case 'wipe-nats':
            return nats.kill(downMs, () =>
              fs.rmSync(path.join(natsFolder, 'store'), { recursive: true, force: true }),
            );
          case 'kill-postgres':
            return postgres.kill(downMs);
        }
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {string} url */
async function makeDatabase(url) {
  const client = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}
