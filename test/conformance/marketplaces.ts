import type { Marketplace } from '#marketplaces';
import type { MarketplaceUnderTest } from './marketplace-under-test.js';
import { temu } from './temu.js';
import { tiktok } from './tiktok.js';

/** A marketplace that is registered and not here does not compile. */
export const UNDER_TEST: Readonly<Record<Marketplace, MarketplaceUnderTest>> = { temu, tiktok };
