import type { CallContext, ListPage } from '../port.js';
import type { ListPass } from './whole-list.js';

/** Seconds since 1970; stretches are closed at both ends and whole seconds. */
export type EpochSeconds = number;

export interface ListStretch {
  readonly from: EpochSeconds;
  readonly to: EpochSeconds;
}

/** What of a list is to be read whole: the rows that were created, or last changed, within a stretch of time. */
export interface ListSpan extends ListStretch {
  /** `created` rows stay in their span; those of an `updated` one leave it when they change again. */
  readonly by: 'created' | 'updated';
}

/** One stretch of the span that is still to be read, and how far its reading has come. */
export interface ListWindow extends ListStretch {
  /** Passes made in vain. */
  readonly passes?: number;
  /** The pass under way, once its first answer is stored. */
  readonly pass?: ListPass;
  /** Where the pass goes on, in its strategy's own terms: the number of a page, or a token. */
  readonly at?: number | string;
  /** Pages of the pass so far, where they cannot be told from the total. */
  readonly pages?: number;
  /** Rows of it that were told as done. */
  readonly counted?: number;
}

/** A window of which the last pass has met only so many of the rows that it must hold. */
export interface IncompleteWindow extends ListStretch {
  readonly met: number;
  readonly total: number;
}

/** How far the reading of a span has come: plain JSON, with which another process goes on. */
export interface ListState {
  /** Next one first. */
  readonly windows: readonly ListWindow[];
  /** Put aside while the others are read. */
  readonly incomplete?: readonly IncompleteWindow[];
}

/** Rows that came together, and those among them that could not be understood. */
export type ReadPage<Row> = Omit<ListPage<Row>, 'total'>;

/**
 * Where the ids of the passes under way are kept, as they are many: beside the state, by name of their list, written in
 * the transaction of the step that met them.
 */
export interface MetIds {
  note(list: string, ids: readonly string[]): Promise<void>;
  /** How many different ids the given lists hold together. */
  count(...lists: string[]): Promise<number>;
  forget(list: string): Promise<void>;
}

/** What is worth a line in the log. */
export type ReadingNews =
  | { readonly is: 'split'; readonly total: number; readonly windows: number }
  | { readonly is: 'opened'; readonly window: ListStretch; readonly total: number; readonly pages: number }
  | { readonly is: 'unproven'; readonly window: ListStretch; readonly met: number }
  | { readonly is: 'expired'; readonly window: ListStretch; readonly parts: number }
  | ({ readonly is: 'moved'; readonly parts: number } & FoundInWindow)
  | ({ readonly is: 'again'; readonly reading: number; readonly isContradicted: boolean } & FoundInWindow)
  | ({ readonly is: 'aside'; readonly isContradicted: boolean } & FoundInWindow);

interface FoundInWindow {
  readonly window: ListStretch;
  readonly met: number;
  readonly total: number;
}

/** What a step has come to. */
export interface SettledStep {
  readonly state: ListState;
  /** How many more rows of the span are read now; below zero for those that are read again. */
  readonly done: number;
  /** Rows of all that was to be read, by the marketplace's count; where it gives one, with the first answer. */
  readonly total?: number | undefined;
  /** The window that is read whole now. */
  readonly closed?: ListStretch | undefined;
  readonly news: readonly ReadingNews[];
}

/** A few calls, of which nothing is kept before their pages are stored. */
export interface ListStep<Row> {
  readonly pages: readonly ReadPage<Row>[];
  /** What follows whatever the pages hold, where that is certain: may be read while these are being stored. */
  readonly ahead?: ListState | undefined;
  /** To be called in the transaction that stores the pages, which keeps the state. */
  settle(met: MetIds): Promise<SettledStep>;
}

/**
 * A list that a marketplace lets us read, and that moves meanwhile. Law 1: when the state names no window any more, every
 * row that lay in the span all the while has been handed out as it was, but for those of `incomplete` windows.
 */
export interface ReadableList<Row> {
  /** By which rows are told apart. */
  idOf(row: Row): string;
  /**
   * One step. Makes calls and keeps nothing: a step that is lost is read again.
   * @param state what the step before has come to; null: nothing is read yet
   * @throws MarketplaceError what the marketplace gives instead of an answer; the state stays as it was
   */
  read(call: CallContext, span: ListSpan, state: ListState | null): Promise<ListStep<Row>>;
}

export function beginSpan({ from, to }: ListStretch): ListState {
  return { windows: [{ from, to }] };
}

/** Every window of the span is read, and each was whole. */
export function isReadWhole({ windows, incomplete = [] }: ListState): boolean {
  return windows.length === 0 && incomplete.length === 0;
}

/** Windows that were put aside are all that is left to read of a reading that goes on. */
export function withIncompleteAgain<State extends ListState>(state: State): State {
  if (state.windows.length > 0 || state.incomplete === undefined) return state;
  return { ...state, windows: state.incomplete.map(({ from, to }) => ({ from, to })), incomplete: [] };
}
