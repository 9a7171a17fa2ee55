import fs from 'node:fs';
import path from 'node:path';
import { createChild } from './children.mjs';
import { checkForeignDatabase, explainDatabaseError } from './database.mjs';
import { envFileText, environmentFor, installationVariables, usesRealMarketplace } from './environment.mjs';
import { readJson, writeFileAtomically } from './files.mjs';
import { LaunchError } from './launch-error.mjs';
import { takeLock } from './lock.mjs';
import { checkForeignNats, startNats, withoutPassword } from './nats.mjs';
import { DATA, DIST, ROOT } from './paths.mjs';
import { portFrom, requireFreePort } from './ports.mjs';
import { startPostgres } from './postgres.mjs';
import { endProcess } from './processes.mjs';
import { loadSecrets } from './secrets.mjs';
import { SERVICES } from './services.mjs';

const MIB = 1024 * 1024;
const FIRST_START_NEEDS_MIB = 1_000;
const LATER_START_NEEDS_MIB = 200;
const SERVER_RESTARTS_PER_HOUR = 10;

/** @typedef {import('./environment.mjs').ServiceName} ServiceName */
/** @typedef {import('./processes.mjs').ProcessRecord} ProcessRecord */
/** @typedef {{ say: (text: string) => void, done: (text?: string) => void }} Step */

/** @param {string} name */
export const logFileOf = (name) => path.join(DATA, 'logs', `${name}.log`);

/** @param {ServiceName} service */
export const mainFileOf = (service) => path.join(DIST, 'apps', SERVICES[service].folder, 'src', 'main.js');

/**
 * One installation in this checkout: takes the lock, looks after leftovers, and starts the parts.
 *
 * @param {object} options
 * @param {import('./shutdown.mjs').Shutdown} options.shutdown
 * @param {(line: string) => void} options.tell for people, at any time
 */
