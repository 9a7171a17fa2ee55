import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import type { MsgHdrs } from '@nats-io/transport-node';
import { type Caller, type RpcDescriptor, serviceCaller } from '#contracts';
import { ConfigError } from '#runtime';
import { CallerCheck, CallerRefused, CallerSigner, SIGNATURE_LIFE_MS } from './caller-signature.js';

const NOW = Date.parse('2026-11-27T12:00:00Z');
const CALL: Pick<RpcDescriptor, 'subject' | 'callers'> = {
  subject: 'rpc.auth.user.create.v1',
  callers: ['gateway'],
};
const PERSON: Caller = {
  userId: 'u1',
  userName: 'Mei',
  shopIds: ['s1'],
  correlationId: 'c1',
  address: '192.0.2.1',
};

function newKeys() {
  const pair = generateKeyPairSync('ed25519');
  return {
    secret: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    public: pair.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}
const [own, other, next] = [newKeys(), newKeys(), newKeys()];
const publicKeys = `gateway:${own.public},admin:${other.public}`;

const bodyOf = (caller: unknown, input: unknown = { email: 'mei@omni.example' }) =>
  Buffer.from(JSON.stringify({ input, caller }));
const signer = (key = own.secret, at = NOW, by: 'gateway' | 'admin' = 'gateway') =>
  new CallerSigner(by, key, () => at);
const checkAt = (at = NOW, keys = publicKeys) => new CallerCheck(keys, () => at);

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CallerRefused, String(error));
    return error.reason;
  }
  return assert.fail('it was believed');
}

describe('the caller of a person', () => {
  const data = bodyOf(PERSON);
  const read = (headers: MsgHdrs | undefined, body = data, check = checkAt(), call = CALL) =>
    check.read(call, { data: body, ...(headers === undefined ? {} : { headers }) });

  test('is believed as the gateway signed it', () => {
    assert.deepEqual(read(signer().sign(CALL.subject, data)), {
      input: { email: 'mei@omni.example' },
      caller: PERSON,
    });
  });

  test('is not believed without a signature, with a foreign key, or by one who may not ask', () => {
    assert.match(
      reasonOf(() => read(undefined)),
      /not signed/,
    );
    const forged = signer(next.secret).sign(CALL.subject, data);
    assert.match(
      reasonOf(() => read(forged)),
      /not that of gateway/,
    );
    const operators = signer(other.secret, NOW, 'admin').sign(CALL.subject, data);
    assert.match(
      reasonOf(() => read(operators)),
      /"admin" may not ask it/,
    );
    // The operator's key under the gateway's name.
    const named = signer(other.secret).sign(CALL.subject, data);
    assert.match(
      reasonOf(() => read(named)),
      /not that of gateway/,
    );
  });

  test('is bound to the call, to every field of the caller, and to the input', () => {
    const signed = () => signer().sign(CALL.subject, data);
    const changes: [string, () => unknown][] = [
      [
        'another call',
        () => read(signed(), data, checkAt(), { ...CALL, subject: 'rpc.auth.user.change.v1' }),
      ],
      ['another person', () => read(signed(), bodyOf({ ...PERSON, userId: 'u2' }))],
      ['every shop', () => read(signed(), bodyOf({ ...PERSON, shopIds: null }))],
      ['another address', () => read(signed(), bodyOf({ ...PERSON, address: '192.0.2.9' }))],
      ['a field more', () => read(signed(), bodyOf({ ...PERSON, grants: ['owner'] }))],
      ['another input', () => read(signed(), bodyOf(PERSON, { email: 'eve@omni.example' }))],
    ];
    for (const [what, change] of changes) assert.match(reasonOf(change), /under this call/, what);
  });

  test('is believed for a short time only, and no later time can be written over it', () => {
    for (const ms of [-SIGNATURE_LIFE_MS, 0, SIGNATURE_LIFE_MS])
      assert.ok(read(signer(own.secret, NOW).sign(CALL.subject, data), data, checkAt(NOW + ms)), `${ms}`);
    for (const ms of [-SIGNATURE_LIFE_MS - 1, SIGNATURE_LIFE_MS + 1]) {
      const signed = signer().sign(CALL.subject, data);
      assert.match(
        reasonOf(() => read(signed, data, checkAt(NOW + ms))),
        /ms ago/,
      );
    }
    for (const at of ['', 'soon', String(NOW + 1)]) {
      const signed = signer().sign(CALL.subject, data);
      signed.set('signed-at', at);
      assert.match(
        reasonOf(() => read(signed)),
        /under this call/,
      );
    }
  });

  test('is believed once, however its signature is written, for as long as it would be good', () => {
    let now = NOW;
    const check = new CallerCheck(publicKeys, () => now);
    const ahead = signer(own.secret, NOW + SIGNATURE_LIFE_MS).sign(CALL.subject, data);
    read(ahead, data, check);
    const text = ahead.get('signature');
    for (const written of [text, text.replace(/=+$/, ''), ` ${text}`]) {
      ahead.set('signature', written);
      assert.match(
        reasonOf(() => read(ahead, data, check)),
        /sent before/,
      );
    }
    for (now = NOW; now <= NOW + 2 * SIGNATURE_LIFE_MS; now += 5_000) {
      assert.match(
        reasonOf(() => read(ahead, data, check)),
        /sent before/,
      );
      read(signer(own.secret, now).sign(CALL.subject, data), data, check);
    }
  });

  test('is believed under an old and a new key while one replaces the other', () => {
    const check = checkAt(NOW, `gateway:${own.public},gateway:${next.public}`);
    for (const key of [own.secret, next.secret])
      assert.ok(read(signer(key).sign(CALL.subject, data), data, check));
  });
});

describe('a call of a service', () => {
  const call = { ...CALL, callers: ['order', 'admin'] } as const;
  const read = (caller: unknown) => checkAt().read(call, { data: bodyOf(caller) }).caller;

  test('needs no signature, and carries a name and nothing else', () => {
    assert.deepEqual(
      read({ ...serviceCaller('order-service', 'c1'), shopIds: ['s1'], address: '192.0.2.1' }),
      serviceCaller('order-service', 'c1'),
    );
  });

  test('never names a person', () => {
    for (const caller of [PERSON, { ...PERSON, userId: '' }, { userName: 'order-service' }])
      assert.match(
        reasonOf(() => read(caller)),
        /in the name of a person/,
      );
  });
});

describe('keys', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const wrong: [string, RegExp][] = [
    ['', /no key of the gateway/],
    [`admin:${own.public}`, /no key of the gateway/],
    ['gateway:rubbish', /cannot be read/],
    [`order:${own.public}`, /names order/],
    [`gateway:${rsa.export({ format: 'der', type: 'spki' }).toString('base64')}`, /no Ed25519 key/],
  ];
  for (const [text, sentence] of wrong) {
    test(`${text.slice(0, 20)}: ${sentence.source}`, () => {
      assert.throws(
        () => new CallerCheck(text),
        (error) => error instanceof ConfigError && sentence.test(error.message),
      );
    });
  }

  test('a private key that is none stops the start, and is not shown', () => {
    assert.throws(
      () => new CallerSigner('gateway', 'c2VjcmV0'),
      (error) => error instanceof ConfigError && !error.message.includes('c2VjcmV0'),
    );
  });
});
