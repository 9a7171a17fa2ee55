import { Inject, Injectable } from '@nestjs/common';
import type { MarketplaceId, MarketplaceRegionId } from '#contracts';
import type { PushApp } from '#marketplace';
import { LOGGER } from '#messaging';
import { Database, describeError, type Logger } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { appSecretContext, Sealer } from '../secrets/sealer.js';

/** Read anew after this time even when the broadcast that says so was lost. */
const REFRESH_AFTER_MS = 60_000;

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
  private known: { readonly apps: readonly WebhookApp[]; readonly readAtMs: number } | undefined;
  private reading: Promise<readonly WebhookApp[]> | undefined;
  /** Rises with every broadcast: what was on its way then is not kept. */
  private generation = 0;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Sealer) private readonly sealer: Sealer,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async of(marketplace: MarketplaceId): Promise<readonly WebhookApp[]> {
    const apps = await this.all();
    return apps.filter((app) => app.marketplace === marketplace);
  }

  forget(): void {
    this.generation += 1;
    this.known = undefined;
    this.reading = undefined;
  }

  private async all(): Promise<readonly WebhookApp[]> {
    if (this.known === undefined) return this.read();
    if (this.now().getTime() - this.known.readAtMs > REFRESH_AFTER_MS) {
      // The old ones serve meanwhile: nothing says that they have changed.
      this.read().catch((error: unknown) =>
        this.logger.warn(`the apps could not be read anew: ${describeError(error)}`),
      );
    }
    return this.known.apps;
  }

  private read(): Promise<readonly WebhookApp[]> {
    if (this.reading !== undefined) return this.reading;
    const { generation } = this;
    const reading = this.load()
      .then((apps) => {
        if (generation === this.generation) this.known = { apps, readAtMs: this.now().getTime() };
        return apps;
      })
      .finally(() => {
        if (this.reading === reading) this.reading = undefined;
      });
    this.reading = reading;
    return reading;
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
