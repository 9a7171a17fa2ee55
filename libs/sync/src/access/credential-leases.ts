import { createHmac } from 'node:crypto';
import { calculateJwkThumbprint, compactDecrypt, exportJWK, generateKeyPair } from 'jose';
import {
  type Caller,
  type CredentialsChanged,
  type LeasedCredentials,
  leaseCredentialsRpc,
  rejectCredentialsRpc,
  serviceCaller,
} from '#contracts';
import { isMarketplaceError, type MarketplaceCredentials, type MarketplaceError } from '#marketplace';
import type { RpcClient } from '#messaging';
import { AnswerCache, currentCorrelationId } from '#runtime';

/** A lease is asked for again after this time even when the broadcast that says so was lost. */
const LEASE_TTL_MS = 5 * 60_000;
/** More shops than a replica works on at once; one beyond costs a question. */
const MAX_LEASES = 10_000;

export interface CredentialLeasesOptions {
  readonly rpc: RpcClient;
  /** CREDENTIAL_LEASE_KEY: base64 of 32 bytes, the same in auth-service. */
  readonly leaseKey: string;
  /** For audit rows, e.g. `order-service`. */
  readonly service: string;
  readonly clock?: () => number;
}

/**
 * The credentials of shops, asked from auth-service, sealed to a key pair that is made for each question, and kept in
 * memory only. Wire `drop` to the broadcast `credentialsChanged`.
 */
export class CredentialLeases {
  private readonly leases: AnswerCache<LeasedCredentials>;
  private readonly key: Buffer;
  private readonly clock: () => number;

  constructor(private readonly options: CredentialLeasesOptions) {
    this.key = Buffer.from(options.leaseKey, 'base64');
    if (this.key.length !== 32) {
      throw new Error('CREDENTIAL_LEASE_KEY must be the base64 of 32 bytes, the same as in auth-service.');
    }
    this.clock = options.clock ?? Date.now;
    this.leases = new AnswerCache<LeasedCredentials>({
      max: MAX_LEASES,
      ttlMs: LEASE_TTL_MS,
      endsAt: ({ expiresAt }) => (expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt)),
      clock: this.clock,
    });
  }

  /** @throws AppError `shop.needs_reauthorization`, `shop.disconnected`, `shop.not_found`, or when auth-service is away. */
  async lease(shopId: string): Promise<MarketplaceCredentials> {
    const { expiresAt: _, ...credentials } = await this.leases.get(shopId, () => this.ask(shopId));
    return credentials;
  }

  /**
   * Runs marketplace calls with a lease. When the token is refused and a newer one is there, runs them once more with
   * that; when it was the current one, the shop is reported and waits for its seller.
   */
  async use<T>(shopId: string, work: (credentials: MarketplaceCredentials) => Promise<T>): Promise<T> {
    const credentials = await this.lease(shopId);
    try {
      return await work(credentials);
    } catch (error) {
      if (!isMarketplaceError(error)) throw error;
      // Without a code nobody was asked: the token was known to lack the call.
      if (error.kind === 'scope' && error.platformCode !== null)
        await this.reject(shopId, credentials.version, error);
      if (error.kind !== 'token') throw error;
      const isCurrent = await this.reject(shopId, credentials.version, error);
      if (isCurrent) throw error;
      return work(await this.leaseAfter(shopId, credentials.version));
    }
  }

  /** Many calls fail at once with one replaced token: the first that asks brings the new one for all of them. */
  private async leaseAfter(shopId: string, refusedVersion: number): Promise<MarketplaceCredentials> {
    const leased = await this.lease(shopId);
    if (leased.version > refusedVersion) return leased;
    // It was on its way before the new token was stored.
    this.forgetRefused(shopId, refusedVersion);
    return this.lease(shopId);
  }

  /** Tells auth-service that the marketplace refused these credentials. True: they were the current ones. */
  async reject(shopId: string, version: number, error: MarketplaceError): Promise<boolean> {
    const { isCurrent } = await this.options.rpc.call(
      rejectCredentialsRpc,
      {
        shopId,
        version,
        reason: error.kind === 'scope' ? 'scope' : 'token',
        operation: error.kind === 'scope' ? error.permission : error.operation,
        ...(error.platformCode === null ? {} : { platformCode: error.platformCode }),
      },
      this.caller(),
    );
    if (error.kind !== 'scope') this.forgetRefused(shopId, version);
    return isCurrent;
  }

  /** A newer lease that somebody else has brought meanwhile stays. */
  private forgetRefused(shopId: string, version: number): void {
    const kept = this.leases.peek(shopId);
    if (kept !== undefined && kept.version <= version) this.leases.drop(shopId);
  }

  /** Forgets the lease of a shop, or all of them. */
  drop({ shopId }: CredentialsChanged): void {
    if (shopId === null) this.leases.dropWhere(() => true);
    else this.leases.drop(shopId);
  }

  private async ask(shopId: string): Promise<LeasedCredentials> {
    const pair = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    const { kty, crv, x, y } = await exportJWK(pair.publicKey);
    const publicKey = { kty, crv, x, y } as Record<string, string>;
    const askedAt = new Date(this.clock()).toISOString();
    const thumbprint = await calculateJwkThumbprint(publicKey);
    const proof = createHmac('sha256', this.key).update(`${shopId}|${thumbprint}|${askedAt}`).digest('hex');
    const { jwe } = await this.options.rpc.call(
      leaseCredentialsRpc,
      { shopId, publicKey, askedAt, proof },
      this.caller(),
    );
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, pair.privateKey, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    if (protectedHeader.shop !== shopId) throw new Error(`the lease for shop ${shopId} is for another shop`);
    return JSON.parse(new TextDecoder().decode(plaintext)) as LeasedCredentials;
  }

  private caller(): Caller {
    return serviceCaller(this.options.service, currentCorrelationId());
  }
}
