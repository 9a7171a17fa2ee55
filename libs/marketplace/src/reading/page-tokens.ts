import type { CallContext, TimeWindow } from '../port.js';
import { type BegunWindow, endPass, listOf, type PassFound } from './end-of-pass.js';
import {
  beginSpan,
  type ListSpan,
  type ListState,
  type ListStep,
  type ListWindow,
  type MetIds,
  type ReadableList,
  type ReadPage,
  type SettledStep,
} from './list-reading.js';
import { idsOf } from './row-ids.js';
import { splitIfLong, stepTo } from './steps.js';
import { beginPass, goOn, judgePass, type ListAnswer, missingOf } from './whole-list.js';
import { mustSplit, pagesOf, replaceWindow, splitMoved, splitWindow } from './windows.js';

/** Up to five pages are one step, and so one transaction. */
const PAGES_A_STEP = 5;

export interface TokenPage<Row> extends ReadPage<Row> {
  /** The marketplace's count of all rows; null where it gives none. */
  readonly total: number | null;
  /** Opaque; null behind the last page. */
  readonly next: string | null;
}

export interface TokenQuery {
  readonly window: TimeWindow;
  readonly by: ListSpan['by'];
  /** Null for the first page. */
  readonly token: string | null;
  /** At most: a page may hold fewer and not be the last. */
  readonly pageSize: number;
}

/** A list whose every page names the next one by an opaque token. */
export interface TokenList<Row> {
  readonly pageSize: number;
  /** Whether its pages count all rows of the list. */
  readonly isCounted: boolean;
  readPage(call: CallContext, query: TokenQuery): Promise<TokenPage<Row>>;
  idOf(row: Row): string;
  /** Differs whenever what the row says differs: its update time. */
  versionOf(row: Row): string;
  /** Whether the marketplace refuses a token because it is too old. */
  isExpired(error: unknown): boolean;
  /** The longest stretch of time that may be asked about at once. */
  readonly longestSeconds?: number;
}

/**
 * Follows the tokens to the end. A token may be no more than a place in a list, so that a row that leaves the window, or
 * moves to its end, lets another slide over the border of two pages unseen; nothing in the pages shows it.
 *
 * - A window of one page is one answer, of one moment: whole.
 * - Where the marketplace counts, the different ids must reach its count (`judgePass`).
 * - Where it does not, the window is read again until two passes in a row show the same rows in the same state. Only a row that
 *   was read and then left can have hidden another, and the second pass would lack it: equal passes prove the first.
 *
 * What is not whole is read again in smaller parts, which are over sooner; so is a window whose token has expired.
 */
export function pageTokens<Row>(list: TokenList<Row>): ReadableList<Row> {
  return {
    idOf: (row) => list.idOf(row),
    async read(call, span, given) {
      const state = given ?? beginSpan(span);
      const [window] = state.windows;
      if (window === undefined) return stepTo(state);
      const { pass, at } = window;
      const reading: Reading<Row> = { list, call, span, state };
      if (pass === undefined || typeof at !== 'string') return openWindow(reading, window);
      return readOn(reading, { ...window, pass }, at);
    },
  };
}

interface Reading<Row> {
  readonly list: TokenList<Row>;
  readonly call: CallContext;
  readonly span: ListSpan;
  readonly state: ListState;
}

async function openWindow<Row>(reading: Reading<Row>, window: ListWindow): Promise<ListStep<Row>> {
  const { list, span, state } = reading;
  const { pageSize } = list;
  const split = splitIfLong<Row>(list, span, state, window);
  if (split !== undefined) return split;
  const page = await ask(reading, window, null);
  const total = page.total ?? undefined;
  const pages = pagesOf(total ?? 0, pageSize);
  if (total !== undefined && mustSplit(window, pages)) {
    const next = replaceWindow(state, ...splitWindow(window, pages, span.by));
    const news = [{ is: 'split', total, windows: next.windows.length } as const];
    return stepTo(next, { total, news });
  }
  const pass = beginPass(answerOf(reading, page), (window.passes ?? 0) + 1);
  const { from, to } = window;
  const isNew = pass.number === 1 && total !== undefined;
  const news = isNew ? [{ is: 'opened', window: { from, to }, total, pages } as const] : [];
  if (page.next === null) {
    const met = new Set(idsOf(page, list.idOf)).size;
    const one: PassFound = list.isCounted
      ? judged(reading, { ...window, pass }, met, 1)
      : { verdict: 'whole', met, total: met, pages: 1 };
    return {
      pages: [page],
      async settle(ids) {
        await forget(reading, window, pass.number, ids);
        const ended = endPass(span, state, { ...window, pass }, one);
        return { ...ended, total, news: [...news, ...ended.news] };
      },
    };
  }
  const next = replaceWindow(state, { ...window, pass, at: page.next, pages: 1, counted: rowsOf(page) });
  return {
    pages: [page],
    ahead: next,
    async settle(ids) {
      const key = passKey(reading, window, pass.number);
      await ids.forget(key);
      await ids.note(key, notesOf(reading, page));
      return { state: next, done: rowsOf(page), total, news };
    },
  };
}

