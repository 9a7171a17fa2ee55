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
export {
  type EmptyPage,
  emptyIfWithoutRows,
  isMarketplaceError,
  MarketplaceError,
  type MarketplaceErrorFields,
  type MarketplaceErrorKind,
} from './errors.js';
export type * from './port.js';
export { TEMU_SHOP_CALLS } from './temu/calls.js';
export { createTemuConnector, type TemuConnector, type TemuConnectorOptions } from './temu/connector.js';
export { readTemuPush, TEMU_PUSH_EVENTS } from './temu/pushes.js';
export { signTemuFields } from './temu/signing.js';
export { longId, type WireObject, type WireValue, writeWireJson } from './temu/wire-json.js';
