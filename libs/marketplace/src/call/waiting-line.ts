import { CALL_PRIORITIES, type CallPriority } from '../port.js';

/** Every so many turns go to whoever has waited longest, so that no priority waits for ever behind the others. */
const TURNS_BY_PRIORITY = 10;

interface Waiter {
  readonly shop: string;
  readonly priority: CallPriority;
  /** Rises with every arrival. */
  readonly arrival: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Callers of one process that wait for the same limit. The higher priority goes first; within a priority shops take
 * turns, so that one with a thousand calls starves nobody; within a shop, first come first served.
 */
export class WaitingLine {
  /** By priority, then by shop: the shop whose turn it is stands first. */
  readonly #shops: ReadonlyMap<CallPriority, Map<string, Waiter[]>> = new Map(
    CALL_PRIORITIES.map((priority) => [priority, new Map()]),
  );
  #arrivals = 0;
  #turns = 0;

  /** The highest priority that waits; undefined when nobody does. */
  get next(): CallPriority | undefined {
    return CALL_PRIORITIES.find((priority) => this.#line(priority).size > 0);
  }

  /** Resolves when it is our turn; whoever gives up leaves at once. */
  join(priority: CallPriority, shop: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#remove(waiter);
        reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener('abort', leave);
      const waiter: Waiter = {
        shop,
        priority,
        arrival: this.#arrivals,
        resolve: () => {
          settle();
          resolve();
        },
        reject: (reason) => {
          settle();
          reject(reason);
        },
      };
      this.#arrivals += 1;
      signal?.addEventListener('abort', leave, { once: true });
      const line = this.#line(priority);
      const own = line.get(shop);
      if (own) own.push(waiter);
      else line.set(shop, [waiter]);
    });
  }

  /** Lets the next one go; false when all have left. */
  letGo(): boolean {
    this.#turns += 1;
    const next = this.#turns % TURNS_BY_PRIORITY === 0 ? this.#oldest() : this.#first();
    if (!next) return false;
    this.#remove(next);
    const line = this.#line(next.priority);
    const others = line.get(next.shop);
    if (others) {
      // The shop has had its turn.
      line.delete(next.shop);
      line.set(next.shop, others);
    }
    next.resolve();
    return true;
  }

  /** Nobody can be let through. */
  fail(reason: unknown): void {
    const all = this.#all();
    for (const priority of CALL_PRIORITIES) this.#line(priority).clear();
    for (const waiter of all) waiter.reject(reason);
  }

  #line(priority: CallPriority): Map<string, Waiter[]> {
    const line = this.#shops.get(priority);
    if (!line) throw new Error(`there is no priority ${priority}`);
    return line;
  }

  #first(): Waiter | undefined {
    for (const priority of CALL_PRIORITIES) {
      for (const own of this.#line(priority).values()) return own[0];
    }
    return undefined;
  }

  #oldest(): Waiter | undefined {
    let oldest: Waiter | undefined;
    for (const priority of CALL_PRIORITIES) {
      for (const [waiter] of this.#line(priority).values()) {
        if (waiter && (!oldest || waiter.arrival < oldest.arrival)) oldest = waiter;
      }
    }
    return oldest;
  }

  #all(): Waiter[] {
    return CALL_PRIORITIES.flatMap((priority) => [...this.#line(priority).values()].flat());
  }

  #remove(waiter: Waiter): void {
    const line = this.#line(waiter.priority);
    const own = line.get(waiter.shop);
    const index = own?.indexOf(waiter) ?? -1;
    if (!own || index < 0) return;
    own.splice(index, 1);
    if (own.length === 0) line.delete(waiter.shop);
  }
}
