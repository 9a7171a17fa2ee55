import { LaunchError } from './launch-error.mjs';

/** The first with the collation `pg_c_utf8`, by which searches compare letters alike on every system. */
const OLDEST_POSTGRES = 17;

/** An address that may be shown: the password is left out. @param {string} url */
export function describeDatabase(url) {
  try {
    const { hostname, port, pathname, username } = new URL(url);
    return `${username ? `${decodeURIComponent(username)}@` : ''}${hostname}:${port || 5432}${pathname}`;
  } catch {
    return '(unreadable)';
  }
}

/**
 * Checks a database that the user named before anything depends on it.
 *
 * @param {string} url
 */
export async function checkForeignDatabase(url) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    throw new LaunchError(
      'DATABASE_URL is no address. It has the form postgres://user:password@host:5432/database; special characters in the password are percent-encoded.',
    );
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new LaunchError(
      `DATABASE_URL begins with ${parsed.protocol}//, but only Postgres is known. It has the form postgres://user:password@host:5432/database.`,
    );
  }
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query(
      `SELECT current_setting('server_version_num')::int / 10000 AS major, current_setting('server_version') AS version,
              getdatabaseencoding() AS encoding, rolsuper OR rolcreaterole AS may_create_roles,
              has_database_privilege(current_database(), 'CREATE') AS may_create_schemas,
              pg_is_in_recovery() AS read_only
         FROM pg_roles WHERE rolname = current_user`,
    );
    const where = describeDatabase(url);
    const problem = problemOfDatabase(rows[0], where, parsed);
    if (problem !== null) throw new LaunchError(problem);
    return { version: String(rows[0].version), where };
  } catch (error) {
    throw explainDatabaseError(error, url);
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * @param {{ major: number, version: string, encoding: string, read_only: boolean, may_create_roles: boolean, may_create_schemas: boolean }} found
 * @param {string} where
 * @param {{ username: string, pathname: string }} address
 * @returns {string | null} why it cannot be used, and the remedy
 */
export function problemOfDatabase(found, where, { username, pathname }) {
  if (found.major < OLDEST_POSTGRES)
    return `The Postgres at ${where} is version ${found.version}; ${OLDEST_POSTGRES} or newer is needed.`;
  if (found.encoding !== 'UTF8')
    return `The database of ${where} is encoded in ${found.encoding}, UTF8 is needed. Create one: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'`;
  if (found.read_only)
    return `The Postgres at ${where} is a read-only standby. Give the address of the primary in DATABASE_URL.`;
  if (!found.may_create_roles)
    return `The user of DATABASE_URL (${where}) may not create roles. Give it the right: ALTER ROLE ${username} CREATEROLE`;
  if (!found.may_create_schemas)
    return `The user of DATABASE_URL (${where}) may not create schemas. Give it the right: GRANT CREATE ON DATABASE ${pathname.slice(1)} TO ${username}`;
  return null;
}

/** @param {unknown} error @param {string} url @returns {Error} */
export function explainDatabaseError(error, url) {
  if (error instanceof LaunchError) return error;
  const where = describeDatabase(url);
  const { code = '', message } = /** @type {NodeJS.ErrnoException} */ (error);
  switch (code) {
    case 'ECONNREFUSED':
      return new LaunchError(
        `DATABASE_URL: nobody listens at ${where}. Start that Postgres or correct the address; without DATABASE_URL an own one is started.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LaunchError(`DATABASE_URL: the host of ${where} is not known. Correct its name.`);
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new LaunchError(
        `DATABASE_URL: ${where} cannot be reached (${code}). Check network and address.`,
      );
    case '28P01':
    case '28000':
      return new LaunchError(`DATABASE_URL: ${where} refused user or password (${code}). Correct them.`);
    case '3D000':
      return new LaunchError(
        `DATABASE_URL: the database of ${where} does not exist. Create it (CREATE DATABASE …) or correct the name.`,
      );
    case '42501':
      return new LaunchError(
        `DATABASE_URL: ${where}: ${message}. Give the user the right to create roles and schemas.`,
      );
    case '53300':
      return new LaunchError(
        `DATABASE_URL: ${where} takes no more connections (max_connections). Raise it or close others.`,
      );
    case '53100':
      return new LaunchError(`No space left on device (Postgres at ${where}).`);
    default:
      if (/timeout/i.test(message))
        return new LaunchError(
          `DATABASE_URL: ${where} does not answer within 10 s. Check network and address.`,
        );
      return new LaunchError(`DATABASE_URL: ${where}: ${message}`);
  }
}
