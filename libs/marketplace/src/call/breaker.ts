import { EventEmitter } from 'node:events';
import CircuitBreaker from 'opossum';

export interface BreakerSettings {
  /** How long an open breaker lets nothing through; then one call is let through as a trial. */
  resetTimeoutMs: number;
  /** Length of the window in which failures are counted. */
  rollingWindowMs: number;
  /** Share of failed calls in the window that opens the breaker, in percent. */
  errorThresholdPercentage: number;
  /** Calls in the window below which it never opens. */
  volumeThreshold: number;
}

export const DEFAULT_BREAKER_SETTINGS: BreakerSettings = {
  resetTimeoutMs: 15_000,
  rollingWindowMs: 10_000,
  errorThresholdPercentage: 50,
  volumeThreshold: 8,
};

/** Leave to make one try. Always `release` it, used or not. */
export interface BreakerPass<T> {
  /** Rejects with `BreakerOpenError` when the breaker opened while the caller waited for a permit. */
  run(action: () => Promise<T>): Promise<T>;
  release(): void;
}

export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
  constructor(readonly retryAfterMs: number) {
    super('the circuit breaker is open');
  }
}

export interface BreakerBoard<T> {
  /** Throws `BreakerOpenError` at once, so that an open breaker costs no permit. */
  enter(key: string): BreakerPass<T>;
  close(): void;
}

const ROLLING_BUCKETS = 10;

/**
 * One opossum breaker per key, made when first used.
 * `isPlatformFault` says which rejections count: a refused token must not open the breaker for other shops.
 */
export function createBreakerBoard<T>(options: {
  group: string;
  settings: BreakerSettings;
  isPlatformFault: (error: unknown) => boolean;
  clock: () => number;
}): BreakerBoard<T> {
  const { settings } = options;
  const slots = new Map<string, BreakerSlot<T>>();
  // One timer turns the windows of all breakers; opossum would start one each.
  const rotation = new EventEmitter();
  rotation.setMaxListeners(0);
  const rotate = setInterval(() => rotation.emit('rotate'), settings.rollingWindowMs / ROLLING_BUCKETS);
  rotate.unref();

  const slotOf = (key: string): BreakerSlot<T> => {
    const known = slots.get(key);
    if (known) return known;
    const breaker = new CircuitBreaker<[() => Promise<T>], T>(
      (action) => action(),
      opossumOptions(key, options.group, settings, rotation, (error) => !options.isPlatformFault(error)),
    );
    const slot: BreakerSlot<T> = { breaker, openedAt: 0, trialTaken: false };
    breaker.on('open', () => {
      slot.openedAt = options.clock();
    });
    slots.set(key, slot);
    return slot;
  };

  const openError = (slot: BreakerSlot<T>): BreakerOpenError =>
    new BreakerOpenError(Math.max(1, slot.openedAt + settings.resetTimeoutMs - options.clock()));

  return {
    enter(key) {
      const slot = slotOf(key);
      const { breaker } = slot;
      // Half open lets one call through. It is claimed here, before the permit: opossum would refuse the others later.
      if (!breaker.closed && (!breaker.pendingClose || slot.trialTaken)) throw openError(slot);
      const isTrial = !breaker.closed;
      if (isTrial) slot.trialTaken = true;
      return {
        async run(action) {
          let started = false;
          try {
            return await breaker.fire(() => {
              started = true;
              return action();
            });
          } catch (error) {
            throw started ? error : openError(slot);
          }
        },
        release() {
          if (isTrial) slot.trialTaken = false;
        },
      };
    },
    close() {
      clearInterval(rotate);
      for (const { breaker } of slots.values()) breaker.shutdown();
      slots.clear();
    },
  };
}

interface BreakerSlot<T> {
  breaker: CircuitBreaker<[() => Promise<T>], T>;
  openedAt: number;
  trialTaken: boolean;
}

/** Every option is written out, so that an upgrade of opossum cannot change our behaviour by a new default. */
function opossumOptions(
  name: string,
  group: string,
  settings: BreakerSettings,
  rotateBucketController: EventEmitter,
  errorFilter: (error: unknown) => boolean,
) {
  return {
    name,
    group,
    enabled: true,
    // The HTTP call has its own deadline. `abortController` is left out for good: it is one controller per breaker, and
    // one slow call would abort its neighbours.
    timeout: false as const,
    resetTimeout: settings.resetTimeoutMs,
    rollingCountTimeout: settings.rollingWindowMs,
    rollingCountBuckets: ROLLING_BUCKETS,
    rollingPercentilesEnabled: false,
    errorThresholdPercentage: settings.errorThresholdPercentage,
    volumeThreshold: settings.volumeThreshold,
    allowWarmUp: false,
    // The limiter and the sockets bound concurrency; a full semaphore would fail calls instead of pacing them.
    capacity: Number.MAX_SAFE_INTEGER,
    errorFilter,
    cache: false,
    cacheTTL: 0,
    coalesce: false,
    coalesceTTL: 0,
    autoRenewAbortController: false,
    enableSnapshots: false,
    rotateBucketController,
  };
}
