import { createHash } from 'node:crypto';
import {
  accessChanged,
  type Caller,
  introspectApiKeyRpc,
  introspectSessionRpc,
  type KeyPrincipal,
  type Principal,
  parseApiKey,
  type Right,
  serviceCaller,
  shopsHeld,
} from '#contracts';
import type { RpcClient } from '#messaging';
import { AppError } from '#runtime';
import type { Broadcasts } from '../bus/broadcasts.js';
import type { KeyThrottle } from './key-throttle.js';

/** A revoked session or API key works no longer than this, even when the broadcast that says so is lost. */
export const PRINCIPAL_TTL_MS = 30_000;
const MAX_KEPT = 10_000;

/** A principal with its rights worked out once. */
export class KnownPrincipal {
  private readonly shopsOfRight = new Map<Right, string[] | null>();

  constructor(readonly principal: Principal | KeyPrincipal) {}

  /** Null: a person with a session. */
  get apiKey(): KeyPrincipal['apiKey'] | null {
    return 'apiKey' in this.principal ? this.principal.apiKey : null;
  }

  /** Null: an API key. */
  get session(): Principal | null {
    return 'sessionId' in this.principal ? this.principal : null;
  }

  /** Null: all shops; empty: none. */
  shopsWith(right: Right): string[] | null {
    let shops = this.shopsOfRight.get(right);
    if (shops === undefined) {
      shops = shopsHeld(this.principal, right);
      this.shopsOfRight.set(right, shops);
    }
    return shops;
  }
}

interface Kept {
  readonly known: KnownPrincipal;
  readonly until: number;
}

/** Who stands behind an access token or API key; asked from auth-service, kept in memory for a moment. */
export class Principals {
  private readonly kept = new Map<string, Kept>();
  private readonly asking = new Map<string, Promise<KnownPrincipal | null>>();
  /** Hashes of API keys that were right here: what others send from the same address is not held against them. */
  private readonly proven = new Set<string>();
  /** Rises with every broadcast: an answer that was on its way then is not kept. */
  private generation = 0;

  constructor(
    private readonly rpc: RpcClient,
    broadcasts: Broadcasts,
    private readonly throttle: KeyThrottle,
    private readonly clock: () => number = Date.now,
  ) {
    broadcasts.hear(accessChanged, ({ userId }) => this.forget(userId));
  }

  /** Null for a token that is unknown, expired or ended. */
  async find(accessToken: string, correlationId: string): Promise<KnownPrincipal | null> {
    const hash = hashOf(accessToken);
    return this.knownOr(hash, () =>
      this.rpc.call(introspectSessionRpc, { accessTokenHash: hash }, serviceCaller('gateway', correlationId)),
    );
  }

  /** @throws AppError `api_key.refused`, `api_key.too_many_wrong`, or why auth-service refuses the key. */
  async findByKey(text: string, correlationId: string, address: string): Promise<KnownPrincipal> {
    const hash = hashOf(text);
    const known = await this.knownOr(hash, () =>
      this.introspectKey(text, hash, { ...serviceCaller('gateway', correlationId), address }),
    );
    if (known === null) throw new Error('auth-service answered nothing');
    return known;
  }

  private async introspectKey(text: string, hash: string, caller: Caller): Promise<KeyPrincipal> {
    const address = caller.address ?? '';
    const isTry = !this.proven.has(hash);
    if (isTry) await this.throttle.beginTry(address);
    const key = parseApiKey(text);
    if (key === undefined) {
      throw new AppError(
        'unauthenticated',
        'api_key.refused',
        'This is no API key of ours. Check that it was copied whole, from omni_ to its end.',
      );
    }
    try {
      const principal = await this.rpc.call(
        introspectApiKeyRpc,
        { publicId: key.publicId, secretHash: hashOf(key.secret) },
        caller,
      );
      if (isTry) await this.throttle.tryWasRight(address);
      addBounded(this.proven, hash);
      return principal;
    } catch (error) {
      const isRefused = error instanceof AppError && error.kind === 'unauthenticated';
      if (isRefused) this.proven.delete(hash);
      else if (isTry) await this.throttle.tryWasRight(address);
      throw error;
    }
  }

  private async knownOr(
    hash: string,
    introspect: () => Promise<Principal | KeyPrincipal | null>,
  ): Promise<KnownPrincipal | null> {
    const kept = this.kept.get(hash);
    if (kept !== undefined) {
      if (kept.until > this.clock()) return kept.known;
      this.kept.delete(hash);
    }
    return this.asking.get(hash) ?? this.ask(hash, introspect);
  }

  private ask(
    hash: string,
    introspect: () => Promise<Principal | KeyPrincipal | null>,
  ): Promise<KnownPrincipal | null> {
    const { generation } = this;
    const asked = introspect()
      .then((principal) => {
        if (principal === null) return null;
        const known = new KnownPrincipal(principal);
        if (generation === this.generation) this.keep(hash, known);
        return known;
      })
      .finally(() => {
        if (this.asking.get(hash) === asked) this.asking.delete(hash);
      });
    this.asking.set(hash, asked);
    return asked;
  }

  private keep(hash: string, known: KnownPrincipal): void {
    if (this.kept.size >= MAX_KEPT) {
      const [oldest] = this.kept.keys();
      if (oldest !== undefined) this.kept.delete(oldest);
    }
    const endsAt = Date.parse(known.principal.expiresAt);
    this.kept.set(hash, { known, until: Math.min(this.clock() + PRINCIPAL_TTL_MS, endsAt) });
  }

  private forget(userId: string | null): void {
    this.generation += 1;
    this.asking.clear();
    for (const [hash, { known }] of this.kept) {
      if (userId === null || known.principal.userId === userId) this.kept.delete(hash);
    }
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function addBounded(set: Set<string>, value: string): void {
  const [oldest] = set;
  if (set.size >= MAX_KEPT && oldest !== undefined) set.delete(oldest);
  set.add(value);
}
