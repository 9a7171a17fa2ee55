import type { CompletenessShop } from '../../api/types';

/**
 * Did every order arrive? From the worst to the best. `loading`: the first load has not ended, so nobody can say.
 * `never`: no day has been counted yet.
 */
export const VERDICTS = [
  'missing',
  'surplus',
  'unreadable',
  'loading',
  'never',
  'unchecked',
  'complete',
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What may be said of one shop; undefined: its ledger has not been begun. */
export function verdictOf(ledger: CompletenessShop | undefined): Verdict {
  if (ledger === undefined || ledger.loadedThrough === null) return 'loading';
  if (ledger.daysChecked === 0) return 'never';
  if (ledger.missingOrders > 0 || ledger.daysWithGap > 0) return 'missing';
  if (ledger.surplusOrders > 0) return 'surplus';
  if (ledger.unreadableOrders > 0) return 'unreadable';
  // Whatever the reason: a difference is never called complete.
  if (ledger.difference !== 0) return 'missing';
  return ledger.daysUnchecked > 0 ? 'unchecked' : 'complete';
}

export interface Account {
  verdict: Verdict;
  shops: number;
  /** Shops of which that verdict is true. */
  concerned: number;
  platformOrders: number;
  ourOrders: number;
  missingOrders: number;
  unreadableOrders: number;
  surplusOrders: number;
  daysChecked: number;
  daysUnchecked: number;
  /** When the shop whose audit is oldest was audited; null when one never was. */
  auditedAt: string | null;
}

/** One account over shops: as bad as the worst of them, as old as the oldest. */
export function accountOf(shopIds: readonly string[], ledgers: readonly CompletenessShop[]): Account {
  const byShop = new Map(ledgers.map((ledger) => [ledger.shopId, ledger]));
  const verdicts = shopIds.map((shopId) => verdictOf(byShop.get(shopId)));
  const verdict = VERDICTS.find((each) => verdicts.includes(each)) ?? 'never';
  const chosen = shopIds.flatMap((shopId) => byShop.get(shopId) ?? []);
  const sum = (value: (ledger: CompletenessShop) => number) =>
    chosen.reduce((total, ledger) => total + value(ledger), 0);
  const audits = chosen.map((ledger) => ledger.lastAuditAt);
  const isAudited = chosen.length === shopIds.length && !audits.includes(null);
  return {
    verdict,
    shops: shopIds.length,
    concerned: verdicts.filter((each) => each === verdict).length,
    platformOrders: sum((ledger) => ledger.platformOrders),
    ourOrders: sum((ledger) => ledger.ourOrders),
    missingOrders: sum((ledger) =>
      Math.max(ledger.missingOrders, ledger.difference - ledger.unreadableOrders),
    ),
    unreadableOrders: sum((ledger) => ledger.unreadableOrders),
    surplusOrders: sum((ledger) => ledger.surplusOrders),
    daysChecked: sum((ledger) => ledger.daysChecked),
    daysUnchecked: sum((ledger) => ledger.daysUnchecked),
    auditedAt: isAudited ? (audits.filter((at) => at !== null).sort()[0] ?? null) : null,
  };
}
