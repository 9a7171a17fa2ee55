import { createHash } from 'node:crypto';
import {
  accessChanged,
  introspectSessionRpc,
  type Principal,
  type Right,
  serviceCaller,
  shopsWithRight,
} from '#contracts';
import type { RpcClient } from '#messaging';
import type { Broadcasts } from '../bus/broadcasts.js';

/** A revoked session works no longer than this, even when the broadcast that says so is lost. */
export const PRINCIPAL_TTL_MS = 30_000;
const MAX_KEPT = 10_000;

/** A principal with its rights worked out once. */
export class KnownPrincipal {
  private readonly shopsOfRight = new Map<Right, string[] | null>();

  constructor(readonly principal: Principal) {}

  /** Null: all shops; empty: none. */
  shopsWith(right: Right): string[] | null {
    let shops = this.shopsOfRight.get(right);
    if (shops === undefined) {
      shops = shopsWithRight(this.principal.grants, right);
      this.shopsOfRight.set(right, shops);
    }
    return shops;
  }
}

interface Kept {
  readonly known: KnownPrincipal;
  readonly until: number;
}

/** Who stands behind an access token; asked from auth-service, kept in memory for a moment. */
export class Principals {
  private readonly kept = new Map<string, Kept>();
  private readonly asking = new Map<string, Promise<KnownPrincipal | null>>();
  /** Rises with every broadcast: an answer that was on its way then is not kept. */
  private generation = 0;

  constructor(
    private readonly rpc: RpcClient,
    broadcasts: Broadcasts,
    private readonly clock: () => number = Date.now,
  ) {
    broadcasts.hear(accessChanged, ({ userId }) => this.forget(userId));
  }

  async find(accessToken: string, correlationId: string): Promise<KnownPrincipal | null> {
    const hash = createHash('sha256').update(accessToken).digest('hex');
    const kept = this.kept.get(hash);
    if (kept !== undefined) {
      if (kept.until > this.clock()) return kept.known;
      this.kept.delete(hash);
    }
    const asked = this.asking.get(hash) ?? this.ask(hash, correlationId);
    return asked;
  }

  private ask(hash: string, correlationId: string): Promise<KnownPrincipal | null> {
    const asked = this.introspect(hash, correlationId).finally(() => this.asking.delete(hash));
    this.asking.set(hash, asked);
    return asked;
  }

  private async introspect(hash: string, correlationId: string): Promise<KnownPrincipal | null> {
    const { generation } = this;
    const principal = await this.rpc.call(
      introspectSessionRpc,
      { accessTokenHash: hash },
      serviceCaller('gateway', correlationId),
    );
    if (principal === null) return null;
    const known = new KnownPrincipal(principal);
    if (generation === this.generation) this.keep(hash, known);
    return known;
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
