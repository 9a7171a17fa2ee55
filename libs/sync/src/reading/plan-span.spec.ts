import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planSpan, resumeFirstLoad } from './plan-span.js';

const NOW = Date.parse('2026-11-21T09:00:00.900Z');
const nowSeconds = Math.floor(NOW / 1000);
const plan = (input: Partial<Parameters<typeof planSpan>[0]>) =>
  planSpan({
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
