import type { ShopSyncHealth, SyncKindHealth } from '../../api/types';

export interface StaleShop {
  shopId: string;
  /** Of both services together, the one that was not read longest first. */
  kinds: SyncKindHealth[];
}

/** One entry for each shop, the longest unread first; a kind that was never read comes before all. */
export function staleShopsOf(rows: readonly ShopSyncHealth[]): StaleShop[] {
  const age = (kind: SyncKindHealth) => kind.ageSeconds ?? Number.POSITIVE_INFINITY;
  const byShop = new Map<string, SyncKindHealth[]>();
  for (const { shopId, kinds } of rows) {
    const stale = kinds.filter((kind) => kind.isScheduled && kind.state === 'stale');
    byShop.set(shopId, [...(byShop.get(shopId) ?? []), ...stale]);
  }
  return [...byShop]
    .filter(([, kinds]) => kinds.length > 0)
    .map(([shopId, kinds]) => ({ shopId, kinds: kinds.sort((a, b) => compare(age(b), age(a))) }))
    .sort((a, b) => compare(age(b.kinds[0] as SyncKindHealth), age(a.kinds[0] as SyncKindHealth)));
}

/** Infinity less infinity is no number. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
