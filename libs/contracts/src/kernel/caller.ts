/** On whose behalf a call is made; the gateway fills it in, services trust it (only the gateway may ask them). */
export interface Caller {
  /** Null for a service that acts by itself (a timer, a consumer). */
  readonly userId: string | null;
  /** For audit rows and run logs. */
  readonly userName: string | null;
  /** The shops for which the caller holds the right that the endpoint declares; null means every shop. */
  readonly shopIds: readonly string[] | null;
  readonly correlationId: string;
  /** Sender's address as the gateway saw it, for audit rows. */
  readonly address?: string;
}

export function serviceCaller(name: string, correlationId: string): Caller {
  return { userId: null, userName: name, shopIds: null, correlationId };
}

/** May the caller see or touch this shop? */
export function canReach(caller: Caller, shopId: string): boolean {
  return caller.shopIds === null || caller.shopIds.includes(shopId);
}

/** The shops that a list reads: those asked for, as far as the caller may see them; null means every shop. */
export function shopsToRead(caller: Caller, asked: readonly string[] | undefined): readonly string[] | null {
  if (asked === undefined || asked.length === 0) return caller.shopIds;
  const shopIds = [...new Set(asked.map((shopId) => shopId.toLowerCase()))];
  return shopIds.filter((shopId) => canReach(caller, shopId));
}
