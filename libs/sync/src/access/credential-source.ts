import type { MarketplaceCredentials } from '#marketplace';

/** How a run calls for its shop: `CredentialLeases`, or a stand-in in tests. */
export interface CredentialSource {
  /** Runs calls with the shop's credentials; once more when they were replaced meanwhile. */
  use<T>(shopId: string, work: (credentials: MarketplaceCredentials) => Promise<T>): Promise<T>;
}
