import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page, SyncDomain, SyncRun } from '../../api/types';
import { ageOf, isPlanned, percentDone, readMerged, withRun } from './runs';

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

const shown = (...rows: SyncRun[]): Page<SyncRun> => ({ rows, nextCursor: null });
const ids = ({ rows }: Page<SyncRun>) => rows.map(({ id }) => id);

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
  const older = run({ id: 'run-0', createdAt: '2026-11-20T09:00:00.000Z' });
  const younger = run({ id: 'run-2', shopId: 'shop-2', createdAt: '2026-11-20T11:00:00.000Z' });

  test('the newest state takes the place of the known one', () => {
    const page = withRun(shown(younger, run({ done: 1 })), run({ done: 5 }), {});
    assert.deepEqual(
      page.rows.map(({ id, done }) => [id, done]),
      [
        ['run-2', 0],
        ['run-1', 5],
      ],
    );
  });

  test('a run that was not there comes in at its place, unless the filters leave it out', () => {
    assert.deepEqual(ids(withRun(shown(run()), younger, {})), ['run-2', 'run-1']);
    assert.deepEqual(ids(withRun(shown(run()), older, {})), ['run-1', 'run-0']);
    assert.deepEqual(ids(withRun(shown(run()), younger, { shopId: 'shop-1' })), ['run-1']);
  });

  test('what is of another page does not come in', () => {
    const first = { ...shown(run()), nextCursor: 'more' };
    assert.deepEqual(ids(withRun(first, older, {})), ['run-1']);
    assert.deepEqual(ids(withRun(first, younger, {})), ['run-2', 'run-1']);
    assert.deepEqual(ids(withRun(shown(run()), younger, {}, false)), ['run-1']);
  });

  test('a run that no longer fits the filters leaves', () => {
    assert.deepEqual(ids(withRun(shown(run()), run({ status: 'succeeded' }), { status: 'running' })), []);
  });

  test('a late event does not make an ended run go on', () => {
    const page = withRun(shown(run({ status: 'failed', done: 9 })), run({ done: 8 }), {});
    assert.equal(page.rows[0]?.status, 'failed');
  });

  test('a retry makes an ended run go on', () => {
    const cancelled = shown(run({ status: 'cancelled' }));
    const queued = withRun(cancelled, run({ status: 'queued', trigger: 'retry' }), {});
    const running = withRun(queued, run({ status: 'running', trigger: 'retry' }), {});
    assert.equal(queued.rows[0]?.status, 'queued');
    assert.equal(running.rows[0]?.status, 'running');
  });
});

describe('the runs of both services as one list', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 10, minute)).toISOString();
  /** Newest first; the numbers are the minutes in which the runs were made. */
  const listOf = (name: string, minutes: number[]) =>
    minutes.map((minute) => run({ id: `${name}${minute}`, createdAt: at(minute) }));
  const lists: Record<SyncDomain, SyncRun[]> = {
    orders: listOf('o', [59, 58, 57, 40, 20, 9, 8, 7, 6]),
    products: listOf('p', [58, 41, 40, 39, 38, 5]),
  };
  /** As a service pages: a cursor is the place behind the last run given. */
  const read = (domain: SyncDomain, page: { cursor: string | undefined; limit: number }) => {
    const start = Number(page.cursor ?? 0);
    const end = start + page.limit;
    const all = lists[domain];
    return Promise.resolve({
      rows: all.slice(start, end),
      nextCursor: end < all.length ? String(end) : null,
    });
  };
  const everything = [
    'o59',
    'o58',
    'p58',
    'o57',
    'p41',
    'o40',
    'p40',
    'p39',
    'p38',
    'o20',
    'o9',
    'o8',
    'o7',
    'o6',
    'p5',
  ];

  for (const limit of [1, 2, 4, 7, 15, 100]) {
    test(`no run is passed over or shown twice, ${limit} a page`, async () => {
      const found: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await readMerged(['orders', 'products'], read, { cursor, limit });
        found.push(ids(page));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      assert.deepEqual(found.flat(), everything);
      assert.ok(found.slice(0, -1).every((page) => page.length === limit));
    });
  }

  test('a service that is not asked for has no runs', async () => {
    const page = await readMerged(['products'], read, { cursor: undefined, limit: 2 });
    assert.deepEqual(ids(page), ['p58', 'p41']);
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
