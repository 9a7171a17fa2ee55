import { isMarketplaceError } from '#marketplace';
import type { OutboxRelay } from '#messaging';
import { AppError, describeError } from '#runtime';
import type { RunWorker } from '#sync';
import type { ClaimedHint } from './hint-store.js';
import { type HintReadingParts, readHints } from './read-hints.js';

const IDLE_MS = 500;
/** Shops at once in this process. */
const CONCURRENCY = 4;

export interface HintWorkerOptions extends HintReadingParts {
  readonly relay: Pick<OutboxRelay, 'wake'>;
  /** For what follows from a change: amounts, addresses. */
  readonly runs: Pick<RunWorker, 'wake'>;
}

/**
 * Reads what webhooks have named, a shop's due hints in one call, on every replica. It needs no lease: the merge rule
 * protects what runs may be storing meanwhile.
 */
export class HintWorker {
  private readonly abort = new AbortController();
  private readonly active = new Map<string, Promise<void>>();
  private loop: Promise<void> | undefined;
  private wakeUp: (() => void) | undefined;
  private alarm: NodeJS.Timeout | undefined;

  constructor(private readonly options: HintWorkerOptions) {}

  start(): void {
    this.loop = this.work();
  }

  /** A hint has come, and is due after `delayMs`. Those that follow meanwhile wait for the next look, and are read together. */
  wakeAfter(delayMs: number): void {
    this.alarm ??= setTimeout(() => {
      this.alarm = undefined;
      this.wake();
    }, delayMs).unref();
  }

  async close(): Promise<void> {
    this.abort.abort();
    this.wake();
    await this.loop;
    await Promise.allSettled(this.active.values());
  }

  private wake(): void {
    this.wakeUp?.();
  }

  private async work(): Promise<void> {
    while (!this.abort.signal.aborted) {
      try {
        while (!this.abort.signal.aborted && this.active.size < CONCURRENCY && (await this.takeOne())) {
          // takes as many shops as it may
        }
      } catch (error) {
        this.options.logger.warn({ err: error }, `no hint could be taken: ${describeError(error)}`);
      }
      await this.idle();
    }
  }

  private async idle(): Promise<void> {
    if (this.abort.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, IDLE_MS);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = undefined;
  }

  private async takeOne(): Promise<boolean> {
    const claimed = await this.options.store.claim([...this.active.keys()]);
    if (claimed === undefined) return false;
    const { shopId, hints } = claimed;
    const reading = this.read(shopId, hints).finally(() => {
      this.active.delete(shopId);
      this.wake();
    });
    this.active.set(shopId, reading);
    return true;
  }

  private async read(shopId: string, hints: readonly ClaimedHint[]): Promise<void> {
    const { logger, relay, runs, store } = this.options;
    try {
      await readHints(this.options, shopId, hints, this.abort.signal);
      relay.wake();
      runs.wake();
    } catch (error) {
      // Whoever takes them next finds them when the claim has ended.
      if (this.abort.signal.aborted) return;
      logger.warn({ err: error, shopId, hints: hints.length }, `hints wait: ${describeError(error)}`);
      await store
        .pause(
          shopId,
          hints.map(({ number }) => number),
          reasonOf(error),
        )
        .catch((cause: unknown) =>
          logger.warn({ err: cause, shopId }, `hints could not be put off: ${describeError(cause)}`),
        );
    }
  }
}

function reasonOf(error: unknown): string {
  if (isMarketplaceError(error)) return `marketplace.${error.kind}`;
  return error instanceof AppError ? error.code : 'internal';
}
