import { createPostgresLimiter, createTemuConnector, SHARE_OF_LIMIT, type TemuConnector } from '#marketplace';
import type { Database } from '#runtime';
import type { SyncConfig } from './config.js';

/** Token of the connector that a service's handlers call. */
export const CONNECTOR = Symbol('marketplace connector');

/** The connector as the settings want it; all processes that share the database share the app key's limit. */
export function connectorFromConfig(config: SyncConfig, database: Database): TemuConnector {
  return createTemuConnector({
    gateways: {
      ...(config.temuGatewayUs === undefined ? {} : { us: config.temuGatewayUs }),
      ...(config.temuGatewayEu === undefined ? {} : { eu: config.temuGatewayEu }),
      ...(config.temuGatewayGlobal === undefined ? {} : { global: config.temuGatewayGlobal }),
      ...(config.temuGatewayCn === undefined ? {} : { cn: config.temuGatewayCn }),
      ...(config.temuGatewayPartner === undefined ? {} : { partner: config.temuGatewayPartner }),
    },
    sellerCenters: {},
    limiter: createPostgresLimiter({
      query: (sql, params) => database.query(sql, params),
      permitsPerSecond: config.temuCallsPerSecond * SHARE_OF_LIMIT,
    }),
  });
}
