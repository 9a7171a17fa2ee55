import type { MetIds } from '#marketplace';
import type { Cursor, CursorMove, SpanBooks, SpanState } from '#sync';

/** The books of one shop and kind, for thousands of simulated lives. That PostgreSQL keeps them so is tested on itself. */
export class BooksInMemory implements SpanBooks {
  current: Cursor | undefined;
  broken: SpanState | undefined;
  /** Where the cursor was moved to, one by one. */
  readonly moves: number[] = [];
  private listed = new Map<string, Set<string>>();

  readonly ids = (): MetIds => ({
    note: async (list, ids) => {
      this.listed.set(list, new Set([...(this.listed.get(list) ?? []), ...ids]));
    },
    count: async (...lists) => new Set(lists.flatMap((list) => [...(this.listed.get(list) ?? [])])).size,
    forget: async (list) => {
      this.listed.delete(list);
    },
  });

  async cursor(): Promise<Cursor | undefined> {
    return this.current;
  }

  async moveCursor(
    _tx: unknown,
    _shopId: string,
    _kind: unknown,
    { is, through }: CursorMove,
  ): Promise<void> {
    this.moves.push(through.getTime() / 1000);
    if (is === 'loaded') this.current ??= { updatedThrough: through };
    else if (this.current !== undefined && this.current.updatedThrough < through)
      this.current = { updatedThrough: through };
  }

  async brokenFirstLoad(): Promise<SpanState | undefined> {
    return this.broken;
  }
}
