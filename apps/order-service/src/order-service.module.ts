import { Module } from '@nestjs/common';
import type { MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import { CONNECTOR, CredentialLeases } from '#sync';
import { AmountsTick } from './amounts/amounts-tick.js';
import { OrderEmitter } from './orders/order-emitter.js';
import { OrderQueries } from './orders/order-queries.js';
import { OrderRefresh } from './orders/order-refresh.js';
import { OrdersRpc } from './orders/orders.rpc.js';

@Module({
  controllers: [OrdersRpc],
  providers: [
    AmountsTick,
    {
      provide: OrderQueries,
      inject: [Database],
      useFactory: (database: Database) => new OrderQueries(database),
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
