import {
  Controller,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { Interval, ScheduleModule } from '@nestjs/schedule';
import {
  type Caller,
  type CredentialsChanged,
  credentialsChanged,
  type ListSyncLog,
  type ListSyncRuns,
  listShopStatesRpc,
  type Page,
  type ShopState,
  type StartSync,
  type SyncLogLine,
  type SyncRpcs,
  type SyncRun,
  type SyncRunId,
  serviceCaller,
  shopChanged,
  shopConnected,
} from '#contracts';
import { Broadcaster, HandleBroadcast, HandleEvent, HandleRpc, LOGGER, RpcClient } from '#messaging';
import { Database, describeError, type Logger } from '#runtime';
import { CredentialLeases } from './credential-leases.js';
import { KnownShops } from './known-shops.js';
import { RunWorker, type SyncKindHandler } from './run-worker.js';
import { queueDueRuns, queueShop, TICK_MS } from './schedule.js';
import { SyncConfig } from './sync.config.js';
import { SyncRuns } from './sync-runs.js';

const HANDLERS = Symbol('sync kind handlers');

function syncController(rpcs: SyncRpcs): Type {
  @Controller()
  class SyncController {
    constructor(@Inject(SyncRuns) private readonly runs: SyncRuns) {}

    @HandleRpc(rpcs.list)
    list(@Payload() query: ListSyncRuns, @Ctx() caller: Caller): Promise<Page<SyncRun>> {
      return this.runs.list(query, caller);
    }

    @HandleRpc(rpcs.get)
    get(@Payload() { id }: SyncRunId, @Ctx() caller: Caller): Promise<SyncRun> {
      return this.runs.get(id, caller);
    }

    @HandleRpc(rpcs.log)
    log(@Payload() query: ListSyncLog, @Ctx() caller: Caller): Promise<Page<SyncLogLine>> {
      return this.runs.log(query, caller);
    }

    @HandleRpc(rpcs.start)
    start(@Payload() input: StartSync, @Ctx() caller: Caller): Promise<SyncRun> {
      return this.runs.start(input, caller);
    }

    @HandleRpc(rpcs.cancel)
    cancel(@Payload() { id }: SyncRunId, @Ctx() caller: Caller): Promise<SyncRun> {
      return this.runs.cancel(id, caller);
    }

    @HandleRpc(rpcs.retry)
    retry(@Payload() { id }: SyncRunId, @Ctx() caller: Caller): Promise<SyncRun> {
      return this.runs.retry(id, caller);
    }
  }
  return SyncController;
}

/** Hears of shops, asks for what was missed while away, and lets the clock queue what is due. */
@Controller()
class SyncTriggers implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(KnownShops) private readonly shops: KnownShops,
    @Inject(RunWorker) private readonly worker: RunWorker,
    @Inject(HANDLERS) private readonly handlers: readonly SyncKindHandler[],
    @Inject(SyncConfig) private readonly config: SyncConfig,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(CredentialLeases) private readonly leases: CredentialLeases,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.worker.start();
    void this.learnAllShops();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.close();
  }

  @HandleBroadcast(credentialsChanged)
  async credentialsChanged(@Payload() change: CredentialsChanged): Promise<void> {
    this.leases.drop(change);
  }

  @HandleEvent(shopConnected, 'shop-connected')
  async shopConnected(@Payload() shop: ShopState): Promise<void> {
    await this.shopState(shop);
  }

  @HandleEvent(shopChanged, 'shop-changed')
  async shopChanged(@Payload() shop: ShopState): Promise<void> {
    await this.shopState(shop);
  }

  /**
   * A shop that is connected now and was not before is read at once: the first time, or on from its old cursor. Learned
   * and queued together: what is told again after a crash is no news any more.
   */
  private async shopState(shop: ShopState): Promise<void> {
    const before = await this.shops.find(shop.shopId);
    await this.database.transaction(async (tx) => {
      const isNews = await this.shops.learn(shop, tx);
      if (!isNews || shop.status !== 'connected' || before?.status === 'connected') return;
      await queueShop(tx, this.handlers, shop.shopId, 'connected');
    });
    this.worker.wake();
  }

  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (!this.config.isAutomatic) return;
    try {
      await queueDueRuns(this.database, this.handlers, this.config.intervalMinutes);
      this.worker.wake();
    } catch (error) {
      this.logger.warn({ err: error }, `the tick could not queue runs: ${describeError(error)}`);
    }
  }

  /** Events are kept for a week and the broker may lose them; auth-service knows all shops. */
  private async learnAllShops(): Promise<void> {
    try {
      let cursor: string | null | undefined;
      do {
        const page: Page<ShopState> = await this.rpc.call(
          listShopStatesRpc,
          { limit: 200, ...(cursor == null ? {} : { cursor }) },
          serviceCaller('sync', 'learn-all-shops'),
        );
        for (const shop of page.rows) await this.shopState(shop);
        cursor = page.nextCursor;
      } while (cursor !== null);
    } catch (error) {
      this.logger.warn(`shops could not be asked for at start, events will tell: ${describeError(error)}`);
    }
  }
}

export interface SyncModuleOptions {
  readonly rpcs: SyncRpcs;
  readonly config: SyncConfig;
  /** CREDENTIAL_LEASE_KEY */
  readonly leaseKey: string;
  /** One class a kind; Nest makes them. */
  readonly handlers: readonly Type<SyncKindHandler>[];
  /** What the handlers need beside the service's own parts. */
  readonly imports?: readonly (Type | DynamicModule)[];
}

@Module({})
export class SyncModule {
  static register(options: SyncModuleOptions): DynamicModule {
    return {
      module: SyncModule,
      global: true,
      imports: [ScheduleModule.forRoot(), ...(options.imports ?? [])],
      controllers: [syncController(options.rpcs), SyncTriggers],
      providers: [
        ...options.handlers,
        { provide: SyncConfig, useValue: options.config },
        {
          provide: CredentialLeases,
          inject: [RpcClient],
          useFactory: (rpc: RpcClient) =>
            new CredentialLeases({
              rpc,
              leaseKey: options.leaseKey,
              service: `${options.rpcs.list.context}-service`,
            }),
        },
        {
          provide: HANDLERS,
          inject: [...options.handlers],
          useFactory: (...handlers: SyncKindHandler[]) => handlers,
        },
        {
          provide: KnownShops,
          inject: [Database],
          useFactory: (database: Database) => new KnownShops(database),
        },
        {
          provide: RunWorker,
          inject: [Database, HANDLERS, Broadcaster, CredentialLeases, LOGGER],
          useFactory: (
            database: Database,
            handlers: readonly SyncKindHandler[],
            broadcaster: Broadcaster,
            credentials: CredentialLeases,
            logger: Logger,
          ) =>
            new RunWorker({
              database,
              handlers,
              broadcaster,
              logger,
              credentials,
              progressed: options.rpcs.progressed,
              concurrency: options.config.concurrency,
            }),
        },
        {
          provide: SyncRuns,
          inject: [Database, KnownShops, RunWorker, HANDLERS],
          useFactory: (
            database: Database,
            shops: KnownShops,
            worker: RunWorker,
            handlers: readonly SyncKindHandler[],
          ) => new SyncRuns(database, shops, worker, handlers),
        },
      ],
      exports: [SyncConfig, CredentialLeases, RunWorker, KnownShops],
    };
  }
}
