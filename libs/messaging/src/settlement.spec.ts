import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, conflict, invalid, notFound } from '#runtime';
import { type Settlement, settle, UnreadableMessage } from './settlement.js';

class DatabaseError extends Error {
  constructor(readonly code: string) {
    super(`database says ${code}`);
  }
}

const nak = (delayMs: number): Settlement => ({ action: 'nak', delayMs });
const dead = (reason: string): Settlement => ({ action: 'dead-letter', reason });

const ROWS: readonly [what: string, error: unknown, delivery: number, settlement: Settlement][] = [
  ['unreadable', new UnreadableMessage('not JSON'), 1, dead('not JSON')],
  ['refused input', invalid('a.b', 'No.'), 1, dead('a.b: No.')],
  ['conflict', conflict('a.c', 'Never.'), 1, dead('a.c: Never.')],
  ['data exception', new DatabaseError('22003'), 1, dead('Error: database says 22003')],
  // Another transaction may have been in the way: a unique index under a race, a parent that is a moment late.
  ['integrity violation', new DatabaseError('23505'), 1, nak(250)],
  ['integrity violation, second time', new DatabaseError('23503'), 2, nak(1_000)],
  ['integrity violation, third time', new DatabaseError('23505'), 3, dead('Error: database says 23505')],
  ['service away', new AppError('unavailable', 'x', 'x'), 1, nak(250)],
  ['deadline', new AppError('timeout', 'x', 'x'), 2, nak(1_000)],
  ['rate', new AppError('rate_limited', 'x', 'x'), 3, nak(5_000)],
  ['not there yet', notFound('x', 'x'), 4, nak(15_000)],
  ['database restarting', new DatabaseError('57P01'), 5, nak(30_000)],
  ['deadlock', new DatabaseError('40P01'), 1, nak(250)],
  ['too many connections', new DatabaseError('53300'), 1, nak(250)],
  ['socket', new DatabaseError('ECONNRESET'), 1, nak(250)],
  ['a bug', new TypeError('undefined is no function'), 1, nak(250)],
  ['a bug for the hundredth time', new TypeError('undefined is no function'), 100, nak(30_000)],
  ['something that is no error', 'text', 1, nak(250)],
];

describe('settlement', () => {
  test('what succeeded is acknowledged, at any delivery', () => {
    assert.deepEqual(settle({ ok: true }, 1), { action: 'ack' });
    assert.deepEqual(settle({ ok: true }, 99), { action: 'ack' });
  });

  for (const [what, error, delivery, settlement] of ROWS) {
    test(`${what}, delivery ${delivery}: ${settlement.action}`, () => {
      assert.deepEqual(settle({ ok: false, error }, delivery), settlement);
    });
  }
});
