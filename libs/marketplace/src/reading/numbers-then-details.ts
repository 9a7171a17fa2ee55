import { type Said, say } from '#said';
import type { CallContext, ListPage, UnreadableRecord } from '../port.js';
import type { ReadableList, ReadPage } from './list-reading.js';
import { type NumberedList, type NumberedQuery, numberedPages } from './numbered-pages.js';

/** All that the list says of a row. */
export interface ListedNumber {
  readonly number: string;
  readonly updatedAt: Date;
}

/** A list of numbers by page, whose rows are asked for by their numbers. */
export interface NumbersList<Row> extends Omit<NumberedList<Row>, 'readPage' | 'idOf'> {
  readNumbers(call: CallContext, query: NumberedQuery): Promise<ListPage<ListedNumber>>;
  /** So many numbers may be asked about in one call. */
  readonly detailsAtOnce: number;
  /** Rows that are unknown, or not there yet, are simply not in the answer. */
  readDetails(call: CallContext, numbers: readonly string[]): Promise<ReadPage<Row>>;
  numberOf(row: Row): string;
  /** Left out where the list and the details do not tell the same time. */
  updatedAt?(row: Row): Date;
}

/**
 * Reads numbers as `numberedPages` does, and the details of each page with it. A number whose detail is missing, or is
 * older than what the list says of it, is asked for once more, when the others have theirs; then it is handed on as a row that
 * could not be read. Quarantine counts it and asks for it by its number until it is there: the window may close over it, and it
 * is never forgotten.
 */
export function numbersThenDetails<Row>(list: NumbersList<Row>): ReadableList<Row> {
  return numberedPages({
    ...list,
    idOf: (row) => list.numberOf(row),
    readPage: async (call, query) => withDetails(call, list, await list.readNumbers(call, query)),
  });
}

async function withDetails<Row>(
  call: CallContext,
  list: NumbersList<Row>,
  listed: ListPage<ListedNumber>,
): Promise<ListPage<Row>> {
  const wanted = new Map(listed.records.map(({ number, updatedAt }) => [number, updatedAt]));
  const first = await readDetails(call, list, [...wanted.keys()]);
  const second = await readDetails(
    call,
    list,
    lackingIn(list, wanted, first).map(({ number }) => number),
  );
  const pages = [...first, ...second];
  const rows = new Map<string, Row>();
  for (const row of pages.flatMap(({ records }) => records))
    if (wanted.has(list.numberOf(row))) rows.set(list.numberOf(row), row);
  const bad = pages.flatMap(({ unreadable }) => unreadable);
  const lacking = lackingIn(list, wanted, pages);
  for (const { number } of lacking) rows.delete(number);
  return {
    ...listed,
    records: [...rows.values()],
    unreadable: [
      ...listed.unreadable,
      ...new Map(bad.flatMap((record) => named(record, wanted, rows))).values(),
      ...lacking.map(({ number, reason }) => ({
        platformId: number,
        reason,
        raw: JSON.stringify({ number }),
      })),
    ],
    // Whose they are is not known: kept, but no rows of the list.
    unreadableParts: bad.filter(({ platformId }) => platformId === null),
  };
}

/** A detail that cannot be understood stands for its number, unless another answer could be. */
function named<Row>(
  record: UnreadableRecord,
  wanted: ReadonlyMap<string, Date>,
  rows: ReadonlyMap<string, Row>,
): [string, UnreadableRecord][] {
  const { platformId } = record;
  return platformId !== null && wanted.has(platformId) && !rows.has(platformId) ? [[platformId, record]] : [];
}

/** Numbers of which no answer says anything that the list had not already said. */
function lackingIn<Row>(
  list: NumbersList<Row>,
  wanted: ReadonlyMap<string, Date>,
  pages: readonly ReadPage<Row>[],
): { number: string; reason: Said }[] {
  const bad = new Set(pages.flatMap(({ unreadable }) => unreadable.map(({ platformId }) => platformId)));
  const told = new Map(pages.flatMap(({ records }) => records.map((row) => [list.numberOf(row), row])));
  return [...wanted].flatMap(([number, updatedAt]): { number: string; reason: Said }[] => {
    if (bad.has(number)) return [];
    const row = told.get(number);
    if (row === undefined) return [{ number, reason: say('record.no_detail') }];
    const detailAt = list.updatedAt?.(row) ?? updatedAt;
    if (detailAt >= updatedAt) return [];
    const reason = say('record.older_detail', {
      listed: updatedAt.toISOString(),
      detail: detailAt.toISOString(),
    });
    return [{ number, reason }];
  });
}

async function readDetails<Row>(
  call: CallContext,
  list: NumbersList<Row>,
  numbers: readonly string[],
): Promise<ReadPage<Row>[]> {
  const pages: ReadPage<Row>[] = [];
  for (let from = 0; from < numbers.length; from += list.detailsAtOnce)
    pages.push(await list.readDetails(call, numbers.slice(from, from + list.detailsAtOnce)));
  return pages;
}
