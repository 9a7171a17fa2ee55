import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsObject, IsOptional, IsString, Max, ValidateNested } from 'class-validator';
import { AppError, type FieldError } from './errors.js';
import { validateInput } from './validate.js';

class Line {
  @IsString({ message: 'sku must be a text' })
  sku!: string;
}

class Input {
  @IsInt({ message: 'limit must be a whole number' })
  @Max(200, { message: 'limit is at most 200' })
  limit: number = 20;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Line)
  lines?: Line[];
}

class Nothing {}

class Free {
  @IsObject()
  free!: object;
}

function refusal(plain: unknown, Class: new () => object = Input): AppError {
  try {
    validateInput(Class, plain);
  } catch (error) {
    assert.ok(error instanceof AppError);
    return error;
  }
  return assert.fail('the input was taken');
}

const fieldsOf = (error: AppError): string[] =>
  (error.details.fields as FieldError[]).map((each) => each.field);

describe('validateInput', () => {
  test('makes an instance with its defaults', () => {
    const input = validateInput(Input, { lines: [{ sku: 'a' }] });
    assert.ok(input instanceof Input);
    assert.equal(input.limit, 20);
    assert.ok(input.lines?.[0] instanceof Line);
  });

  test('names each refused field and says what to write instead', () => {
    const error = refusal({ limit: 201 });
    assert.equal(error.kind, 'invalid');
    assert.equal(error.code, 'request.invalid');
    assert.deepEqual(error.details.fields, [
      {
        field: 'limit',
        why: { code: 'input.refused', params: { field: 'limit', text: 'limit is at most 200' } },
      },
    ]);
    assert.match(error.message, /limit is at most 200/);
  });

  test('names a field inside a list by its path', () => {
    assert.deepEqual(fieldsOf(refusal({ lines: [{ sku: 'a' }, { sku: 7 }] })), ['lines.1.sku']);
  });

  test('refuses unknown fields, at the top, below, and where nothing is taken', () => {
    assert.deepEqual(fieldsOf(refusal({ limit: 1, isAdmin: true })), ['isAdmin']);
    assert.deepEqual(fieldsOf(refusal({ lines: [{ sku: 'a', price: 1 }] })), ['lines.0.price']);
    assert.deepEqual(fieldsOf(refusal({ anything: 1 }, Nothing)), ['anything']);
  });

  test('refuses NUL in any text: the database could not be asked with it', () => {
    assert.deepEqual(fieldsOf(refusal({ lines: [{ sku: 'a' }, { sku: 'b\u0000' }] })), ['lines.1.sku']);
  });

  test('does not let __proto__ through', () => {
    const input = validateInput(Nothing, JSON.parse('{"__proto__": {"isAdmin": true}}')) as {
      isAdmin?: boolean;
    };
    assert.equal(input.isAdmin, undefined);
  });

  for (const plain of [null, undefined, 'text', 7, [], [{ limit: 1 }]]) {
    test(`refuses ${JSON.stringify(plain)}: not an object`, () => {
      assert.match(refusal(plain).message, /JSON object/);
    });
  }
});

describe('before anything is made of the input', () => {
  test('of very many unknown fields 20 are named, and nothing is converted', () => {
    let conversions = 0;
    class Counting {
      @Transform(({ value }: { value: unknown }) => {
        conversions += 1;
        return value;
      })
      @IsString()
      text!: string;
    }
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`field${n}`, n]));
    const error = refusal({ text: 'a', ...many }, Counting);
    assert.equal(fieldsOf(error).length, 20);
    assert.match(error.message, /and 99980 more/);
    assert.ok(JSON.stringify(error.details).length + error.message.length < 16_384);
    assert.equal(conversions, 0);
  });

  test('a long or broken name is shown in part', () => {
    const [field = ''] = fieldsOf(refusal({ [`${'x'.repeat(1_000)}\ud800`]: 1, limit: 1 }));
    assert.ok(field.length < 100);
    assert.doesNotMatch(fieldsOf(refusal({ '\ud800': 1 }))[0] ?? '', /\p{Surrogate}/u);
  });

  for (const lines of [[[]], [7], ['a'], [null], [[[]]], 'text', 7, [{ sku: 'a' }, []]]) {
    test(`refuses ${JSON.stringify(lines)} where objects belong`, () => {
      assert.match(fieldsOf(refusal({ lines }))[0] ?? '', /^lines(\.\d)?$/);
    });
  }

  test('refuses half a character in any text, a name included', () => {
    assert.deepEqual(fieldsOf(refusal({ lines: [{ sku: 'a\ud800' }] })), ['lines.0.sku']);
    assert.deepEqual(fieldsOf(refusal({ free: { deep: ['\udfff'] } }, Free)), ['free.deep.0']);
    assert.equal(fieldsOf(refusal({ free: { '\ud800': 1 } }, Free)).length, 1);
    assert.ok(validateInput(Input, { lines: [{ sku: '😀' }] }));
  });

  test('refuses a constructor that was sent along', () => {
    assert.deepEqual(fieldsOf(refusal({ limit: { constructor: {} } })), ['limit.constructor']);
    assert.deepEqual(fieldsOf(refusal({ free: { a: { constructor: 1 } } }, Free)), ['free.a.constructor']);
  });

  test('refuses what is nested without end, and does not follow it', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 3_000; level += 1) deep = [deep];
    assert.match(refusal({ free: deep }, Free).message, /deep/);
  });

  test('null in an optional field means that it is left out', () => {
    const input = validateInput(Input, { lines: null });
    assert.equal(input.lines, undefined);
  });
});
