import { LRUCache } from 'lru-cache';

export interface AnswerCacheOptions<Answer> {
  /** So many answers at most; the one that was used longest ago makes room. */
  readonly max: number;
  /** An answer is asked for again after this time. */
  readonly ttlMs: number;
  /** Epoch milliseconds at which an answer ends by itself; it is never kept beyond. */
  readonly endsAt?: (answer: Answer) => number;
  /**
   * What has outlived its time is answered while it is asked for anew, and stays when that fails; told the error. Left
   * out: whoever asks waits.
   */
  readonly onStaleFailure?: (error: unknown) => void;
  readonly clock?: () => number;
}

/**
 * Answers kept in memory. Many who ask at once put one question; an error is everybody's who waits for it, and not kept;
 * nor is an answer that was on its way when it was dropped: it is used once.
 */
export class AnswerCache<Answer extends object> {
  private readonly kept: LRUCache<string, Answer>;
  private readonly asking = new Map<string, Promise<Answer | null>>();
  private readonly clock: () => number;

  constructor(private readonly options: AnswerCacheOptions<Answer>) {
    this.clock = options.clock ?? Date.now;
    this.kept = new LRUCache({
      max: options.max,
      ttl: options.ttlMs,
      ttlResolution: 0,
      perf: { now: this.clock },
      allowStale: true,
      noDeleteOnStaleGet: true,
    });
  }

  /** @param ask null: there is none, which is not kept */
  get(key: string, ask: () => Promise<Answer>): Promise<Answer>;
  get(key: string, ask: () => Promise<Answer | null>): Promise<Answer | null>;
  async get(key: string, ask: () => Promise<Answer | null>): Promise<Answer | null> {
    const known = this.kept.get(key);
    if (known !== undefined && this.kept.getRemainingTTL(key) > 0) return known;
    const asked = this.asking.get(key) ?? this.ask(key, ask);
    const { onStaleFailure } = this.options;
    if (known === undefined || onStaleFailure === undefined) return asked;
    asked.catch(onStaleFailure);
    return known;
  }

  /** What is kept, however old; nobody is asked. */
  peek(key: string): Answer | undefined {
    return this.kept.peek(key);
  }

  drop(key: string): void {
    this.asking.delete(key);
    this.kept.delete(key);
  }

  /** Those that fit, and all that are on their way: nobody knows yet whether they do. */
  dropWhere(fits: (answer: Answer) => boolean): void {
    this.asking.clear();
    for (const [key, answer] of this.kept.entries()) if (fits(answer)) this.kept.delete(key);
  }

  private ask(key: string, ask: () => Promise<Answer | null>): Promise<Answer | null> {
    const asked = ask()
      .then((answer) => {
        // Dropped meanwhile, it stands there no longer.
        if (this.asking.get(key) === asked) this.keep(key, answer);
        return answer;
      })
      .finally(() => {
        if (this.asking.get(key) === asked) this.asking.delete(key);
      });
    this.asking.set(key, asked);
    return asked;
  }

  private keep(key: string, answer: Answer | null): void {
    const endsInMs = answer === null ? 0 : (this.options.endsAt?.(answer) ?? Infinity) - this.clock();
    if (answer === null || endsInMs <= 0) this.kept.delete(key);
    else this.kept.set(key, answer, { ttl: Math.min(this.options.ttlMs, endsInMs) });
  }
}