async function readOn<Row>(
  reading: Reading<Row>,
  window: BegunWindow,
  token: string,
): Promise<ListStep<Row>> {
  const { list, state } = reading;
  const pages: TokenPage<Row>[] = [];
  let next: string | null = token;
  try {
    while (next !== null && pages.length < PAGES_A_STEP) {
      const page: TokenPage<Row> = await ask(reading, window, next);
      pages.push(page);
      next = page.next;
    }
  } catch (error) {
    if (!list.isExpired(error)) throw error;
    // What came before is kept; the next step meets the refusal again.
    if (pages.length === 0) return beginAgain(reading, window);
  }
  const done = pages.reduce((sum, page) => sum + rowsOf(page), 0);
  const read = {
    ...window,
    pass: pages.reduce((told, page) => goOn(told, answerOf(reading, page)), window.pass),
    pages: (window.pages ?? 0) + pages.length,
    counted: (window.counted ?? 0) + done,
  };
  const key = passKey(reading, window, window.pass.number);
  const follows = next === null ? undefined : replaceWindow(state, { ...read, at: next });
  return {
    pages,
    ahead: follows,
    async settle(ids) {
      await ids.note(
        key,
        pages.flatMap((page) => notesOf(reading, page)),
      );
      if (follows !== undefined) return { state: follows, done, news: [] };
      const ended = await endOf(reading, read, ids);
      return { ...ended, done: ended.done + done };
    },
  };
}

/** The token is too old: what it led to is read anew, in parts that are over sooner where there are any. */
function beginAgain<Row>(reading: Reading<Row>, window: BegunWindow): ListStep<Row> {
  const { span, state } = reading;
  const { from, to, pass, counted = 0, pages = 0 } = window;
  return {
    pages: [],
    async settle(ids) {
      await forget(reading, window, pass.number, ids);
      if (to === from)
        return endPass(span, state, window, { verdict: 'short', met: counted, total: counted, pages });
      const parts = splitMoved({ from, to }, pages);
      const news = { is: 'expired', window: { from, to }, parts: parts.length } as const;
      const next = replaceWindow(state, ...(span.by === 'created' ? parts.reverse() : parts));
      return { state: next, done: -counted, news: [news] };
    },
  };
}

/** Every page of the pass has been read; its notes are written. */
async function endOf<Row>(reading: Reading<Row>, window: BegunWindow, ids: MetIds): Promise<SettledStep> {
  const { list, span, state } = reading;
  const { from, to, pass, counted = 0, pages = 0 } = window;
  const key = passKey(reading, window, pass.number);
  const met = await ids.count(key);
  if (list.isCounted) {
    await ids.forget(key);
    return endPass(span, state, window, judged(reading, window, met, pages));
  }
  if (pass.number === 1) {
    const next = replaceWindow(state, { from, to, passes: 1 });
    return { state: next, done: -counted, news: [{ is: 'unproven', window: { from, to }, met }] };
  }
  const before = passKey(reading, window, pass.number - 1);
  const together = await ids.count(before, key);
  const isEqual = met === together && (await ids.count(before)) === together;
  const found = { verdict: isEqual ? 'whole' : 'moved', met, total: together, pages } as const;
  const ended = endPass(span, state, window, found);
  await ids.forget(before);
  // Another pass is to be compared with this one; parts, and what is done with, are not.
  if (ended.state.windows[0]?.passes !== pass.number) await ids.forget(key);
  return ended;
}

function judged<Row>({ list }: Reading<Row>, { pass }: BegunWindow, met: number, pages: number): PassFound {
  return {
    verdict: judgePass(pass, met),
    met,
    total: met + missingOf(pass, met),
    pages: Math.max(pages, pagesOf(pass.firstTotal, list.pageSize)),
  };
}

/** Each pass has notes of its own: it is compared with the one before it. */
function passKey<Row>({ span }: Reading<Row>, window: ListWindow, pass: number): string {
  return `${listOf(span, window)} pass ${pass}`;
}

async function forget<Row>(
  reading: Reading<Row>,
  window: ListWindow,
  pass: number,
  ids: MetIds,
): Promise<void> {
  await ids.forget(passKey(reading, window, pass));
  await ids.forget(passKey(reading, window, pass - 1));
}

/**
 * What is kept of a page: the ids, which a count counts. Of rows that may leave, without a count, what each says as well: one that
 * has left and come back is another. Rows of a creation window stay where they are, whatever they say.
 */
function notesOf<Row>({ list, span }: Reading<Row>, page: TokenPage<Row>): string[] {
  const isIdEnough = list.isCounted || span.by === 'created';
  return idsOf(page, (row) => (isIdEnough ? list.idOf(row) : `${list.idOf(row)} ${list.versionOf(row)}`));
}

function ask<Row>(
  { list, call, span }: Reading<Row>,
  window: ListWindow,
  token: string | null,
): Promise<TokenPage<Row>> {
  const dates = { from: new Date(window.from * 1000), to: new Date(window.to * 1000) };
  return list.readPage(call, { window: dates, by: span.by, token, pageSize: list.pageSize });
}

/** As if it were page 1: pages may be shorter than asked for, so that no place of a page is known. */
function answerOf<Row>({ list }: Reading<Row>, page: TokenPage<Row>): ListAnswer {
  const rows = rowsOf(page);
  return { page: 1, pageSize: list.pageSize, total: list.isCounted ? (page.total ?? 0) : rows, rows };
}

function rowsOf<Row>({ records, unreadable }: ReadPage<Row>): number {
  return records.length + unreadable.length;
}

/**
 * For a list that can be asked for everything since a moment, oldest change first, and for no end: rows that change move
 * to its end, behind those of the window. What lies behind is read with the next span.
 * @returns the page as a list of the window alone would have it, and the last one once it reaches behind the window
 */
export function endAt<Row>(page: TokenPage<Row>, to: Date, changedAt: (row: Row) => Date): TokenPage<Row> {
  const records = page.records.filter((row) => changedAt(row) <= to);
  const reachesBehind = records.length < page.records.length;
  return { ...page, records, total: null, next: reachesBehind ? null : page.next };
}
