import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { conflict, invalid } from './errors.js';
import { createLogger, type Logger, withCorrelation } from './logger.js';

interface Line {
  readonly correlationId?: string;
  readonly err: { errorCode?: unknown; stack: string; cause?: unknown };
}

function lineOf(write: (logger: Logger) => void): { text: string; line: Line } {
  let text = '';
  write(
    createLogger('spec', 'trace', {
      write: (line) => {
        text += line;
      },
    }),
  );
  return { text, line: JSON.parse(text) as Line };
}

/** As TypeORM and pg throw it: with the statement's parameters and the row on it. */
const databaseError = Object.assign(new Error('duplicate key value violates unique constraint "users_key"'), {
  code: '23505',
  detail: 'Key (email)=(marked@example.com) already exists.',
  parameters: ['marked-parameter'],
  driverError: { code: '23505', detail: 'marked' },
});

describe('logs', () => {
  for (const [name, error, code] of [
    ['our own stable code', conflict('sync.already_running', 'A run is open.'), 'sync.already_running'],
    ['a SQLSTATE', databaseError, '23505'],
    ['the code of a socket', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ] as const) {
    test(`${name} of an error is shown, with the correlation id and the stack`, () => {
      const { line } = lineOf((logger) =>
        withCorrelation('correlation-1', () => logger.error({ err: error }, 'failed')),
      );
      assert.equal(line.err.errorCode, code);
      assert.equal(line.correlationId, 'correlation-1');
      assert.match(line.err.stack, /\n {4}at /);
    });
  }

  test('so is the code of what caused it', () => {
    const error = new Error('it failed', { cause: databaseError });
    const { line, text } = lineOf((logger) => logger.error({ err: error }, 'failed'));
    assert.deepEqual(line.err.cause, { type: 'Error', errorCode: '23505' });
    assert.doesNotMatch(text, /marked/);
  });

  test('nothing else that hangs on an error is: details, parameters, the row', () => {
    const refused = invalid('request.invalid', 'no');
    for (const err of [
      databaseError,
      Object.assign(refused, { response: { token: 'marked', body: 'marked' } }),
    ])
      assert.doesNotMatch(lineOf((logger) => logger.error({ err }, 'failed')).text, /marked/);
  });

  for (const facts of [
    { code: 'marked' },
    { query: { code: 'marked', state: 'x' } },
    { input: { query: { code: 'marked' } } },
    // Thrown, but no error: nobody knows what its code is.
    { err: { code: 'marked' } },
    { cause: Object.assign(new Error('x'), { code: 'marked' }) },
    { token: 'marked' },
    { headers: { authorization: 'marked', cookie: 'marked' } },
  ]) {
    test(`never an authorization code, nor a secret: ${JSON.stringify(facts)}`, () => {
      const { text } = lineOf((logger) => logger.info(facts, 'asked'));
      assert.doesNotMatch(text, /marked/);
      assert.match(text, /\[redacted\]/);
    });
  }
});
