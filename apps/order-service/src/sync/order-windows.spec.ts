import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../orders/order-bed.fixture.js';
import {
  MAX_WINDOW_PAGES,
  mustSplit,
  PAGE_SIZE,
  pagesOf,
  planOrdersRun,
  resumeFirstLoad,
  splitMoved,
  splitWindow,
} from './order-windows.js';

const NOW = Date.parse('2026-11-21T09:00:00.900Z');
const nowSeconds = Math.floor(NOW / 1000);
const plan = (input: Partial<Parameters<typeof planOrdersRun>[0]>) =>
  planOrdersRun({
    platformNow: new Date(NOW),
    lagSeconds: 120,
    cursor: undefined,
    depthDays: undefined,
    firstLoadDays: 365,
    ...input,
  });

describe('what a run reads', () => {
  test('first: the days of creation, up to the platform’s own clock less its lag', () => {
    const to = nowSeconds - 120;
    assert.deepEqual(plan({}), {
      by: 'created',
      from: to - 365 * 86_400,
      to,
      windows: [{ from: to - 365 * 86_400, to }],
    });
  });

  test('peer failure 2: then what changed since the cursor less the lag', () => {
    const updatedThrough = new Date((nowSeconds - 5_000) * 1000);
    const state = plan({ cursor: { updatedThrough } });
    assert.deepEqual([state?.by, state?.from, state?.to], ['updated', nowSeconds - 5_120, nowSeconds - 120]);
  });

  test('a depth that a person asks for reads creation days again, beside the cursor', () => {
    const state = plan({ cursor: { updatedThrough: new Date(NOW) }, depthDays: 7 });
    assert.deepEqual([state?.by, (state?.to ?? 0) - (state?.from ?? 0)], ['created', 7 * 86_400]);
  });

  test('nothing, while the platform’s clock is not past the last reading', () => {
    assert.equal(plan({ cursor: { updatedThrough: new Date(NOW + 60_000) } }), undefined);
  });
});

describe('windows', () => {
  test('50 pages fit, one row more does not; one second is never split', () => {
    const window = { from: 0, to: 1_000 };
    assert.equal(mustSplit(window, MAX_WINDOW_PAGES * PAGE_SIZE), false);
    assert.equal(mustSplit(window, MAX_WINDOW_PAGES * PAGE_SIZE + 1), true);
    assert.equal(mustSplit({ from: 7, to: 7 }, 1_000_000), false);
    assert.deepEqual([0, 1, 100, 101].map(pagesOf), [0, 1, 1, 2]);
  });

  test('parts cover the span exactly, in order, without overlap, and never more than its seconds', () => {
    const random = seededRandom(3);
    for (let round = 0; round < 3_000; round += 1) {
      const from = Math.floor(random() * 2_000_000_000);
      const to = from + 1 + Math.floor(random() ** 4 * 70_000_000);
      const total = 5_001 + Math.floor(random() ** 3 * 5_000_000);
      const by = random() < 0.5 ? 'created' : 'updated';
      // Also one before the window or behind it: whatever is believed of the oldest row, every second is read.
      const oldest = random() < 0.5 ? undefined : from + Math.floor((random() * 1.2 - 0.1) * (to - from));
      const given = splitWindow({ from, to }, total, by, oldest);
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
    const given = splitWindow({ from: 0, to }, 46_450, 'created', oldest);
    assert.deepEqual(given.at(-1), { from: 0, to: oldest - 1 });
    assert.deepEqual(given.slice(0, -1), splitWindow({ from: oldest, to }, 46_450, 'created'));
  });

  test('rows that lie evenly need no second split', () => {
    for (const total of [5_001, 9_999, 46_450, 200_000]) {
      const parts = splitWindow({ from: 0, to: 31_535_999 }, total, 'updated');
      for (const part of parts) {
        assert.equal(mustSplit(part, Math.ceil((total * (part.to - part.from + 1)) / 31_536_000)), false);
      }
    }
  });

  test('a total that lies makes no more than 64 parts of a window, which cover it', () => {
    const window = { from: 0, to: 31_535_999 };
    for (const parts of [
      splitWindow(window, 900_000_000_000, 'updated'),
      splitMoved(window, 900_000_000_000),
    ]) {
      assert.deepEqual([parts.length, parts[0]?.from, parts.at(-1)?.to], [64, 0, 31_535_999]);
    }
  });
});

describe('a first load that was incomplete', () => {
  const broken = { by: 'created', from: 0, to: 999, windows: [] } as const;
  const lacking = { met: 1, total: 2 };

  test('reads what was created since and its incomplete windows; its end, the cursor to be, stays', () => {
    const state = resumeFirstLoad({ ...broken, incomplete: [{ from: 300, to: 400, ...lacking }] }, 5_000);
    assert.deepEqual(state, {
      ...broken,
      windows: [
        { from: 1_000, to: 5_000 },
        { from: 300, to: 400 },
      ],
      incomplete: [],
    });
  });

  test('again: what was read beyond its end is one window, also where that was incomplete', () => {
    const incomplete = [
      { from: 1_000, to: 5_000, ...lacking },
      { from: 300, to: 400, ...lacking },
    ];
    assert.deepEqual(resumeFirstLoad({ ...broken, incomplete }, 9_000).windows, [
      { from: 1_000, to: 9_000 },
      { from: 300, to: 400 },
    ]);
  });
});
