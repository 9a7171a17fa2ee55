import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { Connectors } from '#marketplace';
import { ApiKeyPruning } from './api-keys/api-key-pruning.js';
import { ApiKeys } from './api-keys/api-keys.js';
import { ApiKeyRpcs } from './api-keys/api-keys.rpc.js';
import { CheckApiKey } from './api-keys/check-api-key.js';
import { MarketplaceApps } from './apps/marketplace-apps.js';
import { MarketplaceAppRpcs } from './apps/marketplace-apps.rpc.js';
import { AuditEvents } from './audit/audit.events.js';
import { AuditRpcs } from './audit/audit.rpc.js';
import { AuthorizationRpcs } from './authorization/authorization.rpc.js';
import { CompleteAuthorization } from './authorization/complete-authorization.js';
import { OpenAuthorizations, PUBLIC_URL } from './authorization/open-authorization.js';
import { CLOCK, type Clock } from './clock.js';
import { Credentials, LEASE_KEY } from './credentials/credentials.js';
import { CredentialRpcs } from './credentials/credentials.rpc.js';
import { Organisation } from './organisation/organisation.js';
import { OrganisationRpcs } from './organisation/organisation.rpc.js';
import { OwnPassword } from './people/own-password.js';
import { People } from './people/people.js';
import { PeopleRpcs } from './people/people.rpc.js';
import { TokenRenewal } from './renewal/token-renewal.js';
import { Sealer } from './secrets/sealer.js';
import { Devices } from './sessions/devices.js';
import { OpenSessions } from './sessions/open-sessions.js';
import { SessionPruning } from './sessions/session-pruning.js';
import { SESSION_LIFE, type SessionLife, Sessions } from './sessions/sessions.js';
import { SessionRpcs } from './sessions/sessions.rpc.js';
import { SignIn } from './sessions/sign-in.js';
import { SignInThrottle } from './sessions/throttle.js';
import { Shops } from './shops/shops.js';
import { ShopRpcs } from './shops/shops.rpc.js';
import { TokenExpiry } from './shops/token-expiry.js';
import { InboxPool } from './webhooks/inbox-pool.js';
import { RefusalCounts } from './webhooks/refusal-counts.js';
import { WebhookApps } from './webhooks/webhook-apps.js';
import { WebhookInbox } from './webhooks/webhook-inbox.js';
import { WEBHOOK_RETENTION_DAYS, WebhookPruning } from './webhooks/webhook-pruning.js';
import { WebhookQueries } from './webhooks/webhook-queries.js';
import { WebhookReplays } from './webhooks/webhook-replay.js';
import { WebhookSubscriptionRpcs } from './webhooks/webhook-subscription.rpc.js';
import { WebhookSubscriptions } from './webhooks/webhook-subscriptions.js';
import { WebhookTexts } from './webhooks/webhook-texts.js';
import { WebhookRpcs } from './webhooks/webhooks.rpc.js';

export interface AuthParts {
  readonly sealer: Sealer;
  readonly connectors: Connectors;
  readonly publicUrl: string;
  readonly leaseKey: Uint8Array;
  readonly sessionLife: SessionLife;
  readonly inboxPool: InboxPool;
  readonly webhookRetentionDays: number;
  readonly now: Clock;
}

@Module({
  imports: [ScheduleModule.forRoot()],
  controllers: [
    PeopleRpcs,
    SessionRpcs,
    ApiKeyRpcs,
    OrganisationRpcs,
    MarketplaceAppRpcs,
    ShopRpcs,
    AuthorizationRpcs,
    CredentialRpcs,
    AuditRpcs,
    AuditEvents,
    WebhookRpcs,
    WebhookSubscriptionRpcs,
  ],
  providers: [
    People,
    OwnPassword,
    Sessions,
    Devices,
    OpenSessions,
    SessionPruning,
    SignIn,
    SignInThrottle,
    ApiKeys,
    CheckApiKey,
    ApiKeyPruning,
    Organisation,
    MarketplaceApps,
    Shops,
    TokenExpiry,
    TokenRenewal,
    OpenAuthorizations,
    CompleteAuthorization,
    Credentials,
    WebhookApps,
    WebhookTexts,
    WebhookInbox,
    RefusalCounts,
    WebhookQueries,
    WebhookReplays,
    WebhookSubscriptions,
    WebhookPruning,
  ],
})
export class AuthModule {
  static with(parts: AuthParts): DynamicModule {
    return {
      module: AuthModule,
      providers: [
        { provide: Sealer, useValue: parts.sealer },
        { provide: Connectors, useValue: parts.connectors },
        { provide: PUBLIC_URL, useValue: parts.publicUrl },
        { provide: LEASE_KEY, useValue: parts.leaseKey },
        { provide: SESSION_LIFE, useValue: parts.sessionLife },
        { provide: InboxPool, useValue: parts.inboxPool },
        { provide: WEBHOOK_RETENTION_DAYS, useValue: parts.webhookRetentionDays },
        { provide: CLOCK, useValue: parts.now },
      ],
    };
  }
}
