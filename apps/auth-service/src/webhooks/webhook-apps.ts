import { Inject, Injectable } from '@nestjs/common';
import type { MarketplaceId, MarketplaceRegionId } from '#contracts';
import type { PushApp } from '#marketplace';
import { LOGGER } from '#messaging';
import { AnswerCache, Database, describeError, type Logger } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { appSecretContext, Sealer } from '../secrets/sealer.js';

/** Read anew after this time even when the broadcast that says so was lost. */
const REFRESH_AFTER_MS = 60_000;
/** They are read together. */
const ALL = 'all';

export interface WebhookApp extends PushApp {
  readonly id: string;
  readonly marketplace: MarketplaceId;
  readonly region: MarketplaceRegionId;
}

/**
 * Every app with its secret in clear, in memory only: a message of a stranger costs no query, and a stalled database
 * stalls no verification.
 */
@Injectable()
export class WebhookApps {
  private readonly apps: AnswerCache<readonly WebhookApp[]>;

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    @Inject(CLOCK) now: Clock,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.apps = new AnswerCache({
      max: 1,
      ttlMs: REFRESH_AFTER_MS,
      // Nothing says that they have changed.
      onStaleFailure: (error) => logger.warn(`the apps could not be read anew: ${describeError(error)}`),
      clock: () => now().getTime(),
    });
  }

  async of(marketplace: MarketplaceId): Promise<readonly WebhookApp[]> {
    const apps = await this.apps.get(ALL, () => this.load());
    return apps.filter((app) => app.marketplace === marketplace);
  }

  forget(): void {
    this.apps.drop(ALL);
  }

  private async load(): Promise<readonly WebhookApp[]> {
    const rows = await this.database.query<{
      id: string;
      marketplace: MarketplaceId;
      region: MarketplaceRegionId;
      app_key: string;
      secret_sealed: string;
    }>(
      'SELECT id, marketplace, region, app_key, secret_sealed FROM marketplace_apps ORDER BY created_at, id',
    );
    return Promise.all(
      rows.map(async ({ id, marketplace, region, app_key, secret_sealed }) => ({
        id,
        marketplace,
        region,
        appKey: app_key,
        appSecret: await this.sealer.open(secret_sealed, appSecretContext(id)),
      })),
    );
  }
}
