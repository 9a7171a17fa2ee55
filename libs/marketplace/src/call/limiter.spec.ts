import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { type CallLimiter, type PermitKey, PermitsUsedUp } from './limiter.js';
import { createLocalLimiter } from './local-limiter.js';
import { WaitingLine } from './waiting-line.js';

const START_MS = Date.UTC(2026, 10, 21);

function key(appKey: string, change: Partial<PermitKey> = {}): PermitKey {
  return { appKey, operation: 'bg.order.list.v2.get', priority: 'background', shop: 'one', ...change };
}

/** The same numbers in [0, 1) each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A clock that only moves when everybody sleeps: to the time of the sleeper that wakes first. */
class VirtualTime {
  #sleepers: { at: number; wake: () => void }[] = [];
  #isScheduled = false;
  readonly clock = () => Date.now() - START_MS;

  constructor() {
    mock.timers.enable({ apis: ['Date', 'setTimeout'], now: START_MS });
  }

  readonly sleep = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      this.#sleepers.push({ at: this.clock() + delayMs, wake: resolve });
      this.#schedule();
    });

  #schedule(): void {
    if (this.#isScheduled || this.#sleepers.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (!next) return;
      mock.timers.tick(Math.max(0, next.at - this.clock()));
      next.wake();
      this.#schedule();
    });
  }
}

