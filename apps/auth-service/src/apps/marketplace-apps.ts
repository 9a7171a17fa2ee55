import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Caller,
  type ChangeMarketplaceAppInput,
  type CreateMarketplaceApp,
  credentialsChanged,
  type MarketplaceAppList,
  type MarketplaceAppView,
  type MarketplaceId,
  type MarketplaceRegionId,
  marketplaceAppsChanged,
} from '#contracts';
import type { MarketplaceApp } from '#marketplace';
import { descriptorOf, regionsOf } from '#marketplaces';
import { Broadcaster } from '#messaging';
import { ConfigError, conflict, Database, insertOf, notFound, type Transaction } from '#runtime';
import { type Actor, actorOf, recordAudit, SYSTEM_ACTOR } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { appSecretContext, Sealer } from '../secrets/sealer.js';
import { fieldsOfApp } from './fields-of-app.js';

interface AppRow {
  id: string;
  marketplace: MarketplaceId;
  region: MarketplaceRegionId;
  app_key: string;
  fields: Record<string, string>;
  name: string;
  is_active: boolean;
  created_at: Date;
  changed_at: Date;
  shop_count: number;
}

const APP = `a.id, a.marketplace, a.region, a.app_key, a.fields, a.name, a.is_active, a.created_at, a.changed_at,
  (SELECT count(*)::int FROM shops s WHERE s.app_id = a.id AND s.status <> 'disconnected') AS shop_count`;

/** An app with its secret in clear: only in memory, only for a call. */
export interface OpenApp extends MarketplaceApp {
  readonly id: string;
}

@Injectable()
export class MarketplaceApps {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly broadcaster: Broadcaster,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async list(): Promise<MarketplaceAppList> {
    const rows = await this.database.query<AppRow>(
      `SELECT ${APP} FROM marketplace_apps a ORDER BY a.marketplace, a.region, a.name, a.id`,
    );
    return { rows: rows.map(viewOf) };
  }

  async create(input: CreateMarketplaceApp, caller: Caller): Promise<MarketplaceAppView> {
    const view = await this.database.transaction(async (tx) => {
      const id = await this.insert(tx, input, actorOf(caller));
      if (id === null) {
        throw conflict(
          'app.already_exists',
          `The app ${input.appKey} of region ${input.region} is entered already. Change its secret instead.`,
        );
      }
      return viewOf(await findApp(tx, id));
    });
    this.broadcaster.send(marketplaceAppsChanged, {});
    return view;
  }

  /** Null when there is such an app already. */
  private async insert(tx: Transaction, input: CreateMarketplaceApp, actor: Actor): Promise<string | null> {
    const id = randomUUID();
    const { sealed, keyId } = await this.sealer.seal(input.appSecret, appSecretContext(id));
    const now = this.now();
    const app = insertOf({
      id,
      marketplace: input.marketplace,
      region: input.region,
      app_key: input.appKey,
      fields: fieldsOfApp(input.marketplace, input.fields),
      name: input.name ?? `${input.marketplace} ${input.region}`,
      secret_sealed: sealed,
      secret_key_id: keyId,
      created_at: now,
      changed_at: now,
    });
    const inserted = await tx.query(
      `INSERT INTO marketplace_apps (${app.names}) VALUES (${app.parameters})
       ON CONFLICT (marketplace, region, app_key) DO NOTHING RETURNING id`,
      app.values,
    );
    if (inserted.length === 0) return null;
    await recordAudit(tx, {
      ...actor,
      action: 'app.created',
      subject: input.appKey,
      details: { marketplace: input.marketplace, region: input.region },
      at: now,
    });
    return id;
  }

