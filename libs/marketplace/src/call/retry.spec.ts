import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_RETRY_POLICY, decideRetry, type FailedTry } from './retry.js';

const failed = (overrides: Partial<FailedTry>): FailedTry => ({
  retryClass: 'transport',
  attempt: 1,
  repeatable: true,
  notCarriedOut: false,
  clockResynced: false,
  retryAfterMs: null,
  ...overrides,
});

const decide = (overrides: Partial<FailedTry>, random = 0.5) =>
  decideRetry(failed(overrides), DEFAULT_RETRY_POLICY, random);

describe('decideRetry', () => {
  test('each class has its own number of tries', () => {
    for (const [retryClass, tries] of [
      ['rate', 8],
      ['platform', 3],
      ['hiccup', 2],
      ['transport', 3],
    ] as const) {
      assert.equal(decide({ retryClass, attempt: tries - 1 }).retry, true, `${retryClass} too early`);
      assert.equal(decide({ retryClass, attempt: tries }).retry, false, `${retryClass} too late`);
    }
  });

  test('never means never', () => {
    assert.equal(decide({ retryClass: 'never' }).retry, false);
  });

  test('a refused clock is answered once, at once, even for what must not be repeated', () => {
    assert.deepEqual(decide({ retryClass: 'clock', repeatable: false }), {
      retry: true,
      reason: "signed again with the platform's clock",
      delayMs: 0,
    });
    assert.equal(decide({ retryClass: 'clock', clockResynced: true }).retry, false);
  });

  test('what must not be repeated is only repeated when it was surely not carried out', () => {
    assert.equal(decide({ repeatable: false }).retry, false);
    assert.equal(decide({ repeatable: false, notCarriedOut: true }).retry, true);
  });

  test('the wait grows to a bound and has full jitter', () => {
    const delays = (retryClass: 'rate' | 'platform', attempt: number) =>
      [0, 0.5, 0.999].map((random) => {
        const decision = decide({ retryClass, attempt }, random);
        return decision.retry ? decision.delayMs : null;
      });
    assert.deepEqual(delays('platform', 1), [0, 200, 399]);
    assert.deepEqual(delays('platform', 2), [0, 400, 799]);
    // The limiter paces all tries already.
    assert.deepEqual(delays('rate', 1), [0, 50, 99]);
    assert.deepEqual(delays('rate', 3), [0, 200, 399]);
    const policy = { ...DEFAULT_RETRY_POLICY, maxTries: { ...DEFAULT_RETRY_POLICY.maxTries, rate: 100 } };
    const late = decideRetry(failed({ retryClass: 'rate', attempt: 50 }), policy, 0.999);
    assert.ok(late.retry && late.delayMs < DEFAULT_RETRY_POLICY.maxDelayMs);
  });

  test('it never comes back before the platform said', () => {
    const decision = decide({ retryClass: 'rate', retryAfterMs: 3000 }, 0);
    assert.ok(decision.retry && decision.delayMs === 3000);
  });
});
