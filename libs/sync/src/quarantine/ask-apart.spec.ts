import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoted } from '#contracts';
import { MarketplaceError, type MarketplaceErrorKind } from '#marketplace';
import { askApart } from './ask-apart.js';

const NUMBERS = Array.from({ length: 60 }, (_, index) => index);

function refusal(kind: MarketplaceErrorKind): MarketplaceError {
  return new MarketplaceError({
    kind,
    operation: 'x',
    what: quoted(kind),
    remedy: quoted(''),
    retryable: false,
  });
}

/** Refuses a question in which one of `bad` stands. */
async function ask(bad: readonly number[], kind: MarketplaceErrorKind, items: readonly number[] = NUMBERS) {
  let calls = 0;
  const asked = await askApart(items, (group) => {
    calls += 1;
    return group.some((each) => bad.includes(each))
      ? Promise.reject(refusal(kind))
      : Promise.resolve(group.length);
  });
  return { calls, asked, told: asked.answers.flatMap(({ items: group }) => group) };
}

const itemsOf = (unanswered: readonly { item: number }[]): number[] => unanswered.map(({ item }) => item);

describe('many records in one question', () => {
  test('all are answered by one call', async () => {
    const { calls, told } = await ask([], 'business');
    assert.deepEqual([calls, told], [1, NUMBERS]);
  });

  for (const kind of ['business', 'programming', 'unreadable', 'transient'] as const) {
    test(`${kind}: the ones at fault are found, first and last too, the others get their answers`, async () => {
      const bad = [0, 17, 59];
      const { asked, told, calls } = await ask(bad, kind);
      const [found, none] =
        kind === 'transient' ? [asked.putOff, asked.refused] : [asked.refused, asked.putOff];
      assert.deepEqual(
        found.map(({ item, error }) => [item, error.kind]),
        bad.map((item) => [item, kind]),
      );
      assert.deepEqual(none, []);
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
    test(`${kind} is no record's fault: nothing more is asked`, async () => {
      const { calls, asked, told } = await ask(NUMBERS, kind);
      assert.equal(calls, 1);
      assert.deepEqual([asked.left, told, (asked.error as MarketplaceError).kind], [NUMBERS, [], kind]);
    });
  }

  test('what was answered before such an end is handed back, and the rest is left in its order', async () => {
    const asked = await askApart(NUMBERS, (group) => {
      if (group.includes(40)) return Promise.reject(refusal(group.length === 60 ? 'business' : 'rate'));
      return Promise.resolve(group.length);
    });
    assert.deepEqual(
      asked.answers.map(({ answer }) => answer),
      [30],
    );
    assert.deepEqual(asked.left, NUMBERS.slice(30));
    assert.equal((asked.error as MarketplaceError).kind, 'rate');
  });

  test('three neighbours that fail for now, the first ones, cost the others nothing', async () => {
    const { asked, told } = await ask([0, 1, 2], 'transient');
    assert.deepEqual([itemsOf(asked.putOff), told, asked.error], [[0, 1, 2], NUMBERS.slice(3), undefined]);
  });

  test('many neighbours that fail for now: those behind them are answered, a few beside them wait with them', async () => {
    const { asked, told, calls } = await ask(NUMBERS.slice(0, 10), 'transient');
    assert.deepEqual([...itemsOf(asked.putOff), ...told], NUMBERS);
    assert.ok(told.length >= 30 && calls < 20, `${told.length} told by ${calls} calls`);
  });

  test('the last time, a good one among many that fail is found all the same', async () => {
    const asked = await askApart(
      NUMBERS,
      (group) =>
        group.length === 1 && group[0] === 57 ? Promise.resolve(1) : Promise.reject(refusal('transient')),
      { isThorough: true },
    );
    assert.deepEqual(
      asked.answers.map(({ items }) => items),
      [[57]],
    );
    assert.equal(asked.putOff.length, 59);
  });

  test('a marketplace that is away is not asked for every record', async () => {
    const { asked, calls } = await ask(NUMBERS, 'transient');
    assert.deepEqual([itemsOf(asked.putOff), asked.refused], [NUMBERS, []]);
    assert.ok(calls <= 15, `${calls} calls`);
  });

  test('a refusal is an answer: no count of them ends the questions', async () => {
    const { asked, told } = await ask(NUMBERS.slice(5, 45), 'business');
    assert.deepEqual(itemsOf(asked.refused), NUMBERS.slice(5, 45));
    assert.equal(told.length, 20);
  });

  test('a refusal between faults says that the marketplace answers', async () => {
    const asked = await askApart([0, 1, 2, 3, 4, 5, 6, 7], (group) =>
      group.length > 1 || group[0] !== 7
        ? Promise.reject(refusal(group.length === 1 && (group[0] ?? 0) % 3 === 2 ? 'business' : 'transient'))
        : Promise.resolve(1),
    );
    assert.deepEqual(
      [itemsOf(asked.refused), itemsOf(asked.putOff)],
      [
        [2, 5],
        [0, 1, 3, 4, 6],
      ],
    );
    assert.equal(asked.answers.length, 1);
  });
});
