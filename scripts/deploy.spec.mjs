import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { deploymentVariables } from '../deploy/make-env.mjs';
import { composeFile } from './lib/compose.mjs';
import { EVERYWHERE } from './lib/environment.mjs';
import { findNatsServer } from './lib/nats-binary.mjs';
import { deployedNatsConfig, natsPasswordVariable } from './lib/nats-config.mjs';
import { nestCliFile } from './lib/nest-cli.mjs';
import { ROOT } from './lib/paths.mjs';
import { BUS_USERS, CONTEXTS, SERVICE_NAMES, SERVICE_SCHEMAS, SERVICES } from './lib/services.mjs';

/** No Docker engine is at hand where this is built; this is what can be known without one. */
const read = (/** @type {string} */ file) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const text = read('docker-compose.yml');
const compose = parse(text, { merge: true });
/** @type {[string, any][]} */
const services = Object.entries(compose.services);
const applications = services.filter(([name]) => !['postgres', 'nats', 'database-bootstrap'].includes(name));

describe('docker-compose.yml', () => {
  test('is current (npm run generate)', () => assert.equal(text, composeFile()));

  test('has every part', () => {
    assert.deepEqual(
      services.map(([name]) => name).sort(),
      [...SERVICE_NAMES, 'database-bootstrap', 'nats', 'postgres'].sort(),
    );
    assert.match(compose.services.postgres.image, /^postgres:18/);
    assert.match(compose.services.nats.image, /^nats:2\.12/);
  });

  test('each service runs a program that is in the sources', () => {
    for (const [name, { command }] of applications) {
      assert.equal(command.at(-1), `dist/apps/${SERVICES[name].folder}/src/main.js`);
      const source = command
        .at(-1)
        .replace(/^dist\//, '')
        .replace(/js$/, 'ts');
      assert.ok(fs.existsSync(path.join(ROOT, source)), `${name}: ${source}`);
    }
    for (const [name, { healthcheck }] of applications) {
      const program = healthcheck.test.find((/** @type {string} */ word) => word.startsWith('dist/'));
      if (program)
        assert.ok(
          fs.existsSync(path.join(ROOT, program.replace(/^dist\//, '').replace(/js$/, 'ts'))),
          `${name}: ${program}`,
        );
    }
    const [, script] = compose.services['database-bootstrap'].command;
    assert.ok(fs.existsSync(path.join(ROOT, script)));
    const imported = [...read(script).matchAll(/ from '\.\/(.+)';/g)].map(([, file]) => `scripts/${file}`);
    for (const file of [script, ...imported, 'deploy/services.json'])
      assert.ok(read('Dockerfile').includes(`COPY ${file} ./${file}`), `${file} is not in the image`);
  });

  test('everything that stays up has a health check, and is waited for by it', () => {
    for (const [name, { healthcheck, depends_on = {} }] of services) {
      if (name !== 'database-bootstrap') assert.ok(Array.isArray(healthcheck?.test), name);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        assert.ok(compose.services[other], `${name} waits for ${other}`);
        assert.equal(
          condition,
          other === 'database-bootstrap' ? 'service_completed_successfully' : 'service_healthy',
        );
      }
    }
  });

  test('holds no secret: what is secret comes from .env, and make-env makes all that is asked for', () => {
    const made = Object.keys(deploymentVariables({ live: false }));
    const asked = [...text.matchAll(/\$\{([A-Z_]+)(:[-?][^}]*)?\}/g)];
    for (const [, name = '', otherwise = ''] of asked)
      if (!otherwise.startsWith(':-'))
        assert.ok(made.includes(name), `${name} is not made by deploy/make-env.mjs`);
    for (const [name, { environment = {} }] of services) {
      for (const [variable, value] of Object.entries(environment)) {
        if (/PASSWORD|_KEYS?$/.test(variable))
          assert.match(String(value), /^\$\{[A-Z_]+(:\?[^}]*)?\}$/, `${name}: ${variable}`);
        if (/_URL$/.test(variable) && /@/.test(String(value)))
          assert.match(String(value), /^\w+:\/\/\w+:\$\{[A-Z_]+(:\?)?\}@/, `${name}: ${variable}`);
      }
    }
  });

  test('a service gets its own addresses and keys, and nobody else’s', () => {
    for (const [name, { environment }] of applications) {
      const secret = Object.keys(environment).filter((variable) => /_(DATABASE|NATS)_URL$/.test(variable));
      const own = [
        ...(name in SERVICE_SCHEMAS ? [`${name.toUpperCase()}_DATABASE_URL`] : []),
        ...(CONTEXTS.includes(name) ? [`${name.toUpperCase()}_NATS_URL`] : []),
      ];
      assert.deepEqual(secret, own, name);
    }
  });

  test('the database and the bus know every service, with its own password', () => {
    const { 'database-bootstrap': bootstrap, nats } = compose.services;
    for (const [name, { role }] of Object.entries(SERVICE_SCHEMAS)) {
      const variable = `${name.toUpperCase()}_DATABASE_URL`;
      assert.match(bootstrap.environment[variable], new RegExp(`^postgres://${role}:`), name);
      assert.equal(compose.services[name].environment[variable], bootstrap.environment[variable], name);
    }
    assert.deepEqual(Object.keys(nats.environment).sort(), BUS_USERS.map(natsPasswordVariable).sort());
    for (const name of CONTEXTS) {
      const url = compose.services[name].environment[`${name.toUpperCase()}_NATS_URL`];
      assert.equal(url, `nats://${name}:\${${natsPasswordVariable(name)}:?}@nats:4222`);
    }
  });

  test('a program is told every variable that it declares, and nothing else, from no file either', () => {
    for (const [name, { environment, env_file }] of applications) {
      const { isOnBus, settings } = SERVICES[name];
      const declared = isOnBus ? [...settings, ...EVERYWHERE] : settings;
      assert.deepEqual(Object.keys(environment).sort(), [...declared].sort(), name);
      assert.equal(env_file, undefined, name);
    }
  });

  test('named volumes are declared', () => {
    for (const [, { volumes = [] }] of services) {
      for (const volume of volumes)
        if (!volume.startsWith('.')) assert.ok(volume.split(':')[0] in compose.volumes, volume);
    }
  });
});

test('nest-cli.json is current (npm run generate) and has every application where it is', () => {
  assert.equal(read('nest-cli.json'), nestCliFile());
  const projects = Object.entries(JSON.parse(read('nest-cli.json')).projects);
  const applications = projects.filter(([, { type }]) => type === 'application');
  assert.deepEqual(
    applications.map(([name, { root }]) => [name, root]).sort(),
    SERVICE_NAMES.map((name) => [SERVICES[name].folder, `apps/${SERVICES[name].folder}`]).sort(),
  );
});

describe('deploy/nats/nats.conf', () => {
  test('is current (npm run generate) and flushes always', () => {
    assert.equal(read('deploy/nats/nats.conf'), deployedNatsConfig());
    assert.match(deployedNatsConfig(), /sync_interval: always/);
  });

  test('nats-server takes it', async () => {
    const { file } = await findNatsServer(() => {});
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-deploy-'));
    const config = path.join(folder, 'nats.conf');
    // Servers before 2.10 do not know sync_interval.
    fs.writeFileSync(
      config,
      deployedNatsConfig().replace(', sync_interval: always', '').replace('/data', folder),
    );
    const env = Object.fromEntries(
      Object.entries(deploymentVariables({ live: false })).filter(([name]) =>
        name.endsWith('_NATS_PASSWORD'),
      ),
    );
    const result = spawnSync(file, ['-c', config, '-t'], { encoding: 'utf8', env });
    fs.rmSync(folder, { recursive: true });
    assert.equal(result.status, 0, result.stderr);
  });
});

describe('Dockerfile', () => {
  test('copies only what is there, and .dockerignore keeps secrets and data out', () => {
    for (const [, list = ''] of read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
      for (const file of list.split(' ')) assert.ok(fs.existsSync(path.join(ROOT, file)), file);
    }
    const ignored = read('.dockerignore').split('\n');
    for (const name of ['.env', '.data', '.git', 'dist']) assert.ok(ignored.includes(name), name);
  });

  test('does not run as root', () => {
    assert.match(read('Dockerfile'), /^USER node$/m);
  });
});

test('make-env never overwrites an existing .env', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-env-'));
  const run = () =>
    spawnSync(process.execPath, [path.join(ROOT, 'deploy', 'make-env.mjs')], {
      cwd: folder,
      encoding: 'utf8',
    });
  assert.equal(run().status, 0);
  const first = fs.readFileSync(path.join(folder, '.env'), 'utf8');
  assert.equal(fs.statSync(path.join(folder, '.env')).mode & 0o077, 0);
  const second = run();
  assert.equal(second.status, 1);
  assert.match(second.stderr, /already there and is kept/);
  assert.equal(fs.readFileSync(path.join(folder, '.env'), 'utf8'), first);
  // One of an older version gets what has come since, and keeps the rest.
  const older = first.replace(
    /^(ORDER_ADDRESS_KEYS|GATEWAY_CALLER_KEY|ADMIN_CALLER_KEY|CALLER_PUBLIC_KEYS)=.*\n/gm,
    '',
  );
  fs.writeFileSync(path.join(folder, '.env'), older);
  const third = run();
  assert.equal(third.status, 0, third.stderr);
  const upgraded = fs.readFileSync(path.join(folder, '.env'), 'utf8');
  assert.ok(upgraded.startsWith(older));
  assert.match(
    upgraded.slice(older.length),
    /^ORDER_ADDRESS_KEYS=a1:[\w+/]{43}=\nGATEWAY_CALLER_KEY=[\w+/=]{64}\nADMIN_CALLER_KEY=[\w+/=]{64}\nCALLER_PUBLIC_KEYS=gateway:[\w+/=]{60},admin:[\w+/=]{60}\n$/,
  );
  fs.rmSync(folder, { recursive: true });
});
