import type { Right } from './rights.js';

/** The rights that decide about single fields of what a caller may read otherwise. */
export const FIELD_RIGHTS = ['amounts.read', 'addresses.read'] as const satisfies readonly Right[];
export type FieldRight = (typeof FIELD_RIGHTS)[number];

/** On whose behalf a call is made; the gateway fills it in and signs all of it, services verify that (libs/messaging). */
export interface Caller {
  /** Null for a service that acts by itself (a timer, a consumer). */
  readonly userId: string | null;
  /** For audit rows and run logs. */
  readonly userName: string | null;
  /** The shops for which the caller holds the right that the endpoint declares; null means every shop. */
  readonly shopIds: readonly string[] | null;
  readonly correlationId: string;
  /** The shops for which the caller holds each right that decides about fields; null means every shop, left out none. */
  readonly fields?: Readonly<Partial<Record<FieldRight, readonly string[] | null>>>;
  /** Through which API key of the user the call came; left out for a session. */
  readonly apiKey?: { readonly id: string; readonly name: string };
  /** Sender's address as the gateway saw it, for audit rows. */
  readonly address?: string;
}

export function serviceCaller(name: string, correlationId: string): Caller {
  const fields: Record<FieldRight, null> = { 'amounts.read': null, 'addresses.read': null };
  return { userId: null, userName: name, shopIds: null, fields, correlationId };
}

/** May the caller see or touch this shop? */
export function canReach(caller: Pick<Caller, 'shopIds'>, shopId: string): boolean {
  return caller.shopIds === null || caller.shopIds.includes(shopId);
}

/** The shops of which the caller may see fields that need the right: null is all shops, an empty list is none. */
export function shopsHolding(caller: Caller, right: FieldRight): readonly string[] | null {
  const shops = caller.fields?.[right];
  return shops === undefined ? [] : shops;
}

/** May the caller see fields of this shop that need the right? */
export function holds(caller: Caller, right: FieldRight, shopId: string): boolean {
  const shops = shopsHolding(caller, right);
  return shops === null || shops.includes(shopId);
}

/** The shops that a list reads: those asked for, as far as the caller may see them; null means every shop. */
export function shopsToRead(
  caller: Pick<Caller, 'shopIds'>,
  asked: readonly string[] | undefined,
): readonly string[] | null {
  if (asked === undefined || asked.length === 0) return caller.shopIds;
  const shopIds = [...new Set(asked.map((shopId) => shopId.toLowerCase()))];
  return shopIds.filter((shopId) => canReach(caller, shopId));
}
