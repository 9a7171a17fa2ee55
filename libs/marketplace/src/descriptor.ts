import type { MarketplaceModule } from './marketplace-module.js';

/** A text in both languages of the page. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** Zone in which a shop's days are counted, and the currency its amounts are expected in, until somebody edits them. */
export interface ShopPlace {
  /** IANA. */
  readonly timeZone: string;
  /** ISO 4217; null where there is no one currency. */
  readonly currency: string | null;
}

/** Where an app is registered, and where its shops' calls go: app, token and host are of one region. */
export interface RegionDescriptor {
  readonly words: Words;
  /** Of a shop whose token names no country. */
  readonly place: ShopPlace;
  /** Base address of the calls; a setting may put another in its place. */
  readonly host: string;
  /** Base address of the page on which sellers consent; null where there is no one page, and tokens are pasted. */
  readonly consentPage: string | null;
  /** What a token must hold for all that we read, by the ability that needs it; empty where tokens of the region name none. */
  readonly scopes: ScopesOfAbilities;
}

/**
 * What a marketplace may or may not give us. What it lacks is *not available* on every page and in every figure, never
 * zero and never an error.
 */
export const ABILITIES = [
  'orders',
  /** The marketplace counts the orders of a span, so that a ledger can compare its number with ours. */
  'order_counts',
  'amounts',
  'addresses',
  'after_sales',
  'products',
  'promotions',
  'pushes',
] as const;
export type Ability = (typeof ABILITIES)[number];

/** Names of calls or of scopes, as the marketplace's tokens hold them. */
export type ScopesOfAbilities = Readonly<Partial<Record<Ability, readonly string[]>>>;

/** What a query field of the consent's callback is called; several where the marketplace's versions differ. */
export interface CallbackFields {
  readonly state: readonly string[];
  readonly code: readonly string[];
  readonly error: readonly string[];
  readonly appKey: readonly string[];
  /** An API host that the callback names; checked, never called. */
  readonly host: readonly string[];
}

export interface PushDescriptor {
  /** Lower case. Of a pushed message these headers are read, and no other travels on. */
  readonly headers: readonly string[];
  /** Fields of a message that hold no personal data: all others are blanked for who may not see addresses. */
  readonly openFields: readonly string[];
  /** The scope by which a shop is subscribed to events; null where a subscription needs none. */
  readonly subscriptionScope: string | null;
  /** Events to subscribe to, and to end, in one call. */
  readonly maxEventsACall: number;
  /** A message that was made longer ago is refused: its last retry has ended well before. */
  readonly oldestMs: number;
}

/** What the partner portal gives an app beside its key and secret; no secret itself. */
export interface AppField {
  readonly name: string;
  readonly words: Words;
  /** Invented. */
  readonly example: string;
}

/** Invented, in the marketplace's own form: for the API's documentation. */
export interface Examples {
  readonly marketplaceName: string;
  readonly shopName: string;
  readonly platformShopId: string;
  readonly orderNumber: string;
  readonly caseNumber: string;
  readonly eventCode: string;
  readonly pushedText: string;
}

/**
 * All that differs between marketplaces and is data. Whoever must know a marketplace asks here; nobody compares its name.
 * What differs and is behaviour is its connector.
 */
export interface MarketplaceDescriptor<Region extends string = string> {
  readonly words: Words;
  readonly regions: Readonly<Record<Region, RegionDescriptor>>;
  /** All are needed. */
  readonly appFields: readonly AppField[];
  /** By the marketplace's own id of a country or market, where a token names it. */
  readonly places: Readonly<Record<string, ShopPlace>>;
  readonly abilities: readonly Ability[];
  /**
   * What the base prices of its amounts are, and so what its figures of revenue are made of: a price at which it buys from the
   * seller, or the price to the buyer after the seller's own discount, where it buys nothing. Figures say which (figures 5.3).
   */
  readonly revenueBasis: 'supply' | 'seller';
  /** A code of the consent lives so long. */
  readonly codeLifeMs: number;
  readonly callback: CallbackFields;
  /** Codes by which it refuses the products of a promotion that was cancelled or has ended. */
  readonly promotionOverCodes: readonly string[];
  /** Null: it pushes nothing. */
  readonly pushes: PushDescriptor | null;
  /** What it calls an order on its own pages: shown beside the number of one. */
  readonly wordsOfOrder: Words;
  readonly examples: Examples;
  /** Identifiers and literals that belong into its folder only; a check looks for them everywhere else. */
  readonly ownWords: RegExp;
  /** Its code, when a service needs it: what only describes marketplaces loads none. */
  load(): Promise<MarketplaceModule>;
}
