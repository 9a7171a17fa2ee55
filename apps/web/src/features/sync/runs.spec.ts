import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SyncRun } from '../../api/types';
import { ageOf, allRuns, isPlanned, mergePages, percentDone, type RunsPage, withRun } from './runs';

function run(changes: Partial<SyncRun> = {}): SyncRun {
  return {
    id: 'run-1',
    shopId: 'shop-1',
    kind: 'orders',
    trigger: 'manual',
    status: 'running',
    mode: 'update',
    done: 0,
    total: null,
    changed: 0,
    quarantined: 0,
    apiCalls: 0,
    spanFrom: null,
    spanTo: null,
    asOf: null,
    readsAgainAt: null,
    errorCode: null,
    error: null,
    requestedBy: null,
    correlationId: 'correlation-1',
    createdAt: '2026-11-20T10:00:00.000Z',
    startedAt: null,
    finishedAt: null,
    resumesAt: null,
    recordsPerSecond: null,
    remainingSeconds: null,
    ...changes,
  };
}

const shown = (...rows: SyncRun[]): { pages: RunsPage[]; pageParams: unknown[] } => ({
  pages: [{ rows, next: { orders: null, products: null } }],
  pageParams: [null],
});

describe('as of when a run shows the shop', () => {
  const now = Date.parse('2026-11-20T10:00:00.000Z');
  const asOf = '2026-11-20T09:58:00.000Z';
  const later = '2026-11-20T10:02:02.000Z';

  test('with the moment at which the rest is read again, as long as that lies ahead', () => {
    const asked = run({ status: 'succeeded', asOf, readsAgainAt: later });
    assert.deepEqual(ageOf(asked, now), { asOf, again: later });
    assert.deepEqual(ageOf(asked, now + 180_000), { asOf, again: null });
  });

  test('nothing is said of a run that has not looked at the clock, or that failed', () => {
    assert.equal(ageOf(run(), now), undefined);
    assert.equal(ageOf(run({ status: 'failed', asOf }), now), undefined);
  });

  test('a run that waits for its moment is planned, one that is merely queued is not', () => {
    assert.equal(isPlanned(run({ status: 'queued', resumesAt: later })), true);
    assert.equal(isPlanned(run({ status: 'queued' })), false);
    assert.equal(isPlanned(run({ status: 'waiting', resumesAt: later })), false);
  });
});

describe('a list of runs that events keep fresh', () => {
  test('the newest state takes the place of the known one', () => {
    const data = withRun(shown(run({ done: 1 }), run({ id: 'run-2' })), run({ done: 5 }), {});
    assert.deepEqual(
      allRuns(data.pages).map(({ id, done }) => [id, done]),
      [
        ['run-2', 0],
        ['run-1', 5],
      ],
    );
  });

  test('a run that was not there comes in, unless the filters leave it out', () => {
    const other = run({ id: 'run-2', shopId: 'shop-2', createdAt: '2026-11-20T11:00:00.000Z' });
    assert.deepEqual(
      allRuns(withRun(shown(run()), other, {}).pages).map(({ id }) => id),
      ['run-2', 'run-1'],
    );
    assert.deepEqual(
      allRuns(withRun(shown(run()), other, { shopId: 'shop-1' }).pages).map(({ id }) => id),
      ['run-1'],
    );
  });

  test('a run that no longer fits the filters leaves', () => {
    const data = withRun(shown(run()), run({ status: 'succeeded' }), { status: 'running' });
    assert.deepEqual(allRuns(data.pages), []);
  });

  test('a late event does not make an ended run go on', () => {
    const data = withRun(shown(run({ status: 'failed', done: 9 })), run({ done: 8 }), {});
    assert.equal(allRuns(data.pages)[0]?.status, 'failed');
  });

  test('a retry makes an ended run go on', () => {
    const cancelled = shown(run({ status: 'cancelled' }));
    const queued = withRun(cancelled, run({ status: 'queued', trigger: 'retry' }), {});
    const running = withRun(queued, run({ status: 'running', trigger: 'retry' }), {});
    assert.equal(allRuns(queued.pages)[0]?.status, 'queued');
    assert.equal(allRuns(running.pages)[0]?.status, 'running');
  });

  test('both services are one list, newest first, each run once', () => {
    const first = mergePages({
      orders: { rows: [run({ id: 'a', createdAt: '2026-11-20T12:00:00.000Z' })], nextCursor: 'more' },
      products: { rows: [run({ id: 'b', createdAt: '2026-11-20T13:00:00.000Z' })], nextCursor: null },
    });
    const second = mergePages({
      orders: { rows: [run({ id: 'a', createdAt: '2026-11-20T12:00:00.000Z' }), run()], nextCursor: null },
    });
    assert.deepEqual(first.next, { orders: 'more', products: null });
    assert.deepEqual(
      allRuns([first, second]).map(({ id }) => id),
      ['b', 'a', 'run-1'],
    );
  });
});

describe('how far a run is', () => {
  test('is unknown until the total is known', () => assert.equal(percentDone(run({ done: 70 })), null));
  test('is never rounded up to done', () =>
    assert.equal(percentDone(run({ done: 4644, total: 4645 })), 99.9));
  test('is not all while the run goes on', () =>
    assert.equal(percentDone(run({ done: 1234, total: 1234 })), 99.9));
  test('is nothing of nothing while it runs', () => assert.equal(percentDone(run({ total: 0 })), 0));
  test('is all when it succeeded, whatever was counted', () =>
    assert.equal(percentDone(run({ status: 'succeeded', done: 0, total: 0 })), 100));
});
