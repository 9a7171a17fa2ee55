import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { readJson } from './lib/files.mjs';
import { freePort } from './lib/ports.mjs';
import { recordOf, waitForEnd } from './lib/processes.mjs';
import { SERVICE_NAMES, SERVICES } from './lib/services.mjs';

/**
 * The launcher with stand-ins for the services: what is proven here is that it starts, watches and ends processes.
 * Postgres and NATS are the real ones.
 */
const START = path.join(import.meta.dirname, 'start.mjs');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-start-'));
fs.chmodSync(folder, 0o755);
const dist = path.join(folder, 'dist');
const data = path.join(folder, 'data');
let gatewayPort = 0;
let sandboxPort = 0;

const STAND_IN = `
import fs from 'node:fs';
import http from 'node:http';
const name = import.meta.url.split('/').at(-3);
const seen = new URL('../../../../' + name, import.meta.url);
if (fs.existsSync(new URL(seen + '.fails'))) { console.error(name + ' cannot reach its schema. Grant it.'); process.exit(1); }
if (name === 'auth-service' && !fs.existsSync(seen)) console.log('First start: sign in as owner@shop.example with password marked-word');
fs.writeFileSync(seen, String(process.pid));
const port = { gateway: process.env.GATEWAY_PORT, sandbox: process.env.SANDBOX_PORT }[name] ?? 0;
const server = http.createServer((_, res) => res.end(name)).listen(Number(port), '127.0.0.1', () => process.send({ type: 'ready' }));
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
`;

