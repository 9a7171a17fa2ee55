import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { LOGGER, RpcClient } from '#messaging';
import type { Logger } from '#runtime';
import { LiveStreams } from './access/live-streams.js';
import { ApiKeysController } from './account/api-keys.controller.js';
import { AuditController } from './account/audit.controller.js';
import { CallbackPageController, IntegrationsController } from './account/integrations.controller.js';
import { MarketplaceAppsController } from './account/marketplace-apps.controller.js';
import { OrganisationController } from './account/organisation.controller.js';
import { SessionController } from './account/session.controller.js';
import { ShopsController } from './account/shops.controller.js';
import { UsersController } from './account/users.controller.js';
import { AfterSalesController } from './after-sales/after-sales.controller.js';
import { Broadcasts } from './bus/broadcasts.js';
import { CompletenessController } from './completeness/completeness.controller.js';
import { GatewayConfig } from './config.js';
import { FiguresController } from './figures/figures.controller.js';
import { HealthController } from './health/health.controller.js';
import { ServiceHealth } from './health/service-health.js';
import { OrdersController } from './orders/orders.controller.js';
import { ProductsController } from './products/products.controller.js';
import { PromotionsController } from './products/promotions.controller.js';
import { DiscoveryController } from './sync/discovery.controller.js';
import { QuarantineController } from './sync/quarantine.controller.js';
import { SyncController } from './sync/sync.controller.js';
import { SyncEventsController } from './sync/sync-events.controller.js';
import { SyncHealthController } from './sync/sync-health.controller.js';
import { WebhookSubscriptionController } from './webhooks/webhook-subscription.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly connection: NatsConnection;
  readonly broadcasts: Broadcasts;
  readonly rpc: RpcClient;
  readonly logger: Logger;
}

/**
 * The endpoints of each part of the API; what they may inject: `RpcClient`, `Broadcasts`, `LiveStreams`,
 * `GatewayConfig`, `LOGGER`.
 */
@Module({
  imports: [DiscoveryModule],
  controllers: [
    HealthController,
    SessionController,
    ApiKeysController,
    UsersController,
    AuditController,
    OrganisationController,
    MarketplaceAppsController,
    ShopsController,
    IntegrationsController,
    CallbackPageController,
    OrdersController,
    AfterSalesController,
    ProductsController,
    PromotionsController,
    SyncEventsController,
    SyncHealthController,
    DiscoveryController,
    SyncController,
    QuarantineController,
    CompletenessController,
    FiguresController,
    WebhooksController,
    WebhookSubscriptionController,
  ],
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
    return { module: GatewayModule, providers };
  }
}
