import { loadConfig } from '#runtime';
import { withRefusals } from './abilities.js';
import { SHARE_OF_LIMIT } from './call/limiter.js';
import { createPostgresLimiter, type RateLimitQuery } from './call/postgres-limiter.js';
import { descriptorOf, MARKETPLACES, type Marketplace } from './descriptors.js';
import type { ClosableConnector } from './marketplace-module.js';
import type { MarketplaceConnector } from './port.js';

/** The connectors of all marketplaces; nobody holds *the* connector, everybody asks for that of a shop. */
export class Connectors {
  constructor(private readonly all: Readonly<Record<Marketplace, ClosableConnector>>) {}

  of({ marketplace }: { readonly marketplace: Marketplace }): MarketplaceConnector {
    return this.all[marketplace];
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.all).map((connector) => connector.close()));
  }
}

/**
 * As the settings want them. All processes that share the database share the limits of the app keys.
 * @throws ConfigError naming the settings that cannot be used
 */
export async function openConnectors(
  query: RateLimitQuery,
  use: 'to read' | 'to authorise' = 'to read',
): Promise<Connectors> {
  const opened = await Promise.all(
    MARKETPLACES.map(async (marketplace) => {
      const { Settings, AuthSettings, connect } = await descriptorOf(marketplace).load();
      const settings = loadConfig(Settings).connector;
      const consentPages = use === 'to authorise' ? loadConfig(AuthSettings).consentPages : {};
      const limiter = createPostgresLimiter({
        query,
        marketplace,
        permitsPerSecond: settings.callsPerSecond * SHARE_OF_LIMIT,
      });
      return [marketplace, withRefusals(connect(settings, consentPages, limiter))] as const;
    }),
  );
  return new Connectors(Object.fromEntries(opened) as Record<Marketplace, ClosableConnector>);
}
