import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { MIN_PASSWORD_LENGTH } from '#contracts';
import { MARKETPLACES } from '#marketplaces';
import { invalid, refusedField } from '#runtime';

/** argon2id, the first choice of OWASP's list: 19 MiB, two passes. The numbers stand in each hash. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Below this an online guesser needs no patience (zxcvbn: fewer than 10^8 guesses, in the order of what leaked most). */
const LOWEST_SCORE = 3;
/** What everybody knows of this installation. */
const OURS: readonly string[] = ['omni', 'temuomni', ...MARKETPLACES];

/** Passwords that leaked, keyboard rows, dates, repetitions and their disguises; read when the first is chosen. */
let guesser: ZxcvbnFactory | undefined;

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

/**
 * @param field where the password stood
 * @throws AppError `password.too_common`
 */
export function assertHardToGuess(
  field: 'password' | 'newPassword',
  password: string,
  person: { readonly email: string; readonly name: string },
): void {
  guesser ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const known = [
    person.email,
    ...person.email.split(/[^\p{L}\p{N}]+/u),
    ...person.name.split(/\s+/),
    ...OURS,
  ];
  // As it is hashed: full-width letters are no disguise.
  const { score } = guesser.check(
    password.normalize('NFKC'),
    known.filter((word) => word.length > 2),
  );
  if (score >= LOWEST_SCORE) return;
  throw invalid(
    'password.too_common',
    `This password is among the first that are tried. Choose ${MIN_PASSWORD_LENGTH} or more characters, for example four unrelated words.`,
    [refusedField(field, 'input.guessable')],
  );
}
