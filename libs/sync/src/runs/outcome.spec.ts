import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { english, quoted } from '#contracts';
import { MarketplaceError, type MarketplaceErrorKind } from '#marketplace';
import { AppError, conflict } from '#runtime';
import { LeaseLost } from './lease.js';
import { decideOutcome, MAX_FRUITLESS_ATTEMPTS } from './outcome.js';

const marketplace = (kind: MarketplaceErrorKind, retryAfterMs?: number) =>
  new MarketplaceError({
    kind,
    operation: 'bg.order.list.v2.get',
    what: quoted('What happened'),
    remedy: quoted('What to do.'),
    retryable: false,
    retryAfterMs,
  });

class DatabaseError extends Error {
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

type Row = readonly [what: string, error: unknown, attempts: number, outcome: Record<string, unknown>];

const pause = (code: string, delayMs: number, countsAsAttempt = false) => ({
  action: 'pause',
  code,
  delayMs,
  countsAsAttempt,
});
const fail = (code: string) => ({ action: 'fail', code });
const leave = { action: 'leave' };

const ROWS: readonly Row[] = [
  ['lease lost', new LeaseLost('gone'), 0, leave],
  ['given up on', marketplace('aborted'), 0, leave],
  ['breaker open', marketplace('breaker_open'), 4, pause('marketplace.spared', 15_000)],
  ['breaker that says when', marketplace('breaker_open', 7_000), 0, pause('marketplace.spared', 7_000)],
  ['rate', marketplace('rate'), 0, pause('marketplace.rate_limited', 2_000)],
  ['rate that says when', marketplace('rate', 1_234), 0, pause('marketplace.rate_limited', 1_234)],
  ['rate, long after', marketplace('rate'), 99, pause('marketplace.rate_limited', 300_000)],
  ['transient, first', marketplace('transient'), 0, pause('marketplace.unavailable', 2_000, true)],
  ['transient, second', marketplace('transient'), 1, pause('marketplace.unavailable', 5_000, true)],
  ['transient, third', marketplace('transient'), 2, pause('marketplace.unavailable', 15_000, true)],
  ['transient, last', marketplace('transient'), MAX_FRUITLESS_ATTEMPTS - 1, fail('marketplace.unavailable')],
  ['token', marketplace('token'), 0, fail('shop.needs_reauthorization')],
  ['scope', marketplace('scope'), 0, fail('shop.missing_permission')],
  ['signature', marketplace('signature'), 0, fail('marketplace.signature')],
  ['clock', marketplace('clock'), 0, fail('marketplace.clock')],
  ['ip', marketplace('ip'), 0, fail('marketplace.ip')],
  ['business', marketplace('business'), 0, fail('marketplace.business')],
  ['configuration', marketplace('configuration'), 0, fail('marketplace.configuration')],
  ['programming', marketplace('programming'), 0, fail('marketplace.programming')],
  [
    'auth-service away',
    new AppError('unavailable', 'service.unavailable', 'Away.'),
    1,
    pause('service.unavailable', 5_000),
  ],
  [
    'auth-service slow',
    new AppError('timeout', 'service.timeout', 'Slow.'),
    0,
    pause('service.timeout', 2_000),
  ],
  [
    'credentials refused',
    conflict('shop.needs_reauthorization', 'Authorise.'),
    0,
    fail('shop.needs_reauthorization'),
  ],
  ...[
    '08006',
    '53300',
    '57P01',
    '57P03',
    '57014',
    '40P01',
    '40001',
    '55P03',
    '25P03',
    'ECONNREFUSED',
    'ECONNRESET',
  ].map((code): Row => [`database ${code}`, new DatabaseError('x', code), 0, pause('database.away', 2_000)]),
  ...[
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ].map((text): Row => [text, new DatabaseError(text), 0, pause('database.away', 2_000)]),
  ['a value that the database refuses', new DatabaseError('x', '22003'), 0, fail('internal')],
  ['a bug', new TypeError('marked text'), 0, fail('internal')],
  ['something that is no error', 'text', 0, fail('internal')],
];

describe('what becomes of a run whose handler has thrown', () => {
  for (const [what, error, attempts, expected] of ROWS) {
    test(`${what}, after ${attempts} fruitless attempts: ${String(expected.action)}`, () => {
      const outcome = decideOutcome(error, attempts);
      const { said, ...rest } = { said: undefined, ...outcome };
      const message = said === undefined ? '' : english(said);
      assert.deepEqual(rest, expected);
      if (outcome.action !== 'leave') assert.notEqual(message, '');
      assert.doesNotMatch(message, /marked text/);
    });
  }

  test('what the marketplace refused is said with its remedy', () => {
    const outcome = decideOutcome(marketplace('scope'), 0);
    assert.ok(outcome.action === 'fail');
    assert.equal(english(outcome.said), 'What happened. What to do.');
  });
});
