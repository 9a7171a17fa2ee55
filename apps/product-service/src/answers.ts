import { createHash } from 'node:crypto';
import type { Money } from '#contracts';

/** Well below the bus's limit: a page of rows with hundreds of SKUs each ends early and says where to go on. */
const PAGE_BYTES = 600_000;

/** One name for one text: a prepared statement must not be asked for under another's name. */
export function statementName(text: string): string {
  return `products-${createHash('md5').update(text).digest('hex')}`;
}

/** At least one row, so that paging always moves on. */
export function withinReply<Row>(rows: readonly Row[]): Row[] {
  let bytes = 0;
  return rows.filter((row, index) => {
    bytes += Buffer.byteLength(JSON.stringify(row));
    return index === 0 || bytes <= PAGE_BYTES;
  });
}

export function money(amountMinor: number | null, currency: string | null): Money | null {
  return amountMinor === null || currency === null ? null : { amountMinor, currency };
}
