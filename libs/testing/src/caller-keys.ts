import { generateKeyPairSync } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import type { SigningCaller } from '#contracts';
import { CallerSigner, RpcClient } from '#messaging';

function newPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    secret: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    public: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  };
}

const pairs = { gateway: newPair(), admin: newPair() } satisfies Record<SigningCaller, object>;

/** CALLER_PUBLIC_KEYS of the services of this suite, processes of their own included. */
export const CALLER_PUBLIC_KEYS = Object.entries(pairs)
  .map(([by, pair]) => `${by}:${pair.public}`)
  .join(',');

export function testSigner(by: SigningCaller = 'gateway'): CallerSigner {
  return new CallerSigner(by, pairs[by].secret);
}

/** Asks as the gateway does for people, or as the operator's commands do. */
export function rpcAs(by: SigningCaller, connection: NatsConnection): RpcClient {
  return new RpcClient(connection, testSigner(by));
}
