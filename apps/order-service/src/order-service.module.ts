import { Module } from '@nestjs/common';
import { LOGGER, OutboxRelay } from '#messaging';
import { Database, type Logger, Sealer } from '#runtime';
import { CredentialLeases, RunWorker, ShopConnectors } from '#sync';
import { AddressReader } from './addresses/address-reader.js';
import { AddressUpkeep } from './addresses/address-upkeep.js';
import { AfterSalesRpc } from './after-sales/after-sales.rpc.js';
import { AfterSalesQueries } from './after-sales/after-sales-queries.js';
import { CompletenessModule } from './completeness/completeness.module.js';
import { OrderServiceConfig } from './config.js';
import { DueTick } from './follow-ups/due-tick.js';
import { Discovery } from './hints/discovery.js';
import { DiscoveryRpc } from './hints/discovery.rpc.js';
import { HintStore } from './hints/hint-store.js';
import { HintWorker } from './hints/hint-worker.js';
import { HintEvents } from './hints/hints.events.js';
import { OrderEmitter } from './order-api/order-emitter.js';
import { OrderQueries } from './order-api/order-queries.js';
import { OrderRefresh } from './order-api/order-refresh.js';
import { OrdersRpc } from './order-api/orders.rpc.js';

@Module({
  imports: [CompletenessModule],
  controllers: [OrdersRpc, AfterSalesRpc, DiscoveryRpc, HintEvents],
  providers: [
    DueTick,
    AddressUpkeep,
    {
      provide: OrderQueries,
      inject: [Database, AddressReader, AfterSalesQueries],
      useFactory: (database: Database, addresses: AddressReader, afterSales: AfterSalesQueries) =>
        new OrderQueries(database, addresses, afterSales),
    },
    {
      provide: AddressReader,
      inject: [Database, Sealer, OutboxRelay],
      useFactory: (database: Database, sealer: Sealer, relay: OutboxRelay) =>
        new AddressReader(database, sealer, relay),
    },
    {
      provide: AfterSalesQueries,
      inject: [Database],
      useFactory: (database: Database) => new AfterSalesQueries(database),
    },
    {
      provide: Discovery,
      inject: [Database],
      useFactory: (database: Database) => new Discovery(database),
    },
    {
      provide: HintStore,
      inject: [Database, OrderServiceConfig],
      useFactory: (database: Database, config: OrderServiceConfig) =>
        new HintStore(database, config.hintSettleMs),
    },
    {
      provide: HintWorker,
      inject: [Database, HintStore, ShopConnectors, CredentialLeases, OutboxRelay, RunWorker, LOGGER],
      useFactory: (
        database: Database,
        store: HintStore,
        connectors: ShopConnectors,
        credentials: CredentialLeases,
        relay: OutboxRelay,
        runs: RunWorker,
        logger: Logger,
      ) => new HintWorker({ database, store, connectors, credentials, relay, runs, logger }),
    },
    {
      provide: OrderEmitter,
      inject: [Database, OutboxRelay],
      useFactory: (database: Database, relay: OutboxRelay) => new OrderEmitter(database, relay),
    },
    {
      provide: OrderRefresh,
      inject: [Database, ShopConnectors, CredentialLeases, OutboxRelay, LOGGER],
      useFactory: (
        database: Database,
        connectors: ShopConnectors,
        credentials: CredentialLeases,
        relay: OutboxRelay,
        logger: Logger,
      ) => new OrderRefresh(database, connectors, credentials, relay, logger),
    },
  ],
})
export class OrderServiceModule {}
