import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { type BreakerBoard, BreakerOpenError, createBreakerBoard } from './breaker.js';

class Fault extends Error {}
class Refusal extends Error {}

const boards: BreakerBoard<string>[] = [];
afterEach(() => {
  for (const board of boards.splice(0)) board.close();
});

function board(resetTimeoutMs = 60_000): BreakerBoard<string> {
  const made = createBreakerBoard<string>({
    group: 'test',
    settings: { resetTimeoutMs, rollingWindowMs: 10_000, errorThresholdPercentage: 50, volumeThreshold: 4 },
    isPlatformFault: (error) => error instanceof Fault,
    clock: () => 1_000,
  });
  boards.push(made);
  return made;
}

async function fire(on: BreakerBoard<string>, key: string, action: () => Promise<string>): Promise<string> {
  const pass = on.enter(key);
  try {
    return await pass.run(action);
  } finally {
    pass.release();
  }
}

async function failTimes(on: BreakerBoard<string>, key: string, times: number, error: Error): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    await assert.rejects(
      fire(on, key, async () => {
        throw error;
      }),
      error,
    );
  }
}

describe('the breaker board', () => {
  test('opens after enough faults, for this key only, and says for how long', async () => {
    const on = board();
    await failTimes(on, 'temu:us:orders', 4, new Fault());
    assert.throws(
      () => on.enter('temu:us:orders'),
      (error: unknown) => error instanceof BreakerOpenError && error.retryAfterMs === 60_000,
    );
    assert.equal(await fire(on, 'temu:eu:orders', async () => 'ok'), 'ok');
    assert.equal(await fire(on, 'temu:us:amounts', async () => 'ok'), 'ok');
  });

  test('refusals that are not the platform being unwell never open it', async () => {
    const on = board();
    await failTimes(on, 'temu:us:orders', 50, new Refusal());
    assert.equal(await fire(on, 'temu:us:orders', async () => 'ok'), 'ok');
  });

  test('stays closed below the volume threshold', async () => {
    const on = board();
    await failTimes(on, 'temu:us:orders', 3, new Fault());
    assert.equal(await fire(on, 'temu:us:orders', async () => 'ok'), 'ok');
  });

  test('lets exactly one trial through after the pause, and closes when it succeeds', async () => {
    const on = board(5);
    await failTimes(on, 'k', 4, new Fault());
    // opossum's own timer ends the pause; looking for it is the only way to know.
    const trial = await until(() => on.enter('k'));
    assert.throws(() => on.enter('k'), BreakerOpenError);
    assert.equal(await trial.run(async () => 'well again'), 'well again');
    trial.release();
    assert.equal(await fire(on, 'k', async () => 'ok'), 'ok');
  });

  test('a trial that is given up unused frees its place', async () => {
    const on = board(5);
    await failTimes(on, 'k', 4, new Fault());
    const trial = await until(() => on.enter('k'));
    trial.release();
    assert.equal(await fire(on, 'k', async () => 'ok'), 'ok');
  });

  test('a pass from before the opening is refused without running', async () => {
    const on = board();
    const early = on.enter('k');
    await failTimes(on, 'k', 4, new Fault());
    let ran = false;
    await assert.rejects(
      early.run(async () => {
        ran = true;
        return 'no';
      }),
      BreakerOpenError,
    );
    assert.equal(ran, false);
  });
});

async function until<T>(attempt: () => T): Promise<T> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
