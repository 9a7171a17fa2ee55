import { say } from '#said';
import { type Answer, incompleteAnswer, unreadableAnswer } from '../../call/answer.js';
import { emptyIfWithoutRows } from '../../errors.js';
import { optionalCount, readRows, requireObject } from '../../payload/read.js';
import { joinPages, understand } from '../../payload/understand.js';
import type { ListPage } from '../../port.js';
import { MAX_AFTER_SALES_PAGE_SIZE } from './calls.js';

/**
 * A total without the rows that belong to this page is a fault of the answer, never an empty shop: the error carries the
 * total, for readers of whole lists that count what each page lacks (`emptyIfWithoutRows`).
 */
export function readPage<T>(
  operation: string,
  answer: Answer,
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
