import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { UnsendableValueError } from '../../payload/wire-json.js';
import { buildFields } from './calls.js';
import { signatureBase, signTemuFields } from './signing.js';
import { commonFields, VECTOR_SECRET } from './signing-vectors.fixture.js';

describe('signTemuFields', () => {
  test('V11 as JavaScript writes it is signed as it is sent', () => {
    assert.equal(
      signTemuFields({ ...commonFields('x.test.float'), weight: 2.0 }, VECTOR_SECRET),
      '9812431B436D4318818546A826B243AA',
    );
  });

  test('the base string of V01', () => {
    assert.equal(
      signatureBase(commonFields('bg.open.accesstoken.info.get')),
      'access_tokensbxToken0001app_keysbxAppKey0001data_typeJSONtimestamp1700000000typebg.open.accesstoken.info.get',
    );
  });

  test('names are sorted by ASCII, not by locale, and a shorter name comes first', () => {
    assert.equal(
      signatureBase({ imageBizType: 1, image: 2, Zeta: 3, alpha: 4 }),
      'Zeta3alpha4image2imageBizType1',
    );
  });

  test('sign and absent fields are left out, empty structures are not', () => {
    assert.equal(signatureBase({ sign: 'OLD', a: undefined, b: null, c: {}, d: [] }), 'c{}d[]');
  });

  test('a 19-digit id is signed digit by digit', () => {
    const expected = createHash('md5')
      .update(`${VECTOR_SECRET}goodsId9007199254740993123${VECTOR_SECRET}`, 'utf8')
      .digest('hex')
      .toUpperCase();
    assert.equal(signTemuFields({ goodsId: 9007199254740993123n }, VECTOR_SECRET), expected);
  });

  test('what is not a finite number is refused', () => {
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      [Number.NEGATIVE_INFINITY],
      { deep: Number.NaN },
    ]) {
      assert.throws(() => signTemuFields({ value }, VECTOR_SECRET), UnsendableValueError);
    }
  });
});

test('buildFields leaves out what no source agrees on how to sign', () => {
  assert.deepEqual(buildFields({ a: undefined, b: null, c: '', d: 0, e: false, f: [] }), {
    d: 0,
    e: false,
    f: [],
  });
});
