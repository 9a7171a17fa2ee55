/**
 * Prepares one database for all services: a role and a schema for each, closed to the others, and the one table they
 * share. Safe to run again and by several at once. As a program it reads the addresses from the environment:
 *
 *   DATABASE_URL=<admin> AUTH_DATABASE_URL=… ORDER_DATABASE_URL=… … node scripts/database-bootstrap.mjs
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { SERVICE_NAMES, SERVICE_SCHEMAS, SERVICES } from './lib/services.mjs';

/** Roles of the services that call marketplaces and so share the limit of an app key. */
const RATE_LIMITED = SERVICE_NAMES.filter((name) => SERVICES[name].callsMarketplaces).map(
  (name) => SERVICE_SCHEMAS[name]?.role ?? '',
);

/**
 * Raised when tables are changed in place, which is allowed until the first release: a database of an earlier format is
 * refused, never half migrated. Kept as the comment of each schema.
 */
const DATA_FORMAT = 5;

/** The database was made by an earlier version and cannot be read by this one. Nothing was changed. */
export class OlderDataError extends Error {
  /** @param {string} schema */
  constructor(schema) {
    super(
      `The data in this database was written by an earlier version (schema ${schema}) and cannot be read by this one. Nothing was changed. ` +
        'To begin anew, point DATABASE_URL at an empty database; the next syncs read everything again from the marketplace.',
    );
  }
}

/** Any number, the same for everyone who prepares this database. */
const BOOTSTRAP_LOCK = 7_320_118;

/**
 * @param {string} adminUrl a user who may create roles and schemas
 * @param {Record<string, string>} passwords by service: auth, order, product, analytics
 */
export async function bootstrapDatabase(adminUrl, passwords) {
  const client = new pg.Client({
    connectionString: adminUrl,
    application_name: 'omni bootstrap',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [BOOTSTRAP_LOCK]);
    await client.query("SET client_min_messages = 'error'");
    await refuseOlderData(client);
    const me = await currentUser(client);
    for (const [service, { role, schema }] of Object.entries(SERVICE_SCHEMAS)) {
      const password = passwords[service];
      if (!password) throw new Error(`no password for the role of ${service}`);
      await prepareRole(client, me, role, password);
      await prepareSchema(client, me.database, role, schema);
    }
    await prepareRateLimit(client);
    await client.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  } finally {
    await client.end();
  }
}

/** @param {pg.Client} client */
async function refuseOlderData(client) {
  const { rows } = await client.query(
    `SELECT n.nspname AS schema, obj_description(n.oid, 'pg_namespace') AS format FROM pg_namespace n
     WHERE n.nspname = ANY($1) AND to_regclass(format('%I.migrations', n.nspname)) IS NOT NULL ORDER BY 1`,
    [Object.values(SERVICE_SCHEMAS).map(({ schema }) => schema)],
  );
  const older = rows.find(({ format }) => format !== formatComment());
  if (older) throw new OlderDataError(older.schema);
}

const formatComment = () => `temu-omni data format ${DATA_FORMAT}`;

/** @typedef {{ name: string, database: string, superuser: boolean }} Me */

/** @param {pg.Client} client @returns {Promise<Me>} */
async function currentUser(client) {
  const { rows } = await client.query(
    'SELECT rolname AS name, current_database() AS database, rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  );
  return rows[0];
}

/** @param {pg.Client} client @param {Me} me @param {string} role @param {string} password */
async function prepareRole(client, me, role, password) {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (!rowCount) await client.query(`CREATE ROLE ${role} LOGIN`);
  // A ready-made verifier: the password itself never stands in a statement, so in no server log either.
  await client.query(`ALTER ROLE ${role} LOGIN PASSWORD '${scramVerifier(password)}'`);
  // Who is no superuser must be a member to give the role a schema.
  if (!me.superuser) await client.query(`GRANT ${role} TO CURRENT_USER`);
}

/** @param {pg.Client} client @param {string} database @param {string} role @param {string} schema */
async function prepareSchema(client, database, role, schema) {
  const inDatabase = `ALTER ROLE ${role} IN DATABASE ${pg.escapeIdentifier(database)}`;
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role}`);
  await client.query(`COMMENT ON SCHEMA ${schema} IS '${formatComment()}'`);
  await client.query(`REVOKE ALL ON SCHEMA ${schema} FROM PUBLIC`);
  await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${pg.escapeIdentifier(database)} TO ${role}`);
  await client.query(`${inDatabase} SET search_path = ${schema}`);
  // Shorter than the lease of a sync run (15 s): a session that hangs must not hold the lease's row.
  await client.query(`${inDatabase} SET idle_in_transaction_session_timeout = '10s'`);
}

/** @param {pg.Client} client */
async function prepareRateLimit(client) {
  // Not before it is needed: it is part of what is built.
  const { RATE_LIMIT_DDL } = await import('#marketplace');
  await client.query(RATE_LIMIT_DDL);
  await client.query('REVOKE ALL ON SCHEMA ratelimit FROM PUBLIC');
  await client.query(
    "DELETE FROM ratelimit.counters WHERE expire < extract(epoch FROM now() - interval '1 day') * 1000",
  );
  // Of releases before the library did the counting.
  await client.query('DROP TABLE IF EXISTS ratelimit.permits');
  for (const role of RATE_LIMITED) {
    await client.query(`GRANT USAGE ON SCHEMA ratelimit TO ${role}`);
    await client.query(`REVOKE ALL ON ratelimit.counters FROM ${role}`);
    await client.query(`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ratelimit TO ${role}`);
  }
}

/**
 * The form in which Postgres keeps a password (RFC 5803).
 *
 * @param {string} password ASCII, so that no normalisation is needed
 * @param {Buffer} [salt]
 */
export function scramVerifier(password, salt = randomBytes(16)) {
  const iterations = 4096;
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

async function main() {
  const adminUrl = process.env.DATABASE_URL;
  if (!adminUrl)
    throw new Error('DATABASE_URL is missing: the address of a user who may create roles and schemas');
  const passwords = Object.fromEntries(
    Object.keys(SERVICE_SCHEMAS).map((service) => {
      const variable = `${service.toUpperCase()}_DATABASE_URL`;
      const password = process.env[variable] ? new URL(process.env[variable]).password : '';
      if (!password) throw new Error(`${variable} is missing or holds no password`);
      return [service, decodeURIComponent(password)];
    }),
  );
  await bootstrapDatabase(adminUrl, passwords);
  process.stdout.write('database: roles and schemas are ready\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    process.stderr.write(`database bootstrap failed: ${error.message}\n`);
    process.exitCode = 1;
  });
}
