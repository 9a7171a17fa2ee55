import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { english, type Said } from '#contracts';
import type { Transaction } from '#runtime';
import { waitFor } from '#testing';
import { createSyncBed, type SyncBed } from '../sync-bed.fixture.js';
import { quarantine } from './quarantine.js';
import { storeBadApart } from './store-bad-apart.js';

interface Item {
  readonly id: string;
  readonly name: string | null;
  /** A small integer to the database. */
  readonly count: string;
  readonly kind: string;
}

const anItem = (id: string, overrides: Partial<Item> = {}): Item => ({
  id,
  name: `item ${id}`,
  count: '1',
  kind: 'known',
  ...overrides,
});

const ids = (count: number): Item[] =>
  Array.from({ length: count }, (_, n) => anItem(`i${String(n).padStart(2, '0')}`));

const TABLES = `
  CREATE TABLE kinds (kind text PRIMARY KEY);
  INSERT INTO kinds VALUES ('known');
  CREATE TABLE items (
    id varchar(8) PRIMARY KEY,
    name text NOT NULL,
    count smallint NOT NULL CHECK (count >= 0),
    kind text NOT NULL REFERENCES kinds
  );
  CREATE INDEX items_by_name ON items (name);`;

async function insert(tx: Transaction, items: readonly Item[]): Promise<number> {
  await tx.query(
    `INSERT INTO items SELECT id, name, count::integer, kind
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS item (id, name, count, kind)`,
    [
      items.map(({ id }) => id),
      items.map(({ name }) => name),
      items.map(({ count }) => count),
      items.map(({ kind }) => kind),
    ],
  );
  return items.length;
}

async function raise(tx: Transaction, items: readonly Item[]): Promise<number> {
  for (const { id } of items) await tx.query('UPDATE items SET count = count + 1 WHERE id = $1', [id]);
  return items.length;
}

const textOf = (said: Said | null | undefined): string => (said ? english(said) : '');

