import { createHash } from 'node:crypto';

/**
 * A plain, quick hash: slow ones (as for passwords) make guessing dear, and 256 random bits cannot be guessed. Whoever
 * copies the table gets no key out of it.
 */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
