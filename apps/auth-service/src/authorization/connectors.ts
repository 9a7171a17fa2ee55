import type { MarketplaceId } from '#contracts';
import type { MarketplaceConnector } from '#marketplace';

export const CONNECTORS = Symbol('connectors');

/** One connector for each marketplace that can be connected. */
export type Connectors = Readonly<Record<MarketplaceId, MarketplaceConnector>>;
