import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, ValidateNested } from 'class-validator';
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
    assert.deepEqual(error.details.fields, [{ field: 'limit', message: 'limit is at most 200' }]);
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
