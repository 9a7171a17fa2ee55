import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MarketplaceError, type MarketplaceErrorKind } from '#marketplace';
import { askApart } from './ask-apart.js';

const NUMBERS = Array.from({ length: 60 }, (_, index) => index);

function refusal(kind: MarketplaceErrorKind): MarketplaceError {
  return new MarketplaceError({ kind, operation: 'x', message: kind, remedy: '', retryable: false });
}

/** Refuses a question in which one of `bad` stands. */
async function ask(bad: readonly number[], kind: MarketplaceErrorKind, isAnswering = true) {
  let calls = 0;
  const asked = await askApart(NUMBERS, isAnswering, (group) => {
    calls += 1;
    return group.some((each) => bad.includes(each))
      ? Promise.reject(refusal(kind))
      : Promise.resolve(group.length);
  });
  return { calls, asked, told: asked.answers.flatMap(({ items }) => items) };
}

describe('many records in one question', () => {
  test('all are answered by one call', async () => {
    const { calls, told } = await ask([], 'business');
    assert.deepEqual([calls, told], [1, NUMBERS]);
  });

  for (const kind of ['business', 'programming', 'unreadable', 'transient'] as const) {
    test(`${kind}: the ones at fault are found, first and last too, the others get their answers`, async () => {
      const bad = [0, 17, 59];
      const { asked, told, calls } = await ask(bad, kind);
      assert.deepEqual(
        asked.refused.map(({ item, error }) => [item, error.kind]),
        bad.map((item) => [item, kind]),
      );
      assert.deepEqual(
        told,
        NUMBERS.filter((each) => !bad.includes(each)),
      );
      assert.ok(calls < 40, `${calls} calls`);
    });
  }

  for (const kind of [
    'rate',
    'breaker_open',
    'token',
    'scope',
    'signature',
    'clock',
    'ip',
    'configuration',
    'aborted',
  ] as const) {
    test(`${kind} is no record's fault: thrown at once`, async () => {
      let calls = 0;
      await assert.rejects(
        askApart(NUMBERS, true, () => {
          calls += 1;
          return Promise.reject(refusal(kind));
        }),
        { kind },
      );
      assert.equal(calls, 1);
    });
  }

  test('a marketplace that is away is not asked for every record', async () => {
    let calls = 0;
    await assert.rejects(
      askApart(NUMBERS, true, () => {
        calls += 1;
        return Promise.reject(refusal('transient'));
      }),
      { kind: 'transient' },
    );
    assert.ok(calls < 15, `${calls} calls`);
  });

  test('one record, nothing answered before: the fault is not the record’s', async () => {
    const alone = (isAnswering: boolean) =>
      askApart([1], isAnswering, () => Promise.reject(refusal('transient')));
    await assert.rejects(alone(false), { kind: 'transient' });
    assert.equal((await alone(true)).refused.length, 1);
  });

  test('a question that is never answered is not put for thousands of records', async () => {
    let calls = 0;
    const many = Array.from({ length: 1_000 }, (_, index) => index);
    await assert.rejects(
      askApart(many, true, () => {
        calls += 1;
        return Promise.reject(refusal('programming'));
      }),
      { kind: 'programming' },
    );
    assert.ok(calls < 80, `${calls} calls`);
  });
});
