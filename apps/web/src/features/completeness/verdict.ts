import type { CompletenessShop } from '../../api/types';

/**
 * Did every order arrive? From the worst to the best. `loading`: the first load has not ended, so nobody can say.
 * `not_available`: its marketplace does not count, so that nothing can be compared. `never`: no day has been compared yet. `away`: the shop is not connected, so that nothing of it is known to be so now.
 */
export const VERDICTS = [
  'missing',
  'stale',
  'surplus',
  'unreadable',
  'loading',
  'never',
  'unchecked',
  'away',
  'complete',
  'not_available',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What may be said of one shop; undefined: its ledger has not been begun. */
export function verdictOf(ledger: CompletenessShop | undefined): Verdict {
  if (ledger?.state === 'not_available') return 'not_available';
  if (ledger === undefined || ledger.loadedThrough === null) return 'loading';
  if (ledger.shopsNotConnected > 0) return 'away';
  if (ledger.staleOrders > 0 && ledger.missingOrders === 0) return 'stale';
  if (ledger.missingOrders > 0 || ledger.daysWithGap > 0) return 'missing';
  if (ledger.daysChecked === 0) return 'never';
  if (ledger.surplusOrders > 0) return 'surplus';
  if (ledger.unreadableOrders > 0) return 'unreadable';
  // Whatever the reason: a difference is never called complete.
  if (ledger.difference !== 0) return 'missing';
  return ledger.daysUnchecked > 0 ? 'unchecked' : 'complete';
}

export interface Account {
  verdict: Verdict;
  /** Those that can be compared at all. */
  shops: number;
  shopsNotAvailable: number;
  /** Of those, which are not connected: not counted, whatever was known of them once. */
  shopsNotConnected: number;
  /** Since when one of them was not checked; null when there is none, or none ever was. */
  notCheckedSince: string | null;
  /** Shops of which that verdict is true. */
  concerned: number;
  platformOrders: number;
  ourOrders: number;
  missingOrders: number;
  unreadableOrders: number;
  surplusOrders: number;
  staleOrders: number;
  daysChecked: number;
  daysUnchecked: number;
  /** When the shop whose audit is oldest was audited; null when one never was. */
  auditedAt: string | null;
}

/** One account over shops: as bad as the worst of them, as old as the oldest. Those that cannot be compared stand apart. */
export function accountOf(allShopIds: readonly string[], ledgers: readonly CompletenessShop[]): Account {
  const byShop = new Map(ledgers.map((ledger) => [ledger.shopId, ledger]));
  const shopIds = allShopIds.filter((shopId) => byShop.get(shopId)?.state !== 'not_available');
  const shopsNotAvailable = allShopIds.length - shopIds.length;
  const verdicts = shopIds.map((shopId) => verdictOf(byShop.get(shopId)));
  const verdict =
    VERDICTS.find((each) => verdicts.includes(each)) ?? (shopsNotAvailable > 0 ? 'not_available' : 'never');
  const chosen = shopIds.flatMap((shopId) => byShop.get(shopId) ?? []);
  const counted = chosen.filter((ledger) => ledger.shopsNotConnected === 0);
  const away = chosen.filter((ledger) => ledger.shopsNotConnected > 0);
  const sum = (value: (ledger: CompletenessShop) => number) =>
    counted.reduce((total, ledger) => total + value(ledger), 0);
  const audits = counted.map((ledger) => ledger.lastAuditAt);
  const isAudited = counted.length > 0 && chosen.length === shopIds.length && !audits.includes(null);
  return {
    verdict,
    shops: shopIds.length,
    shopsNotAvailable,
    shopsNotConnected: away.length,
    notCheckedSince: away.flatMap(({ notCheckedSince }) => notCheckedSince ?? []).sort()[0] ?? null,
    concerned: verdicts.filter((each) => each === verdict).length,
    platformOrders: sum((ledger) => ledger.platformOrders),
    ourOrders: sum((ledger) => ledger.ourOrders),
    missingOrders: sum((ledger) =>
      Math.max(ledger.missingOrders, ledger.difference - ledger.unreadableOrders),
    ),
    unreadableOrders: sum((ledger) => ledger.unreadableOrders),
    staleOrders: sum((ledger) => ledger.staleOrders),
    surplusOrders: sum((ledger) => ledger.surplusOrders),
    daysChecked: sum((ledger) => ledger.daysChecked),
    daysUnchecked: sum((ledger) => ledger.daysUnchecked),
    auditedAt: isAudited ? (audits.filter((at) => at !== null).sort()[0] ?? null) : null,
  };
}
