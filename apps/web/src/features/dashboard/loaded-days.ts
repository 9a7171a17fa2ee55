import type { AppliedSpan, CompletenessShop } from '../../api/types';
import { startOfDay } from '../../ui/local-days';

/** From when on a shop's orders are loaded; null before its first load has ended. */
export type Loaded = Pick<CompletenessShop, 'shopId' | 'loadedFrom'>;

/**
 * Is each day loaded that the spans are compared with? What was sold on a day that was never loaded is not known, and
 * growth against it would be none. A shop of which nothing is said here is taken for loaded.
 */
export function arePreviousDaysLoaded(applied: readonly AppliedSpan[], ledgers: readonly Loaded[]): boolean {
  const byShop = new Map(ledgers.map((ledger) => [ledger.shopId, ledger]));
  return applied.every(({ shopId, timeZone, comparison }) => {
    const ledger = byShop.get(shopId);
    if (ledger === undefined || comparison === null) return true;
    const start = startOfDay(comparison.previousFrom, timeZone);
    return ledger.loadedFrom !== null && Date.parse(ledger.loadedFrom) <= Date.parse(start);
  });
}
