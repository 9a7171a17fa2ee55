import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Database, type DatabaseOptions } from '#runtime';

export interface TestDatabase {
  readonly database: Database;
  /** For processes that open it themselves. */
  readonly url: string;
  /** Closes and removes it. */
  drop(): Promise<void>;
}

function adminUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (url === undefined || url === '') {
    throw new Error(
      'TEST_DATABASE_URL is not set: run the tests with `npm test`, which brings up a Postgres.',
    );
  }
  return url;
}

async function asAdmin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** An empty database of its own, so that suites cannot see each other. */
export async function createEmptyTestDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(`CREATE DATABASE ${name} STRATEGY = FILE_COPY`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A migrated database of a service. */
export async function createTestDatabase(
  options: Omit<DatabaseOptions, 'url' | 'applicationName'>,
): Promise<TestDatabase> {
  const { url, drop } = await createEmptyTestDatabase();
  const database = await Database.open({ ...options, url, applicationName: 'test' });
  return {
    database,
    url,
    drop: async () => {
      await database.close();
      await drop();
    },
  };
}
