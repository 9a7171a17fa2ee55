import { IsIn, IsObject, IsOptional } from 'class-validator';
import { defineBroadcast } from '../kernel/define-broadcast.js';
import { defineRpc } from '../kernel/define-rpc.js';
import { IsId, IsInstant, IsSha256, IsText, IsWhole } from '../kernel/fields.js';
import type { MarketplaceId, MarketplaceRegionId } from './marketplaces.js';

export class LeaseCredentials {
  @IsId('shop')
  shopId!: string;

  /** Public JWK of a key pair that the asker made for itself and keeps in memory only. */
  @IsObject()
  publicKey!: Record<string, unknown>;

  /** When the question was made; older or newer than two minutes is refused. */
  @IsInstant()
  askedAt!: string;

  /** HMAC-SHA-256 with CREDENTIAL_LEASE_KEY over `shopId|thumbprint of publicKey (RFC 7638)|askedAt`, hexadecimal. */
  @IsSha256()
  proof!: string;
}

/** Readable only by the asker: JWE (ECDH-ES, A256GCM) of `LeasedCredentials`. */
export interface SealedCredentials {
  jwe: string;
}

/** What is in the sealed answer. Stays in memory; never stored, logged or sent on. */
export interface LeasedCredentials {
  marketplace: MarketplaceId;
  region: MarketplaceRegionId;
  appKey: string;
  appSecret: string;
  accessToken: string;
  /** Names of the calls that the token may make and that were not refused since it was issued; null: not known. */
  scopes: readonly string[] | null;
  /** What calls about this shop name beside the token; left out where that is nothing. */
  shopExtras?: Readonly<Record<string, string>>;
  version: number;
  expiresAt: string | null;
}

/** What the marketplace said about a token, by what follows from it. */
export const REJECTION_REASONS = ['token', 'scope'] as const;

export class RejectCredentials {
  @IsId('shop')
  shopId!: string;

  /** Version of the lease that was refused. An older one than the current changes nothing. */
  @IsWhole(1, 2 ** 31 - 1)
  version!: number;

  /** `token`: it is renewed, else the seller must authorise again. `scope`: the token lacks the right to one call; noted only. */
  @IsIn(REJECTION_REASONS)
  reason!: (typeof REJECTION_REASONS)[number];

  @IsOptional()
  @IsText(0, 50)
  platformCode?: string;

  /** The marketplace's name of the call that was refused. */
  @IsOptional()
  @IsText(0, 100)
  operation?: string;
}

export interface RejectedCredentials {
  /** False: a newer token is there; lease again. */
  isCurrent: boolean;
  currentVersion: number;
}

/**
 * Errors: `credentials.lease_refused` (proof or age), `shop.not_found`, `shop.needs_reauthorization`,
 * `shop.disconnected`, `marketplace.unavailable` (the token has ended and could not be renewed yet).
 */
export const leaseCredentialsRpc = defineRpc('auth', 'credentials', 'lease', 1, {
  input: LeaseCredentials,
  kind: 'query',
  callers: ['order', 'product'],
}).answers<SealedCredentials>();

/**
 * A token that can be renewed is, before the shop is marked: as long as the marketplace needs. Errors: `shop.not_found`,
 * `marketplace.unavailable` (neither renewed nor refused; tried again by itself).
 */
export const rejectCredentialsRpc = defineRpc('auth', 'credentials', 'reject', 1, {
  input: RejectCredentials,
  kind: 'command',
  callers: ['order', 'product'],
  timeoutMs: 60_000,
}).answers<RejectedCredentials>();

export interface CredentialsChanged {
  /** Null: drop all leases. */
  shopId: string | null;
  version: number | null;
}

export const credentialsChanged = defineBroadcast<CredentialsChanged>(
  'auth',
  'credentials',
  'changed',
  1,
  'Token, app secret or status of a shop changed: drop its lease from memory.',
  ['order', 'product'],
);
