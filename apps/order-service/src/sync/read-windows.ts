import type { ListPage } from '#marketplace';
import type { Transaction } from '#runtime';
import type { RunContext, RunProgress } from '#sync';
import {
  mustSplit,
  type OrdersState,
  type OrderWindow,
  PAGE_SIZE,
  pagesOf,
  splitWindow,
} from './order-windows.js';

/** Up to five pages are one transaction. */
const PAGES_A_COMMIT = 5;

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');

/** A list that is read by windows of time, and what becomes of its pages. */
export interface WindowedList<Row> {
  /** For the log: `parent orders`. */
  readonly what: string;
  readPage(window: { from: Date; to: Date }, page: number, pageSize: number): Promise<ListPage<Row>>;
  /** Part of the transaction of one step; says what it means for the run's progress, all but its state. */
  store(tx: Transaction, pages: readonly ListPage<Row>[]): Promise<RunProgress>;
  /** Part of the transaction that ends a window, after its last pages are stored. */
  closed(tx: Transaction, state: OrdersState, window: OrderWindow, isLast: boolean): Promise<void>;
  /** The run's own state, of which the windows may be a part. */
  stateOf(windows: OrdersState): unknown;
  /** A transaction is through. */
  stepped(): void;
  /** When a row was created, for windows of creation time: spares calls for the time before the oldest. */
  createdAt?(row: Row): Date;
  /** Whether what page 1 tells is the total of the run. Default true. */
  readonly tellsTotal?: boolean;
}

/**
 * Reads all windows of the state: page 1 for the total and then the last page down to page 2. In a closed window rows
 * only leave, and what leaves moves the others to lower pages: reading downwards can meet a row twice but never skip
 * one. Each step is one transaction, after which another process can go on.
 */
export async function readWindows<Row>(
  context: RunContext,
  state: OrdersState,
  list: WindowedList<Row>,
): Promise<OrdersState> {
  let next = state;
  const ahead: ReadAhead<Row> = {};
  for (let window = next.windows[0]; window !== undefined; window = next.windows[0]) {
    next = await readOn(context, next, window, list, ahead);
    list.stepped();
  }
  return next;
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
  if (window.nextPage === undefined) return openWindow(context, state, window, list);
  if (window.nextPage >= 2) return readPages(context, state, window, window.nextPage, list, ahead);
  return closeWindow(context, state, window, list);
}

async function openWindow<Row>(
  context: RunContext,
  state: OrdersState,
  window: OrderWindow,
  list: WindowedList<Row>,
): Promise<OrdersState> {
  const page = await readPage(list, window, 1);
  const rest = state.windows.slice(1);
  const total = list.tellsTotal === false ? {} : { total: context.run.total ?? page.total };
  if (mustSplit(window, page.total)) {
    const oldest = await oldestOf(state, window, page.total, list);
    const next = { ...state, windows: [...splitWindow(window, page.total, state.by, oldest), ...rest] };
    await context.commit(async () => ({ state: list.stateOf(next), ...total }));
    await context.log('info', `${page.total} ${list.what} are many: ${next.windows.length} windows to read`);
    return next;
  }
  const opened = {
    ...window,
    firstTotal: page.total,
    lastTotal: page.total,
    nextPage: pagesOf(page.total),
  };
  const next = { ...state, windows: [opened, ...rest] };
  await context.commit(async (tx) => ({
    ...(await list.store(tx, [page])),
    ...total,
    state: list.stateOf(next),
  }));
  await context.log(
    'info',
    `window ${iso(window.from)} to ${iso(window.to)}: ${page.total} ${list.what} on ${pagesOf(page.total)} pages`,
  );
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
  window: OrderWindow,
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
  const read: OrderWindow = {
    ...window,
    nextPage: left,
    lastTotal: pages.at(-1)?.total ?? window.lastTotal ?? 0,
  };
  const next = { ...state, windows: [read, ...state.windows.slice(1)] };
  await context.commit(async (tx) => ({ ...(await list.store(tx, pages)), state: list.stateOf(next) }));
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

/** The total has changed since page 1 was read: what moved onto page 1 meanwhile is read now. */
async function closeWindow<Row>(
  context: RunContext,
  state: OrdersState,
  window: OrderWindow,
  list: WindowedList<Row>,
): Promise<OrdersState> {
  const rest = state.windows.slice(1);
  const next = { ...state, windows: rest };
  const pages = window.lastTotal === window.firstTotal ? [] : [await readPage(list, window, 1)];
  await context.commit(async (tx) => {
    const stored = pages.length === 0 ? {} : await list.store(tx, pages);
    await list.closed(tx, state, window, rest.length === 0);
    // Rows of page 1 were counted when it was read first.
    return { ...stored, doneDelta: 0, state: list.stateOf(next) };
  });
  return next;
}

function readPage<Row>(list: WindowedList<Row>, window: OrderWindow, page: number): Promise<ListPage<Row>> {
  return list.readPage(
    { from: new Date(window.from * 1000), to: new Date(window.to * 1000) },
    page,
    PAGE_SIZE,
  );
}
