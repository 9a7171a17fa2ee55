import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AppError,
  conflict,
  dataFaultOf,
  describeError,
  forbidden,
  fromErrorBody,
  invalid,
  notFound,
  refusedField,
  toErrorBody,
} from './errors.js';

describe('errors on their way between services', () => {
  test('one that was raised on purpose arrives as it was', () => {
    const sent = conflict('sync.already_running', 'A run is open already.', { runId: 'r1' });
    const arrived = fromErrorBody(JSON.parse(JSON.stringify(toErrorBody(sent, 'c1'))));
    assert.ok(arrived instanceof AppError);
    assert.deepEqual(
      [arrived.kind, arrived.code, arrived.message, arrived.details],
      ['conflict', 'sync.already_running', 'A run is open already.', { runId: 'r1' }],
    );
  });

  test('a bug leaves as internal: no text, no stack, a reference', () => {
    const body = toErrorBody(new TypeError('secret text of a bug'), 'c2');
    assert.equal(body.kind, 'internal');
    assert.equal(body.code, 'internal');
    assert.match(body.message, /c2/);
    assert.doesNotMatch(JSON.stringify(body), /secret text|TypeError|errors\.spec/);
  });

  test('a database that is away is no bug: whoever asked may ask again, and learns nothing of it', () => {
    for (const thrown of [
      Object.assign(new Error('terminating connection of 10.0.0.1'), { code: '57P01' }),
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' }),
      new Error('Connection terminated unexpectedly'),
    ]) {
      const body = toErrorBody(thrown, 'c3');
      assert.deepEqual([body.kind, body.code], ['unavailable', 'service.database_away']);
      assert.doesNotMatch(JSON.stringify(body), /10\.0\.0\.1/);
    }
  });

  test('the cause stays here', () => {
    const error = new AppError(
      'timeout',
      'service.timeout',
      'Late.',
      {},
      { cause: new Error('socket of 10.0.0.1') },
    );
    assert.doesNotMatch(JSON.stringify(toErrorBody(error, 'c')), /10\.0\.0\.1/);
    assert.ok(error.cause instanceof Error);
  });

  test('refused fields are listed only where there are some', () => {
    assert.deepEqual(invalid('a', 'b').details, {});
    assert.deepEqual(invalid('a', 'b', [refusedField('f', 'input.day')]).details, {
      fields: [{ field: 'f', why: { code: 'input.day', params: { field: 'f' } } }],
    });
    assert.equal(notFound('a', 'b').kind, 'not_found');
    assert.equal(forbidden('a', 'b').kind, 'forbidden');
  });

  test('whatever was thrown has a text', () => {
    assert.equal(describeError(new Error('x')), 'x');
    assert.equal(describeError('y'), 'y');
    assert.equal(describeError(undefined), 'undefined');
  });
});

describe('dataFaultOf', () => {
  const coded = (code: unknown) => Object.assign(new Error('x'), { code });
  for (const [code, fault] of [
    ['22003', 'exception'],
    ['22P05', 'exception'],
    ['54000', 'exception'],
    ['23505', 'integrity'],
    ['57014', undefined],
    ['57P01', undefined],
    ['40001', undefined],
    ['40P01', undefined],
    ['55P03', undefined],
    ['25P03', undefined],
    ['08006', undefined],
    ['53100', undefined],
    ['54001', undefined],
    ['42703', undefined],
    ['2200123', undefined],
    ['122003', undefined],
    [22003, undefined],
    [undefined, undefined],
  ] as const) {
    test(`${String(code)}: ${fault ?? 'not the record’s own'}`, () => {
      assert.equal(dataFaultOf(coded(code)), fault);
    });
  }

  test('what is no error has no fault', () => {
    assert.equal(dataFaultOf({ code: '22003' }), undefined);
    assert.equal(dataFaultOf('22003'), undefined);
  });
});
