export { type OwnParts, withRefusals } from './abilities.js';
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
export type {
  ClosableConnector,
  ConnectorSettings,
  MarketplaceModule,
  OwnConnector,
} from './marketplace-module.js';
export type * from './port.js';
export { allOf } from './reading/all-of.js';
export {
  beginSpan,
  type EpochSeconds,
  isReadWhole,
  type ListSpan,
  type ListState,
  type ListStep,
  type ListStretch,
  type MetIds,
  type ReadableList,
  type ReadingNews,
  type ReadPage,
  withIncompleteAgain,
} from './reading/list-reading.js';
export { type NumberedList, type NumberedQuery, numberedPages } from './reading/numbered-pages.js';
export { type ListedNumber, type NumbersList, numbersThenDetails } from './reading/numbers-then-details.js';
export {
  endAt,
  pageTokens,
  type TokenList,
  type TokenPage,
  type TokenQuery,
} from './reading/page-tokens.js';
export { idOfUnreadable, idsOf, NAMELESS } from './reading/row-ids.js';
export {
  beginPass,
  goOn,
  judgePass,
  type ListAnswer,
  type ListPass,
  MAX_PASSES,
} from './reading/whole-list.js';
export { MAX_WINDOW_PAGES, pagesOf, splitWindow } from './reading/windows.js';
