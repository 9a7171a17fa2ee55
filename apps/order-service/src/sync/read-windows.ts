import { type Said, say } from '#contracts';
import { emptyIfWithoutRows, type ListPage } from '#marketplace';
import type { Transaction } from '#runtime';
import {
  beginPass,
  goOn,
  idsOf,
  judgePass,
  type ListAnswer,
  type ListedIds,
  type ListKey,
  type ListPass,
  listIncomplete,
  MAX_PASSES,
  missingOf,
  type RunContext,
  type RunProgress,
} from '#sync';
import {
  mustSplit,
  type OrdersState,
  type OrderWindow,
  PAGE_SIZE,
  pagesOf,
  splitMoved,
  splitWindow,
  withIncompleteAgain,
} from './order-windows.js';

/** Up to five pages are one transaction. */
const PAGES_A_COMMIT = 5;

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');
const spanOf = ({ from, to }: { from: number; to: number }) => ({ from: iso(from), to: iso(to) });

/** A list that is read by windows of time, and what becomes of its pages. */
export interface WindowedList<Row> {
  /** For the log: orders. */
  readonly what: Said;
  readPage(window: { from: Date; to: Date }, page: number, pageSize: number): Promise<ListPage<Row>>;
  /** By which rows are told apart. */
  idOf(row: Row): string;
  /** Where the ids of a pass are kept. */
  readonly ids: ListedIds;
  /** Part of the transaction of one step; says what it means for the run's progress, all but its state. */
  store(tx: Transaction, pages: readonly ListPage<Row>[]): Promise<RunProgress>;
  /** Part of the transaction that ends a window which is whole, after its last pages are stored. `isLast`: all are. */
  closed(tx: Transaction, state: OrdersState, window: OrderWindow, isLast: boolean): Promise<void>;
  /** The run's own state, of which the windows may be a part. */
  stateOf(windows: OrdersState): unknown;
  /** A transaction is through. */
  stepped(): void;
  /** When a row was created, for windows of creation time: spares calls for the time before the oldest. */
  createdAt?(row: Row): Date;
  /** Whether the run counts rows: page 1 tells its total, and what was met is done. Default true. */
  readonly countsRows?: boolean;
}

/**
 * Reads all windows of the state: page 1 for the total and then the last page down to page 2. In a closed window rows
 * only leave, and what leaves moves the others to lower pages: reading downwards can meet a row twice but never skip
 * one. A window closes when it is whole (`judgePass`); else it is read again, in smaller parts where what left it may
 * explain the lack, and put aside after `MAX_PASSES`. Each step is one transaction, after which another process can go on.
 * @returns the state after the last window; `incomplete` names those that were put aside
 */
export async function readWindows<Row>(
  context: RunContext,
  state: OrdersState,
  list: WindowedList<Row>,
): Promise<OrdersState> {
  let next = withIncompleteAgain(state);
  const ahead: ReadAhead<Row> = {};
  for (let window = next.windows[0]; window !== undefined; window = next.windows[0]) {
    next = await readOn(context, next, window, list, ahead);
    list.stepped();
  }
  return next;
}

/** @throws AppError `list.incomplete`, which ends the run as failed */
export function throwIfIncomplete(what: Said, state: OrdersState, next: Said): void {
  const { incomplete = [], by } = state;
  if (incomplete.length === 0) return;
  const named = incomplete.map(({ met, total, ...span }) => ({
    what: say('what.window', { what, by: say(`by.${by}`), ...spanOf(span) }),
    met,
    total,
  }));
  throw listIncomplete(named, next);
}

/** The next pages of the window are asked for while those before them are being stored. */
interface ReadAhead<Row> {
  pages?: Promise<ListPage<Row>[]> | undefined;
}

/** One step: page 1 of a window, or up to five further pages, or the window's end. */
function readOn<Row>(
  context: RunContext,
  state: OrdersState,
  window: OrderWindow,
  list: WindowedList<Row>,
  ahead: ReadAhead<Row>,
): Promise<OrdersState> {
  const { nextPage, pass } = window;
  if (nextPage === undefined || pass === undefined) return openWindow(context, state, window, list);
  if (nextPage >= 2) return readPages(context, state, { ...window, pass }, nextPage, list, ahead);
  return endPass(context, state, { ...window, pass }, list);
}

export type BegunWindow = OrderWindow & { readonly pass: ListPass };

