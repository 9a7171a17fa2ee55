import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlatformClock } from './platform-clock.js';

test('what an answer shows names times; only a refusal moves what is signed, and of its own gateway', () => {
  let ourMs = 1_000_000;
  const clock = new PlatformClock<'here' | 'there'>(() => ourMs);
  clock.saw('here', new Date(1_090_500));
  assert.deepEqual([clock.seconds('here'), clock.seconds('there')], [1091, 1000]);
  assert.equal(clock.shownMs('here', ourMs), 1_000_000);
  clock.resync('here', new Date(1_090_000));
  clock.resync('there', null);
  ourMs += 5000;
  assert.deepEqual([clock.shownMs('here', ourMs), clock.shownMs('there', ourMs)], [1_095_000, 1_005_000]);
});