  async change(input: ChangeMarketplaceAppInput, caller: Caller): Promise<MarketplaceAppView> {
    const secret =
      input.appSecret === undefined
        ? undefined
        : await this.sealer.seal(input.appSecret, appSecretContext(input.appId));
    const view = await this.database.transaction(async (tx) => {
      const before = await findApp(tx, input.appId);
      await tx.query(
        `UPDATE marketplace_apps SET name = coalesce($2, name), is_active = coalesce($3, is_active),
           secret_sealed = coalesce($4, secret_sealed), secret_key_id = coalesce($5, secret_key_id),
           fields = coalesce($6, fields), changed_at = $7
         WHERE id = $1`,
        [
          input.appId,
          input.name ?? null,
          input.isActive ?? null,
          secret?.sealed ?? null,
          secret?.keyId ?? null,
          input.fields === undefined ? null : fieldsOfApp(before.marketplace, input.fields),
          this.now(),
        ],
      );
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'app.changed',
        subject: before.app_key,
        details: {
          ...(input.name === undefined ? {} : { name: input.name }),
          ...(input.isActive === undefined ? {} : { isActive: input.isActive }),
          secretReplaced: secret !== undefined,
        },
        at: this.now(),
      });
      return viewOf(await findApp(tx, input.appId));
    });
    if (secret !== undefined) {
      this.broadcaster.send(credentialsChanged, { shopId: null, version: null });
      this.broadcaster.send(marketplaceAppsChanged, {});
    }
    return view;
  }

  /**
   * The app for a new authorization.
   * @throws AppError `app.not_configured`, `app.ambiguous`
   */
  async choose(marketplace: MarketplaceId, region: MarketplaceRegionId, appId?: string): Promise<OpenApp> {
    const apps = await this.database.query<{ id: string }>(
      `SELECT id FROM marketplace_apps WHERE marketplace = $1 AND region = $2 AND is_active
         AND ($3::uuid IS NULL OR id = $3) ORDER BY created_at LIMIT 2`,
      [marketplace, region, appId ?? null],
    );
    const [app, another] = apps;
    if (app === undefined) {
      throw conflict(
        'app.not_configured',
        `There is no active ${marketplace} app for region ${region}. An owner can enter one under marketplace apps.`,
      );
    }
    if (another !== undefined) {
      throw conflict(
        'app.ambiguous',
        `Region ${region} has several active apps. Name the one to use with appId.`,
      );
    }
    return this.open(app.id);
  }

  async open(appId: string): Promise<OpenApp> {
    const [row] = await this.database.query<{
      region: MarketplaceRegionId;
      app_key: string;
      secret_sealed: string;
      fields: Record<string, string>;
    }>('SELECT region, app_key, secret_sealed, fields FROM marketplace_apps WHERE id = $1', [appId]);
    if (row === undefined) throw appNotFound(appId);
    const appSecret = await this.sealer.open(row.secret_sealed, appSecretContext(appId));
    return { id: appId, region: row.region, appKey: row.app_key, appSecret, fields: row.fields };
  }

  /** Enters `region:appKey:secret[:field=value]…,…` where missing; what is there is left alone. */
  async bootstrap(marketplace: MarketplaceId, text: string): Promise<void> {
    const inputs = parseBootstrapApps(marketplace, text);
    await this.database.transaction(async (tx) => {
      for (const input of inputs) await this.insert(tx, input, SYSTEM_ACTOR);
    });
    this.broadcaster.send(marketplaceAppsChanged, {});
  }
}

/** @throws ConfigError naming the entry, never its content. */
export function parseBootstrapApps(marketplace: MarketplaceId, text: string): CreateMarketplaceApp[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      const [regionText, appKey, appSecret, ...rest] = entry.split(':');
      const fields = rest.map((part) => part.split('='));
      const regions = regionsOf(marketplace);
      const region = regions.find((known) => known === regionText);
      if (region === undefined || !appKey || !appSecret || fields.some((part) => part.length !== 2)) {
        throw new ConfigError(
          `${marketplace.toUpperCase()}_BOOTSTRAP_APPS: entry ${index + 1} is not \`region:appKey:secret\`, each field of an app behind it as \`:name=value\`, with a region of ${regions.join(', ')}.`,
        );
      }
      const name = `${descriptorOf(marketplace).words.en} ${region.toUpperCase()}`;
      return {
        marketplace,
        region,
        appKey,
        appSecret,
        name,
        fields: fields.map(([field = '', value = '']) => ({ name: field, value })),
      };
    });
}

async function findApp(tx: Transaction, appId: string): Promise<AppRow> {
  const [row] = await tx.query<AppRow>(`SELECT ${APP} FROM marketplace_apps a WHERE a.id = $1`, [appId]);
  if (row === undefined) throw appNotFound(appId);
  return row;
}

function appNotFound(appId: string): Error {
  return notFound('app.not_found', `There is no marketplace app ${appId}.`);
}

function viewOf(row: AppRow): MarketplaceAppView {
  return {
    id: row.id,
    marketplace: row.marketplace,
    region: row.region,
    appKey: row.app_key,
    fields: Object.entries(row.fields).map(([name, value]) => ({ name, value })),
    name: row.name,
    isActive: row.is_active,
    hasSecret: true,
    shopCount: row.shop_count,
    createdAt: row.created_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}