describe('storeBadApart on Postgres', () => {
  let bed: SyncBed;
  const shopId = randomUUID();
  before(async () => {
    bed = await createSyncBed();
    await bed.database.query(TABLES);
  });
  after(() => bed.close());
  beforeEach(async () => {
    await bed.database.query('DELETE FROM items');
    await bed.database.query('DELETE FROM quarantine');
  });

  /** As a run does it: stored and kept aside in one transaction. */
  async function store(
    tx: Transaction,
    items: readonly Item[],
    how: (tx: Transaction, items: readonly Item[]) => Promise<number> = insert,
  ) {
    const result = await storeBadApart(tx, items, {
      store: (group) => how(tx, group),
      idOf: ({ id }) => id,
      rawOf: (item) => JSON.stringify(item),
    });
    await quarantine(tx, shopId, 'orders', result.refused);
    return result;
  }
  const stored = async () =>
    (await bed.database.query<{ id: string }>('SELECT id FROM items ORDER BY id')).map(({ id }) => id);
  const counts = async () =>
    (await bed.database.query<{ count: number }>('SELECT count FROM items ORDER BY id')).map(
      ({ count }) => count,
    );
  const quarantined = async () =>
    (
      await bed.database.query<{ id: string }>(
        'SELECT platform_id AS id FROM quarantine ORDER BY platform_id',
      )
    ).map(({ id }) => id);

  const OWN_FAULTS: readonly [what: string, overrides: Partial<Item>, reason: RegExp][] = [
    ['22003, a number out of range', { count: '40000' }, /out of range/],
    ['22P02, no number', { count: '1.5e' }, /invalid input syntax/],
    ['22001, a text too long', { id: 'i-too-long' }, /too long/],
    ['22021, NUL', { name: 'a\u0000b' }, /invalid byte sequence/],
    ['23502, null', { name: null }, /null value/],
    ['23503, refers to nothing', { kind: 'strange' }, /foreign key/],
    ['23505, there already', { id: 'there' }, /duplicate key/],
    ['23514, a rule of the table', { count: '-1' }, /check constraint/],
    ['54000, too large for the index', { name: noise(30_000) }, /index row/],
  ];
  for (const [what, overrides, reason] of OWN_FAULTS) {
    test(`one record’s own fault is set apart, its neighbours are stored: ${what}`, async () => {
      await bed.database.transaction((tx) => insert(tx, [anItem('there')]));
      const items = ids(9);
      items[5] = anItem('i05', overrides);
      const { changed, refused } = await bed.database.transaction((tx) => store(tx, items));
      assert.equal(changed, 8);
      assert.deepEqual(
        await stored(),
        ['there', ...ids(9).map(({ id }) => id)].filter((id) => id !== 'i05').sort(),
      );
      assert.deepEqual(
        refused.map(({ platformId }) => platformId),
        [items[5].id],
      );
      assert.match(textOf(refused[0]?.reason), reason);
      assert.deepEqual(JSON.parse(refused[0]?.raw ?? ''), items[5]);
      assert.deepEqual(await quarantined(), [items[5].id]);
    });
  }

  test('several at fault, first and last among them, and a group of bad ones only', async () => {
    const items = ids(20).map((item, n) => (n % 7 === 0 || n === 19 ? { ...item, count: '40000' } : item));
    const { changed, refused } = await bed.database.transaction((tx) => store(tx, items));
    assert.equal(changed, 16);
    assert.deepEqual(
      refused.map(({ platformId }) => platformId),
      ['i00', 'i07', 'i14', 'i19'],
    );
    const bad = ['a', 'b', 'c'].map((id) => anItem(id, { name: null }));
    assert.equal((await bed.database.transaction((tx) => store(tx, bad))).refused.length, 3);
    assert.equal((await stored()).length, 16);
  });

  test('nothing to store asks the database nothing', async () => {
    const tx = { query: () => Promise.reject(new Error('asked')) } as unknown as Transaction;
    assert.deepEqual(
      await storeBadApart(tx, [], {
        store: () => Promise.reject(new Error('asked')),
        idOf: String,
        rawOf: String,
      }),
      {
        changed: 0,
        refused: [],
      },
    );
  });

  /** Somebody else's transaction holds the row until the work is over. */
  async function whileHeld(id: string, work: (holder: Transaction) => Promise<void>): Promise<void> {
    await bed.database.transaction(async (holder) => {
      await holder.query('UPDATE items SET count = count WHERE id = $1', [id]);
      await work(holder);
    });
  }

  const isWaiting = (pid: number) => async () =>
    (await bed.database.query('SELECT FROM pg_locks WHERE pid = $1 AND NOT granted', [pid])).length > 0;

  /** A group, a record alone, and a group whose bad record has begun the halving. */
  const GROUPS: readonly [what: string, items: readonly Item[]][] = [
    ['a group', ids(8)],
    ['one record', ids(1)],
    ['halves beside a bad record', [anItem('i99', { count: '1e9' }), ...ids(7)]],
  ];
  const raiseOrInsert = async (tx: Transaction, items: readonly Item[]) => {
    const bad = items.filter(({ id }) => id === 'i99');
    if (bad.length > 0) await insert(tx, bad);
    return raise(tx, items);
  };

  const OTHERS_FAULTS: readonly [what: string, setting: string, code: string][] = [
    ['a statement that takes too long', "SET LOCAL statement_timeout = '50ms'", '57014'],
    ['a lock that is not had in time', "SET LOCAL lock_timeout = '50ms'", '55P03'],
  ];
  for (const [what, setting, code] of OTHERS_FAULTS) {
    for (const [size, items] of GROUPS) {
      test(`${what} is thrown on and nothing is kept aside: ${size}`, async () => {
        await bed.database.transaction((tx) => insert(tx, ids(8)));
        await whileHeld('i00', async () => {
          await assert.rejects(
            bed.database.transaction(async (tx) => {
              await tx.query(setting);
              await store(tx, items, raiseOrInsert);
            }),
            { code },
          );
        });
        assert.deepEqual(await quarantined(), []);
        assert.deepEqual(await counts(), Array(8).fill(1));
      });
    }
  }

  for (const [size, items] of GROUPS) {
    test(`a deadlock is thrown on and nothing is kept aside: ${size}`, async () => {
      await bed.database.transaction((tx) => insert(tx, [...ids(8), anItem('ours')]));
      await whileHeld('i00', async (holder) => {
        await holder.query("SET LOCAL deadlock_timeout = '1min'");
        let theirs: Promise<unknown> | undefined;
        await assert.rejects(
          bed.database.transaction(async (tx) => {
            // Ours looks for deadlocks at once, theirs never: ours is the one that is ended.
            await tx.query("SET LOCAL deadlock_timeout = '1ms'");
            await tx.query("UPDATE items SET count = count WHERE id = 'ours'");
            const [holding] = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
            theirs = holder.query("UPDATE items SET count = count WHERE id = 'ours'");
            await waitFor('theirs to wait for ours', isWaiting(holding?.pid ?? 0));
            await store(tx, items, raiseOrInsert);
          }),
          { code: '40P01' },
        );
        await theirs;
      });
      assert.deepEqual(await quarantined(), []);
      assert.deepEqual(await counts(), Array(9).fill(1));
    });

    test(`a serialisation failure is thrown on and nothing is kept aside: ${size}`, async () => {
      await bed.database.transaction((tx) => insert(tx, ids(8)));
      await assert.rejects(
        bed.database.transaction(async (tx) => {
          await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
          await tx.query('SELECT count(*) FROM items');
          await bed.database.query("UPDATE items SET count = 5 WHERE id = 'i00'");
          await store(tx, items, raiseOrInsert);
        }),
        { code: '40001' },
      );
      assert.deepEqual(await quarantined(), []);
      assert.deepEqual(await counts(), [5, ...Array(7).fill(1)]);
    });

    test(`a connection that is killed is thrown on and nothing is kept aside: ${size}`, async () => {
      await bed.database.transaction((tx) => insert(tx, ids(8)));
      await whileHeld('i00', async () => {
        let killed: Promise<void> | undefined;
        await assert.rejects(
          bed.database.transaction(async (tx) => {
            const [own] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
            const pid = own?.pid ?? 0;
            killed = waitFor('the store to wait', isWaiting(pid)).then(async () => {
              await bed.database.query('SELECT pg_terminate_backend($1)', [pid]);
            });
            await store(tx, items, raiseOrInsert);
          }),
          { code: '57P01' },
        );
        await killed;
      });
      assert.deepEqual(await quarantined(), []);
      assert.deepEqual(await counts(), Array(8).fill(1));
    });
  }

  test('a bug of ours is thrown on: a column that is not there, an error without a code', async () => {
    await assert.rejects(
      bed.database.transaction((tx) =>
        store(tx, ids(1), async () => {
          await tx.query('SELECT no_such_column FROM items');
          return 1;
        }),
      ),
      { code: '42703' },
    );
    await assert.rejects(
      bed.database.transaction((tx) => store(tx, ids(1), () => Promise.reject(new TypeError('a bug')))),
      TypeError,
    );
    assert.deepEqual(await quarantined(), []);
  });
});

/** A text that compression cannot make fit. */
function noise(length: number): string {
  return Array.from({ length: length / 36 }, () => randomUUID()).join('');
}
