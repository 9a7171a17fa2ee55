import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * An API key as a program sends it: `omni_` + public id + `_` + secret + checksum, all of letters and digits, so that a
 * double click takes the whole of it. Prefix and checksum let scanners of repositories tell a leaked key from other text
 * without asking us (the way GitHub's tokens are made), and let the gateway refuse a mistyped one by itself.
 */
export interface ApiKeyText {
  /** Names the key in lists, logs and the audit log; opens nothing. */
  readonly publicId: string;
  /** 256 random bits. */
  readonly secret: string;
}

export const API_KEY_PREFIX = 'omni_';
const ID_LENGTH = 12;
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const WHOLE = new RegExp(
  `^${API_KEY_PREFIX}([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function makeApiKeyText(random: (size: number) => Uint8Array = randomBytes): ApiKeyText {
  // 71 bits are less than 62^12: twelve digits hold every value.
  const idBytes = random(9);
  return {
    publicId: base62(BigInt(`0x${hex(idBytes)}`) >> 1n, ID_LENGTH),
    secret: base62(BigInt(`0x${hex(random(32))}`), SECRET_LENGTH),
  };
}

export function formatApiKey({ publicId, secret }: ApiKeyText): string {
  const begin = `${API_KEY_PREFIX}${publicId}_${secret}`;
  return begin + checksumOf(begin);
}

/** Undefined for what is no key of ours, or was mistyped. */
export function parseApiKey(text: string): ApiKeyText | undefined {
  const [, publicId, secret, checksum] = WHOLE.exec(text) ?? [];
  if (publicId === undefined || secret === undefined) return undefined;
  return checksum === checksumOf(text.slice(0, -CHECKSUM_LENGTH)) ? { publicId, secret } : undefined;
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function base62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (; text.length < length; rest /= 62n) text = `${DIGITS[Number(rest % 62n)]}${text}`;
  return text;
}
