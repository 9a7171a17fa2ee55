import { MARKETPLACE_FACTS } from '../api/generated/marketplaces';
import type { Ability, MarketplaceId, ShopRegion } from '../api/types';
import type { Language } from './start';

interface Words {
  readonly en: string;
  readonly zh: string;
}

/** What its base prices are, and so its revenue: its price to the seller, or the seller's own to the buyer. */
export type RevenueBasis = 'supply' | 'seller';

interface Facts {
  readonly words: Words;
  readonly wordsOfOrder: Words;
  readonly appFields: readonly { readonly name: string; readonly words: Words; readonly example: string }[];
  readonly regions: Readonly<Partial<Record<ShopRegion, Words>>>;
  readonly lacks: readonly Ability[];
  readonly revenueBasis: RevenueBasis;
}

const FACTS: Readonly<Record<MarketplaceId, Facts>> = MARKETPLACE_FACTS;

export const MARKETPLACE_IDS = Object.keys(FACTS) as MarketplaceId[];

/** In the order of its descriptor. */
export function regionsOf(marketplace: MarketplaceId): ShopRegion[] {
  return Object.keys(FACTS[marketplace].regions) as ShopRegion[];
}

export function marketplaceName(marketplace: MarketplaceId, language: Language): string {
  return FACTS[marketplace].words[language];
}

export function revenueBasisOf(marketplace: MarketplaceId): RevenueBasis {
  return FACTS[marketplace].revenueBasis;
}

/** What an app of it has beside key and secret. */
export function appFieldsOf(marketplace: MarketplaceId): Facts['appFields'] {
  return FACTS[marketplace].appFields;
}

/** What its own pages call an order. */
export function wordOfOrder(marketplace: MarketplaceId, language: Language): string {
  return FACTS[marketplace].wordsOfOrder[language];
}

export function regionName(marketplace: MarketplaceId, region: ShopRegion, language: Language): string {
  return FACTS[marketplace].regions[region]?.[language] ?? region;
}

/** Marketplace and region, of a shop or an app. */
export function placeName(
  { marketplace, region }: { readonly marketplace: MarketplaceId; readonly region: ShopRegion },
  language: Language,
): string {
  return `${marketplaceName(marketplace, language)} · ${regionName(marketplace, region, language)}`;
}

/** A marketplace or a region that an old record names, perhaps one that is not registered any more. */
export function wordsOfPlace(marketplace: string, region: string, language: Language): string[] {
  const known = MARKETPLACE_IDS.find((id) => id === marketplace);
  if (known === undefined) return [marketplace, region];
  const place = regionsOf(known).find((id) => id === region);
  return [
    marketplaceName(known, language),
    place === undefined ? region : regionName(known, place, language),
  ];
}

/** What the marketplace cannot give is not available: shown as that, never as zero or empty. */
export function lacksAbility(marketplace: MarketplaceId, ability: Ability): boolean {
  return FACTS[marketplace].lacks.includes(ability);
}

/** A region where nobody says of which marketplace: the first that has one of that name. */
export function anyRegionName(region: string, language: Language): string {
  const owner = MARKETPLACE_IDS.find((id) => regionsOf(id).some((each) => each === region));
  return owner === undefined ? region : (wordsOfPlace(owner, region, language)[1] ?? region);
}
