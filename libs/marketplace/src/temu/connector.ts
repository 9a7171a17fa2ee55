import type { CallLimiter } from '../call/limiter.js';
import type { MarketplaceConnector, MarketplaceRegion } from '../port.js';

export interface TemuConnectorOptions {
  /** Base URLs, e.g. `http://127.0.0.1:4100/us`; a region that is left out uses Temu's own host. */
  gateways?: Partial<Record<MarketplaceRegion, string>> | undefined;
  /** Base URLs of the consent pages; us and eu default to Temu's own. */
  sellerCenters?: Partial<Record<MarketplaceRegion, string>> | undefined;
  limiter: CallLimiter;
  /** Deadline of one try, answer body included. Default 15 s. */
  timeoutMs?: number | undefined;
  random?: (() => number) | undefined;
  /** Milliseconds since the epoch. */
  clock?: (() => number) | undefined;
}

export type TemuConnector = MarketplaceConnector & { close(): Promise<void> };

export function createTemuConnector(_options: TemuConnectorOptions): TemuConnector {
  throw new Error('createTemuConnector: being written');
}
