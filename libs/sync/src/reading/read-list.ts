import { type Said, say } from '#contracts';
import {
  isReadWhole,
  type ListStep,
  type ListStretch,
  MAX_PASSES,
  type ReadableList,
  type ReadingNews,
  type ReadPage,
  withIncompleteAgain,
} from '#marketplace';
import type { Transaction } from '#runtime';
import type { RunContext } from '../runs/run-context.js';
import type { RunProgress } from '../runs/sync-run.store.js';
import { listIncomplete } from './list-incomplete.js';
import type { KeepsIds } from './listed-ids.js';
import type { SpanState } from './plan-span.js';

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');
const spanOf = ({ from, to }: ListStretch) => ({ from: iso(from), to: iso(to) });

/** A list of a marketplace, and what becomes of its pages. */
export interface ReadList<Row, Kept = Row> {
  /** For the log: orders. */
  readonly what: Said;
  readonly list: ReadableList<Row>;
  /** Where the ids of a pass are kept. */
  readonly ids: KeepsIds;
  /** What the list does not say of its rows is asked for before they are stored. Row by row, none left out. */
  complete(page: ReadPage<Row>): Promise<ReadPage<Kept>>;
  /** Part of the transaction of one step; says what it means for the run's progress, but for what is done. */
  store(tx: Transaction, pages: readonly ReadPage<Kept>[]): Promise<RunProgress>;
  /** Part of the transaction that ends a window which is whole, after its last pages are stored. `isLast`: all are. */
  closed(tx: Transaction, state: SpanState, window: ListStretch, isLast: boolean): Promise<void>;
  /** The run's own state, of which that of the list may be a part. */
  stateOf(state: SpanState): unknown;
  /** A transaction is through. */
  stepped(): void;
  /** Whether the run counts rows: the list's count is its total, and what was met is done. */
  readonly countsRows: boolean;
}

/** What lists have in common whose rows are stored as they are listed, and counted by their run. */
export const AS_LISTED = {
  complete: async <Row>(page: ReadPage<Row>): Promise<ReadPage<Row>> => page,
  stateOf: (state: SpanState): unknown => state,
  countsRows: true,
} as const;

/**
 * Reads a span to its end, in the steps of its marketplace's list. Each step is one transaction, after which another process can
 * go on; the next pages are asked for while those before them are being stored.
 * @returns the state after the last window; `incomplete` names those that were put aside
 */
export async function readList<Row, Kept>(
  context: RunContext,
  state: SpanState,
  reading: ReadList<Row, Kept>,
): Promise<SpanState> {
  let next = withIncompleteAgain(state);
  let ahead: Promise<CompletedStep<Row, Kept>> | undefined;
  while (next.windows.length > 0) {
    const step = await (ahead ?? readStep(context, next, reading));
    ahead = step.ahead === undefined ? undefined : readStep(context, { ...next, ...step.ahead }, reading);
    // Should the commit fail, nobody waits for them any more.
    ahead?.catch(() => undefined);
    next = await keepStep(context, next, reading, step);
    reading.stepped();
  }
  return next;
}

/** @throws AppError `list.incomplete`, which ends the run as failed */
export function throwIfIncomplete(what: Said, state: SpanState, next: Said): void {
  const { incomplete = [], by } = state;
  if (incomplete.length === 0) return;
  const named = incomplete.map(({ met, total, ...span }) => ({
    what: say('what.window', { what, by: say(`by.${by}`), ...spanOf(span) }),
    met,
    total,
  }));
  throw listIncomplete(named, next);
}

/** A step whose pages are ready to be stored. */
export interface CompletedStep<Row, Kept> extends Omit<ListStep<Row>, 'pages'> {
  readonly pages: readonly ReadPage<Kept>[];
}

export async function readStep<Row, Kept>(
  context: RunContext,
  state: SpanState,
  { list, complete }: Pick<ReadList<Row, Kept>, 'list' | 'complete'>,
): Promise<CompletedStep<Row, Kept>> {
  const step = await context.call((call) => list.read(call, state, state));
  const pages: ReadPage<Kept>[] = [];
  for (const page of step.pages) pages.push(await complete(page));
  return { ...step, pages };
}

async function keepStep<Row, Kept>(
  context: RunContext,
  state: SpanState,
  reading: ReadList<Row, Kept>,
  step: CompletedStep<Row, Kept>,
): Promise<SpanState> {
  let next = state;
  let news: readonly ReadingNews[] = [];
  await context.commit(async (tx) => {
    const stored = step.pages.length === 0 ? {} : await reading.store(tx, step.pages);
    const settled = await step.settle(reading.ids(tx, context, reading.what.code));
    next = { ...state, ...settled.state };
    news = settled.news;
    if (settled.closed !== undefined) await reading.closed(tx, next, settled.closed, isReadWhole(next));
    const total = context.run.total ?? settled.total;
    const counted = { doneDelta: settled.done, ...(total === undefined ? {} : { total }) };
    return { ...stored, ...(reading.countsRows ? counted : {}), state: reading.stateOf(next) };
  });
  for (const each of news) {
    const { level, said } = tellNews(each, reading.what);
    await context.log(level, said);
  }
  return next;
}

/** What a reader has to say, for the log of a run. */
export function tellNews(
  news: ReadingNews,
  what: Said,
): { readonly level: 'info' | 'warn' | 'error'; readonly said: Said } {
  if (news.is === 'split') {
    const { total, windows } = news;
    return { level: 'info', said: say('log.windows_many', { total, what, windows }) };
  }
  const span = { ...spanOf(news.window), what };
  switch (news.is) {
    case 'opened':
      return { level: 'info', said: say('log.window', { ...span, total: news.total, pages: news.pages }) };
    case 'unproven':
      return { level: 'info', said: say('log.window_unproven', { ...span, met: news.met }) };
    case 'expired':
      return { level: 'info', said: say('log.window_expired', { ...span, parts: news.parts }) };
    case 'moved': {
      const { met, total, parts } = news;
      return { level: 'info', said: say('log.window_parts', { ...span, met, total, parts }) };
    }
    case 'again': {
      const { met, total, reading } = news;
      const found = { ...span, met, total, lacking: lackingIn(news), reading, most: MAX_PASSES };
      return { level: 'warn', said: say('log.window_again', found) };
    }
    case 'aside': {
      const { met, total } = news;
      const found = { ...span, met, total, lacking: lackingIn(news), most: MAX_PASSES };
      return { level: 'error', said: say('log.window_aside', found) };
    }
  }
}

function lackingIn({ isContradicted }: { readonly isContradicted: boolean }): Said {
  return say(isContradicted ? 'lacking.contradicted' : 'lacking.repeated');
}
