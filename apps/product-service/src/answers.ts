import { createHash } from 'node:crypto';
import type { Money } from '#contracts';

/** One name for one text: a prepared statement must not be asked for under another's name. */
export function statementName(text: string): string {
  return `products-${createHash('md5').update(text).digest('hex')}`;
}

export function money(amountMinor: number | null, currency: string | null): Money | null {
  return amountMinor === null || currency === null ? null : { amountMinor, currency };
}
