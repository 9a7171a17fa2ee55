/** The sandbox's own time. Timestamps, token lifetimes and the HTTP `Date` header all follow it. */
export class SandboxClock {
  #offsetMs = 0;
  #frozenAtMs: number | null = null;

  constructor(private readonly realNowMs: () => number = Date.now) {}

  nowMs(): number {
    return this.#frozenAtMs ?? this.realNowMs() + this.#offsetMs;
  }

  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  get state(): ClockState {
    return { offsetMs: this.#offsetMs, frozenAtMs: this.#frozenAtMs };
  }

  restore(state: ClockState): void {
    this.#offsetMs = state.offsetMs;
    this.#frozenAtMs = state.frozenAtMs;
  }

  /** Jumps to a moment; keeps running or standing still as before. */
  set(atMs: number): void {
    if (this.#frozenAtMs === null) this.#offsetMs = atMs - this.realNowMs();
    else this.#frozenAtMs = atMs;
  }

  advance(byMs: number): void {
    this.set(this.nowMs() + byMs);
  }

  freeze(): void {
    this.#frozenAtMs ??= this.nowMs();
  }

  /** Runs on from the frozen moment. */
  unfreeze(): void {
    if (this.#frozenAtMs === null) return;
    this.#offsetMs = this.#frozenAtMs - this.realNowMs();
    this.#frozenAtMs = null;
  }

  reset(): void {
    this.restore({ offsetMs: 0, frozenAtMs: null });
  }
}

export interface ClockState {
  offsetMs: number;
  frozenAtMs: number | null;
}
