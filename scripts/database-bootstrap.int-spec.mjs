import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { bootstrapDatabase, OlderDataError } from './database-bootstrap.mjs';
import { checkForeignDatabase, problemOfDatabase } from './lib/database.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { generateSecrets, newPassword } from './lib/secrets.mjs';
import { SERVICE_SCHEMAS } from './lib/services.mjs';

// Roles belong to a whole server, so this suite has one of its own.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'omni-bootstrap-'));
fs.chmodSync(folder, 0o755);
const password = newPassword();
const postgres = await startPostgres({
  dataDir: path.join(folder, 'pg'),
  logFile: path.join(folder, 'postgres.log'),
  password,
  keep: false,
  removeAfterwards: [folder],
});
const server = postgres.url('postgres');
const { databasePasswords } = generateSecrets();
const database = `bootstrap_${randomBytes(4).toString('hex')}`;
const limitedAdmin = `admin_${randomBytes(4).toString('hex')}`;

/** @param {string} sql @param {string} [url] */
async function run(sql, url = server) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param {string} user @param {string} word @param {string} [name] */
function urlOf(user, word, name = database) {
  const url = new URL(server);
  Object.assign(url, { username: user, password: word, pathname: `/${name}` });
  return url.href;
}

/** @param {string} service @param {string} sql */
const asService = (service, sql) =>
  run(sql, urlOf(SERVICE_SCHEMAS[service]?.role ?? '', databasePasswords[service] ?? ''));

before(async () => {
  await run(`CREATE ROLE ${limitedAdmin} LOGIN CREATEROLE PASSWORD 'word'`);
  await run(`CREATE DATABASE ${database} OWNER ${limitedAdmin}`);
  await run(`CREATE DATABASE ${database}_limited OWNER ${limitedAdmin}`);
});
after(async () => {
  await postgres.stop();
});

