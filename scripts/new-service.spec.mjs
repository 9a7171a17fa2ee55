import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { ROOT } from './lib/paths.mjs';

/**
 * A copy of what is made from the table of programs, with an invented one in it. It is named nowhere else: what this
 * test meets of it was derived, and what only a person can write is asked for by name.
 */
const TABLE = 'libs/contracts/src/kernel/services.ts';
const ROW = `  stock: {
    folder: 'stock-service',
    isOnBus: true,
    schema: 'stock',
    callsMarketplaces: 'to read',
    starts: 'then',
  },
`;
const CONFIG = `import { IsString } from 'class-validator';
import { Env } from '#runtime';

export class StockConfig {
  @Env('STOCK_DATABASE_URL', 'its Postgres') @IsString() databaseUrl!: string;
  @Env('STOCK_NATS_URL', 'its NATS') @IsString() natsUrl!: string;
  @Env('STOCK_COUNT_HOUR', 'when stock is counted') @IsString() countHour: string = '';
}
`;
const copy = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'omni-new-service-'));
after(() => fs.rmSync(copy, { recursive: true, force: true }));

/** @param {string} script @param {string[]} args */
const node = (script, args = []) =>
  spawnSync(process.execPath, [script, ...args], { cwd: copy, encoding: 'utf8' });
const read = (/** @type {string} */ file) => fs.readFileSync(path.join(copy, file), 'utf8');
/** A module of the copy. @param {string} file @returns {Promise<any>} */
const load = (file) => import(pathToFileURL(path.join(copy, file)).href);

before(() => {
  for (const folder of ['apps', 'libs', 'tools', 'scripts', 'deploy'])
    fs.cpSync(path.join(ROOT, folder), path.join(copy, folder), {
      recursive: true,
      filter: (from) => !/node_modules|[/\\](web|generated)$/.test(from),
    });
  for (const file of ['package.json', 'tsconfig.json'])
    fs.copyFileSync(path.join(ROOT, file), path.join(copy, file));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  const table = read(TABLE);
  const withStock = table.replace(/^} as const satisfies/m, `${ROW}} as const satisfies`);
  assert.notEqual(withStock, table);
  fs.writeFileSync(path.join(copy, TABLE), withStock);
  const tsconfig = {
    extends: './tsconfig.json',
    compilerOptions: { sourceMap: false },
    files: ['tools/generate-services.ts', 'libs/messaging/src/health-check.ts'],
    include: ['apps/*/src/config.ts', 'libs/*/src/*.d.ts'],
  };
  fs.writeFileSync(path.join(copy, 'tsconfig.copy.json'), JSON.stringify(tsconfig));
  fs.mkdirSync(path.join(copy, 'apps/stock-service/src'), { recursive: true });
  fs.writeFileSync(path.join(copy, 'apps/stock-service/src/config.ts'), CONFIG);
  const { status, stdout } = node('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.copy.json']);
  assert.equal(status, 0, stdout);
});

describe('a program that is named in the one table', () => {
  test('what only a person can write is asked for', () => {
    const config = path.join(copy, 'dist/apps/stock-service/src/config.js');
    const written = fs.readFileSync(config, 'utf8');
    const refusal = () => {
      const { status, stderr } = node('dist/tools/generate-services.js');
      assert.equal(status, 1);
      return stderr;
    };
    fs.rmSync(config);
    assert.match(
      refusal(),
      /apps\/stock-service\/src\/config\.ts is missing: it declares the variables that stock may be told/,
    );
    fs.writeFileSync(config, 'export const nothing = 1;\n');
    assert.match(refusal(), /stock-service\/src\/config\.ts declares no variable/);
    fs.writeFileSync(config, written);
  });

  test('all else is made from the row', async () => {
    for (const script of ['dist/tools/generate-services.js', 'deploy/generate.mjs']) {
      const { status: generated, stderr } = node(script);
      assert.equal(generated, 0, stderr);
    }

    const { SERVICES, CONTEXTS, BUS_PERMISSIONS, SERVICE_SCHEMAS } = await load('scripts/lib/services.mjs');
    assert.ok(
      CONTEXTS.includes('stock'),
      'started, and started again by npm run dev when its folder changes',
    );
    assert.equal(SERVICES.stock.folder, 'stock-service');
    assert.deepEqual(SERVICE_SCHEMAS.stock, { role: 'omni_stock', schema: 'stock' });
    // Its own, and those of every marketplace that it calls.
    assert.ok(SERVICES.stock.settings.includes('STOCK_COUNT_HOUR'));
    assert.ok(
      SERVICES.product.settings.some((/** @type {string} */ name) => SERVICES.stock.settings.includes(name)),
    );

    const health = 'rpc.stock.health.check.v1';
    assert.ok(BUS_PERMISSIONS.stock.subscribe.includes(health));
    assert.ok(BUS_PERMISSIONS.gateway.publish.includes(health), 'the gateway asks after its health');
    assert.match(read('deploy/nats/nats.conf'), /user: "stock", password: \$STOCK_NATS_PASSWORD/);
    const { ANSWERING_CONTEXTS } = await load('dist/libs/contracts/src/index.js');
    assert.ok(ANSWERING_CONTEXTS.includes('stock'));
    assert.match(node('dist/libs/messaging/src/health-check.js', ['nobody']).stderr, /\bstock\b/);

    const { generateSecrets } = await load('scripts/lib/secrets.mjs');
    const secrets = generateSecrets();
    assert.ok(secrets.databasePasswords.stock && secrets.natsPasswords.stock);
    const { environmentFor, installationVariables } = await load('scripts/lib/environment.mjs');
    const made = installationVariables({
      user: {},
      secrets,
      databaseUrl: 'postgres://admin:word@db.example/shop',
      natsUrl: (/** @type {string} */ user) => `nats://${user}@127.0.0.1`,
      gatewayPort: 1,
      sandboxPort: 2,
      distDir: '/dist',
      dataDir: '/data',
      live: false,
    });
    const told = environmentFor('stock', { ...made, STOCK_COUNT_HOUR: '3', STOCK_X_SECRET: 'marked' });
    assert.match(told.STOCK_DATABASE_URL, /^postgres:\/\/omni_stock:/);
    assert.equal(told.STOCK_NATS_URL, 'nats://stock@127.0.0.1');
    assert.equal(told.STOCK_COUNT_HOUR, '3');
    assert.equal(told.AUTH_MASTER_KEYS ?? told.ORDER_DATABASE_URL ?? told.STOCK_X_SECRET, undefined);
    assert.equal(environmentFor('order', made).STOCK_DATABASE_URL, undefined);

    const { deploymentVariables } = await load('deploy/make-env.mjs');
    const deployed = deploymentVariables({ live: true });
    assert.ok(deployed.STOCK_DATABASE_PASSWORD && deployed.STOCK_NATS_PASSWORD);
    const compose = parse(read('docker-compose.yml'), { merge: true }).services;
    assert.equal(compose.stock.command.at(-1), 'dist/apps/stock-service/src/main.js');
    assert.deepEqual(compose.stock.healthcheck.test.slice(-1), ['stock']);
    assert.match(compose.stock.environment.STOCK_DATABASE_URL, /omni_stock:\$\{STOCK_DATABASE_PASSWORD/);
    assert.ok('STOCK_COUNT_HOUR' in compose.stock.environment);
    assert.ok('STOCK_DATABASE_URL' in compose['database-bootstrap'].environment);
    assert.ok('STOCK_NATS_PASSWORD' in compose.nats.environment);
    assert.ok(JSON.parse(read('nest-cli.json')).projects['stock-service']);
  });
});
