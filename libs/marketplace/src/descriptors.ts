import {
  ABILITIES,
  type Ability,
  type MarketplaceDescriptor,
  type PushDescriptor,
  type RegionDescriptor,
  type ShopPlace,
} from './descriptor.js';
import { temu } from './temu/descriptor.js';
import { tiktok } from './tiktok/descriptor.js';

export { ABILITIES, type Ability, type AppField, type Words } from './descriptor.js';

/** The registration: every marketplace that can be connected, by its id. */
export const DESCRIPTORS = { temu, tiktok } as const satisfies Readonly<
  Record<string, MarketplaceDescriptor>
>;

export type Marketplace = keyof typeof DESCRIPTORS;

type RegionsOf<Id extends Marketplace> = keyof (typeof DESCRIPTORS)[Id]['regions'] & string;

/** The gateway an app and its tokens belong to. App key, secret, token and gateway must be of one region. */
export type MarketplaceRegion = { [Id in Marketplace]: RegionsOf<Id> }[Marketplace];

export const MARKETPLACES = Object.keys(DESCRIPTORS) as [Marketplace, ...Marketplace[]];

/** Of all marketplaces, each once; which of them a marketplace has stands in its descriptor. */
export const MARKETPLACE_REGIONS = [
  ...new Set(MARKETPLACES.flatMap((marketplace) => Object.keys(DESCRIPTORS[marketplace].regions))),
] as [MarketplaceRegion, ...MarketplaceRegion[]];

export function descriptorOf(marketplace: Marketplace): MarketplaceDescriptor {
  return DESCRIPTORS[marketplace];
}

/** In the descriptor's order. */
export function regionsOf(marketplace: Marketplace): MarketplaceRegion[] {
  return Object.keys(descriptorOf(marketplace).regions) as MarketplaceRegion[];
}

/** @throws Error for a region of another marketplace: one of a shop or an app is always its own. */
export function regionOf(marketplace: Marketplace, region: MarketplaceRegion): RegionDescriptor {
  const found = descriptorOf(marketplace).regions[region];
  if (found === undefined) throw new Error(`${marketplace} has no region ${region}`);
  return found;
}

/** @throws Error for a marketplace without the ability `pushes`. */
export function pushesOf(marketplace: Marketplace): PushDescriptor {
  const { pushes } = descriptorOf(marketplace);
  if (pushes === null) throw new Error(`${marketplace} pushes nothing`);
  return pushes;
}

/** Where a shop's days are counted until somebody edits it: by the country that its token names, else by its region. */
export function placeOf(
  marketplace: Marketplace,
  region: MarketplaceRegion,
  platformRegion: string | null,
): ShopPlace {
  const named = platformRegion === null ? undefined : descriptorOf(marketplace).places[platformRegion];
  return named ?? regionOf(marketplace, region).place;
}

/** Everything that a token of the region should hold; empty where its tokens name no scopes. */
export function scopesOf(marketplace: Marketplace, region: MarketplaceRegion): readonly string[] {
  const { scopes } = regionOf(marketplace, region);
  const needed = ABILITIES.filter((ability) => hasAbility(marketplace, ability));
  // One permission may be for several.
  return [...new Set(needed.flatMap((ability) => scopes[ability] ?? []))];
}

export function hasAbility(marketplace: Marketplace, ability: Ability): boolean {
  return descriptorOf(marketplace).abilities.includes(ability);
}

/** What the marketplace cannot give, of all abilities or of those that something needs. */
export function lackedBy(marketplace: Marketplace, needed: readonly Ability[] = ABILITIES): Ability[] {
  return needed.filter((ability) => !hasAbility(marketplace, ability));
}

/** The marketplaces that cannot give it. */
export function marketplacesWithout(ability: Ability): Marketplace[] {
  return MARKETPLACES.filter((marketplace) => !hasAbility(marketplace, ability));
}