describe('the limiter', () => {
  let time: VirtualTime;
  let limiter: CallLimiter;
  beforeEach(() => {
    time = new VirtualTime();
    limiter = createLocalLimiter({ permitsPerSecond: 20, clock: time.clock, sleep: time.sleep });
  });
  afterEach(() => mock.timers.reset());

  /** When each of so many calls was let through. */
  async function run(count: number, permit: PermitKey): Promise<number[]> {
    const times = await Promise.all(
      Array.from({ length: count }, () => limiter.acquire(permit).then(time.clock)),
    );
    return times.sort((a, b) => a - b);
  }

  test('permits of one app key are evenly spaced, those of another are not affected', async () => {
    const [times, other] = await Promise.all([run(60, key('a')), run(1, key('b'))]);
    assert.deepEqual(
      times,
      Array.from({ length: 60 }, (_, index) => index * 50),
    );
    assert.deepEqual(other, [0]);
  });

  test('after an idle spell the next calls are spaced, not sent in one burst', async () => {
    await run(1, key('a'));
    await time.sleep(1_700);
    const times = await run(12, key('a'));
    // A quarter of a second may be caught up, and no more.
    assert.ok((times[11] ?? 0) - (times[0] ?? 0) >= 11 * 50 - 250, times.join(' '));
  });

  test('a person does not wait behind a long list, nor a hint; then come follow-ups, and audits last', async () => {
    const order: string[] = [];
    const ask = async (name: PermitKey['priority'], count: number) => {
      await Promise.all(
        Array.from({ length: count }, () =>
          limiter.acquire(key('a', { priority: name })).then(() => order.push(name)),
        ),
      );
    };
    await Promise.all([
      ask('bulk', 1),
      ask('followup', 1),
      ask('background', 4),
      ask('hint', 1),
      ask('interactive', 1),
    ]);
    // Nobody has arrived when the first slot is asked for; the others have when it comes.
    assert.deepEqual(order, [
      'interactive',
      'hint',
      ...Array.from({ length: 4 }, () => 'background'),
      'followup',
      'bulk',
    ]);
  });

  test('a shop with a thousand calls does not starve another of the same app', async () => {
    const many = run(1_000, key('a', { shop: 'huge' }));
    await time.sleep(200);
    const startedAt = time.clock();
    const few = await run(5, key('a', { shop: 'small' }));
    assert.ok((few[4] ?? 0) - startedAt <= 12 * 50, `${(few[4] ?? 0) - startedAt} ms for five calls`);
    await many;
  });

  test('whoever waits longest is never passed over for ever', async () => {
    let isAuditDone = false;
    const audit = limiter.acquire(key('a', { priority: 'bulk' })).then(() => {
      isAuditDone = true;
    });
    for (let call = 0; call < 40 && !isAuditDone; call += 1) {
      await Promise.all([limiter.acquire(key('a')), limiter.acquire(key('a'))]);
    }
    assert.ok(isAuditDone);
    await audit;
  });

  test('whoever gives up leaves the line at once and takes no slot', async () => {
    const abort = new AbortController();
    const first = run(30, key('a'));
    const leaving = limiter.acquire(key('a'), abort.signal);
    const last = run(1, key('a'));
    abort.abort(new Error('left'));
    await assert.rejects(leaving, /left/);
    assert.deepEqual(await last, [30 * 50]);
    await first;
  });

  test('after a refusal nobody calls before its time is over, then more slowly, and minutes later as before', async () => {
    await limiter.acquire(key('a'));
    await limiter.penalize(key('a'), 3_000);
    const slow = await run(20, key('a'));
    // What the platform asked for goes before our own rest.
    assert.ok((slow[0] ?? 0) >= 3_000);
    const spacing = ((slow[19] ?? 0) - (slow[0] ?? 0)) / 19;
    assert.ok(spacing >= 60 && spacing <= 66, `${spacing} ms apart`);
    await time.sleep(3 * 60_000);
    const [first = 0, ...others] = await run(20, key('a'));
    assert.equal((others.at(-1) ?? 0) - first, 19 * 50);
  });

  test('refusals of calls that were on their way together count once', async () => {
    await Promise.all(Array.from({ length: 12 }, () => limiter.penalize(key('a'), null)));
    const times = await run(20, key('a'));
    const spacing = ((times[19] ?? 0) - (times[0] ?? 0)) / 19;
    assert.ok(spacing <= 66, `${spacing} ms apart`);
  });

  test('after the first refusal nobody calls for a second', async () => {
    await limiter.acquire(key('a'));
    await limiter.penalize(key('a'), null);
    const startedAt = time.clock();
    assert.ok(((await run(1, key('a')))[0] ?? 0) - startedAt >= 1_000);
  });

  /** Some callers at once until the end; `isRefused` is the platform, told when a call arrives. */
  async function callOn(endMs: number, isRefused: (now: number) => boolean, latencyMs = 0) {
    const calls: { at: number; isRefused: boolean }[] = [];
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (time.clock() < endMs) {
          await limiter.acquire(key('a'));
          const call = { at: time.clock(), isRefused: isRefused(time.clock()) };
          calls.push(call);
          if (latencyMs > 0) await time.sleep(latencyMs);
          if (call.isRefused) await limiter.penalize(key('a'), null, latencyMs);
        }
      }),
    );
    const between = (from: number, to: number) => calls.filter(({ at }) => at >= from && at < to);
    return {
      /** Calls a second. */
      rate: (from: number, to: number) => (between(from, to).length * 1000) / (to - from),
      accepted: (from: number, to: number) =>
        (between(from, to).filter((call) => !call.isRefused).length * 1000) / (to - from),
      refused: (from: number, to: number) => between(from, to).filter((call) => call.isRefused).length,
    };
  }

  /** As the sandbox counts: a bucket of one second's worth. */
  function bucket(granted: number): (now: number) => boolean {
    let permits = granted;
    let countedAt = 0;
    return (now) => {
      permits = Math.min(granted, permits + ((now - countedAt) / 1000) * granted);
      countedAt = now;
      if (permits < 1) return true;
      permits -= 1;
      return false;
    };
  }

  for (const share of [0.3, 0.1, 0.02]) {
    for (const latencyMs of [0, 300]) {
      test(`refusals by chance, ${share * 100} % of the calls, answers after ${latencyMs} ms: most of the pace is kept`, async () => {
        const random = seeded(47);
        const calls = await callOn(300_000, () => random() < share, latencyMs);
        const most = latencyMs === 0 ? 20 : Math.min(20, 4_000 / latencyMs);
        const rate = calls.rate(60_000, 300_000);
        assert.ok(rate >= 0.7 * most, `${rate} calls a second`);
      });
    }
  }

  test('three of ten calls refused by chance: a hundred calls do not take much longer than twice as long', async () => {
    const random = seeded(5);
    const calls = await callOn(20_000, () => random() < 0.3);
    assert.ok(calls.rate(0, 11_000) * 11 >= 100, `${calls.rate(0, 11_000) * 11} calls in 11 seconds`);
  });

  for (const latencyMs of [0, 300]) {
    test(`peer failure 47: another program takes half of the limit, answers after ${latencyMs} ms: all slow down, and are hardly refused`, async () => {
      const grants = bucket(20);
      let peersAt = 0;
      const calls = await callOn(
        600_000,
        (now) => {
          for (; peersAt <= now; peersAt += 100) grants(peersAt);
          return grants(now);
        },
        latencyMs,
      );
      assert.ok(calls.refused(0, 60_000) <= 30, `${calls.refused(0, 60_000)} refused in the first minute`);
      const late = calls.refused(120_000, 600_000) / (calls.rate(120_000, 600_000) * 480);
      assert.ok(late < 0.01, `${late} refused`);
      assert.ok(calls.accepted(120_000, 600_000) >= 8, `${calls.accepted(120_000, 600_000)} a second`);
    });
  }

  test('peer failure 47: a program that begins while refusals are taken for chance is made way for', async () => {
    const random = seeded(3);
    const grants = bucket(20);
    let peersAt = 60_000;
    const calls = await callOn(180_000, (now) => {
      for (; peersAt <= now; peersAt += 100) grants(peersAt);
      return (now < 60_000 && random() < 0.3) || grants(now);
    });
    assert.ok(calls.rate(30_000, 60_000) >= 12, `${calls.rate(30_000, 60_000)} a second before`);
    assert.ok(calls.rate(120_000, 180_000) <= 11.5, `${calls.rate(120_000, 180_000)} a second beside it`);
  });

  test('peer failure 47: who has little to ask and is refused goes more slowly too', async () => {
    // Another program leaves four calls a second; we ask for eight.
    const grants = bucket(20);
    let peersAt = 0;
    const refusedAt: number[] = [];
    while (time.clock() < 300_000) {
      await limiter.acquire(key('a'));
      for (; peersAt <= time.clock(); peersAt += 62.5) grants(peersAt);
      if (grants(time.clock())) {
        refusedAt.push(time.clock());
        await limiter.penalize(key('a'), null);
      }
      await time.sleep(75);
    }
    const late = refusedAt.filter((at) => at > 120_000).length;
    assert.ok(late <= 40, `${late} refused in three minutes`);
  });

  test('a platform that grants half of what is configured: the pace settles just below it, with few refusals', async () => {
    // As the sandbox counts: a bucket of one second's worth.
    const granted = 10;
    let permits = granted;
    let countedAt = 0;
    const accepted: number[] = [];
    const refused: number[] = [];
    const call = async () => {
      await limiter.acquire(key('a'));
      const now = time.clock();
      permits = Math.min(granted, permits + ((now - countedAt) / 1000) * granted);
      countedAt = now;
      if (permits >= 1) {
        permits -= 1;
        accepted.push(now);
      } else {
        refused.push(now);
        await limiter.penalize(key('a'), null);
      }
    };
    const endMs = 15 * 60_000;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (time.clock() < endMs) await call();
      }),
    );
    const settledFrom = 5 * 60_000;
    const rate = accepted.filter((at) => at > settledFrom).length / ((endMs - settledFrom) / 1000);
    const late = refused.filter((at) => at > settledFrom).length;
    assert.ok(rate > 0.85 * granted && rate <= granted, `${rate} a second`);
    assert.ok(late / accepted.length < 0.01, `${late} refusals beside ${accepted.length} calls`);
  });

  test('a call with a limit of its own takes both permits and holds up nobody else', async () => {
    const ownLimit = { calls: 1, perMs: 1_000, of: 'app' } as const;
    const narrow = run(4, key('a', { operation: 'bg.tmc.message.update', ownLimit }));
    const wide = run(20, key('a'));
    const spaced = await narrow;
    for (const [index, at] of spaced.slice(1).entries()) {
      assert.ok(at - (spaced[index] ?? 0) >= 1_000, spaced.join(' '));
    }
    assert.ok(((await wide)[19] ?? 0) <= 22 * 50);
  });

  test('a limit for each shop is counted for each shop', async () => {
    const ownLimit = { calls: 2, perMs: 1_000, of: 'shop' } as const;
    const shops = await Promise.all(
      ['one', 'two', 'three'].map((shop) => run(3, key('a', { shop, ownLimit }))),
    );
    for (const times of shops)
      assert.ok((times[2] ?? 0) >= 1_000 && (times[2] ?? 0) < 1_400, times.join(' '));
  });

  test('a quota of a day is not waited for', async () => {
    const ownLimit = { calls: 100, perMs: 86_400_000, of: 'app' } as const;
    await run(95, key('a', { ownLimit }));
    await assert.rejects(limiter.acquire(key('a', { ownLimit })), (error: unknown) => {
      assert.ok(error instanceof PermitsUsedUp);
      assert.ok(error.retryAfterMs > 86_000_000);
      return true;
    });
    await limiter.acquire(key('a'));
  });
});

describe('limits', () => {
  test('a rate that is no rate is refused', () => {
    for (const permitsPerSecond of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => createLocalLimiter({ permitsPerSecond }), RangeError);
    }
  });
});

describe('the waiting line', () => {
  test('shops take turns, and within a shop the first comes first', async () => {
    const line = new WaitingLine();
    const order: string[] = [];
    const join = (shop: string, name: string) =>
      line.join('background', shop, undefined).then(() => order.push(name));
    const all = [
      join('a', 'a1'),
      join('a', 'a2'),
      join('a', 'a3'),
      join('b', 'b1'),
      join('b', 'b2'),
      join('c', 'c1'),
    ];
    for (const _ of all) line.letGo();
    await Promise.all(all);
    assert.deepEqual(order, ['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
    assert.equal(line.next, undefined);
  });
});
