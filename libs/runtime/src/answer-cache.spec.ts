import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { AnswerCache, type AnswerCacheOptions } from './answer-cache.js';

interface Answer {
  readonly name: string;
  readonly endsAt?: number;
}

const START = Date.parse('2026-11-28T10:00:00Z');
const TTL_MS = 1_000;

describe('AnswerCache', () => {
  let now: number;
  let asked: string[];
  /** Under way, in the order of the questions. */
  let open: { resolve(answer: Answer | null): void; reject(error: Error): void }[];

  beforeEach(() => {
    now = START;
    asked = [];
    open = [];
  });

  const cacheOf = (options: Partial<AnswerCacheOptions<Answer>> = {}) =>
    new AnswerCache<Answer>({ max: 3, ttlMs: TTL_MS, clock: () => now, ...options });
  const answers = (name: string, endsAt?: number) => async (): Promise<Answer> => {
    asked.push(name);
    return { name, ...(endsAt === undefined ? {} : { endsAt }) };
  };
  const waits = () =>
    new Promise<Answer | null>((resolve, reject) => {
      asked.push('waits');
      open.push({ resolve, reject });
    });

  test('many who ask at once put one question', async () => {
    const cache = cacheOf();
    const all = Array.from({ length: 50 }, () => cache.get('a', waits));
    open[0]?.resolve({ name: 'first' });
    const found = await Promise.all(all);
    assert.ok(found.every((answer) => answer === found[0]));
    await cache.get('a', waits);
    assert.equal(asked.length, 1);
  });

  test('each key has its own answer', async () => {
    const cache = cacheOf();
    await cache.get('a', answers('one'));
    assert.equal((await cache.get('b', answers('two'))).name, 'two');
    assert.equal((await cache.get('a', answers('three'))).name, 'one');
  });

  test('an answer on its way when it was dropped is used once and not kept', async () => {
    const drops: ((cache: AnswerCache<Answer>) => void)[] = [
      (cache) => cache.drop('a'),
      (cache) => cache.dropWhere(() => false),
    ];
    for (const drop of drops) {
      const cache = cacheOf();
      open = [];
      const early = cache.get('a', waits);
      drop(cache);
      const late = cache.get('a', waits);
      assert.equal(open.length, 2, 'who asks after the drop asks anew');
      open[1]?.resolve({ name: 'new' });
      await late;
      open[0]?.resolve({ name: 'old' });
      assert.equal((await early)?.name, 'old');
      assert.equal((await cache.get('a', waits))?.name, 'new');
    }
  });

  test('what is dropped is asked for again; what does not fit stays', async () => {
    const cache = cacheOf();
    await cache.get('a', answers('one'));
    await cache.get('b', answers('two'));
    cache.dropWhere(({ name }) => name === 'one');
    assert.equal(cache.peek('a'), undefined);
    assert.equal(cache.peek('b')?.name, 'two');
    cache.drop('b');
    assert.equal((await cache.get('b', answers('three'))).name, 'three');
  });

  test('an error is told to all who wait and is not kept; nor is that there is none', async () => {
    const cache = cacheOf();
    const all = [cache.get('a', waits), cache.get('a', waits)];
    open[0]?.reject(new Error('away'));
    for (const each of all) await assert.rejects(each, /away/);
    const none = cache.get('a', waits);
    open[1]?.resolve(null);
    assert.equal(await none, null);
    assert.equal((await cache.get('a', answers('here'))).name, 'here');
    assert.equal(asked.length, 3);
  });

  test('asked for anew once its time is over, or its own end has come', async () => {
    const cache = cacheOf({ endsAt: ({ endsAt }) => endsAt ?? Number.POSITIVE_INFINITY });
    await cache.get('a', answers('long'));
    await cache.get('b', answers('short', START + 10));
    await cache.get('c', answers('over', START));
    assert.equal(cache.peek('c'), undefined);
    now += 9;
    assert.equal((await cache.get('b', answers('again'))).name, 'short');
    now += 1;
    assert.equal((await cache.get('b', answers('again'))).name, 'again');
    now = START + TTL_MS - 1;
    assert.equal((await cache.get('a', answers('anew'))).name, 'long');
    now += 1;
    assert.equal((await cache.get('a', answers('anew'))).name, 'anew');
  });

  test('no more than its size are kept: what was used longest ago makes room', async () => {
    const cache = cacheOf();
    for (const key of ['a', 'b', 'c']) await cache.get(key, answers(key));
    await cache.get('a', answers('unasked'));
    await cache.get('d', answers('d'));
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].filter((key) => cache.peek(key) !== undefined),
      ['a', 'c', 'd'],
    );
  });

  test('where it is wanted, what has outlived its time serves until the new answer is there', async () => {
    const failures: unknown[] = [];
    const cache = cacheOf({ onStaleFailure: (error) => failures.push(error) });
    await cache.get('a', answers('old'));
    now += TTL_MS;
    assert.equal((await cache.get('a', waits))?.name, 'old');
    assert.equal((await cache.get('a', waits))?.name, 'old');
    assert.equal(open.length, 1);
    open[0]?.reject(new Error('away'));
    await new Promise(setImmediate);
    assert.match(String(failures[0]), /away/);
    assert.equal((await cache.get('a', waits))?.name, 'old');
    open[1]?.resolve({ name: 'new' });
    await new Promise(setImmediate);
    assert.equal((await cache.get('a', waits))?.name, 'new');
  });
});
