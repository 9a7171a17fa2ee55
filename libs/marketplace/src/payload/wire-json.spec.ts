import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isLosslessNumber } from 'lossless-json';
import { requireObject } from './read.js';
import {
  longId,
  numberText,
  readWireJson,
  UnsendableValueError,
  type WireValue,
  writeWireJson,
} from './wire-json.js';

describe('writeWireJson', () => {
  test('compact, order kept, Unicode and slashes raw', () => {
    assert.equal(
      writeWireJson({ z: 1, a: ['ü/é', '<&>', '😀', '"\\\n'], n: null, t: true, gone: undefined }),
      '{"z":1,"a":["ü/é","<&>","😀","\\"\\\\\\n"],"n":null,"t":true}',
    );
  });

  test('a long id is a bare integer', () => {
    assert.equal(
      writeWireJson({ skuId: longId('9223372036854775807', 'skuId') }),
      '{"skuId":9223372036854775807}',
    );
  });

  test('an id that is no 64-bit integer is refused by name', () => {
    for (const id of ['', '0', '-1', '01', '1.5', 'abc', '12345678901234567890', ' 1']) {
      assert.throws(
        () => longId(id, 'goodsId'),
        (error: unknown) =>
          error instanceof UnsendableValueError &&
          error.name === 'UnsendableValueError' &&
          error.message === `goodsId must be 1 to 19 digits, got ${JSON.stringify(id)}`,
      );
    }
    assert.throws(() => longId('x'.repeat(50), 'goodsId'), new RegExp(`got "${'x'.repeat(40)}"$`));
  });

  test('what cannot be sent is refused with its path', () => {
    const refused: [unknown, RegExp][] = [
      [{ list: [1, Number.NaN] }, /request\.list\[1\] is NaN/],
      [{ id: 2 ** 60 }, /request\.id is beyond 2\^53/],
      [{ at: new Date(0) }, /request\.at is not a plain object/],
      [{ call: () => 1 }, /request\.call is a function/],
      [{ name: 'half \ud83d' }, /request\.name holds half of a surrogate pair/],
    ];
    for (const [value, reason] of refused) {
      // The types forbid most of these; JavaScript callers and casts do not.
      assert.throws(() => writeWireJson(value as WireValue), reason);
    }
  });
});

describe('readWireJson', () => {
  test('every number is told as it was written, whichever way it was parsed', () => {
    for (const number of [
      '0',
      '-7',
      '9007199254740993',
      '9007199254740993123',
      '-9007199254740993',
      '999999999999999',
      '9999999999999999',
      '2.0',
      '0.10',
      '1e21',
      '-1.5E-3',
      '1700000000',
    ]) {
      const body = `{"a":${number},"list":[1,${number} ],"text":"x: 12345678901234567890, 1.5","n":{"b" : ${number}}}`;
      const parsed = requireObject(readWireJson(body), 'body');
      const nested = requireObject(parsed.n, 'n');
      assert.deepEqual(
        [numberText(parsed.a), numberText((parsed.list as unknown[])[1]), numberText(nested.b)],
        [number, number, number],
      );
      assert.equal(parsed.text, 'x: 12345678901234567890, 1.5');
      assert.equal(numberText(readWireJson(number)), number);
    }
    assert.equal(numberText('5'), undefined);
  });

  test('numbers stay as their text', () => {
    const parsed = requireObject(readWireJson('\ufeff{"id":9007199254740993123,"weight":2.0}'), 'body');
    assert.ok(isLosslessNumber(parsed.id) && isLosslessNumber(parsed.weight));
    assert.equal(parsed.id.value, '9007199254740993123');
    assert.equal(parsed.weight.value, '2.0');
  });

  test('anything else than JSON throws', () => {
    for (const text of ['', '<html>', '{"a":1', '{"a":1}x', 'undefined']) {
      assert.throws(() => readWireJson(text));
    }
  });

  test('a hostile key does not reach the prototype', () => {
    const parsed = requireObject(readWireJson('{"__proto__":{"success":true}}'), 'body');
    assert.equal(parsed.success, undefined);
  });
});
