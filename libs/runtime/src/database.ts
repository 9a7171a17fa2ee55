import pg from 'pg';
import { DataSource, type DataSourceOptions, type EntitySchema, type MigrationInterface } from 'typeorm';

/** What runs inside one transaction. */
export interface Transaction {
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    params?: readonly unknown[],
  ): Promise<Row[]>;
  /** For COPY. */
  readonly client: pg.PoolClient;
}

const INT8 = 20;
const DATE = 1082;

/** bigint columns hold counts, versions and minor units: all JSON-safe integers. Ids are text columns. */
function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} does not fit a safe integer`);
  return value;
}

/** `date` stays `YYYY-MM-DD`: a local day has no instant. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return parseSafeInteger;
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** A holder that is paused inside a transaction is thrown out before its lease ends (15 s). */
const IDLE_IN_TRANSACTION_MS = 10_000;

export interface DatabaseOptions {
  readonly url: string;
  /** The service's own schema. */
  readonly schema: string;
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly entities?: readonly ((new () => object) | EntitySchema)[];
  readonly applicationName: string;
  readonly poolSize?: number;
  /** Tests shorten it. */
  readonly idleInTransactionMs?: number;
}

/**
 * A service's connection to its schema: TypeORM for migrations and plain records, SQL for what is hot.
 * Both share one pool.
 */
export class Database {
  private constructor(readonly dataSource: DataSource) {}

  /** Connects, then migrates under an advisory lock: replicas that start together do not race. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: options.url,
      schema: options.schema,
      applicationName: options.applicationName,
      migrations: [...options.migrations],
      migrationsTableName: 'migrations',
      entities: [...(options.entities ?? [])],
      synchronize: false,
      extra: {
        max: options.poolSize ?? 10,
        types,
        options: `-c search_path=${options.schema},public -c idle_in_transaction_session_timeout=${options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS}`,
        connectionTimeoutMillis: 10_000,
      },
    } satisfies DataSourceOptions);
    await dataSource.initialize();
    const database = new Database(dataSource);
    try {
      await database.migrate(options);
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  private async migrate(options: DatabaseOptions): Promise<void> {
    const client = await this.connect();
    try {
      await client.query('SELECT pg_advisory_lock(hashtext($1))', [`migrate:${options.schema}`]);
      const { rowCount } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [
        options.schema,
      ]);
      if (rowCount === 0) await client.query(`CREATE SCHEMA "${options.schema}"`);
      await this.dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await client
        .query('SELECT pg_advisory_unlock(hashtext($1))', [`migrate:${options.schema}`])
        .catch(() => undefined);
      client.release();
    }
  }

  get pool(): pg.Pool {
    return (this.dataSource.driver as unknown as { master: pg.Pool }).master;
  }

  async query<Row extends object = Record<string, unknown>>(
    sql: string,
    params: readonly unknown[] = [],
  ): Promise<Row[]> {
    const result = await this.pool.query<Row>(sql, [...params]);
    return result.rows;
  }

  /** A prepared statement, for what is asked very often: planned once per connection under its name. */
  async prepared<Row extends object = Record<string, unknown>>(
    name: string,
    text: string,
    params: readonly unknown[],
  ): Promise<Row[]> {
    const result = await this.pool.query<Row>({ name, text, values: [...params] });
    return result.rows;
  }

  /**
   * A connection of the pool that may break while it is lent: the server throws out a holder that idles inside a
   * transaction, and restarts. The next query then fails; without a listener the event would end the process.
   */
  private async connect(): Promise<pg.PoolClient> {
    const client = await this.pool.connect();
    if (client.listenerCount('error') === 0) client.on('error', () => undefined);
    return client;
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({
        client,
        query: async <Row extends object>(sql: string, params: readonly unknown[] = []) =>
          (await client.query<Row>(sql, [...params])).rows,
      });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }
}
