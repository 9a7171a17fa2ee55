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

/** Rights that concern the whole organisation: a grant for single shops never gives them. */
export const ORGANISATION_RIGHTS: readonly Right[] = ['apps.manage', 'people.manage', 'organisation.manage'];

const VIEWER = [
  'shops.read',
  'orders.read',
  'products.read',
  'sync.read',
] as const satisfies readonly Right[];
const OPERATOR = [...VIEWER, 'addresses.read', 'sync.run'] as const satisfies readonly Right[];
const FINANCE = [...VIEWER, 'amounts.read', 'figures.read'] as const satisfies readonly Right[];
const MANAGER = [
  ...OPERATOR,
  'amounts.read',
  'figures.read',
  'shops.manage',
  'audit.read',
] as const satisfies readonly Right[];

/** The one table of who may do what. */
export const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly Right[]>> = {
  owner: RIGHTS,
  manager: MANAGER,
  operator: OPERATOR,
  finance: FINANCE,
  viewer: VIEWER,
};

/** A role for one shop, or for all (`shopId` null), those connected later included. */
export interface RoleGrant {
  readonly role: Role;
  readonly shopId: string | null;
}

/** The shops for which the grants give the right: null is all shops, an empty list is none. */
export function shopsWithRight(grants: readonly RoleGrant[], right: Right): string[] | null {
  const giving = grants.filter((grant) => RIGHTS_OF_ROLE[grant.role].includes(right));
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
