import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CONTEXTS } from '#contracts';
import { makeSchedule, ROUND } from './schedule.js';

const minute = { seconds: 60, meanGapMs: 4_000, replicas: 2 };

describe('the schedule of chaos', () => {
  test('the same seed replays, another one does not', () => {
    assert.deepEqual(makeSchedule({ seed: '7', ...minute }), makeSchedule({ seed: '7', ...minute }));
    assert.notDeepEqual(makeSchedule({ seed: '7', ...minute }), makeSchedule({ seed: '8', ...minute }));
  });

  test('a longer chaos begins like a shorter one', () => {
    const short = makeSchedule({ seed: '7', ...minute });
    const long = makeSchedule({ seed: '7', ...minute, seconds: 600 });
    assert.deepEqual(long.slice(0, short.length), short);
  });

  test('in time order, within the time, and every kind of every part within the first round', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const actions = makeSchedule({ seed: String(seed), ...minute, seconds: 90 });
      const times = actions.map((action) => action.atMs);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
      assert.ok(times.every((atMs) => atMs > 0 && atMs <= 90_000));
      const first = actions.slice(0, ROUND.length);
      assert.deepEqual(
        [...new Set(first.map((action) => action.kind))].sort(),
        ['kill', 'kill-nats', 'kill-postgres', 'pause', 'wipe-nats'],
        `seed ${seed}`,
      );
      for (const part of CONTEXTS)
        assert.ok(
          first.some(({ kind, target }) => kind === 'kill' && target.startsWith(`${part}-`)),
          `${part}, seed ${seed}`,
        );
      for (const action of actions) {
        if (action.kind === 'pause') assert.ok(action.downMs > 15_000, 'longer than a lease');
      }
    }
  });
});
