import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import {
  type AccessChanged,
  formatApiKey,
  introspectApiKeyRpc,
  type KeyPrincipal,
  makeApiKeyText,
  type RpcDescriptor,
} from '#contracts';
import type { RpcClient } from '#messaging';
import { AppError } from '#runtime';
import type { Broadcasts } from '../bus/broadcasts.js';
import { KeyThrottle, WRONG_KEYS_PER_MINUTE } from './key-throttle.js';
import { PRINCIPAL_TTL_MS, Principals } from './principals.js';

const START = Date.parse('2026-11-21T10:00:00Z');
const ADDRESS = '192.0.2.1';
const text = formatApiKey(makeApiKeyText());
const principal = (expiresAt: number): KeyPrincipal => ({
  userId: 'maker',
  email: 'maker@omni.example',
  name: 'Maker',
  grants: [],
  expiresAt: new Date(expiresAt).toISOString(),
  apiKey: { id: 'key', name: 'ERP', rights: ['shops.read'], shopIds: null },
});
const refused = () => Promise.reject(new AppError('unauthenticated', 'api_key.ended', 'ended'));

describe('principals behind API keys', () => {
  let now: number;
  let asked: unknown[];
  let answer: () => Promise<KeyPrincipal>;
  let changed: (data: AccessChanged) => void;
  let principals: Principals;

  beforeEach(() => {
    now = START;
    asked = [];
    answer = async () => principal(START + 86_400_000);
    const rpc = {
      call: (rpcOf: RpcDescriptor, input: unknown) => {
        assert.equal(rpcOf.subject, introspectApiKeyRpc.subject);
        asked.push(input);
        return answer();
      },
    } as unknown as RpcClient;
    const broadcasts = {
      hear: (_broadcast: unknown, handler: typeof changed) => {
        changed = handler;
        return () => undefined;
      },
    } as unknown as Broadcasts;
    principals = new Principals(rpc, broadcasts, new KeyThrottle(0), () => now);
  });
  const find = () => principals.findByKey(text, 'test', ADDRESS);

  test('asked once, kept for a moment; the key itself does not travel', async () => {
    await find();
    now += PRINCIPAL_TTL_MS - 1;
    await find();
    assert.equal(asked.length, 1);
    now += 1;
    await find();
    assert.equal(asked.length, 2);
    assert.ok(!JSON.stringify(asked).includes(text.slice(18, 61)));
  });

  test('many at once ask once', async () => {
    await Promise.all(Array.from({ length: 50 }, find));
    assert.equal(asked.length, 1);
  });

  test('what is kept ends with the key', async () => {
    answer = async () => principal(START + 5_000);
    await find();
    now += 4_999;
    await find();
    assert.equal(asked.length, 1);
    answer = refused;
    now += 1;
    await assert.rejects(find(), { code: 'api_key.ended' });
  });

  test('dropped when the access of its maker, or of everybody, has changed', async () => {
    for (const userId of ['maker', null]) {
      await find();
      changed({ userId: 'somebody else' });
      const before = asked.length;
      await find();
      assert.equal(asked.length, before);
      changed({ userId });
      await find();
      assert.equal(asked.length, before + 1);
    }
  });

  test('an answer that was on its way when the access changed is not kept', async () => {
    let arrive: (principal: KeyPrincipal) => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        arrive = resolve;
      });
    const early = find();
    // The throttle is asked first: the question goes out a tick later.
    while (asked.length === 0) await new Promise(setImmediate);
    changed({ userId: 'maker' });
    arrive(principal(START + 86_400_000));
    await early;
    answer = refused;
    await assert.rejects(find(), { code: 'api_key.ended' });
  });

  test('a key that is right no longer counts as a wrong one from then on', async () => {
    await find();
    changed({ userId: 'maker' });
    answer = refused;
    const codes: string[] = [];
    for (let count = 0; count < WRONG_KEYS_PER_MINUTE + 2; count += 1) {
      codes.push(
        await find().then(
          () => 'ok',
          (error: AppError) => error.code,
        ),
      );
    }
    assert.equal(codes.filter((code) => code === 'api_key.ended').length, WRONG_KEYS_PER_MINUTE + 1);
    assert.equal(codes.at(-1), 'api_key.too_many_wrong');
  });

  test('a service that is away is not held against the address', async () => {
    answer = () => Promise.reject(new AppError('unavailable', 'service.unavailable', 'away'));
    for (let count = 0; count < 2 * WRONG_KEYS_PER_MINUTE; count += 1) {
      await assert.rejects(find(), { code: 'service.unavailable' });
    }
  });
});
