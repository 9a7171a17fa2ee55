import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
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
import { AnswerCache, AppError } from '#runtime';
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

/** Who stands behind an access token or API key; asked from auth-service, kept in memory for a moment. */
export class Principals {
  private readonly known: AnswerCache<KnownPrincipal>;
  /** Hashes of API keys that were right here: what others send from the same address is not held against them. */
  private readonly proven = new LRUCache<string, true>({ max: MAX_KEPT });

  constructor(
    private readonly rpc: RpcClient,
    broadcasts: Broadcasts,
    private readonly throttle: KeyThrottle,
    clock: () => number = Date.now,
  ) {
    this.known = new AnswerCache<KnownPrincipal>({
      max: MAX_KEPT,
      ttlMs: PRINCIPAL_TTL_MS,
      endsAt: ({ principal }) => Date.parse(principal.expiresAt),
      clock,
    });
    broadcasts.hear(accessChanged, ({ userId }) =>
      this.known.dropWhere(({ principal }) => userId === null || principal.userId === userId),
    );
  }

  /** Null for a token that is unknown, expired or ended. */
  async find(accessToken: string, correlationId: string): Promise<KnownPrincipal | null> {
    const hash = hashOf(accessToken);
    return this.known.get(hash, async () =>
      knownOf(
        await this.rpc.call(
          introspectSessionRpc,
          { accessTokenHash: hash },
          serviceCaller('gateway', correlationId),
        ),
      ),
    );
  }

  /** @throws AppError `api_key.refused`, `api_key.too_many_wrong`, or why auth-service refuses the key. */
  async findByKey(text: string, correlationId: string, address: string): Promise<KnownPrincipal> {
    const hash = hashOf(text);
    const known = await this.known.get(hash, async () =>
      knownOf(await this.introspectKey(text, hash, { ...serviceCaller('gateway', correlationId), address })),
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
      this.proven.set(hash, true);
      return principal;
    } catch (error) {
      const isRefused = error instanceof AppError && error.kind === 'unauthenticated';
      if (isRefused) this.proven.delete(hash);
      else if (isTry) await this.throttle.tryWasRight(address);
      throw error;
    }
  }
}

function knownOf(principal: Principal | KeyPrincipal | null): KnownPrincipal | null {
  return principal === null ? null : new KnownPrincipal(principal);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
