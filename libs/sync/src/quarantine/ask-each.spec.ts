import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { quoted } from '#contracts';
import { MarketplaceError, type MarketplaceErrorKind } from '#marketplace';
import { askEach, unreadableOf, withoutValues } from './ask-each.js';
import { faultOf } from './fault-of.js';

const fault = (kind: MarketplaceErrorKind, raw?: string) =>
  new MarketplaceError({
    kind,
    operation: 'one',
    what: quoted('No'),
    remedy: quoted(''),
    retryable: false,
    raw,
  });

/** Answers of one letter each: `a` an answer, `r` a refusal of the record, `t` no answer, `q` a fault of the queue. */
async function ask(answers: string, concurrency = 1, oneFirst = false) {
  let calls = 0;
  const asked = await askEach(
    [...answers],
    concurrency,
    async (item) => {
      calls += 1;
      await Promise.resolve();
      if (item === 'a') return item;
      throw fault(item === 'r' ? 'unreadable' : item === 't' ? 'transient' : 'scope');
    },
    { oneFirst },
  );
  const { answers: given, refused, putOff, error } = asked;
  return [calls, given.length, refused.length, putOff.length, error !== undefined];
}

describe('askEach', () => {
  test('one bad answer stops no neighbour', async () => {
    assert.deepEqual(await ask('arraata'), [7, 4, 2, 1, false]);
  });

  test('passing faults between answers put off; three in a row stop, and so does a batch without an answer', async () => {
    assert.deepEqual(await ask('ttattattr'), [9, 2, 1, 6, false]);
    assert.deepEqual(await ask('attta'), [4, 1, 0, 3, true]);
    assert.deepEqual(await ask('tt'), [2, 0, 0, 2, true]);
    assert.deepEqual(await ask('tr'), [2, 0, 1, 1, false]);
  });

  test('what the token is refused for costs one call when one is asked first, else as many as go at once', async () => {
    assert.deepEqual(await ask('qqqqqqqq', 4, true), [1, 0, 0, 0, true]);
    assert.deepEqual(await ask('qqqqqqqq', 4, false), [4, 0, 0, 0, true]);
  });

  test('whose fault it is', () => {
    assert.deepEqual(
      (['unreadable', 'business', 'programming'] as const).map((kind) => faultOf(fault(kind))),
      ['record', 'record', 'record'],
    );
    for (const kind of [
      'rate',
      'breaker_open',
      'token',
      'scope',
      'signature',
      'clock',
      'ip',
      'configuration',
      'aborted',
    ] as const)
      assert.equal(faultOf(fault(kind)), 'queue', kind);
    assert.equal(faultOf(fault('transient')), 'passing');
    assert.equal(faultOf(new Error('our own')), 'queue');
  });

  test('of personal data quarantine keeps names and types, and no value', () => {
    const raw = '{"name":"Jo","list":[{"phone":5550100,"none":null}],"known":true}';
    assert.equal(
      withoutValues(raw),
      '{"name":"string","list":[{"phone":"number","none":null}],"known":"boolean"}',
    );
    assert.equal(withoutValues('Jo lives here'), '(13 characters that are no JSON)');
    const kept = unreadableOf('PO-1', fault('unreadable', raw), { isPersonal: true });
    assert.ok(!kept.raw.includes('Jo'));
    assert.equal(unreadableOf('PO-1', fault('unreadable', raw)).raw, raw);
  });
});
