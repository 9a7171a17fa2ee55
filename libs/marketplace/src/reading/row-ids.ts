import { createHash } from 'node:crypto';
import type { UnreadableRecord } from '../port.js';
import type { ReadPage } from './list-reading.js';

/** Begins the id under which a record is kept that has none of its own. */
export const NAMELESS = 'without id ';

/** By which a record is kept that could not be understood. Those without an id of their own must not hide one another. */
export function idOfUnreadable(record: Pick<UnreadableRecord, 'platformId' | 'raw'>): string {
  const hash = () => createHash('md5').update(record.raw).digest('hex').slice(0, 12);
  // PostgreSQL's text holds no NUL.
  return (record.platformId ?? `${NAMELESS}${hash()}`).replaceAll('\u0000', '');
}

/**
 * Ids of a page: of its records, and of what could not be understood the id under which it is kept. Rows without an id
 * that are equal are told apart by their place among them: each is one of those that the list counts.
 */
export function idsOf<Row>(
  page: Pick<ReadPage<Row>, 'records' | 'unreadable'>,
  idOf: (row: Row) => string,
): string[] {
  const met = new Map<string, number>();
  const unreadable = page.unreadable.map((record) => {
    const id = idOfUnreadable(record);
    if (record.platformId !== null) return id;
    const place = (met.get(id) ?? 0) + 1;
    met.set(id, place);
    return place === 1 ? id : `${id}#${place}`;
  });
  return [...page.records.map(idOf), ...unreadable];
}
