import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseLogLine } from './children.mjs';

const said = (/** @type {object} */ line) => parseLogLine(JSON.stringify({ level: 40, ...line }))?.message;

describe('a line of a service, as the launcher repeats it', () => {
  test('what the line says of its error is said once', () => {
    const err = { message: 'the token was refused' };
    assert.equal(
      said({ msg: 'run failed: the token was refused', err }),
      'run failed: the token was refused',
    );
    assert.equal(said({ msg: 'the token was refused', err }), 'the token was refused');
  });

  test('what it does not say stands behind it', () => {
    assert.equal(said({ msg: 'start failed', err: { message: 'no database' } }), 'start failed: no database');
    assert.equal(said({ err: { message: 'no database' } }), 'no database');
    assert.equal(said({ msg: 'ready' }), 'ready');
  });
});
