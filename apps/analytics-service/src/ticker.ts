import { describeError, type Logger } from '#runtime';

/**
 * Calls `work` again and again, never twice at once: at once while it says that there is more, else after `everyMs`.
 * Nothing depends on it living: what is to be done stands in tables.
 */
export class Ticker {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;
  private isFailing = false;

  constructor(
    private readonly name: string,
    private readonly everyMs: number,
    private readonly work: () => Promise<'more' | 'done'>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.logger.info(`scheduled: ${this.name}`);
    this.schedule(0);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.running = this.tick().then((next) => this.schedule(next === 'more' ? 0 : this.everyMs));
    }, delayMs);
  }

  private async tick(): Promise<'more' | 'done'> {
    try {
      const next = await this.work();
      if (this.isFailing) this.logger.info(`${this.name} works again`);
      this.isFailing = false;
      return next;
    } catch (error) {
      if (!this.isFailing) this.logger.warn({ err: error }, `${this.name} waits: ${describeError(error)}`);
      this.isFailing = true;
      return 'done';
    }
  }
}
