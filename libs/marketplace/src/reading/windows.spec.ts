import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '#testing';
import { MAX_WINDOW_PAGES, mustSplit, pagesOf, splitLong, splitMoved, splitWindow } from './windows.js';

describe('windows', () => {
  test('50 pages fit, one row more does not; one second is never split', () => {
    const window = { from: 0, to: 1_000 };
    assert.equal(mustSplit(window, MAX_WINDOW_PAGES), false);
    assert.equal(mustSplit(window, MAX_WINDOW_PAGES + 1), true);
    assert.equal(mustSplit({ from: 7, to: 7 }, 10_000), false);
    assert.deepEqual(
      [0, 1, 100, 101].map((total) => pagesOf(total, 100)),
      [0, 1, 1, 2],
    );
  });

  test('parts cover the span exactly, in order, without overlap, and never more than its seconds', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 3_000; round += 1) {
      const from = Math.floor(random() * 2_000_000_000);
      const to = from + 1 + Math.floor(random() ** 4 * 70_000_000);
      const pages = 51 + Math.floor(random() ** 3 * 50_000);
      const by = random() < 0.5 ? 'created' : 'updated';
      // Also one before the window or behind it: whatever is believed of the oldest row, every second is read.
      const oldest = random() < 0.5 ? undefined : from + Math.floor((random() * 1.2 - 0.1) * (to - from));
      const given = splitWindow({ from, to }, pages, by, oldest);
      const parts = by === 'created' ? given.toReversed() : given;
      assert.ok(parts.length >= 2 && parts.length <= to - from + 1);
      assert.equal(parts[0]?.from, from);
      assert.equal(parts.at(-1)?.to, to);
      parts.forEach((part, each) => {
        assert.ok(part.from <= part.to);
        if (each > 0) assert.equal(part.from, (parts[each - 1]?.to ?? 0) + 1);
      });
    }
  });

  test('the time before the oldest row is one window: a young shop costs no call for each empty month', () => {
    const [oldest, to] = [20_000_000, 31_535_999];
    const given = splitWindow({ from: 0, to }, 465, 'created', oldest);
    assert.deepEqual(given.at(-1), { from: 0, to: oldest - 1 });
    assert.deepEqual(given.slice(0, -1), splitWindow({ from: oldest, to }, 465, 'created'));
  });

  test('rows that lie evenly need no second split', () => {
    for (const pages of [51, 100, 465, 2_000]) {
      const parts = splitWindow({ from: 0, to: 31_535_999 }, pages, 'updated');
      for (const part of parts) {
        assert.equal(mustSplit(part, Math.ceil((pages * (part.to - part.from + 1)) / 31_536_000)), false);
      }
    }
  });

  test('a total that lies makes no more than 64 parts of a window, which cover it', () => {
    const window = { from: 0, to: 31_535_999 };
    for (const parts of [splitWindow(window, 9_000_000_000, 'updated'), splitMoved(window, 9_000_000_000)]) {
      assert.deepEqual([parts.length, parts[0]?.from, parts.at(-1)?.to], [64, 0, 31_535_999]);
    }
  });

  test('no part is longer than the marketplace allows; newest first by creation, oldest first by update', () => {
    const parts = [
      { from: 0, to: 9 },
      { from: 10, to: 19 },
      { from: 20, to: 24 },
    ];
    assert.deepEqual(splitLong({ from: 0, to: 24 }, 10, 'updated'), parts);
    assert.deepEqual(splitLong({ from: 0, to: 24 }, 10, 'created'), parts.toReversed());
  });
});
