import type { ListKey } from '#sync';
import type { Cursor, CursorMove, OrdersState } from './order-windows.js';
import type { WindowBooks } from './window-books.js';

const nameOf = ({ shopId, kind, list }: ListKey): string => `${shopId} ${kind} ${list}`;

/** The books of one shop and kind, for thousands of simulated lives. That PostgreSQL keeps them so is tested on itself. */
export class BooksInMemory implements WindowBooks {
  current: Cursor | undefined;
  broken: OrdersState | undefined;
  /** Where the cursor was moved to, one by one. */
  readonly moves: number[] = [];
  private listed = new Map<string, Set<string>>();

  readonly ids = {
    note: async (_tx: unknown, key: ListKey, ids: readonly string[]) => {
      const known = this.listed.get(nameOf(key)) ?? new Set();
      for (const id of ids) known.add(id);
      this.listed.set(nameOf(key), known);
    },
    count: async (_tx: unknown, key: ListKey) => this.listed.get(nameOf(key))?.size ?? 0,
    forget: async (_tx: unknown, key: ListKey) => {
      this.listed.delete(nameOf(key));
    },
  };

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

  async brokenFirstLoad(): Promise<OrdersState | undefined> {
    return this.broken;
  }
}
