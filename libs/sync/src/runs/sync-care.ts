import { Controller, Inject, type Type } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Interval } from '@nestjs/schedule';
import type {
  Caller,
  CountQuarantined,
  ListQuarantined,
  ListSyncHealth,
  Page,
  QuarantineCounts,
  QuarantinedKey,
  QuarantinedRecord,
  QuarantinedRecordDetail,
  QuarantineRetryStarted,
  RetryQuarantined,
  ShopSyncHealth,
  SyncRpcs,
} from '#contracts';
import { HandleRpc, LOGGER } from '#messaging';
import { describeError, type Logger } from '#runtime';
import { QuarantineQueries } from '../quarantine/quarantine-queries.js';
import { QuarantineRetries } from '../quarantine/quarantine-retries.js';
import { SyncHealth } from './sync-health.js';

const RETRY_TICK_MS = 30_000;
const ALARM_TICK_MS = 60_000;

/** Answers about what was kept aside and how fresh the shops are. */
export function careController(rpcs: SyncRpcs): Type {
  @Controller()
  class SyncCareController {
    constructor(
      private readonly kept: QuarantineQueries,
      private readonly retries: QuarantineRetries,
      private readonly syncHealth: SyncHealth,
    ) {}

    @HandleRpc(rpcs.health)
    health(@Payload() query: ListSyncHealth, @Ctx() caller: Caller): Promise<Page<ShopSyncHealth>> {
      return this.syncHealth.list(query, caller);
    }

    @HandleRpc(rpcs.quarantine.list)
    list(@Payload() query: ListQuarantined, @Ctx() caller: Caller): Promise<Page<QuarantinedRecord>> {
      return this.kept.list(query, caller);
    }

    @HandleRpc(rpcs.quarantine.count)
    count(@Payload() query: CountQuarantined, @Ctx() caller: Caller): Promise<QuarantineCounts> {
      return this.kept.count(query, caller);
    }

    @HandleRpc(rpcs.quarantine.get)
    get(@Payload() key: QuarantinedKey, @Ctx() caller: Caller): Promise<QuarantinedRecordDetail> {
      return this.kept.get(key, caller);
    }

    @HandleRpc(rpcs.quarantine.retry)
    async retry(@Payload() key: QuarantinedKey, @Ctx() caller: Caller): Promise<QuarantinedRecordDetail> {
      await this.retries.retryOne(key, caller);
      return this.kept.get(key, caller);
    }

    @HandleRpc(rpcs.quarantine.retryAll)
    async retryAll(
      @Payload() input: RetryQuarantined,
      @Ctx() caller: Caller,
    ): Promise<QuarantineRetryStarted> {
      return { records: await this.retries.retryAll(input, caller) };
    }
  }
  return SyncCareController;
}

/** Asks again for what was kept aside, and raises the alarm for shops that are not read. */
@Controller()
export class SyncCareTicks {
  private isRetrying = false;

  constructor(
    private readonly retries: QuarantineRetries,
    private readonly health: SyncHealth,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Interval('retry quarantine', RETRY_TICK_MS)
  async retryQuarantine(): Promise<void> {
    if (this.isRetrying) return;
    this.isRetrying = true;
    try {
      await this.retries.retryDue();
    } catch (error) {
      this.logger.warn({ err: error }, `quarantine could not be retried: ${describeError(error)}`);
    } finally {
      this.isRetrying = false;
    }
  }

  @Interval('stale shops', ALARM_TICK_MS)
  async watchShops(): Promise<void> {
    try {
      const { raised, ended } = await this.health.changeAlarms();
      for (const alarm of raised)
        this.logger.error(
          alarm,
          `stale: the ${alarm.kind} of shop ${alarm.shopId} were not read for too long`,
        );
      for (const alarm of ended)
        this.logger.info(alarm, `the ${alarm.kind} of shop ${alarm.shopId} are stale no more`);
    } catch (error) {
      this.logger.warn({ err: error }, `shops could not be watched: ${describeError(error)}`);
    }
  }
}
