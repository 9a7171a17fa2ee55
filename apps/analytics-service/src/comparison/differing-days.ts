import type { OrderDayChecksum } from '#contracts';

/** What we hold of a UTC day that differs from the owner's, and since when it does. */
export interface DifferingDay {
  orders: number;
  versionSum: number;
  sinceMs: number;
  /** When the owner was last asked to emit the day again; absent while he was not. */
  askedMs?: number;
}
export type DifferingDays = Record<string, DifferingDay>;

export interface CompareState {
  /** What differed at the last comparison; null when nothing was compared before and so nothing can be on its way. */
  readonly previous: DifferingDays | null;
  /** No event waits for us on the bus: what is still missing will not come by itself. */
  readonly isDrained: boolean;
  readonly nowMs: number;
  /** A day that was asked for is given so long to arrive. */
  readonly askAgainMs: number;
}

export interface Comparison {
  readonly differing: DifferingDays;
  /** Days to ask the owner for: they differ, and nothing of them is on its way any more. */
  readonly missing: string[];
}

/** A day that never rests is asked for after so long all the same. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** Asked for at once; further days wait for the next comparison, so that live events never queue behind many. */
const ORDERS_ASKED_AT_ONCE = 10_000;

/**
 * Events on their way make days differ for a moment, and asking for those would send them twice. So a day is missing
 * when the bus holds nothing for us, and it differed the last time too and has not moved since, or has
 * differed for minutes.
 */
export function compareDays(
  owners: readonly OrderDayChecksum[],
  ours: readonly OrderDayChecksum[],
  { previous, isDrained, nowMs, askAgainMs }: CompareState,
): Comparison {
  const held = new Map(ours.map((day) => [day.utcDay, day]));
  const differing: DifferingDays = {};
  const missing: string[] = [];
  let asked = 0;
  for (const owner of owners) {
    const { orders, versionSum } = held.get(owner.utcDay) ?? { orders: 0, versionSum: 0 };
    if (orders === owner.orders && versionSum === owner.versionSum) continue;
    const before = previous?.[owner.utcDay];
    const isResting = previous === null || (before?.orders === orders && before.versionSum === versionSum);
    const isAwaited = before?.askedMs !== undefined && nowMs - before.askedMs < askAgainMs;
    const sinceMs = before?.sinceMs ?? nowMs;
    const isLong = nowMs - Math.max(sinceMs, before?.askedMs ?? 0) >= LONGEST_WAIT_MS;
    const isMissing = isDrained && (isResting || isLong) && !isAwaited && asked < ORDERS_ASKED_AT_ONCE;
    const askedMs = isMissing ? nowMs : before?.askedMs;
    differing[owner.utcDay] = { orders, versionSum, sinceMs, ...(askedMs === undefined ? {} : { askedMs }) };
    if (!isMissing) continue;
    missing.push(owner.utcDay);
    asked += owner.orders;
  }
  return { differing, missing };
}
