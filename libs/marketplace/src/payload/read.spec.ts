import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoted, say } from '#said';
import {
  arrayOrEmpty,
  isJsonObject,
  optionalCount,
  optionalFlag,
  optionalId,
  optionalInstant,
  optionalInteger,
  optionalSeconds,
  optionalText,
  readRows,
  requireArray,
  requireCount,
  requireId,
  requireInteger,
  requireObject,
  requireSeconds,
  textList,
  UnreadableField,
} from './read.js';
import { readWireJson } from './wire-json.js';

const ABSENT = [undefined, null, ''];
/** As it stands in an answer: a number of more digits than JavaScript keeps. */
const wire = (json: string): unknown => readWireJson(json);

function refused(read: () => unknown, said: RegExp): void {
  assert.throws(read, (error) => {
    assert.ok(error instanceof UnreadableField);
    assert.equal(error.name, 'UnreadableField');
    assert.match(error.message, said);
    return true;
  });
}

describe('reading one field', () => {
  test('objects and lists', () => {
    assert.deepEqual(requireObject({ a: 1 }, 'f'), { a: 1 });
    assert.deepEqual(requireArray([1], 'f'), [1]);
    for (const absent of ABSENT) assert.deepEqual(arrayOrEmpty(absent, 'f'), []);
    assert.deepEqual(arrayOrEmpty([2], 'f'), [2]);
    refused(() => arrayOrEmpty({}, 'f'), /^f is an object, not a list$/);
    for (const [value, said] of [
      [undefined, 'missing'],
      [null, 'null'],
      [[], 'a list'],
      ['text', 'the text "text"'],
      [true, 'true'],
      [7, 'the number 7'],
      [wire('12345678901234567890'), 'the number 12345678901234567890'],
      ['x'.repeat(50), `the text "${'x'.repeat(40)}"`],
      [wire('1'.repeat(50)), `the number ${'1'.repeat(40)}`],
    ] as const) {
      assert.equal(isJsonObject(value), false);
      refused(() => requireObject(value, 'f'), new RegExp(`^f is ${said}, not an object$`));
    }
  });

  test('ids: exactly as written, as text or number; words for nothing are none', () => {
    for (const [value, id] of [
      ['601099512345678901', '601099512345678901'],
      [' PO-211-1 ', 'PO-211-1'],
      [42, '42'],
      [wire('6010995123456789012'), '6010995123456789012'],
      ['x'.repeat(100), 'x'.repeat(100)],
      ['nonesuch', 'nonesuch'],
      ['00', '00'],
    ] as const)
      assert.equal(optionalId(value, 'f'), id);
    for (const none of [...ABSENT, 0, '0', ' ', 'None', 'NULL', 'nil', 'undefined', 'NaN']) {
      assert.equal(optionalId(none, 'f'), null);
      refused(() => requireId(none, 'f'), /^f is missing$/);
    }
    assert.equal(requireId('a', 'f'), 'a');
    refused(() => optionalId('x'.repeat(101), 'f'), /longer than any id/);
    refused(() => optionalId(-1, 'f'), /not a whole positive number/);
    refused(() => optionalId(1.5, 'f'), /not a whole positive number/);
    refused(() => optionalId({}, 'f'), /^f is an object, not an id$/);
    refused(() => optionalId(true, 'f'), /^f is true, not an id$/);
  });

  test('whole numbers: as text or number, to the last that JavaScript keeps', () => {
    for (const [value, number] of [
      [7, 7],
      ['-7', -7],
      ['9007199254740991', 9_007_199_254_740_991],
      [wire('9007199254740991'), 9_007_199_254_740_991],
    ] as const)
      assert.equal(optionalInteger(value, 'f'), number);
    // deepEqual tells -0 from 0.
    for (const zero of [0, -0, '0', '-0']) assert.deepEqual(optionalInteger(zero, 'f'), 0);
    for (const absent of ABSENT) {
      assert.equal(optionalInteger(absent, 'f'), null);
      refused(() => requireInteger(absent, 'f'), /^f is missing$/);
    }
    assert.equal(requireInteger('3', 'f'), 3);
    refused(() => optionalInteger('9007199254740992', 'f'), /too large for a count/);
    for (const bad of [1.5, '1.5', '1e3', ' 1', '1 ', 'one', '+1', {}, [], true])
      refused(() => optionalInteger(bad, 'f'), /not a whole number$/);
  });

  test('counts are never below zero', () => {
    assert.equal(optionalCount('0', 'f'), 0);
    assert.equal(optionalCount(1, 'f'), 1);
    assert.equal(optionalCount(null, 'f'), null);
    assert.equal(requireCount(2, 'f'), 2);
    refused(() => optionalCount(-1, 'f'), /^f is -1, below zero$/);
    refused(() => requireCount(null, 'f'), /^f is missing$/);
  });

  test('words, flags and lists of words decorate: what is none is left out', () => {
    assert.equal(optionalText(' a '), ' a ');
    for (const none of [...ABSENT, ' ', 1, {}]) assert.equal(optionalText(none), null);
    assert.deepEqual(textList(['a', '', 1, ' ', 'b']), ['a', 'b']);
    assert.deepEqual(textList('a'), []);
    for (const [value, flag] of [
      [true, true],
      [false, false],
      [1, true],
      [0, false],
      [2, null],
      ['1', null],
      [null, null],
    ] as const)
      assert.equal(optionalFlag(value), flag);
  });

  test('seconds: zero and below have not happened, milliseconds are refused', () => {
    assert.deepEqual(optionalSeconds(1_700_000_000, 'f'), new Date('2023-11-14T22:13:20Z'));
    assert.deepEqual(optionalSeconds(1, 'f'), new Date(1_000));
    assert.deepEqual(optionalSeconds(32_503_680_000, 'f'), new Date('3000-01-01T00:00:00Z'));
    for (const none of [0, -1, ...ABSENT]) {
      assert.equal(optionalSeconds(none, 'f'), null);
      refused(() => requireSeconds(none, 'f'), /^f is missing$/);
    }
    refused(() => optionalSeconds(32_503_680_001, 'f'), /not a time in seconds/);
  });

  test('instants of an open unit: told by their size', () => {
    assert.deepEqual(optionalInstant(1_700_000_000, 'f'), new Date('2023-11-14T22:13:20Z'));
    assert.deepEqual(optionalInstant(1_700_000_000_000, 'f'), new Date('2023-11-14T22:13:20Z'));
    assert.deepEqual(optionalInstant(32_503_680_000, 'f'), new Date('3000-01-01T00:00:00Z'));
    assert.deepEqual(optionalInstant(32_503_680_001, 'f'), new Date(32_503_680_001));
    assert.deepEqual(optionalInstant(32_503_680_000_000, 'f'), new Date('3000-01-01T00:00:00Z'));
    for (const none of [0, -1, null]) assert.equal(optionalInstant(none, 'f'), null);
    refused(() => optionalInstant(32_503_680_000_001, 'f'), /not a time$/);
  });
});