async function openWindow<Row>(
  context: RunContext,
  state: OrdersState,
  window: OrderWindow,
  list: WindowedList<Row>,
): Promise<OrdersState> {
  const page = await readPage(list, window, 1);
  const rest = state.windows.slice(1);
  const total = list.countsRows === false ? {} : { total: context.run.total ?? page.total };
  if (mustSplit(window, page.total)) {
    const oldest = await oldestOf(state, window, page.total, list);
    const next = { ...state, windows: [...splitWindow(window, page.total, state.by, oldest), ...rest] };
    await context.commit(async () => ({ state: list.stateOf(next), ...total }));
    const windows = next.windows.length;
    await context.log('info', say('log.windows_many', { total: page.total, what: list.what, windows }));
    return next;
  }
  const opened = beginWindow(window, page);
  if (opened.pass.number === 1) {
    await context.log(
      'info',
      say('log.window', {
        ...spanOf(window),
        total: page.total,
        what: list.what,
        pages: pagesOf(page.total),
      }),
    );
  }
  // One page is one answer: whether it is whole is seen at once, and no id need be kept.
  if (pagesOf(page.total) <= 1) return endPass(context, state, opened, list, { page, progress: total });
  const key = windowKey(context, list.what, state.by, window);
  let next = state;
  await context.commit(async (tx) => {
    const stored = await list.store(tx, [page]);
    await list.ids.forget(tx, key);
    await list.ids.note(tx, key, idsOf(page, list.idOf));
    next = { ...state, windows: [counting(opened, stored), ...rest] };
    return { ...stored, ...total, state: list.stateOf(next) };
  });
  return next;
}

/** The second of the oldest row of all that is to be read, as the last page tells it; undefined for other windows. */
async function oldestOf<Row>(
  state: OrdersState,
  window: OrderWindow,
  total: number,
  list: WindowedList<Row>,
): Promise<number | undefined> {
  const { createdAt } = list;
  if (createdAt === undefined || state.by !== 'created' || window.from !== state.from) return undefined;
  const { records } = await readPage(list, window, pagesOf(total));
  const times = records.map((row) => createdAt(row).getTime());
  return times.length === 0 ? undefined : Math.floor(Math.min(...times) / 1000);
}

async function readPages<Row>(
  context: RunContext,
  state: OrdersState,
  window: BegunWindow,
  nextPage: number,
  list: WindowedList<Row>,
  ahead: ReadAhead<Row>,
): Promise<OrdersState> {
  const numbers = groupFrom(nextPage);
  const pages = await (ahead.pages ?? readGroup(list, state.by, window, numbers));
  const left = nextPage - numbers.length;
  ahead.pages = left >= 2 ? readGroup(list, state.by, window, groupFrom(left)) : undefined;
  // Should the commit fail, nobody waits for them any more.
  ahead.pages?.catch(() => undefined);
  const pass = pages.reduce(
    (told, page, each) => goOn(told, answerOf(page, numbers[each] ?? nextPage)),
    window.pass,
  );
  let next = state;
  await context.commit(async (tx) => {
    const stored = await list.store(tx, pages);
    await list.ids.note(
      tx,
      windowKey(context, list.what, state.by, window),
      pages.flatMap((page) => idsOf(page, list.idOf)),
    );
    const read = counting({ ...window, pass, nextPage: left }, stored);
    next = { ...state, windows: [read, ...state.windows.slice(1)] };
    return { ...stored, state: list.stateOf(next) };
  });
  return next;
}

/** Page numbers of one transaction, counting down and never to page 1. */
function groupFrom(page: number): number[] {
  return Array.from({ length: Math.min(PAGES_A_COMMIT, page - 1) }, (_, step) => page - step);
}

/**
 * Rows of a creation window stay where they are, so its pages may be asked for together; those of an update window
 * slide to lower pages, so each must be asked for after the one above it has been answered.
 */
function readGroup<Row>(
  list: WindowedList<Row>,
  by: OrdersState['by'],
  window: OrderWindow,
  numbers: readonly number[],
): Promise<ListPage<Row>[]> {
  return by === 'created'
    ? Promise.all(numbers.map((number) => readPage(list, window, number)))
    : readInTurn(list, window, numbers);
}

async function readInTurn<Row>(
  list: WindowedList<Row>,
  window: OrderWindow,
  numbers: readonly number[],
): Promise<ListPage<Row>[]> {
  const pages: ListPage<Row>[] = [];
  for (const number of numbers) pages.push(await readPage(list, window, number));
  return pages;
}

/**
 * All pages of the pass are read: page 1 once more when the total has changed since, for what moved onto it. Then the
 * window closes, is read again, or is put aside.
 * @param only page 1 of a window that has no other
 */
