import { say, withTexts } from '#said';
import { emptyIfWithoutRows } from '../../errors.js';
import { optionalCount, rawText, readRows, requireObject, UnreadableField } from '../../payload/read.js';
import type { ListPage } from '../../port.js';
import { incompleteAnswer, misunderstoodAnswer, unreadableAnswer } from './answer.js';
import { MAX_AFTER_SALES_PAGE_SIZE } from './calls.js';
import type { TemuAnswer } from './client.js';

/**
 * A total without the rows that belong to this page is a fault of the answer, never an empty shop: the error carries the
 * total, for readers of whole lists that count what each page lacks (`emptyIfWithoutRows`).
 */
export function readPage<T>(
  operation: string,
  answer: TemuAnswer,
  names: { total: string; rows: string },
  paging: { page: number; pageSize: number },
  idOf: (row: unknown) => unknown,
  read: (row: unknown) => T,
): ListPage<T> {
  const result = understand(operation, answer, (value) => requireObject(value, 'result'));
  const total = understand(operation, answer, () => optionalCount(result[names.total], names.total));
  const rows = result[names.rows] ?? [];
  if (total === null) throw incompleteAnswer(operation, say('field.missing', { field: names.total }));
  if (!Array.isArray(rows))
    throw incompleteAnswer(operation, say('answer.not_a_list', { field: names.rows }));
  if (rows.length === 0 && total > (paging.page - 1) * paging.pageSize) {
    const what = say('answer.no_rows', { rows: names.rows, total: names.total, count: total });
    throw incompleteAnswer(operation, what, {
      total,
      platformTime: answer.platformTime,
      requestStartedAt: answer.requestStartedAt,
    });
  }
  return {
    total,
    ...readRows(rows, idOf, read, answer.redact),
    platformTime: answer.platformTime,
    requestStartedAt: answer.requestStartedAt,
  };
}

/** A filter that was ignored would make everything else look gone. */
export function requireFiltered<T>(
  operation: string,
  page: ListPage<T>,
  idOf: (record: T) => string,
  askedFor: readonly string[],
): void {
  const asked = new Set(askedFor);
  const stranger = page.records.map(idOf).find((id) => !asked.has(id));
  if (stranger !== undefined) {
    throw incompleteAnswer(operation, say('answer.stranger', { id: stranger }));
  }
}

export function joinPages<T>(operation: string, pages: readonly ListPage<T>[]): ListPage<T> {
  const [first, last] = [pages.at(0), pages.at(-1)];
  if (!first || !last) throw incompleteAnswer(operation, say('answer.no_page'));
  const records = pages.flatMap((page) => page.records);
  const unreadable = pages.flatMap((page) => page.unreadable);
  return {
    total: records.length + unreadable.length,
    records,
    unreadable,
    platformTime: last.platformTime,
    requestStartedAt: first.requestStartedAt,
  };
}

/**
 * Reads the frame of a list, or a token: nothing of it can be set apart. A result that is missing may be there the next
 * time; one of another form will not get better.
 */
export function understand<T>(operation: string, answer: TemuAnswer, read: (result: unknown) => T): T {
  try {
    return read(answer.result);
  } catch (error) {
    if (!(error instanceof UnreadableField)) throw error;
    throw answer.result === undefined || answer.result === null
      ? incompleteAnswer(operation, say('answer.no_result'))
      : misunderstoodAnswer(operation, withTexts(error.said, answer.redact));
  }
}

/**
 * Reads the answer about one record, or about records named one by one. Whatever is wrong with it, a missing result
 * too, is that record's own: kind `unreadable`, with the whole result, so that a queue sets it apart and goes on.
 */
export function understandRecord<T>(
  operation: string,
  answer: TemuAnswer,
  read: (result: unknown) => T,
  keep: (result: unknown) => unknown = (result) => result,
): T {
  try {
    return read(answer.result);
  } catch (error) {
    if (!(error instanceof UnreadableField)) throw error;
    const raw = rawText(keep(answer.result), answer.redact);
    throw unreadableAnswer(operation, withTexts(error.said, answer.redact), raw);
  }
}

interface PageAsked {
  readonly page: number;
  readonly pageSize: number;
  /** As it is sent. */
  readonly asked: { pageNo: number; pageSize: number };
}

/**
 * Every page of a list whose rows are named by their numbers: seldom more than one. What they hold, also one alone, must
 * reach the total: a page that repeats another, or lacks rows, would lose the rest without a word.
 * @throws MarketplaceError `unreadable`: it is about the records that were named, and stops no others
 */
export async function readAllPages<T>(
  operation: string,
  idOf: (record: T) => string,
  read: (paging: PageAsked) => Promise<ListPage<T>>,
): Promise<ListPage<T>> {
  const pageSize = MAX_AFTER_SALES_PAGE_SIZE;
  const pages: ListPage<T>[] = [];
  for (let page = 1; page === 1 || (page - 1) * pageSize < (pages.at(-1)?.total ?? 0); page += 1) {
    const asked = { page, pageSize, asked: { pageNo: page, pageSize } };
    pages.push(await emptyIfWithoutRows(read(asked)));
    if (rowsOf(pages.at(-1)) === 0) break;
  }
  const joined = joinPages(operation, pages);
  const total = pages.at(-1)?.total ?? 0;
  const distinct = new Set(joined.records.map(idOf)).size + joined.unreadable.length;
  if (distinct < total) {
    const { records, unreadable } = joined;
    const held = say('answer.short_pages', { pages: pages.length, distinct, total });
    throw unreadableAnswer(operation, held, JSON.stringify({ total, records, unreadable }));
  }
  return joined;
}

function rowsOf<T>(page: ListPage<T> | undefined): number {
  return page === undefined ? 0 : page.records.length + page.unreadable.length;
}
