/** What a platform's clock shows, as its answers (HTTP `Date`) tell it. Several of them are told apart by a key. */
export class PlatformClock<Key extends string> {
  /** How far it is from ours, learnt when it refused a timestamp. */
  readonly #offsetMs = new Map<Key, number>();
  /** How far it was from ours at its last answer, in whole seconds or less; only to name a time, never to sign. */
  readonly #seenOffsetMs = new Map<Key, number>();

  constructor(private readonly clock: () => number) {}

  /** For a timestamp that it will compare with itself: what it shows at a moment of ours. */
  shownMs(key: Key, ourMs: number): number {
    return ourMs + (this.#offsetMs.get(key) ?? 0);
  }

  /** As far as its answers have told it, in whole seconds, rounded up. */
  seconds(key: Key): number {
    return Math.ceil((this.clock() + (this.#seenOffsetMs.get(key) ?? 0)) / 1000);
  }

  saw(key: Key, date: Date | null): void {
    if (date !== null) this.#seenOffsetMs.set(key, date.getTime() - this.clock());
  }

  /** It refused our timestamp, and said this time with it. */
  resync(key: Key, date: Date | null): void {
    if (date !== null) this.#offsetMs.set(key, date.getTime() - this.clock());
  }
}
