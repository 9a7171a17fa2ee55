import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '#runtime';
import { KeyThrottle, WRONG_KEYS_PER_MINUTE } from './key-throttle.js';

const codeOf = (error: unknown): string => {
  assert.ok(error instanceof AppError);
  assert.equal(error.kind, 'rate_limited');
  const { retryAfterSeconds } = error.details;
  assert.ok(typeof retryAfterSeconds === 'number' && retryAfterSeconds >= 1 && retryAfterSeconds <= 60);
  return error.code;
};
const outcome = (tried: Promise<void>): Promise<string> => tried.then(() => 'ok', codeOf);

describe('throttle of API keys', () => {
  test('parallel wrong keys are counted before they are looked at; another address goes on', async () => {
    const throttle = new KeyThrottle(0);
    const outcomes = await Promise.all(
      Array.from({ length: WRONG_KEYS_PER_MINUTE + 30 }, () => outcome(throttle.beginTry('192.0.2.1'))),
    );
    assert.equal(outcomes.filter((each) => each === 'ok').length, WRONG_KEYS_PER_MINUTE);
    assert.equal(outcomes.filter((each) => each === 'api_key.too_many_wrong').length, 30);
    assert.equal(await outcome(throttle.beginTry('192.0.2.2')), 'ok');
  });

  test('right keys are not held against the address', async () => {
    const throttle = new KeyThrottle(0);
    for (let count = 0; count < 3 * WRONG_KEYS_PER_MINUTE; count += 1) {
      assert.equal(await outcome(throttle.beginTry('192.0.2.1')), 'ok');
      await throttle.tryWasRight('192.0.2.1');
    }
  });

  test('each key has a limit of its own; 0 is none', async () => {
    const throttle = new KeyThrottle(2);
    assert.equal(await outcome(throttle.countUse('a')), 'ok');
    assert.equal(await outcome(throttle.countUse('a')), 'ok');
    assert.equal(await outcome(throttle.countUse('a')), 'request.rate_limited');
    assert.equal(await outcome(throttle.countUse('b')), 'ok');
    const open = new KeyThrottle(0);
    for (let count = 0; count < 5; count += 1) assert.equal(await outcome(open.countUse('a')), 'ok');
  });
});
