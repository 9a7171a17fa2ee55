/**
 * A list kept newest first, ties by key descending so that pages are stable. Sorting is put off until somebody reads;
 * on a nearly sorted list it is cheap.
 */
export class SortedIndex<T> {
  #isSorted = true;
  readonly #items: T[] = [];

  constructor(
    private readonly timeOf: (item: T) => number,
    private readonly keyOf: (item: T) => string | number,
  ) {}

  add(item: T): void {
    this.#items.push(item);
    this.#isSorted = false;
  }

  /** To be called when the time of any item has changed. */
  touch(): void {
    this.#isSorted = false;
  }

  compare = (a: T, b: T): number => {
    const byTime = this.timeOf(b) - this.timeOf(a);
    if (byTime !== 0) return byTime;
    const keyA = this.keyOf(a);
    const keyB = this.keyOf(b);
    return keyA < keyB ? 1 : keyA > keyB ? -1 : 0;
  };

  all(): readonly T[] {
    if (!this.#isSorted) {
      this.#items.sort(this.compare);
      this.#isSorted = true;
    }
    return this.#items;
  }

  /** Items with start <= time <= end. */
  between(start: number, end: number): readonly T[] {
    const items = this.all();
    return items.slice(
      this.#firstWhere(items, (time) => time <= end),
      this.#firstWhere(items, (time) => time < start),
    );
  }

  #firstWhere(items: readonly T[], holds: (time: number) => boolean): number {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const item = items[middle];
      if (item !== undefined && holds(this.timeOf(item))) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
