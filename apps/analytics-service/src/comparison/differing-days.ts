import type { OrderDayChecksum } from '#contracts';

/** What we hold of a UTC day that differs from the owner's, and since when it does. */
export interface DifferingDay {
  orders: number;
  versionSum: number;
  sinceMs: number;
}
export type DifferingDays = Record<string, DifferingDay>;

/** A day that never rests is asked for after so long all the same. */
const LONGEST_WAIT_MS = 5 * 60_000;

export interface Comparison {
  readonly differing: DifferingDays;
  /** Days to ask the owner for: they differ, and on our side nothing is on its way any more. */
  readonly missing: string[];
}

/**
 * Events on their way make days differ for a moment, and asking for those would send them twice. So a day is missing
 * when it differed the last time too and our side has not moved since, or when it has differed for minutes.
 */
export function compareDays(
  owners: readonly OrderDayChecksum[],
  ours: readonly OrderDayChecksum[],
  previous: DifferingDays,
  nowMs: number,
): Comparison {
  const held = new Map(ours.map((day) => [day.utcDay, day]));
  const differing: DifferingDays = {};
  const missing: string[] = [];
  for (const owner of owners) {
    const own = held.get(owner.utcDay) ?? { orders: 0, versionSum: 0 };
    if (own.orders === owner.orders && own.versionSum === owner.versionSum) continue;
    const before = previous[owner.utcDay];
    const sinceMs = before?.sinceMs ?? nowMs;
    const isResting =
      before !== undefined && before.orders === own.orders && before.versionSum === own.versionSum;
    if (isResting || nowMs - sinceMs >= LONGEST_WAIT_MS) missing.push(owner.utcDay);
    differing[owner.utcDay] = { orders: own.orders, versionSum: own.versionSum, sinceMs };
  }
  return { differing, missing };
}