before(async () => {
  for (const { folder: name } of Object.values(SERVICES)) {
    fs.mkdirSync(path.join(dist, 'apps', name, 'src'), { recursive: true });
    fs.writeFileSync(path.join(dist, 'apps', name, 'src', 'main.js'), STAND_IN);
  }
  fs.writeFileSync(path.join(dist, 'package.json'), '{"type":"module"}');
  gatewayPort = await freePort();
  sandboxPort = await freePort();
});
/** @type {import('node:child_process').ChildProcess[]} */
const launched = [];
afterEach(async () => {
  for (const child of launched.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
});
after(() => {
  // As root under a closed folder the database lives elsewhere.
  const elsewhere = readJson(path.join(data, 'pg-location.json'))?.folder;
  for (const one of [folder, elsewhere])
    if (one) fs.rmSync(one, { recursive: true, force: true, maxRetries: 5 });
});

/** @param {NodeJS.ProcessEnv} [env] @param {string[]} [args] */
function start(env = {}, args = []) {
  const child = spawn(process.execPath, [START, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: {
      ...process.env,
      OMNI_DATA_DIR: data,
      OMNI_DIST_DIR: dist,
      GATEWAY_PORT: String(gatewayPort),
      SANDBOX_PORT: String(sandboxPort),
      ...env,
    },
  });
  launched.push(child);
  const run = { child, out: '', err: '', code: once(child, 'exit').then(([code]) => code) };
  child.stdout.on('data', (chunk) => (run.out += chunk));
  child.stderr.on('data', (chunk) => (run.err += chunk));
  return run;
}

/** @param {() => unknown} condition @param {string} what */
async function until(condition, what) {
  const limit = Date.now() + 40_000;
  while (!condition()) {
    if (Date.now() > limit) assert.fail(`waited in vain for: ${what}`);
    await delay(30);
  }
}

/** @param {ReturnType<typeof start>} run */
async function ready(run) {
  await until(() => run.out.includes('Temu Omni is running') || run.child.exitCode !== null, 'the box');
  assert.equal(run.child.exitCode, null, run.out + run.err);
}

/** Everything that the launcher runs, as it wrote it down itself. */
function runningProcesses() {
  const { services, servers } = JSON.parse(fs.readFileSync(path.join(data, 'processes.json'), 'utf8'));
  return [...services, ...servers];
}

/** @param {number} port */
const answer = (port) =>
  new Promise((resolve, reject) => {
    http
      .get({ port, host: '127.0.0.1', agent: false }, (res) =>
        res.on('data', (chunk) => resolve(String(chunk))),
      )
      .once('error', reject);
  });

/** @param {string} sql @param {string} [database] @returns {Promise<any[]>} */
async function asAdmin(sql, database = 'temu_omni') {
  const { postgresPassword } = JSON.parse(fs.readFileSync(path.join(data, 'secrets.json'), 'utf8'));
  const { postgres } = JSON.parse(fs.readFileSync(path.join(data, 'ports.json'), 'utf8'));
  const client = new pg.Client({
    connectionString: `postgres://postgres:${postgresPassword}@127.0.0.1:${postgres}/${database}`,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** `NAME=value` pairs of a running process. @param {number} pid */
const environmentOf = (pid) => fs.readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');

const pidOf = (/** @type {string} */ service) => Number(fs.readFileSync(path.join(folder, service), 'utf8'));

describe('npm start', () => {
  test('first start: everything runs, the password is shown once and stands in no file; Ctrl-C ends it all', async () => {
    const run = start();
    await ready(run);
    assert.equal(await answer(gatewayPort), 'gateway');
    assert.equal(await answer(sandboxPort), 'sandbox');
    assert.match(run.out, /owner@shop\.example {2}password marked-word/);
    assert.equal(run.out.split('marked-word').length, 2, 'shown once');
    for (const file of ['logs/auth.log', 'omni.env', 'launcher.json'])
      assert.doesNotMatch(fs.readFileSync(path.join(data, file), 'utf8'), /marked-word/);
    for (const file of ['omni.env', 'secrets.json', 'nats/nats.conf'])
      assert.equal(fs.statSync(path.join(data, file)).mode & 0o077, 0, file);
    const all = runningProcesses();
    assert.equal(all.length, 10, 'six services, two servers and their guards');
    const since = Date.now();
    run.child.kill('SIGINT');
    assert.equal(await run.code, 130);
    assert.ok(Date.now() - since < 8_000);
    for (const record of all) assert.equal(await waitForEnd(record, 0), true, JSON.stringify(record));
    assert.equal(fs.existsSync(path.join(data, 'launcher.lock')), false);
  });

  test('closed by default: a process sees what its program declares, and nothing else of the environment or a .env', async () => {
    fs.writeFileSync(path.join(folder, '.env'), 'OF_A_FILE_SECRET=marked\n');
    const run = start({ SHEIN_APP_SECRET: 'marked', ORDER_AUDIT_HOUR: '3', SYNC_CONCURRENCY: '2' });
    await ready(run);
    for (const { pid } of runningProcesses())
      assert.doesNotMatch(environmentOf(pid).join(' '), /marked|_SECRET/);
    const holders = (/** @type {string} */ name) =>
      SERVICE_NAMES.filter((service) =>
        environmentOf(pidOf(SERVICES[service].folder)).some((pair) => pair.startsWith(`${name}=`)),
      );
    const given = new Set(fs.readFileSync(path.join(data, 'omni.env'), 'utf8').match(/^[A-Z0-9_]+(?==)/gm));
    assert.ok(given.has('AUTH_MASTER_KEYS') && given.has('ADMIN_CALLER_KEY'));
    for (const name of [...given, 'ORDER_AUDIT_HOUR', 'SYNC_CONCURRENCY'])
      assert.deepEqual(
        holders(name),
        SERVICE_NAMES.filter((service) => SERVICES[service].settings.includes(name)),
        name,
      );
    assert.deepEqual(holders('DATABASE_URL'), []);
  });

  test('the second start keeps data and ports and is quick; a start beside it says who runs', async () => {
    const ports = fs.readFileSync(path.join(data, 'ports.json'), 'utf8');
    const run = start();
    const since = Date.now();
    await ready(run);
    assert.ok(Date.now() - since < 10_000);
    assert.match(run.out, /Sign in +as before/);
    assert.equal(fs.readFileSync(path.join(data, 'ports.json'), 'utf8'), ports);
    const beside = start();
    assert.equal(await beside.code, 1);
    assert.match(
      beside.err,
      new RegExp(`Already running in this checkout: npm start, process ${run.child.pid}`),
    );
    assert.equal(await answer(gatewayPort), 'gateway');
  });

  test('killed with SIGKILL, everything ends by itself and the next start works', async () => {
    const run = start();
    await ready(run);
    const all = runningProcesses();
    run.child.kill('SIGKILL');
    await run.code;
    // Without waiting: the next one must cope with what is just ending.
    const next = start();
    await ready(next);
    for (const record of all) assert.equal(await waitForEnd(record, 0), true, JSON.stringify(record));
    assert.match(next.out, /what it left is taken over/);
  });

  test('killed together with its guards: Postgres and NATS are recognised and taken over', async () => {
    const run = start();
    await ready(run);
    const { servers } = JSON.parse(fs.readFileSync(path.join(data, 'processes.json'), 'utf8'));
    const orphans = servers.filter(
      (/** @type {unknown} */ _, /** @type {number} */ index) => index % 2 === 1,
    );
    for (const pid of [run.child.pid, servers[0].pid, servers[2].pid]) process.kill(pid, 'SIGKILL');
    await run.code;
    for (const record of orphans) assert.deepEqual(recordOf(record.pid), record, 'still there');
    fs.rmSync(path.join(data, 'processes.json'));
    await ready(start());
    for (const record of orphans) assert.equal(await waitForEnd(record, 0), true);
  });

  test('a crashed service, and a killed Postgres or NATS, come back', async () => {
    const run = start();
    await ready(run);
    const before = pidOf('order-service');
    process.kill(before, 'SIGKILL');
    await until(() => /\[order\] is back/.test(run.out), 'order');
    assert.notEqual(pidOf('order-service'), before);
    assert.match(run.out, /\[order\] ended unexpectedly \(ended by SIGKILL\)/);
    const { servers } = JSON.parse(fs.readFileSync(path.join(data, 'processes.json'), 'utf8'));
    process.kill(servers[1].pid, 'SIGKILL');
    process.kill(servers[3].pid, 'SIGKILL');
    await until(() => /Postgres is back/.test(run.out) && /NATS is back/.test(run.out), 'both servers');
  });
});

describe('data of an earlier version', () => {
  test('is refused unchanged, and --begin-anew sets it aside', async () => {
    const first = start();
    await ready(first);
    // As an earlier version left it: tables, and a schema that does not say this format.
    await asAdmin('CREATE TABLE IF NOT EXISTS orders.migrations (id integer)');
    await asAdmin("COMMENT ON SCHEMA orders IS 'temu-omni data format 1'");
    await asAdmin('CREATE TABLE orders.marked (kept text)');
    first.child.kill('SIGINT');
    await first.code;

    const refused = start();
    assert.equal(await refused.code, 1, refused.out);
    assert.match(refused.err, /earlier version.*Nothing was changed.*npm start -- --begin-anew/s);
    assert.doesNotMatch(refused.err, /^\s+at /m, 'no stack');

    const anew = start({}, ['--begin-anew']);
    await ready(anew);
    assert.deepEqual(await asAdmin("SELECT to_regclass('orders.marked') AS found"), [{ found: null }]);
    const [aside] = await asAdmin("SELECT datname FROM pg_database WHERE datname LIKE 'temu_omni-before-%'");
    assert.ok(aside);
    assert.deepEqual(
      await asAdmin("SELECT to_regclass('orders.marked') IS NOT NULL AS kept", aside.datname),
      [{ kept: true }],
    );
    assert.ok(fs.readdirSync(data).some((name) => /^nats-before-\d{14}$/.test(name)));
    const foreign = start({ DATABASE_URL: 'postgres://u@127.0.0.1:1/db' }, ['--begin-anew']);
    assert.equal(await foreign.code, 1);
  });
});

describe('what goes wrong gets one sentence and a non-zero exit', () => {
  /** @param {NodeJS.ProcessEnv} env @param {RegExp} sentence @param {string[]} [args] */
  async function refused(env, sentence, args) {
    const run = start(env, args);
    assert.equal(await run.code, 1, run.out);
    assert.match(run.err, sentence);
    assert.doesNotMatch(run.err, /^\s+at /m, 'no stack');
    assert.equal(fs.existsSync(path.join(data, 'launcher.lock')), false);
    assert.equal(fs.existsSync(path.join(data, 'processes.json')), false);
  }

  test('a port in use', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = /** @type {net.AddressInfo} */ (other.address());
    await refused({ GATEWAY_PORT: String(port) }, new RegExp(`Port ${port}.*GATEWAY_PORT=${port + 1}`));
    await refused(
      { SANDBOX_PORT: String(port) },
      new RegExp(`Port ${port}.*sandbox.*SANDBOX_PORT=${port + 1}`),
    );
    other.close();
    await refused({ GATEWAY_PORT: 'eighty' }, /GATEWAY_PORT=eighty is not a port/);
  });

  test('a wrong DATABASE_URL or NATS_URL', async () => {
    await refused(
      { DATABASE_URL: 'postgres://u:marked-word@127.0.0.1:1/db' },
      /^\s*DATABASE_URL: nobody listens at u@127\.0\.0\.1:1\/db/,
    );
    await refused(
      { NATS_URL: 'nats://u:marked-word@127.0.0.1:1' },
      /NATS_URL=nats:\/\/u:\*\*\*@127\.0\.0\.1:1 does not answer/,
    );
  });

  test('a service that does not start: its own sentence; everything else is stopped', async () => {
    const fails = path.join(folder, 'product-service.fails');
    fs.writeFileSync(fails, '');
    await refused({}, /product did not start: product-service cannot reach its schema\. Grant it\./);
    fs.rmSync(fails);
  });

  test('an unknown argument, and secrets that do not fit the data', async () => {
    await refused({}, /--lvie is not known/, ['--lvie']);
    const file = path.join(data, 'secrets.json');
    const good = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, good.replace(/("postgresPassword": "p)./, '$1x'));
    await refused({}, /does not fit the stored database/);
    fs.writeFileSync(file, '{');
    await refused({}, /secrets\.json cannot be read/);
    fs.writeFileSync(file, good);
  });
});
