import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { LOGGER, RpcClient } from '#messaging';
import type { Logger } from '#runtime';
import { LiveStreams } from './access/live-streams.js';
import { AccountModule } from './account/account.module.js';
import { AfterSalesModule } from './after-sales/after-sales.module.js';
import { Broadcasts } from './bus/broadcasts.js';
import { CompletenessModule } from './completeness/completeness.module.js';
import { GatewayConfig } from './config.js';
import { FiguresModule } from './figures/figures.module.js';
import { HealthController } from './health/health.controller.js';
import { ServiceHealth } from './health/service-health.js';
import { OrdersModule } from './orders/orders.module.js';
import { ProductsModule } from './products/products.module.js';
import { SyncModule } from './sync/sync.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly connection: NatsConnection;
  readonly broadcasts: Broadcasts;
  readonly rpc: RpcClient;
  readonly logger: Logger;
}

/** What controllers may inject: `RpcClient`, `Broadcasts`, `LiveStreams`, `GatewayConfig`, `LOGGER`. */
@Global()
@Module({})
class GatewayPartsModule {}

/** One module for each part of the API; a new part is added to `imports`. */
@Module({
  imports: [
    DiscoveryModule,
    AccountModule,
    OrdersModule,
    AfterSalesModule,
    ProductsModule,
    SyncModule,
    CompletenessModule,
    FiguresModule,
    WebhooksModule,
  ],
  controllers: [HealthController],
})
export class GatewayModule {
  static with(parts: GatewayParts): DynamicModule {
    const providers = [
      { provide: GatewayConfig, useValue: parts.config },
      { provide: RpcClient, useValue: parts.rpc },
      { provide: Broadcasts, useValue: parts.broadcasts },
      { provide: LiveStreams, useValue: new LiveStreams(parts.broadcasts) },
      { provide: ServiceHealth, useValue: new ServiceHealth(parts.connection) },
      { provide: LOGGER, useValue: parts.logger },
    ];
    return {
      module: GatewayModule,
      imports: [{ module: GatewayPartsModule, providers, exports: providers.map(({ provide }) => provide) }],
    };
  }
}
