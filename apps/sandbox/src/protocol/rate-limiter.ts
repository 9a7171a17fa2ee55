/**
 * A token bucket per app key: a burst of one second's worth, refilled evenly. Runs on a monotonic clock of its own, so
 * that freezing the sandbox's clock does not stop traffic.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, { permits: number; atMs: number }>();

  constructor(
    /** Calls per second and app key; 0 switches the limit off. */
    public perSecond: number,
    private readonly monotonicMs: () => number,
  ) {}

  take(appKey: string): boolean {
    if (this.perSecond <= 0) return true;
    const nowMs = this.monotonicMs();
    const bucket = this.#buckets.get(appKey) ?? { permits: this.perSecond, atMs: nowMs };
    bucket.permits = Math.min(
      this.perSecond,
      bucket.permits + ((nowMs - bucket.atMs) / 1000) * this.perSecond,
    );
    bucket.atMs = nowMs;
    this.#buckets.set(appKey, bucket);
    if (bucket.permits < 1) return false;
    bucket.permits -= 1;
    return true;
  }

  change(perSecond: number): void {
    this.perSecond = perSecond;
    this.#buckets.clear();
  }
}
