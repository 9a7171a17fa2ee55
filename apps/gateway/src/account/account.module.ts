import { Module } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller.js';
import { AuditController } from './audit.controller.js';
import { CallbackPageController, IntegrationsController } from './integrations.controller.js';
import { MarketplaceAppsController } from './marketplace-apps.controller.js';
import { OrganisationController } from './organisation.controller.js';
import { SessionController } from './session.controller.js';
import { ShopsController } from './shops.controller.js';
import { UsersController } from './users.controller.js';

/** What auth-service owns: sessions, users, the organisation, apps, shops, authorizations, the audit log. */
@Module({
  controllers: [
    SessionController,
    ApiKeysController,
    UsersController,
    AuditController,
    OrganisationController,
    MarketplaceAppsController,
    ShopsController,
    IntegrationsController,
    CallbackPageController,
  ],
})
export class AccountModule {}
