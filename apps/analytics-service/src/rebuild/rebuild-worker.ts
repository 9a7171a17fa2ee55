import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '#messaging';
import { Database, type Logger } from '#runtime';
import { Ticker } from '../ticker.js';
import { finishWhenEqual, removeDiscarded } from './finish-rebuild.js';

const LOOK_EVERY_MS = 500;
/** Longer than any answer takes. */
const REST_MS = 60_000;

/** Ends rebuilds and removes what they replaced; any number of replicas may run one. */
@Injectable()
export class RebuildWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker: Ticker;

  constructor(database: Database, @Inject(LOGGER) logger: Logger) {
    const work = async () => {
      if (await finishWhenEqual(database)) logger.info('the rebuilt figures have taken over');
      return (await removeDiscarded(database, REST_MS)) ? 'more' : 'done';
    };
    this.ticker = new Ticker('rebuild', LOOK_EVERY_MS, work, logger);
  }

  onApplicationBootstrap(): void {
    this.ticker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.ticker.stop();
  }
}
