import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LOGGER } from '#messaging';
import { Database, type Logger } from '#runtime';
import { Ticker } from '../ticker.js';
import { DAYS_AT_ONCE, recomputeDirtyDays } from './recompute-days.js';

const DEBOUNCE_MS = 1_000;
const LOOK_EVERY_MS = 250;

/** Keeps the roll-ups current; any number of replicas may run one. */
@Injectable()
export class RollUpWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker: Ticker;

  constructor(database: Database, @Inject(LOGGER) logger: Logger) {
    const work = async () =>
      (await recomputeDirtyDays(database, DEBOUNCE_MS)) === DAYS_AT_ONCE ? 'more' : 'done';
    this.ticker = new Ticker('roll-ups', LOOK_EVERY_MS, work, logger);
  }

  onApplicationBootstrap(): void {
    this.ticker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.ticker.stop();
  }
}
