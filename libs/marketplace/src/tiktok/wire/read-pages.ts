import { say } from '#said';
import { type Answer, incompleteAnswer } from '../../call/answer.js';
import { optionalCount, optionalText, readRows, requireObject } from '../../payload/read.js';
import { understand } from '../../payload/understand.js';
import type { ListPage } from '../../port.js';
import type { TokenPage } from '../../reading/page-tokens.js';

export interface RowReader<T> {
  /** The field of `data` that holds them. */
  readonly rows: string;
  readonly idOf: (row: unknown) => unknown;
  readonly read: (row: unknown) => T;
  /** What is kept of a row that cannot be understood; without personal data. */
  readonly keep?: (row: unknown) => unknown;
}

/**
 * A page of a search. `total_count` is the number of all rows of the search, as documented [D]; a list without it, or a first
 * page without the rows that it counts, is a fault of the answer, never an empty shop.
 * @param token with which the page was asked for
 */
export function readTokenPage<T>(
  operation: string,
  answer: Answer,
  token: string | null,
  reader: RowReader<T>,
): TokenPage<T> & { readonly total: number } {
  const data = understand(operation, answer, (value) => requireObject(value, 'data'));
  const total = understand(operation, answer, () => optionalCount(data.total_count, 'total_count'));
  const rows = data[reader.rows] ?? [];
  if (!Array.isArray(rows))
    throw incompleteAnswer(operation, say('answer.not_a_list', { field: reader.rows }));
  if (total === null && rows.length > 0)
    throw incompleteAnswer(operation, say('field.missing', { field: 'total_count' }));
  if (rows.length === 0 && token === null && total !== null && total > 0) {
    const what = say('answer.no_rows', { rows: reader.rows, total: 'total_count', count: total });
    throw incompleteAnswer(operation, what);
  }
  return {
    total: total ?? 0,
    next: optionalText(data.next_page_token),
    ...readRows(rows, reader.idOf, reader.read, answer.redact, reader.keep),
    platformTime: answer.platformTime,
    requestStartedAt: answer.requestStartedAt,
  };
}

/** Rows that were asked for by their ids, all in one answer without a count. */
export function readNamedRows<T>(operation: string, answer: Answer, reader: RowReader<T>): ListPage<T> {
  const data = understand(operation, answer, (value) => requireObject(value, 'data'));
  const rows = data[reader.rows] ?? [];
  if (!Array.isArray(rows))
    throw incompleteAnswer(operation, say('answer.not_a_list', { field: reader.rows }));
  return {
    total: rows.length,
    ...readRows(rows, reader.idOf, reader.read, answer.redact, reader.keep),
    platformTime: answer.platformTime,
    requestStartedAt: answer.requestStartedAt,
  };
}

/**
 * All pages of a search that names its rows: seldom more than one.
 * @throws MarketplaceError `transient` for pages that hold fewer rows than they count, or that never end
 */
export async function readAllPages<T>(
  operation: string,
  idOf: (record: T) => string,
  read: (token: string | null) => Promise<TokenPage<T> & { readonly total: number }>,
): Promise<ListPage<T>> {
  const pages: (TokenPage<T> & { readonly total: number })[] = [];
  const seen = new Set<string>();
  let token: string | null = null;
  do {
    const page = await read(token);
    pages.push(page);
    token = page.next;
    if (token !== null && seen.has(token)) throw incompleteAnswer(operation, say('answer.no_page'));
    if (token !== null) seen.add(token);
  } while (token !== null);
  const records = pages.flatMap((page) => page.records);
  const unreadable = pages.flatMap((page) => page.unreadable);
  const [first, last] = [pages.at(0), pages.at(-1)];
  if (first === undefined || last === undefined) throw incompleteAnswer(operation, say('answer.no_page'));
  const distinct = new Set(records.map(idOf)).size + unreadable.length;
  if (distinct < last.total)
    throw incompleteAnswer(
      operation,
      say('answer.short_pages', { pages: pages.length, distinct, total: last.total }),
    );
  return {
    total: records.length + unreadable.length,
    records,
    unreadable,
    platformTime: last.platformTime,
    requestStartedAt: first.requestStartedAt,
  };
}
