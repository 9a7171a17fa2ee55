import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PermitKey } from './limiter.js';
import { createLocalLimiter } from './local-limiter.js';
import { createPostgresLimiter } from './postgres-limiter.js';

const key = (appKey: string, priority: PermitKey['priority'] = 'background'): PermitKey => ({
  appKey,
  operation: 'bg.order.list.v2.get',
  priority,
});

/** A clock that only moves when everybody sleeps: the sleeper that wakes first moves it. */
function virtualTime() {
  let nowMs = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  let scheduled = false;
  const wakeNext = () => {
    scheduled = false;
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    if (!next) return;
    nowMs = Math.max(nowMs, next.at);
    next.wake();
    schedule();
  };
  const schedule = () => {
    if (scheduled || sleepers.length === 0) return;
    scheduled = true;
    setImmediate(wakeNext);
  };
  return {
    clock: () => nowMs,
    sleep: (delayMs: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        sleepers.push({ at: nowMs + delayMs, wake: resolve });
        schedule();
      }),
  };
}

describe('the local limiter', () => {
  test('permits of one app key are evenly spaced, those of another are not affected', async () => {
    const time = virtualTime();
    const limiter = createLocalLimiter({ permitsPerSecond: 20, ...time });
    const sentAt: number[] = [];
    const acquire = async (appKey: string) => {
      await limiter.acquire(key(appKey));
      if (appKey === 'a') sentAt.push(time.clock());
    };
    await Promise.all([...Array.from({ length: 40 }, () => acquire('a')), acquire('b')]);
    sentAt.sort((x, y) => x - y);
    assert.deepEqual(
      sentAt,
      Array.from({ length: 40 }, (_, i) => i * 50),
    );
  });

  test('a person does not wait behind a long list', async () => {
    const time = virtualTime();
    const limiter = createLocalLimiter({ permitsPerSecond: 20, ...time });
    const background = Array.from({ length: 200 }, () => limiter.acquire(key('a')));
    await limiter.acquire(key('a', 'interactive'));
    assert.ok(time.clock() <= 350, `waited ${time.clock()} ms`);
    await Promise.all(background);
  });

  test('after a penalty nobody calls before it is over', async () => {
    const time = virtualTime();
    const limiter = createLocalLimiter({ permitsPerSecond: 20, ...time });
    await limiter.acquire(key('a'));
    await limiter.penalize(key('a'), 3_000);
    await Promise.all([limiter.acquire(key('a')), limiter.acquire(key('a', 'interactive'))]);
    assert.ok(time.clock() >= 3_000);
  });

  test('whoever gives up leaves the line at once and takes no slot', async () => {
    const time = virtualTime();
    const limiter = createLocalLimiter({ permitsPerSecond: 20, ...time });
    const abort = new AbortController();
    const first = Array.from({ length: 30 }, () => limiter.acquire(key('a')));
    const leaving = limiter.acquire(key('a'), abort.signal);
    const last = limiter.acquire(key('a'));
    abort.abort(new Error('left'));
    await assert.rejects(leaving, /left/);
    await Promise.all([...first, last]);
    // 31 permits: the last one lies 30 spacings after the first.
    assert.equal(time.clock(), 30 * 50);
  });

  test('a rate that is no rate is refused', () => {
    for (const permitsPerSecond of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => createLocalLimiter({ permitsPerSecond }), RangeError);
    }
  });
});

describe('the Postgres limiter', () => {
  test('asks once a permit and waits as long as the database says', async () => {
    const asked: unknown[][] = [];
    const slept: number[] = [];
    const limiter = createPostgresLimiter({
      query: async (_sql, params) => {
        asked.push(params);
        return [{ taken: true, wait_ms: 41.2 }];
      },
      permitsPerSecond: 20,
      sleep: async (ms) => {
        slept.push(ms);
      },
    });
    await limiter.acquire(key('a', 'interactive'));
    await limiter.acquire(key('a'));
    assert.deepEqual(asked, [
      ['a', 50, null],
      ['a', 50, 250],
    ]);
    assert.deepEqual(slept, [42, 42]);
  });

  test('a full queue is looked at again when it can have room', async () => {
    const answers = [
      { taken: false, wait_ms: 1_250 },
      { taken: true, wait_ms: 240 },
    ];
    const slept: number[] = [];
    const limiter = createPostgresLimiter({
      query: async () => answers.splice(0, 1),
      sleep: async (ms) => {
        slept.push(ms);
      },
    });
    await limiter.acquire(key('a'));
    assert.deepEqual(slept, [1_020, 240]);
  });

  test('only one caller of a process asks at a time, however many wait', async () => {
    let open = 0;
    let most = 0;
    const limiter = createPostgresLimiter({
      query: async () => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
        return [{ taken: true, wait_ms: 0 }];
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => limiter.acquire(key('a'))));
    assert.equal(most, 1);
  });

  test('a database that fails lets nobody through, and does not stop the next', async () => {
    let fails = true;
    const limiter = createPostgresLimiter({
      query: async () => {
        if (fails) throw new Error('connection refused');
        return [{ taken: true, wait_ms: 0 }];
      },
    });
    await assert.rejects(limiter.acquire(key('a')), /connection refused/);
    fails = false;
    await limiter.acquire(key('a'));
  });
});
