export {
  type CallLimit,
  type CallLimiter,
  DEFAULT_PERMITS_PER_SECOND,
  type PermitKey,
  SHARE_OF_LIMIT,
} from './call/limiter.js';
export { createLocalLimiter, type LocalLimiterOptions } from './call/local-limiter.js';
export {
  createPostgresLimiter,
  type PostgresLimiterOptions,
  RATE_LIMIT_DDL,
  type RateLimitQuery,
} from './call/postgres-limiter.js';
export { Connectors, openConnectors } from './connectors.js';
export {
  type EmptyPage,
  emptyIfWithoutRows,
  isMarketplaceError,
  MarketplaceError,
  type MarketplaceErrorFields,
  type MarketplaceErrorKind,
} from './errors.js';
export type { ClosableConnector, ConnectorSettings, MarketplaceModule } from './marketplace-module.js';
export type * from './port.js';
