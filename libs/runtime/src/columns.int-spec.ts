import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '#testing';
import {
  batchOf,
  type Columns,
  type CopiedColumns,
  definitionOf,
  encodedRow,
  expressionsOf,
  insertOf,
  namesOf,
  recordsOf,
  replacementOf,
  rowOf,
} from './columns.js';
import { copyRows } from './copy-rows.js';

interface Thing {
  readonly id: number;
  readonly text: string | null;
  readonly day: string | null;
  readonly at: Date | null;
  readonly isOn: boolean | null;
}

/** Not in the order of the table below. */
const THINGS = {
  at: ['timestamptz', ({ at }) => at],
  is_on: ['boolean', ({ isOn }) => isOn],
  id: ['bigint', ({ id }) => id],
  day: ['date', ({ day }) => day],
  text: ['text', ({ text }) => text],
} satisfies Columns<Thing>;

const LISTED = {
  ...THINGS,
  texts: ['text[]', ({ text }) => [text ?? '', 'x']],
} satisfies CopiedColumns<Thing>;

const ROWS: readonly Thing[] = [
  { id: 1, text: 'a "b" \\ {c}', day: '2026-11-28', at: new Date('2026-11-28T01:02:03.456Z'), isOn: true },
  { id: 2, text: '', day: null, at: null, isOn: null },
  { id: Number.MAX_SAFE_INTEGER, text: null, day: '1970-01-01', at: new Date(0), isOn: false },
];

describe('columns', () => {
  let bed: TestDatabase;
  before(async () => {
    bed = await createTestDatabase({ schema: 'columns', migrations: [] });
    await bed.database.query(
      'CREATE TABLE things (id bigint PRIMARY KEY, text text, texts text[], is_on boolean, at timestamptz, day date)',
    );
  });
  after(() => bed.drop());

  const stored = async (insert: (tx: { query: TestDatabase['database']['query'] }) => Promise<unknown>) => {
    await bed.database.query('DELETE FROM things');
    await insert(bed.database);
    return bed.database.query<Thing & { texts: string[] | null }>(
      'SELECT id, text, day, at, is_on AS "isOn", texts FROM things ORDER BY id',
    );
  };
  const expected = (texts: boolean) =>
    ROWS.map((row) => ({ ...row, texts: texts ? [row.text ?? '', 'x'] : null }));

  test('a batch brings every value into its column, whatever the order of the two', async () => {
    const batch = batchOf(THINGS, 2);
    const sql = `INSERT INTO things (${batch.names}) SELECT ${batch.names} FROM ${batch.rows} WHERE id <> $1`;
    assert.deepEqual(await stored((db) => db.query(sql, [0, ...batch.values(ROWS)])), expected(false));
    assert.deepEqual(await stored((db) => db.query(sql, [0, ...batch.values([])])), []);
  });

  test('so do records, lists among them', async () => {
    const records = recordsOf(LISTED, 1, 'given');
    const sql = `INSERT INTO things (${records.names}) SELECT ${records.names} FROM ${records.rows}`;
    assert.deepEqual(await stored((db) => db.query(sql, [records.value(ROWS)])), expected(true));
  });

  test('and single rows, selected or assigned', async () => {
    const row = rowOf(LISTED, 1);
    for (const given of [
      `VALUES (${row.parameters})`,
      `SELECT ${row.names} FROM (SELECT ${row.selected}) AS row`,
    ]) {
      const rows = await stored(async (db) => {
        const insert = `INSERT INTO things (${row.names}) ${given}`;
        for (const thing of ROWS) await db.query(insert, row.values(thing));
      });
      assert.deepEqual(rows, expected(true));
    }
    for (const row of [
      insertOf({ at: null, text: 'x', id: 7, texts: ['y'] }),
      { ...expressionsOf({ texts: "ARRAY['y']", text: "'x'", id: '7' }), values: [] },
    ]) {
      const given = 'parameters' in row ? row.parameters : row.expressions;
      const rows = await stored((db) =>
        db.query(`INSERT INTO things (${row.names}) VALUES (${given})`, row.values),
      );
      assert.deepEqual(rows, [{ id: 7, text: 'x', day: null, at: null, isOn: null, texts: ['y'] }]);
    }
    await stored((db) => db.query('INSERT INTO things (id) VALUES (1)'));
    const changed: Thing = { id: 1, text: 'new', day: '2027-01-01', at: null, isOn: false };
    const assigned = rowOf(LISTED, 2);
    const [after] = await bed.database.query<Thing>(
      `UPDATE things SET ${assigned.assigned} WHERE id = $1 RETURNING id, text, day, at, is_on AS "isOn"`,
      [1, ...assigned.values(changed)],
    );
    assert.deepEqual(after, changed);
  });

  test('and COPY', async () => {
    const copy = () =>
      bed.database.transaction((tx) =>
        copyRows(
          tx,
          'things',
          namesOf(LISTED),
          ROWS.map((row) => encodedRow(LISTED, row)),
        ),
      );
    assert.deepEqual(await stored(copy), expected(true));
  });

  test('names, definitions and replacements are those of the table', () => {
    assert.equal(namesOf(THINGS), '"at", "is_on", "id", "day", "text"');
    assert.equal(
      definitionOf(THINGS),
      '"at" timestamptz, "is_on" boolean, "id" bigint, "day" date, "text" text',
    );
    assert.equal(
      replacementOf(THINGS, ['id', 'at']),
      '"is_on" = excluded."is_on", "day" = excluded."day", "text" = excluded."text"',
    );
  });

  test('a column without a type, of an unknown one or of another does not compile', () => {
    const wrong: Columns<Thing>[] = [
      // @ts-expect-error no type
      { id: [({ id }: Thing) => id] },
      // @ts-expect-error no value
      { id: ['bigint'] },
      // @ts-expect-error a misspelt type
      { id: ['bigin', ({ id }: Thing) => id] },
      // @ts-expect-error a text into a number
      { id: ['bigint', ({ text }: Thing) => text] },
      // @ts-expect-error not a field of the row
      { id: ['bigint', ({ number }) => number] },
    ];
    // @ts-expect-error Postgres would flatten it
    batchOf(LISTED, 1);
    // @ts-expect-error not a column
    replacementOf(THINGS, ['name']);
    assert.equal(wrong.length, 5);
  });
});
