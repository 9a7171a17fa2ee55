import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createEmptyTestDatabase, createTestDatabase, type TestDatabase, waitFor } from '#testing';
import { Database } from './database.js';

class CreateThings1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE things (id integer PRIMARY KEY)');
  }
  async down(): Promise<void> {
    throw new Error('not needed');
  }
}

describe('Database', () => {
  let test_: TestDatabase;
  let database: Database;
  before(async () => {
    test_ = await createTestDatabase({
      schema: 'things',
      migrations: [CreateThings1700000000000],
      idleInTransactionMs: 200,
    });
    database = test_.database;
  });
  after(() => test_.drop());

  test('bigint comes as a number, in rows and counts', async () => {
    const [row] = await database.query<{ big: number; count: number }>(
      `SELECT ${Number.MAX_SAFE_INTEGER}::bigint AS big, count(*) AS count FROM generate_series(1, 3)`,
    );
    assert.deepEqual(row, { big: Number.MAX_SAFE_INTEGER, count: 3 });
  });

  test('a bigint that a number cannot hold is an error that names it, never a rounded value', async () => {
    await assert.rejects(database.query('SELECT 9007199254740993::bigint AS big'), /9007199254740993/);
    assert.deepEqual(await database.query('SELECT 1 AS one'), [{ one: 1 }]);
  });

  test('a date stays the day that it names', async () => {
    const [row] = await database.query(
      `SELECT date '2026-03-29' AS day, '2026-03-29T00:00:00Z'::timestamptz AS at`,
    );
    assert.deepEqual(row, { day: '2026-03-29', at: new Date('2026-03-29T00:00:00Z') });
  });

  test('a named statement gives the same answer again and again', async () => {
    for (const n of [1, 2]) {
      assert.deepEqual(await database.prepared('plus', 'SELECT $1::int + 1 AS sum', [n]), [{ sum: n + 1 }]);
    }
  });

  test('a transaction that throws leaves nothing behind and hands its error on', async () => {
    const error = new Error('stop');
    await assert.rejects(
      database.transaction(async (tx) => {
        await tx.query('INSERT INTO things VALUES (1)');
        throw error;
      }),
      (thrown) => thrown === error,
    );
    assert.deepEqual(await database.query('SELECT * FROM things WHERE id = 1'), []);
  });

  test('a holder that sleeps inside a transaction is thrown out, and the process lives on', async () => {
    const held = database.transaction(async (tx) => {
      await tx.query('INSERT INTO things VALUES (2)');
      const [self] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await waitFor('the holder to be thrown out', async () => {
        const rows = await database.query('SELECT FROM pg_stat_activity WHERE pid = $1', [self?.pid]);
        return rows.length === 0;
      });
      await tx.query('INSERT INTO things VALUES (3)');
    });
    await assert.rejects(held);
    assert.deepEqual(await database.query('SELECT id FROM things WHERE id IN (2, 3)'), []);
  });

  test('a connection that is broken from outside costs one transaction, not the process', async () => {
    const broken = database.transaction(async (tx) => {
      const [self] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1)', [self?.pid]);
      await waitFor('the backend to be gone', async () => {
        const rows = await database.query('SELECT FROM pg_stat_activity WHERE pid = $1', [self?.pid]);
        return rows.length === 0;
      });
      await tx.query('SELECT 1');
    });
    await assert.rejects(broken);
    await database.transaction((tx) => tx.query('INSERT INTO things VALUES (4)'));
  });
});

describe('Database.open', () => {
  let empty: Awaited<ReturnType<typeof createEmptyTestDatabase>>;
  before(async () => {
    empty = await createEmptyTestDatabase();
  });
  after(() => empty.drop());

  const open = (migrations: readonly (new () => MigrationInterface)[] = [CreateThings1700000000000]) =>
    Database.open({ url: empty.url, schema: 'things', migrations, applicationName: 'test', poolSize: 3 });

  test('replicas that start together migrate once', async () => {
    const replicas = await Promise.all([open(), open(), open(), open()]);
    try {
      const [first] = replicas;
      assert.deepEqual(await first?.query('SELECT count(*) AS migrations FROM things.migrations'), [
        { migrations: 1 },
      ]);
      for (const replica of replicas) {
        assert.deepEqual(await replica.query('SELECT current_schema() AS schema'), [{ schema: 'things' }]);
      }
    } finally {
      await Promise.all(replicas.map((replica) => replica.close()));
    }
  });

  test('a migration that fails leaves nothing half done, and the next start can do it', async () => {
    class AddMore1700000000001 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE more (id integer)');
        await runner.query('SELECT 1 / 0');
      }
      async down(): Promise<void> {}
    }
    await assert.rejects(open([CreateThings1700000000000, AddMore1700000000001]), /division by zero/);
    const again = await open();
    try {
      assert.deepEqual(await again.query(`SELECT to_regclass('things.more') AS more`), [{ more: null }]);
    } finally {
      await again.close();
    }
  });

  test('tables of the same name in two schemas do not meet', async () => {
    const mine = await open();
    const other = await Database.open({
      url: empty.url,
      schema: 'others',
      migrations: [CreateThings1700000000000],
      applicationName: 'test',
    });
    try {
      await other.query('INSERT INTO things VALUES (9)');
      assert.deepEqual(await mine.query('SELECT FROM things WHERE id = 9'), []);
    } finally {
      await Promise.all([mine.close(), other.close()]);
    }
  });
});