describe('readRows', () => {
  const read = (rows: unknown[]) =>
    readRows(
      rows,
      (row) => (row as { id: unknown }).id,
      (row) => requireInteger((row as { n: unknown }).n, 'n'),
      (text) => text.replaceAll('sbx-secret', '***'),
    );

  test('what is understood, and what is not as it came: redacted, with its id and reason', () => {
    const { records, unreadable } = read([
      { n: 1 },
      { id: 'a', n: 'sbx-secret' },
      { id: {}, n: {} },
      { n: 2 },
    ]);
    assert.deepEqual(records, [1, 2]);
    assert.deepEqual(unreadable, [
      {
        platformId: 'a',
        reason: say('field.not_a_whole_number', { field: 'n', value: say('value.text', { text: '***' }) }),
        raw: '{"id":"a","n":"***"}',
      },
      {
        platformId: null,
        reason: say('field.not_a_whole_number', { field: 'n', value: say('value.object') }),
        raw: '{"id":{},"n":{}}',
      },
    ]);
  });

  test('a row that is nothing at all, a long number in the raw text, a long reason', () => {
    const { unreadable } = read([null, undefined, wire('{"n": 1.50, "id": 6010995123456789012}')]);
    assert.deepEqual(
      unreadable.map(({ platformId, raw }) => [platformId, raw]),
      [
        [null, 'null'],
        [null, 'null'],
        ['6010995123456789012', '{"n":1.50,"id":6010995123456789012}'],
      ],
    );
    const [long] = readRows(
      [{}],
      () => 'a',
      () => {
        throw new Error('x'.repeat(1_000));
      },
      String,
    ).unreadable;
    assert.equal(String(long?.reason.params.text).length, 300);
    const [strange] = readRows(
      [{}],
      () => 'a',
      () => {
        throw 'words';
      },
      String,
    ).unreadable;
    assert.deepEqual(strange?.reason, quoted('words'));
  });
});
