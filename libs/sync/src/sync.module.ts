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
  type Page,
  ShopCopies,
  type ShopState,
  type StartSync,
  type SyncKind,
  type SyncLogLine,
  type SyncRpcs,
  type SyncRun,
  type SyncRunId,
  shopChanged,
  shopConnected,
} from '#contracts';
import type { Connectors } from '#marketplace';
import { Broadcaster, HandleBroadcast, HandleEvent, HandleRpc, LOGGER, RpcClient } from '#messaging';
import { Database, describeError, type Logger } from '#runtime';
import { CredentialLeases } from './access/credential-leases.js';
import { SyncConfig } from './config.js';
import { QuarantineQueries } from './quarantine/quarantine-queries.js';
import {
  QUARANTINE_READER,
  type QuarantineReader,
  QuarantineRetries,
} from './quarantine/quarantine-retries.js';
import { RunPruning } from './runs/run-pruning.js';
import { RunWorker, type SyncKindHandler } from './runs/run-worker.js';
import { queueDueRuns, TICK_MS } from './runs/schedule.js';
import { ShopStates } from './runs/shop-states.js';
import { careController, SyncCareTicks } from './runs/sync-care.js';
import { SyncHealth } from './runs/sync-health.js';
import { SyncRuns } from './runs/sync-runs.js';
import { KnownShops } from './shops/known-shops.js';
import { ShopConnectors } from './shops/shop-connectors.js';

const HANDLERS = Symbol('sync kind handlers');
const LEARN_SHOPS_MS = 5 * 60_000;

function syncController(rpcs: SyncRpcs): Type {
  @Controller()
  class SyncController {
    constructor(
      private readonly runs: SyncRuns,
      private readonly states: ShopStates,
    ) {}

    @HandleRpc(ShopCopies[rpcs.list.context as 'order' | 'product'])
    relearnShops(): Promise<{ shops: number }> {
      return this.states.askAll('anew');
    }

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
    private readonly database: Database,
    private readonly states: ShopStates,
    private readonly worker: RunWorker,
    @Inject(HANDLERS) private readonly handlers: readonly SyncKindHandler[],
    private readonly config: SyncConfig,
    private readonly leases: CredentialLeases,
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
    await this.states.heard(shop);
  }

  @HandleEvent(shopChanged, 'shop-changed')
  async shopChanged(@Payload() shop: ShopState): Promise<void> {
    await this.states.heard(shop);
  }

  @Interval('due runs', TICK_MS)
  async tick(): Promise<void> {
    if (!this.config.isAutomatic) return;
    try {
      await queueDueRuns(this.database, this.handlers, this.config.intervalMinutes);
      this.worker.wake();
    } catch (error) {
      this.logger.warn({ err: error }, `the tick could not queue runs: ${describeError(error)}`);
    }
  }

  /** What the broker may have lost meanwhile is asked for. */
  @Interval('learn shops', LEARN_SHOPS_MS)
  async learnAllShops(): Promise<void> {
    try {
      await this.states.askAll();
    } catch (error) {
      this.logger.warn(`shops could not be asked for, events will tell: ${describeError(error)}`);
    }
  }
}

export interface SyncModuleOptions<Kind extends SyncKind> {
  readonly rpcs: SyncRpcs & { readonly kinds: readonly Kind[] };
  readonly config: SyncConfig;
  readonly connectors: Pick<Connectors, 'of'>;
  /** CREDENTIAL_LEASE_KEY */
  readonly leaseKey: string;
  /** A class for each kind that the service has declared; Nest makes them. */
  readonly handlers: Readonly<Record<NoInfer<Kind>, Type<SyncKindHandler>>>;
  /** Asks for single records that lie in quarantine. */
  readonly quarantineReader: Type<QuarantineReader<NoInfer<Kind>>>;
  /** What the handlers need beside the service's own parts. */
  readonly imports?: readonly (Type | DynamicModule)[];
}

/** @throws Error naming a kind whose handler reads another one */
function ofTheirKinds(
  kinds: readonly SyncKind[],
  handlers: readonly SyncKindHandler[],
): readonly SyncKindHandler[] {
  kinds.forEach((kind, at) => {
    const read = handlers[at]?.kind;
    if (read !== kind)
      throw new Error(
        `The handler of the sync kind ${kind} reads ${read ?? 'nothing'}: see SyncModule.register.`,
      );
  });
  return handlers;
}

@Module({})
export class SyncModule {
  static register<Kind extends SyncKind>(options: SyncModuleOptions<Kind>): DynamicModule {
    const handlers = options.rpcs.kinds.map((kind) => options.handlers[kind]);
    return {
      module: SyncModule,
      global: true,
      imports: [ScheduleModule.forRoot(), ...(options.imports ?? [])],
      controllers: [syncController(options.rpcs), SyncTriggers, careController(options.rpcs), SyncCareTicks],
      providers: [
        ...handlers,
        { provide: SyncConfig, useValue: options.config },
        RunPruning,
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
          inject: handlers,
          useFactory: (...made: SyncKindHandler[]) => ofTheirKinds(options.rpcs.kinds, made),
        },
        { provide: QUARANTINE_READER, useClass: options.quarantineReader },
        {
          provide: QuarantineQueries,
          inject: [Database],
          useFactory: (database: Database) => new QuarantineQueries(database),
        },
        {
          provide: QuarantineRetries,
          inject: [Database, CredentialLeases, KnownShops, QUARANTINE_READER, LOGGER],
          useFactory: (
            database: Database,
            credentials: CredentialLeases,
            shops: KnownShops,
            reader: QuarantineReader,
            logger: Logger,
          ) => new QuarantineRetries(database, credentials, shops, reader, logger),
        },
        {
          provide: SyncHealth,
          inject: [Database, HANDLERS],
          useFactory: (database: Database, handlers: readonly SyncKindHandler[]) =>
            new SyncHealth(
              database,
              handlers,
              options.config.staleAfterMinutes ?? 3 * options.config.intervalMinutes,
            ),
        },
        {
          provide: ShopConnectors,
          inject: [Database],
          useFactory: (database: Database) => new ShopConnectors(database, options.connectors),
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
              sliceMs: options.config.sliceSeconds * 1_000,
            }),
        },
        {
          provide: ShopStates,
          inject: [Database, KnownShops, HANDLERS, RunWorker, RpcClient],
          useFactory: (
            database: Database,
            shops: KnownShops,
            handlers: readonly SyncKindHandler[],
            worker: RunWorker,
            rpc: RpcClient,
          ) => new ShopStates(database, shops, handlers, worker, rpc),
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
      exports: [SyncConfig, CredentialLeases, RunWorker, KnownShops, ShopConnectors],
    };
  }
}
