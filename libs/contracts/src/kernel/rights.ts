/** What a person may be in one shop or in all. */
export const ROLES = ['owner', 'manager', 'operator', 'finance', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What an endpoint asks for. */
export const RIGHTS = [
  'shops.read',
  'shops.manage',
  'apps.manage',
  'orders.read',
  'amounts.read',
  'addresses.read',
  'products.read',
  'sync.read',
  'sync.run',
  'figures.read',
  'people.manage',
  'organisation.manage',
  'audit.read',
] as const;
export type Right = (typeof RIGHTS)[number];

/** The one table of who may do what. */
const MAY: Readonly<Record<Right, Readonly<Record<Role, boolean>>>> = {
  'shops.read': { owner: true, manager: true, operator: true, finance: true, viewer: true },
  'shops.manage': { owner: true, manager: true, operator: false, finance: false, viewer: false },
  'apps.manage': { owner: true, manager: false, operator: false, finance: false, viewer: false },
  'orders.read': { owner: true, manager: true, operator: true, finance: true, viewer: true },
  'amounts.read': { owner: true, manager: true, operator: false, finance: true, viewer: false },
  'addresses.read': { owner: true, manager: true, operator: true, finance: false, viewer: false },
  'products.read': { owner: true, manager: true, operator: true, finance: true, viewer: true },
  'sync.read': { owner: true, manager: true, operator: true, finance: true, viewer: true },
  'sync.run': { owner: true, manager: true, operator: true, finance: false, viewer: false },
  'figures.read': { owner: true, manager: true, operator: false, finance: true, viewer: false },
  'people.manage': { owner: true, manager: false, operator: false, finance: false, viewer: false },
  'organisation.manage': { owner: true, manager: false, operator: false, finance: false, viewer: false },
  'audit.read': { owner: true, manager: true, operator: false, finance: false, viewer: false },
};

/** Whether it concerns the whole organisation: a grant for single shops never gives it then. */
const IS_OF_ORGANISATION: Readonly<Record<Right, boolean>> = {
  'shops.read': false,
  'shops.manage': false,
  'apps.manage': true,
  'orders.read': false,
  'amounts.read': false,
  'addresses.read': false,
  'products.read': false,
  'sync.read': false,
  'sync.run': false,
  'figures.read': false,
  'people.manage': true,
  'organisation.manage': true,
  'audit.read': false,
};

export const ORGANISATION_RIGHTS = RIGHTS.filter((right) => IS_OF_ORGANISATION[right]);

/** A role for one shop, or for all (`shopId` null), those connected later included. */
export interface RoleGrant {
  readonly role: Role;
  readonly shopId: string | null;
}

/** The shops for which the grants give the right: null is all shops, an empty list is none. */
export function shopsWithRight(grants: readonly RoleGrant[], right: Right): string[] | null {
  const giving = grants.filter((grant) => MAY[right][grant.role]);
  if (giving.some((grant) => grant.shopId === null)) return null;
  if (ORGANISATION_RIGHTS.includes(right)) return [];
  return [...new Set(giving.map((grant) => grant.shopId).filter((shopId) => shopId !== null))];
}

/** What an API key may do at most. */
export interface KeyScope {
  readonly rights: readonly Right[];
  /** Null: every shop that its maker reaches. */
  readonly shopIds: readonly string[] | null;
}

/**
 * The shops in which somebody holds the right now; like `shopsWithRight`, and of that no more than an API key's scope
 * where one is used: what its maker loses, the key loses too.
 */
export function shopsHeld(
  { grants, apiKey }: { readonly grants: readonly RoleGrant[]; readonly apiKey?: KeyScope },
  right: Right,
): string[] | null {
  const ofMaker = shopsWithRight(grants, right);
  if (apiKey === undefined) return ofMaker;
  if (!apiKey.rights.includes(right)) return [];
  const { shopIds } = apiKey;
  if (shopIds === null) return ofMaker;
  if (ORGANISATION_RIGHTS.includes(right)) return [];
  return ofMaker === null ? [...shopIds] : ofMaker.filter((shopId) => shopIds.includes(shopId));
}