describe('preparing a database', () => {
  const adminUrl = urlOf('postgres', password);

  test('a user with CREATEROLE and CREATE is enough, a second time too', async () => {
    const url = urlOf(limitedAdmin, 'word', `${database}_limited`);
    await checkForeignDatabase(url);
    await bootstrapDatabase(url, databasePasswords);
    await bootstrapDatabase(url, databasePasswords);
    const own = urlOf('omni_order', databasePasswords.order ?? '', `${database}_limited`);
    await run('CREATE TABLE orders (id int)', own);
  });

  test('several at once, and again, end in the same state', async () => {
    await Promise.all([1, 2, 3].map(() => bootstrapDatabase(adminUrl, databasePasswords)));
    const { rows } = await run(
      "SELECT nspname AS schema, nspowner::regrole::text AS role FROM pg_namespace WHERE nspowner::regrole::text LIKE 'omni\\_%' ORDER BY 1",
      adminUrl,
    );
    const wanted = Object.values(SERVICE_SCHEMAS).sort((a, b) => a.schema.localeCompare(b.schema));
    assert.ok(wanted.length > 3);
    assert.deepEqual(
      rows,
      wanted.map(({ schema, role }) => ({ schema, role })),
    );
  });

  test('a service lands in its own schema and may use temporary tables', async () => {
    await asService('order', 'CREATE TABLE orders (id int); CREATE TEMP TABLE stage (id int)');
    const { rows } = await run("SELECT schemaname FROM pg_tables WHERE tablename = 'orders'", adminUrl);
    assert.deepEqual(rows, [{ schemaname: 'orders' }]);
    const { rows: settings } = await asService('order', 'SHOW idle_in_transaction_session_timeout');
    assert.equal(settings[0].idle_in_transaction_session_timeout, '10s');
  });

  test('a service cannot read, write or make anything of another', async () => {
    const denied = { code: '42501' };
    await assert.rejects(asService('analytics', 'SELECT * FROM orders.orders'), denied);
    await assert.rejects(asService('product', 'CREATE TABLE auth.stolen (id int)'), denied);
    await assert.rejects(asService('product', 'CREATE TABLE public.stolen (id int)'), denied);
    await assert.rejects(asService('product', 'SET ROLE omni_auth'), denied);
  });

  test('the rate counter is shared by those who call marketplaces, and only by them', async () => {
    const take = "SELECT points FROM ratelimit.take('slots:app', 3, 60000)";
    const taken = [];
    for (const service of ['order', 'product', 'auth']) {
      const { rows } = await asService(service, take);
      taken.push(rows[0].points);
    }
    assert.deepEqual(taken, [3, 6, 9]);
    await assert.rejects(asService('analytics', take), { code: '42501' });
  });

  test('a service can neither see the counters as a table nor set one back', async () => {
    const day = 86_400_000;
    await asService(
      'order',
      `SELECT ratelimit.take('slots:app', 90, ${day}), ratelimit.take('quota of 5:app', 5, ${day})`,
    );
    const stateOf = async (/** @type {string} */ key) => {
      const { rows } = await asService('order', `SELECT points, expire FROM ratelimit.look('${key}')`);
      return rows[0];
    };
    const before = [await stateOf('slots:app'), await stateOf('quota of 5:app')];
    for (const service of ['order', 'product', 'auth']) {
      for (const statement of [
        'SELECT * FROM ratelimit.counters',
        'UPDATE ratelimit.counters SET expire = 0',
        'DELETE FROM ratelimit.counters',
        "INSERT INTO ratelimit.counters VALUES ('slots:app', 0, 0)",
        'TRUNCATE ratelimit.counters',
        'DROP FUNCTION ratelimit.take(text, integer, bigint)',
        "CREATE FUNCTION ratelimit.reset() RETURNS void LANGUAGE sql AS 'SELECT'",
        "SELECT ratelimit.take('slots:app', -90, 1000)",
        "SELECT ratelimit.take('quota of 5:app', 0, 1000)",
        "SELECT ratelimit.take('quota of 5:app', NULL, 1000)",
        "SELECT ratelimit.take('quota of 5:app', 1, -1000)",
        "SELECT ratelimit.put('quota of 5:app', 0, 1)",
        "SELECT ratelimit.put('refused:app', 0, 1)",
      ])
        await assert.rejects(asService(service, statement), { code: '42501' }, `${service}: ${statement}`);
    }
    assert.deepEqual([await stateOf('slots:app'), await stateOf('quota of 5:app')], before);
    // Slots can be closed, for a second at least, and a longer closure stays.
    await asService('order', "SELECT ratelimit.put('slots:app', 0, 60000)");
    const closed = await stateOf('slots:app');
    await asService('product', "SELECT ratelimit.put('slots:app', 0, 1)");
    assert.deepEqual(await stateOf('slots:app'), closed);
    assert.ok(closed.points > 10_000, `${closed.points}`);
    const { rows } = await asService(
      'order',
      "SELECT expire - (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS left FROM ratelimit.put('slots:other', 0, 1)",
    );
    assert.ok(Number(rows[0].left) > 500, `${rows[0].left} ms`);
  });

  test('a search path of a service leads its functions nowhere else', async () => {
    await asService(
      'order',
      `CREATE TEMP TABLE counters (key text PRIMARY KEY, points integer, expire bigint);
       CREATE FUNCTION orders.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT now() + interval ''1 year''';
       SET search_path = orders, pg_catalog;
       SELECT ratelimit.take('quota of 5:path', 5, 86400000);
       SELECT ratelimit.take('quota of 5:path', 5, 86400000)`,
    );
    const { rows } = await asService('order', "SELECT points FROM ratelimit.look('quota of 5:path')");
    assert.deepEqual(rows, [{ points: 10 }]);
  });

  test('tables of an earlier format are refused, and nothing is changed', async () => {
    const admin = urlOf('postgres', password);
    await run('CREATE TABLE analytics.migrations (id integer)', admin);
    await run('COMMENT ON SCHEMA analytics IS NULL', admin);
    const error = await bootstrapDatabase(admin, databasePasswords).catch((thrown) => thrown);
    assert.ok(error instanceof OlderDataError);
    assert.match(error.message, /schema analytics.*DATABASE_URL at an empty database/s);
    const { rows } = await run(
      "SELECT obj_description('analytics'::regnamespace, 'pg_namespace') AS note",
      admin,
    );
    assert.deepEqual(rows, [{ note: null }]);
    await run('DROP TABLE analytics.migrations', admin);
    await bootstrapDatabase(admin, databasePasswords);
  });

  test('a changed password takes effect', async () => {
    const changed = generateSecrets().databasePasswords;
    await bootstrapDatabase(adminUrl, changed);
    await assert.rejects(asService('order', 'SELECT 1'), { code: '28P01' });
    await bootstrapDatabase(adminUrl, databasePasswords);
    await asService('order', 'SELECT 1');
  });
});

describe('a database that the user names', () => {
  /** @param {string} url @param {RegExp} sentence */
  const refused = (url, sentence) =>
    assert.rejects(checkForeignDatabase(url), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, sentence);
      assert.doesNotMatch(error.message, /secretword/, 'no password in the sentence');
      return true;
    });

  test('a version without the collation of the search is refused', () => {
    const found = {
      encoding: 'UTF8',
      read_only: false,
      may_create_roles: true,
      may_create_schemas: true,
    };
    const problemOf = (/** @type {number} */ major) =>
      problemOfDatabase({ ...found, major, version: `${major}.2` }, 'h:5432/d', {
        username: 'u',
        pathname: '/d',
      });
    assert.match(problemOf(16) ?? '', /is version 16\.2; 17 or newer is needed/);
    assert.equal(problemOf(17), null);
  });

  test('a database whose letters are no Unicode is refused', async () => {
    const name = `${database}_ascii`;
    await run(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'`,
    );
    await refused(urlOf('postgres', password, name), /encoded in SQL_ASCII, UTF8 is needed/);
  });

  test('every way of being wrong has its sentence', async () => {
    await refused('nonsense', /is no address/);
    await refused('mysql://u:secretword@h/db', /only Postgres/);
    await refused('postgres://u:secretword@127.0.0.1:1/db', /nobody listens/);
    await refused(urlOf('postgres', 'secretword'), /refused user or/);
    await refused(urlOf('postgres', password, 'no_such_db'), /does not exist/);
    await refused(urlOf('omni_order', databasePasswords.order ?? ''), /may not create roles/);
  });
});
