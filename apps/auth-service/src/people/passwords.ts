import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { MIN_PASSWORD_LENGTH } from '#contracts';
import { invalid } from '#runtime';

/** argon2id, the first choice of OWASP's list: 19 MiB, two passes. The numbers stand in each hash. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Beginnings of what is tried first. */
const COMMON = [
  'password',
  'passw0rd',
  '1234567890',
  '0123456789',
  'qwertyuiop',
  'qwerty1234',
  'letmein',
  'iloveyou',
];
const FEWEST_DISTINCT = 5;

export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST);
}

export function isPassword(password: string, passwordHash: string): Promise<boolean> {
  return verify(passwordHash, password.normalize('NFKC'));
}

let nobody: Promise<string> | undefined;

/** Takes as long as checking a real password: an unknown e-mail address must not answer sooner. */
export async function checkNobodysPassword(password: string): Promise<false> {
  nobody ??= hashPassword(randomBytes(16).toString('hex'));
  await isPassword(password, await nobody);
  return false;
}

/** Readable, without characters that look alike; 20 of 32 give 100 bits. */
export function generatePassword(random: (size: number) => Uint8Array = randomBytes): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const picked = [...random(20)].map((byte) => letters[byte % letters.length]);
  return [0, 5, 10, 15].map((start) => picked.slice(start, start + 5).join('')).join('-');
}

/** @throws AppError `password.too_common` */
export function assertHardToGuess(password: string, email: string): void {
  const plain = password.toLowerCase();
  const isCommon = COMMON.some((common) => plain.startsWith(common) && plain.length <= common.length + 4);
  if (isCommon || new Set(plain).size < FEWEST_DISTINCT || plain === email.toLowerCase()) {
    throw invalid(
      'password.too_common',
      `This password is among the first that are tried. Choose ${MIN_PASSWORD_LENGTH} or more characters, for example four unrelated words.`,
      [{ field: 'password', message: 'is too easy to guess' }],
    );
  }
}