export function createInstallation({ shutdown, tell }) {
  const runFile = path.join(DATA, 'processes.json');
  const portsFile = path.join(DATA, 'ports.json');
  /** @type {Map<string, ProcessRecord[]>} */
  const servers = new Map();
  /** @type {import('./children.mjs').Child[]} */
  const children = [];
  /** @type {{ user: string, password: string } | null} */
  let signIn = null;
  let claimed = false;
  let isAnew = false;

  /** What the next start looks after if this one is killed. */
  function rememberProcesses() {
    if (!claimed || shutdown.stopping) return;
    const services = children.map((child) => child.record()).filter((record) => record !== null);
    try {
      writeFileAtomically(runFile, JSON.stringify({ services, servers: [...servers.values()].flat() }));
    } catch {
      // A full disk must not end running services; without the list the next start still finds Postgres and NATS.
    }
  }

  /** @param {string} name @param {number} port */
  function rememberPort(name, port) {
    writeFileAtomically(portsFile, JSON.stringify({ ...readJson(portsFile), [name]: port }));
  }

  /**
   * Starts a server again when it ends by itself, on the same port, so that the services find it again.
   *
   * @param {string} name @param {(port: number) => Promise<{ exited: Promise<string>, stop: () => Promise<void>, records: ProcessRecord[], port: number }>} start @param {number} [preferredPort]
   */
  async function keepRunning(name, start, preferredPort) {
    let server = await start(preferredPort ?? 0);
    let restarts = 0;
    const watch = () => {
      servers.set(name, server.records);
      rememberProcesses();
      void server.exited.then(async (how) => {
        if (shutdown.stopping) return;
        restarts += 1;
        tell(`${name} ended unexpectedly (${how}); starting it again`);
        if (restarts > SERVER_RESTARTS_PER_HOUR)
          return shutdown.end(
            `${name} keeps ending: stopping. Look into ${logFileOf(name.toLowerCase())}.`,
            1,
          );
        try {
          server = await start(server.port);
          tell(`${name} is back`);
          watch();
        } catch (error) {
          tell(/** @type {Error} */ (error).message);
          shutdown.end(`${name} cannot be started again: stopping everything.`, 1);
        }
      });
    };
    watch();
    setInterval(() => (restarts = 0), 3_600_000).unref();
    shutdown.add(name, async () => {
      await server.stop();
    });
    return server;
  }

  /** Two sandboxes on one folder would write into each other's journal. @param {string} dataDir */
  function takeSandboxLock(dataDir) {
    const lock = takeLock(`${path.resolve(dataDir)}.lock`);
    if (!lock.taken) {
      throw new LaunchError(
        `The sandbox's data in ${dataDir} is in use by process ${lock.holder.pid}. Stop that one, or give another folder: SANDBOX_DATA_DIR=…`,
      );
    }
    shutdown.add('sandbox lock', lock.release);
  }

  return {
    get signIn() {
      return signIn;
    },
    sandboxDataDir: path.join(DATA, 'sandbox'),

    /** @param {string} what for the message that a second start shows */
    async claim(what) {
      fs.mkdirSync(DATA, { recursive: true, mode: 0o755 });
      fs.mkdirSync(path.join(DATA, 'logs'), { recursive: true, mode: 0o700 });
      // Root's Postgres runs as another user and passes through this folder; what is secret in it is closed by itself.
      if (process.getuid?.() === 0) fs.chmodSync(DATA, fs.statSync(DATA).mode | 0o111);
      const lock = takeLock(path.join(DATA, 'launcher.lock'), { what });
      if (!lock.taken) {
        throw new LaunchError(
          `Already running in this checkout: ${lock.holder.what ?? 'a start'}, process ${lock.holder.pid}${lock.holder.page ? `, ${lock.holder.page}` : ''}. Stop it there with Ctrl-C first (or: kill ${lock.holder.pid}).`,
        );
      }
      claimed = true;
      shutdown.add('lock', () => {
        fs.rmSync(runFile, { force: true });
        lock.release();
      });
      const left = readJson(runFile);
      if (!left) return 0;
      // They end by themselves when their launcher is gone; only wait for it.
      await Promise.all(
        (left.services ?? []).map((/** @type {ProcessRecord} */ record) =>
          endProcess(record, { graceMs: 6_000, termMs: 4_000 }),
        ),
      );
      await Promise.all(
        (left.servers ?? []).map((/** @type {ProcessRecord} */ record) =>
          endProcess(record, { graceMs: 20_000, termMs: 10_000 }),
        ),
      );
      return (left.services ?? []).length + (left.servers ?? []).length;
    },

    /**
     * What an earlier version has stored is set aside, not removed: streams and the sandbox's world here, the database
     * (under another name) when its server runs.
     */
    beginAnew() {
      if (process.env.DATABASE_URL)
        throw new LaunchError(
          '--begin-anew is for the own database. With DATABASE_URL, name an empty database there and start again.',
        );
      isAnew = true;
      for (const name of ['nats', 'sandbox']) {
        const folder = path.join(DATA, name);
        if (fs.existsSync(folder)) fs.renameSync(folder, `${folder}${asideSuffix()}`);
      }
    },

    /** Stops before anything is written when the disk has too little left. */
    requireSpace() {
      const { bavail, bsize } = fs.statfsSync(DATA);
      const freeMib = Math.floor((bavail * bsize) / MIB);
      const first =
        !fs.existsSync(path.join(DATA, 'secrets.json')) || !fs.existsSync(path.join(ROOT, 'node_modules'));
      const needed = first ? FIRST_START_NEEDS_MIB : LATER_START_NEEDS_MIB;
      if (freeMib < needed)
        throw new LaunchError(
          `The disk is nearly full: ${freeMib} MiB are free at ${DATA}, at least ${needed} MiB are needed. Free some space, then start again.`,
        );
    },

    async requirePorts() {
      const gatewayPort = portFrom('GATEWAY_PORT', 8080);
      const sandboxPort = portFrom('SANDBOX_PORT', 8090);
      await requireFreePort({
        port: gatewayPort,
        host: process.env.GATEWAY_HOST || '127.0.0.1',
        variable: 'GATEWAY_PORT',
        purpose: 'the page and the REST API',
      });
      if (!usesRealMarketplace(process.env)) {
        if (gatewayPort === sandboxPort)
          throw new LaunchError(
            `GATEWAY_PORT and SANDBOX_PORT are both ${gatewayPort}. Give them different ports.`,
          );
        await requireFreePort({
          port: sandboxPort,
          host: process.env.SANDBOX_HOST || '127.0.0.1',
          variable: 'SANDBOX_PORT',
          purpose: 'the sandbox',
        });
      }
      return { gatewayPort, sandboxPort };
    },

    secrets: () => loadSecrets(DATA),

    /** @param {Step} step @param {import('./secrets.mjs').Secrets} secrets @returns {Promise<string>} the admin address */
    async database(step, secrets) {
      const given = process.env.DATABASE_URL;
      if (given) {
        const { version, where } = await checkForeignDatabase(given);
        step.done(`${version} at ${where} (DATABASE_URL)`);
        return given;
      }
      const server = await keepRunning(
        'Postgres',
        (preferredPort) =>
          startPostgres({
            dataDir: path.join(DATA, 'pg'),
            logFile: logFileOf('postgres'),
            password: secrets.postgresPassword,
            keep: true,
            preferredPort,
            say: step.say,
          }),
        readJson(portsFile)?.postgres,
      );
      rememberPort('postgres', server.port);
      const url = await ownDatabase(/** @type {any} */ (server).url, isAnew);
      step.done(
        `own server on 127.0.0.1:${server.port}${/** @type {any} */ (server).outside ? `, data in ${/** @type {any} */ (server).outside}` : ''}`,
      );
      return url;
    },

    /** @param {Step} step @param {import('./secrets.mjs').Secrets} secrets @returns {Promise<(user: string) => string>} address for each NATS user */
    async bus(step, secrets) {
      const given = process.env.NATS_URL;
      if (given) {
        const { version, shown } = await checkForeignNats(given);
        step.done(`${version} at ${shown} (NATS_URL)`);
        return () => given;
      }
      const server = await keepRunning(
        'NATS',
        (preferredPort) =>
          startNats({
            dataDir: path.join(DATA, 'nats'),
            logFile: logFileOf('nats'),
            passwords: secrets.natsPasswords,
            preferredPort,
            say: step.say,
          }),
        readJson(portsFile)?.nats,
      );
      rememberPort('nats', server.port);
      const { url, version } = /** @type {Awaited<ReturnType<typeof startNats>>} */ (server);
      step.done(`own server ${version} with JetStream on ${withoutPassword(url())}`);
      return url;
    },

    /** Creates roles and schemas. @param {string} adminUrl @param {import('./secrets.mjs').Secrets} secrets */
    async schemas(adminUrl, secrets) {
      const { bootstrapDatabase, OlderDataError } = await import('../database-bootstrap.mjs');
      try {
        await bootstrapDatabase(adminUrl, secrets.databasePasswords);
      } catch (error) {
        if (error instanceof OlderDataError && !process.env.DATABASE_URL)
          throw new LaunchError(
            `The data in ${DATA} was written by an earlier version and cannot be read by this one. Nothing was changed. To begin anew: npm start -- --begin-anew (what is there is set aside, not removed; shops are connected again and read from the marketplace).`,
          );
        if (error instanceof OlderDataError) throw new LaunchError(error.message);
        throw explainDatabaseError(error, adminUrl);
      }
    },

    /** @param {Parameters<typeof installationVariables>[0]} options */
    variables(options) {
      const variables = installationVariables(options);
      writeFileAtomically(path.join(DATA, 'omni.env'), envFileText(variables), 0o600);
      return variables;
    },

    /**
     * Starts a service and waits until it is ready.
     *
     * @param {ServiceName} name @param {Record<string, string>} variables
     * @param {RegExp} [shows] lines of its output that people see
     */
    async service(name, variables, shows = undefined) {
      const main = mainFileOf(name);
      if (!fs.existsSync(main))
        throw new LaunchError(`${path.relative(ROOT, main)} is missing. Build first: npm run build`);
      if (name === 'sandbox') takeSandboxLock(variables.SANDBOX_DATA_DIR ?? '');
      const child = createChild({
        name,
        main,
        env: environmentFor(name, {
          ...process.env,
          NODE_ENV: process.env.NODE_ENV || 'production',
          ...variables,
        }),
        logFile: logFileOf(name),
        tell,
        ...(shows === undefined ? {} : { shows }),
        onSignIn: (found) => (signIn = found),
        onProcess: rememberProcesses,
      });
      children.push(child);
      shutdown.signal.throwIfAborted();
      const started = child.start();
      // Who is asked by the others goes last: they still ask it while they finish.
      shutdown.add(name, () => child.stop(), SERVICES[name].starts === 'first' ? name : 'services');
      await started;
      return child;
    },
  };
}

/** @typedef {ReturnType<typeof createInstallation>} Installation */

const DATABASE = 'temu_omni';

/** Second of the clock, so that two of them do not meet. */
const asideSuffix = () => `-before-${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}`;

/** @param {(database: string) => string} url @param {boolean} isAnew @returns {Promise<string>} */
async function ownDatabase(url, isAnew) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url('postgres') });
  try {
    await client.connect();
    const find = () => client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (isAnew && (await find()).rowCount) {
      const aside = pg.escapeIdentifier(`${DATABASE}${asideSuffix()}`);
      await client.query(`ALTER DATABASE ${DATABASE} RENAME TO ${aside}`);
    }
    const { rowCount } = await find();
    if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
    return url(DATABASE);
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === '28P01') {
      throw new LaunchError(
        `The password in ${path.join(DATA, 'secrets.json')} does not fit the stored database. Restore the file that belongs to it; to begin with empty data, remove the whole folder ${DATA}.`,
      );
    }
    throw new LaunchError(`The own Postgres does not work: ${message}. Look into ${logFileOf('postgres')}.`);
  } finally {
    await client.end().catch(() => {});
  }
}
