import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '#testing';
import { type CopyValue, copyRows, encodeCopyRow } from './copy-rows.js';

const AWKWARD = [
  '',
  ' ',
  '\\N',
  '\\',
  '\\\\',
  '\\t',
  '\t',
  '\n',
  '\r\n',
  '\\.',
  '"',
  "'",
  '""',
  'a,b',
  '{a}',
  '{}',
  'NULL',
  'null',
  '\b\f\v',
  '杯子 红色',
  '👩‍👩‍👧 é',
  '\u2028\u2029',
  '\uFEFFbom',
  '$1; DROP TABLE things; --',
  '1234567890123456789',
];

describe('copyRows', () => {
  let test_: TestDatabase;
  before(async () => {
    test_ = await createTestDatabase({ schema: 'copy', migrations: [] });
    await test_.database.query(
      `CREATE TABLE things (id integer, text text, list text[], number bigint, flag boolean, at timestamptz)`,
    );
  });
  after(() => test_.drop());

  async function roundTrip(rows: readonly (readonly CopyValue[])[]): Promise<Record<string, unknown>[]> {
    return test_.database.transaction(async (tx) => {
      await tx.query('DELETE FROM things');
      await copyRows(tx, 'things', 'id, text, list, number, flag, at', rows.map(encodeCopyRow));
      return tx.query('SELECT text, list, number, flag, at FROM things ORDER BY id');
    });
  }

  test('every awkward text comes back as it was, alone and in lists', async () => {
    const rows = AWKWARD.map((text, id) => [id, text, [text, 'x', text], id, true, null]);
    const back = await roundTrip(rows);
    assert.deepEqual(
      back.map((row) => row.text),
      AWKWARD,
    );
    assert.deepEqual(
      back.map((row) => row.list),
      AWKWARD.map((text) => [text, 'x', text]),
    );
  });

  test('nothing, empty lists, the largest safe number, both booleans, milliseconds', async () => {
    const at = new Date('2026-03-29T01:30:00.123Z');
    const back = await roundTrip([
      [0, null, null, null, null, null],
      [1, 'x', [], Number.MAX_SAFE_INTEGER, false, at],
      [2, 'x', [], -5, true, at],
    ]);
    assert.deepEqual(back[0], { text: null, list: null, number: null, flag: null, at: null });
    assert.deepEqual(back[1], { text: 'x', list: [], number: Number.MAX_SAFE_INTEGER, flag: false, at });
    assert.deepEqual([back[2]?.number, back[2]?.flag], [-5, true]);
  });

  test('NUL, which PostgreSQL cannot hold, is left out', async () => {
    const [row] = await roundTrip([[0, 'a\u0000b', ['\u0000c'], 0, true, null]]);
    assert.deepEqual([row?.text, row?.list], ['ab', ['c']]);
  });

  test('random texts of all kinds of characters come back', async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const alphabet = [...'\\\t\n\r"\',{}N. ab杯👩'];
    const texts = Array.from({ length: 500 }, () =>
      Array.from({ length: random(12) }, () => alphabet[random(alphabet.length)] ?? '').join(''),
    );
    const back = await roundTrip(texts.map((text, id) => [id, text, [text], id, true, null]));
    assert.deepEqual(
      back.map((row) => [row.text, row.list]),
      texts.map((text) => [text, [text]]),
    );
  });

  test('no rows are no statement', async () => {
    const queries: unknown[] = [];
    await copyRows(
      { client: { query: (query: unknown) => queries.push(query) } } as never,
      'things',
      'id',
      [],
    );
    assert.deepEqual(queries, []);
  });

  test('a row that the table refuses rejects, and the connection is good for the next transaction', async () => {
    await assert.rejects(roundTrip([[0, 'x', [], Number.NaN, true, null]]), { code: '22P02' });
    assert.equal((await roundTrip([[0, 'x', [], 1, true, null]])).length, 1);
  });
});
