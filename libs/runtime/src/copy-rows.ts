import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Transaction } from './database.js';

export type CopyValue = string | number | boolean | Date | null | readonly string[];

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeText(text: string): string {
  if (!/[\\\t\n\r\0]/.test(text)) return text;
  // NUL cannot be stored in PostgreSQL's text; marketplaces do not mean it.
  return text.replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char).replaceAll('\u0000', '');
}

function arrayLiteral(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function field(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeText(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toISOString();
  return escapeText(arrayLiteral(value));
}

/** One row as COPY's text format wants it, without its end. */
export function encodeCopyRow(row: readonly CopyValue[]): string {
  return row.map(field).join('\t');
}

/**
 * Writes rows by COPY, the fastest way in. Table and columns are our own names, never input.
 * @param names of the columns, comma between
 * @param rows as `encodeCopyRow` has made them
 */
export async function copyRows(
  tx: Pick<Transaction, 'client'>,
  table: string,
  names: string,
  rows: readonly string[],
): Promise<void> {
  if (rows.length === 0) return;
  const stream = tx.client.query(copyFrom(`COPY ${table} (${names}) FROM STDIN`));
  await pipeline(Readable.from([Buffer.from(`${rows.join('\n')}\n`)]), stream);
}
