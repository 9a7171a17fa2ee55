import { Module } from '@nestjs/common';
import type { MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database, Sealer } from '#runtime';
import { CONNECTOR, CredentialLeases } from '#sync';
import { AddressReader } from './addresses/address-reader.js';
import { AfterSalesRpc } from './after-sales/after-sales.rpc.js';
import { AfterSalesQueries } from './after-sales/after-sales-queries.js';
import { AmountsTick } from './amounts/amounts-tick.js';
import { Discovery } from './hints/discovery.js';
import { DiscoveryRpc } from './hints/discovery.rpc.js';
import { OrderEmitter } from './orders/order-emitter.js';
import { OrderQueries } from './orders/order-queries.js';
import { OrderRefresh } from './orders/order-refresh.js';
import { OrdersRpc } from './orders/orders.rpc.js';

@Module({
  controllers: [OrdersRpc, AfterSalesRpc, DiscoveryRpc],
  providers: [
    AmountsTick,
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
      provide: OrderEmitter,
      inject: [Database, OutboxRelay],
      useFactory: (database: Database, relay: OutboxRelay) => new OrderEmitter(database, relay),
    },
    {
      provide: OrderRefresh,
      inject: [Database, CONNECTOR, CredentialLeases, OutboxRelay],
      useFactory: (
        database: Database,
        connector: MarketplaceConnector,
        credentials: CredentialLeases,
        relay: OutboxRelay,
      ) => new OrderRefresh(database, connector, credentials, relay),
    },
  ],
})
export class OrderServiceModule {}
