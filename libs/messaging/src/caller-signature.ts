import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import {
  type Caller,
  needsSignature,
  type RpcDescriptor,
  SIGNING_CALLERS,
  type SigningCaller,
  serviceCaller,
} from '#contracts';
import { AppError, ConfigError } from '#runtime';

const SIGNED_BY = 'signed-by';
const SIGNED_AT = 'signed-at';
/** Makes two equal calls of one millisecond differ. */
const SIGNED_ONCE = 'signed-once';
const SIGNATURE = 'signature';

/** Longer than a call waits to be taken, shorter than anybody needs to make use of a copied one; clocks may differ by it. */
export const SIGNATURE_LIFE_MS = 30_000;

export interface Request {
  readonly input: unknown;
  readonly caller: Caller;
}

/** The answer tells nothing that a forger could learn from; the log has the reason. */
export class CallerRefused extends AppError {
  constructor(readonly reason: string) {
    super(
      'forbidden',
      'caller.not_proven',
      'It is not proven who asks. If it was a person through the gateway, look into the log of the service: the clocks or the caller keys of the machines differ.',
    );
  }
}

/** What is signed: who, when, a number used once, which call, and every byte of it, so the whole caller and the whole input. */
function signedBytes(signed: MsgHdrs, subject: string, body: Uint8Array): Buffer {
  const head = [signed.get(SIGNED_BY), signed.get(SIGNED_AT), signed.get(SIGNED_ONCE), subject];
  return Buffer.concat([Buffer.from(head.map((each) => `${each}\n`).join('')), body]);
}

/** Signs calls in the name of people (Ed25519). The private key is the gateway's alone, or the operator's. */
export class CallerSigner {
  private readonly key: KeyObject;

  /**
   * @param key base64 of PKCS #8, as `npm start` and `deploy/make-env.mjs` make it
   * @throws ConfigError when it is none
   */
  constructor(
    private readonly by: SigningCaller,
    key: string,
    private readonly clock: () => number = Date.now,
  ) {
    this.key = readKey(`the caller key of ${by}`, () =>
      createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' }),
    );
  }

  sign(subject: string, body: Uint8Array): MsgHdrs {
    const signed = headers();
    signed.set(SIGNED_BY, this.by);
    signed.set(SIGNED_AT, String(this.clock()));
    signed.set(SIGNED_ONCE, randomBytes(12).toString('base64'));
    signed.set(SIGNATURE, sign(null, signedBytes(signed, subject, body), this.key).toString('base64'));
    return signed;
  }
}

/** Reads calls, and believes a person's caller only with the signature of somebody who may ask that call. */
export class CallerCheck {
  private readonly keys: ReadonlyMap<string, readonly KeyObject[]>;
  private readonly seen: SeenOnce;

  /**
   * @param publicKeys `gateway:<base64 of SPKI>,admin:<…>`; one name several times while a key is replaced
   * @throws ConfigError when one cannot be read, or the gateway's is missing
   */
  constructor(
    publicKeys: string,
    private readonly clock: () => number = Date.now,
  ) {
    this.keys = readPublicKeys(publicKeys);
    this.seen = new SeenOnce(clock);
  }

  /** @throws CallerRefused before anything of the call is parsed, except of those that services ask by themselves. */
  read(rpc: Pick<RpcDescriptor, 'subject' | 'callers'>, message: Pick<Msg, 'data' | 'headers'>): Request {
    if (needsSignature(rpc)) {
      this.assertSigned(rpc, message);
      return parse(message);
    }
    const { input, caller } = parse(message);
    if (caller.userId !== null) throw new CallerRefused('a service asks in the name of a person');
    return { input, caller: serviceCaller(String(caller.userName), String(caller.correlationId)) };
  }

  private assertSigned(
    rpc: Pick<RpcDescriptor, 'subject' | 'callers'>,
    message: Pick<Msg, 'data' | 'headers'>,
  ): void {
    const signed = message.headers;
    const signature = signed?.get(SIGNATURE) ?? '';
    if (signed === undefined || signature === '') throw new CallerRefused('it is not signed');
    const by = signed.get(SIGNED_BY);
    const at = signed.get(SIGNED_AT);
    if (!rpc.callers.some((caller) => caller === by))
      throw new CallerRefused(`${JSON.stringify(by)} may not ask it`);
    const bytes = signedBytes(signed, rpc.subject, message.data);
    const isTrue = (this.keys.get(by) ?? []).some((key) =>
      verify(null, bytes, key, Buffer.from(signature, 'base64')),
    );
    if (!isTrue) throw new CallerRefused(`the signature is not that of ${by} under this call`);
    const agoMs = this.clock() - Number(at);
    if (!(Math.abs(agoMs) <= SIGNATURE_LIFE_MS))
      throw new CallerRefused(`it was signed ${agoMs} ms ago; the clocks may differ by ${SIGNATURE_LIFE_MS}`);
    if (!this.seen.add(signature)) throw new CallerRefused('it was sent before');
  }
}

/** Signatures that may still be within their life, in two generations so that forgetting costs nothing. */
class SeenOnce {
  private current = new Set<string>();
  private previous = new Set<string>();
  private changedAt: number;

  constructor(private readonly clock: () => number) {
    this.changedAt = clock();
  }

  /** False when it was added before. */
  add(signature: string): boolean {
    // One may be signed a life ahead of our clock and is good for one after it.
    if (this.clock() - this.changedAt > 2 * SIGNATURE_LIFE_MS) {
      this.previous = this.current;
      this.current = new Set();
      this.changedAt = this.clock();
    }
    // Base64 can be written in several ways, what it means cannot.
    const known = Buffer.from(signature, 'base64').toString('latin1');
    if (this.current.has(known) || this.previous.has(known)) return false;
    this.current.add(known);
    return true;
  }
}

function parse(message: Pick<Msg, 'data'>): Request {
  const { input, caller } = JSON.parse(Buffer.from(message.data).toString('utf8')) as Request;
  return { input, caller };
}

function readPublicKeys(text: string): Map<string, KeyObject[]> {
  const keys = new Map<string, KeyObject[]>();
  for (const entry of text.split(',').filter((each) => each.trim() !== '')) {
    const [by = '', key = ''] = entry.trim().split(':');
    if (!SIGNING_CALLERS.some((signing) => signing === by))
      throw new ConfigError(`CALLER_PUBLIC_KEYS names ${by}; known are ${SIGNING_CALLERS.join(' and ')}.`);
    const read = readKey(`the key of ${by} in CALLER_PUBLIC_KEYS`, () =>
      createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }),
    );
    keys.set(by, [...(keys.get(by) ?? []), read]);
  }
  if (!keys.has('gateway')) throw new ConfigError('CALLER_PUBLIC_KEYS holds no key of the gateway.');
  return keys;
}

function readKey(what: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new ConfigError(`${what} cannot be read.`, { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new ConfigError(`${what} is no Ed25519 key.`);
  return key;
}