async function endPass<Row>(
  context: RunContext,
  state: OrdersState,
  window: BegunWindow,
  list: WindowedList<Row>,
  only?: { readonly page: ListPage<Row>; readonly progress: RunProgress },
): Promise<OrdersState> {
  const { firstTotal, lastTotal } = window.pass;
  const pages = only ? [only.page] : firstTotal === lastTotal ? [] : [await readPage(list, window, 1)];
  const pass = only ? window.pass : pages.reduce((told, page) => goOn(told, answerOf(page, 1)), window.pass);
  const key = windowKey(context, list.what, state.by, window);
  const ids = pages.flatMap((page) => idsOf(page, list.idOf));
  let end: PassEnd = { state, said: undefined };
  await context.commit(async (tx) => {
    const stored = pages.length === 0 ? {} : await list.store(tx, pages);
    if (ids.length > 0 && only === undefined) await list.ids.note(tx, key, ids);
    const met = only === undefined ? await list.ids.count(tx, key) : new Set(ids).size;
    end = afterPass(state, { ...window, pass }, met, list.what);
    if (only === undefined) await list.ids.forget(tx, key);
    const isLast = end.state.windows.length === 0 && (end.state.incomplete ?? []).length === 0;
    if (end.said === undefined) await list.closed(tx, end.state, window, isLast);
    // Whatever was met twice or in vain: a run has read as many as there are different ones.
    const isDone = end.said === undefined || end.said.level === 'error';
    const done = list.countsRows === false ? {} : { doneDelta: (isDone ? met : 0) - (window.counted ?? 0) };
    return { ...only?.progress, ...stored, ...done, state: list.stateOf(end.state) };
  });
  if (end.said !== undefined) await context.log(end.said.level, end.said.what);
  return end.state;
}

/** What is to be read next, and what is said of the pass. */
export interface PassEnd {
  readonly state: OrdersState;
  /** Undefined when the window is whole. */
  readonly said: { readonly level: 'info' | 'warn' | 'error'; readonly what: Said } | undefined;
}

/** What becomes of a window whose pages have all been asked for. */
export function afterPass(state: OrdersState, window: BegunWindow, met: number, what: Said): PassEnd {
  const { pass, from, to } = window;
  const rest = state.windows.slice(1);
  const verdict = judgePass(pass, met);
  if (verdict === 'whole') return { state: { ...state, windows: rest }, said: undefined };
  const total = met + missingOf(pass, met);
  const found = { ...spanOf(window), met, total, what };
  if (verdict === 'moved' && state.by === 'updated' && to > from) {
    const parts = splitMoved(window, pass.firstTotal);
    return {
      state: { ...state, windows: [...parts, ...rest] },
      said: {
        level: 'info',
        what: say('log.window_parts', { ...found, parts: parts.length }),
      },
    };
  }
  const lacking = say(pass.isContradicted ? 'lacking.contradicted' : 'lacking.repeated');
  if (pass.number < MAX_PASSES) {
    return {
      state: { ...state, windows: [{ from, to, passes: pass.number }, ...rest] },
      said: {
        level: 'warn',
        what: say('log.window_again', { ...found, lacking, reading: pass.number + 1, most: MAX_PASSES }),
      },
    };
  }
  const aside = { from, to, met, total };
  return {
    state: { ...state, windows: rest, incomplete: [...(state.incomplete ?? []), aside] },
    said: {
      level: 'error',
      what: say('log.window_aside', { ...found, lacking, most: MAX_PASSES }),
    },
  };
}

function counting<Window extends OrderWindow>(window: Window, { doneDelta = 0 }: RunProgress): Window {
  return { ...window, counted: (window.counted ?? 0) + doneDelta };
}

/** Under which the ids of a window's pass are kept. */
export function windowKey(
  { shopId, kind }: Pick<RunContext, 'shopId' | 'kind'>,
  what: Said,
  by: OrdersState['by'],
  { from, to }: OrderWindow,
): ListKey {
  return { shopId, kind, list: `${what.code} ${by} ${from} ${to}` };
}

/** A window of which page 1 is known. */
export function beginWindow<Row>(window: OrderWindow, page: ListPage<Row>): BegunWindow {
  const pass = beginPass(answerOf(page, 1), (window.passes ?? 0) + 1);
  return { ...window, pass, nextPage: pagesOf(page.total) };
}

function answerOf<Row>({ total, records, unreadable }: ListPage<Row>, page: number): ListAnswer {
  return { page, pageSize: PAGE_SIZE, total, rows: records.length + unreadable.length };
}

/** A page without the rows that its list counts is one of those that lack rows: it costs no other window. */
function readPage<Row>(list: WindowedList<Row>, window: OrderWindow, page: number): Promise<ListPage<Row>> {
  const dates = { from: new Date(window.from * 1000), to: new Date(window.to * 1000) };
  return emptyIfWithoutRows(list.readPage(dates, page, PAGE_SIZE));
}
