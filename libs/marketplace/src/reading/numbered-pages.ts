import { emptyIfWithoutRows } from '../errors.js';
import type { CallContext, ListPage, TimeWindow } from '../port.js';
import { allOf } from './all-of.js';
import { type BegunWindow, endPass, listOf, type PassFound } from './end-of-pass.js';
import {
  beginSpan,
  type ListSpan,
  type ListState,
  type ListStep,
  type ListWindow,
  type ReadableList,
} from './list-reading.js';
import { idsOf } from './row-ids.js';
import { splitIfLong, stepTo } from './steps.js';
import { beginPass, goOn, judgePass, type ListAnswer, missingOf } from './whole-list.js';
import { mustSplit, pagesOf, replaceWindow, splitWindow } from './windows.js';

/** Up to five pages are one step, and so one transaction. */
const PAGES_A_STEP = 5;

export interface NumberedQuery {
  readonly window: TimeWindow;
  readonly by: ListSpan['by'];
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** A list whose pages are asked for by number, with a count of all its rows. */
export interface NumberedList<Row> {
  readonly pageSize: number;
  readPage(call: CallContext, query: NumberedQuery): Promise<ListPage<Row>>;
  idOf(row: Row): string;
  /** Spares calls for the time before the oldest row of a span of creation time. */
  createdAt?(row: Row): Date;
  /** The longest stretch of time that may be asked about at once. */
  readonly longestSeconds?: number;
}

/**
 * Page 1 for the total, then the last page down to page 2, then page 1 again if the total has changed. In a closed window
 * rows only leave, and what leaves moves the others to lower pages: reading downwards can meet a row twice but never skip
 * one. A window closes when the different ids reach its total (`judgePass`).
 */
export function numberedPages<Row>(list: NumberedList<Row>): ReadableList<Row> {
  return {
    idOf: (row) => list.idOf(row),
    async read(call, span, given) {
      const state = given ?? beginSpan(span);
      const [window] = state.windows;
      if (window === undefined) return stepTo(state);
      const { pass, at } = window;
      const reading: Reading<Row> = { list, call, span, state };
      if (pass === undefined || typeof at !== 'number') return openWindow(reading, window);
      return at >= 2 ? readOn(reading, { ...window, pass }, at) : readEnd(reading, { ...window, pass });
    },
  };
}

interface Reading<Row> {
  readonly list: NumberedList<Row>;
  readonly call: CallContext;
  readonly span: ListSpan;
  readonly state: ListState;
}

async function openWindow<Row>(reading: Reading<Row>, window: ListWindow): Promise<ListStep<Row>> {
  const { list, span, state } = reading;
  const split = splitIfLong<Row>(list, span, state, window);
  if (split !== undefined) return split;
  const page = await ask(reading, window, 1);
  const { total } = page;
  const pages = pagesOf(total, list.pageSize);
  if (mustSplit(window, pages)) {
    const oldest = await oldestOf(reading, window, pages);
    const next = replaceWindow(state, ...splitWindow(window, pages, span.by, oldest));
    const news = [{ is: 'split', total, windows: next.windows.length } as const];
    return stepTo(next, { total, news });
  }
  const pass = beginPass(answerOf(list, page, 1), (window.passes ?? 0) + 1);
  const { from, to } = window;
  const news = pass.number === 1 ? [{ is: 'opened', window: { from, to }, total, pages } as const] : [];
  const ids = idsOf(page, list.idOf);
  if (pages <= 1) {
    // One page is one answer: whether it is whole is seen at once, and no id need be kept.
    const ended = endPass(
      span,
      state,
      { ...window, pass },
      judged(list, { ...window, pass }, new Set(ids).size),
    );
    return { pages: [page], settle: async () => ({ ...ended, total, news: [...news, ...ended.news] }) };
  }
  const next = replaceWindow(state, { ...window, pass, at: pages, counted: rowsOf(page) });
  return {
    pages: [page],
    ahead: next,
    async settle(met) {
      await met.forget(listOf(span, window));
      await met.note(listOf(span, window), ids);
      return { state: next, done: rowsOf(page), total, news };
    },
  };
}

/** The second of the oldest row of all that is to be read, as the last page tells it; undefined for other windows. */
async function oldestOf<Row>(
  reading: Reading<Row>,
  window: ListWindow,
  lastPage: number,
): Promise<number | undefined> {
  const { list, span } = reading;
  if (list.createdAt === undefined || span.by !== 'created' || window.from !== span.from) return undefined;
  const { records } = await ask(reading, window, lastPage);
  const times = records.map((row) => list.createdAt?.(row).getTime() ?? Number.NaN);
  return times.length === 0 ? undefined : Math.floor(Math.min(...times) / 1000);
}

async function readOn<Row>(
  reading: Reading<Row>,
  window: BegunWindow,
  lastPage: number,
): Promise<ListStep<Row>> {
  const { list, span, state } = reading;
  // Counting down, and never to page 1.
  const numbers = Array.from({ length: Math.min(PAGES_A_STEP, lastPage - 1) }, (_, step) => lastPage - step);
  const pages = await askGroup(reading, window, numbers);
  const pass = pages.reduce(
    (told, page, each) => goOn(told, answerOf(list, page, numbers[each] ?? lastPage)),
    window.pass,
  );
  const done = pages.reduce((sum, page) => sum + rowsOf(page), 0);
  const at = lastPage - numbers.length;
  const next = replaceWindow(state, { ...window, pass, at, counted: (window.counted ?? 0) + done });
  return {
    pages,
    ahead: at >= 2 ? next : undefined,
    async settle(met) {
      await met.note(
        listOf(span, window),
        pages.flatMap((page) => idsOf(page, list.idOf)),
      );
      return { state: next, done, news: [] };
    },
  };
}

/**
 * Rows of a creation window stay where they are, so its pages may be asked for together; those of an update window
 * slide to lower pages, so each must be asked for after the one above it has been answered.
 */
async function askGroup<Row>(
  reading: Reading<Row>,
  window: ListWindow,
  numbers: readonly number[],
): Promise<ListPage<Row>[]> {
  if (reading.span.by === 'created') return allOf(numbers.map((number) => ask(reading, window, number)));
  const pages: ListPage<Row>[] = [];
  for (const number of numbers) pages.push(await ask(reading, window, number));
  return pages;
}

/** All pages of the pass are read: page 1 once more when the total has changed since, for what moved onto it. */
async function readEnd<Row>(reading: Reading<Row>, window: BegunWindow): Promise<ListStep<Row>> {
  const { list, span, state } = reading;
  const { firstTotal, lastTotal } = window.pass;
  const pages = firstTotal === lastTotal ? [] : [await ask(reading, window, 1)];
  const pass = pages.reduce((told, page) => goOn(told, answerOf(list, page, 1)), window.pass);
  const key = listOf(span, window);
  return {
    pages,
    async settle(met) {
      for (const page of pages) await met.note(key, idsOf(page, list.idOf));
      const ended = { ...window, pass };
      const found = judged(list, ended, await met.count(key));
      await met.forget(key);
      return endPass(span, state, ended, found);
    },
  };
}

function judged<Row>({ pageSize }: NumberedList<Row>, { pass }: BegunWindow, met: number): PassFound {
  return {
    verdict: judgePass(pass, met),
    met,
    total: met + missingOf(pass, met),
    pages: pagesOf(pass.firstTotal, pageSize),
  };
}

/** A page without the rows that its list counts is one of those that lack rows: it costs no other window. */
function ask<Row>(
  { list, call, span }: Reading<Row>,
  window: ListWindow,
  page: number,
): Promise<ListPage<Row>> {
  const dates = { from: new Date(window.from * 1000), to: new Date(window.to * 1000) };
  const { pageSize } = list;
  return emptyIfWithoutRows(list.readPage(call, { window: dates, by: span.by, page, pageSize }));
}

function answerOf<Row>({ pageSize }: NumberedList<Row>, answer: ListPage<Row>, page: number): ListAnswer {
  return { page, pageSize, total: answer.total, rows: rowsOf(answer) };
}

function rowsOf<Row>({ records, unreadable }: Pick<ListPage<Row>, 'records' | 'unreadable'>): number {
  return records.length + unreadable.length;
}
