import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Tokens are 256 random bits, so a plain hash is enough: there is nothing to guess. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export function randomTokens(): TokenPair {
  return { accessToken: accessTokenOf(randomBytes(32)), refreshToken: refreshTokenOf(randomBytes(32)) };
}

/**
 * The tokens that follow a refresh token: the same each time, for whoever holds the token and the salt. The salt is made
 * when the token is used first and stays here, so neither a stolen token nor a copy of the database tells what follows.
 */
export function successorOf(refreshToken: string, salt: Buffer): TokenPair {
  const bits = (use: string): Buffer => createHmac('sha256', refreshToken).update(use).update(salt).digest();
  return { accessToken: accessTokenOf(bits('access')), refreshToken: refreshTokenOf(bits('refresh')) };
}

export function newSalt(): Buffer {
  return randomBytes(32);
}

export function randomDeviceToken(): string {
  return `omd_${randomBytes(32).toString('base64url')}`;
}

function accessTokenOf(bits: Buffer): string {
  return `oma_${bits.toString('base64url')}`;
}

function refreshTokenOf(bits: Buffer): string {
  return `omr_${bits.toString('base64url')}`;
}
