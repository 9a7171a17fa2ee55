/** On whose behalf a call is made; the gateway fills it in and signs all of it, services verify that (libs/messaging). */
export interface Caller {
  /** Null for a service that acts by itself (a timer, a consumer). */
  readonly userId: string | null;
  /** For audit rows and run logs. */
  readonly userName: string | null;
  /** The shops for which the caller holds the right that the endpoint declares; null means every shop. */
  readonly shopIds: readonly string[] | null;
  readonly correlationId: string;
  /** Through which API key of the user the call came; left out for a session. */
  readonly apiKey?: { readonly id: string; readonly name: string };
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
