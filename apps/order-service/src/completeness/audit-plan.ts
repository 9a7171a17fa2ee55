import type { CompletenessState } from '#contracts';
import type { KnownDay } from '../ledger/ledger-store.js';

/** Whether such a day is counted again in the next night already. */
const IS_URGENT: Readonly<Record<CompletenessState, boolean>> = {
  unchecked: true,
  gap: true,
  stale: true,
  surplus: false,
  unreadable: false,
  complete: false,
  not_available: false,
};

/**
 * Which days a run counts, newest first. Asked for by depth: all of that depth. By night: the newest, those that were
 * never checked or still miss something, and of the rest those whose check is oldest, so many that all have their turn
 * within `olderWithinDays` nights.
 * @param days all that can be checked, newest first
 */
export function planAudit(input: {
  readonly days: readonly string[];
  readonly known: readonly KnownDay[];
  readonly depthDays: number | undefined;
  readonly recentDays: number;
  readonly olderWithinDays: number;
}): string[] {
  if (input.depthDays !== undefined) return input.days.slice(0, input.depthDays);
  const known = new Map(input.known.map((each) => [each.day, each]));
  const older = input.days.slice(input.recentDays);
  const isUrgent = (day: string): boolean => {
    const { checkedAt = null, state } = known.get(day) ?? {};
    return checkedAt === null || state === undefined || IS_URGENT[state];
  };
  const rest = older
    .filter((day) => !isUrgent(day))
    .sort((a, b) => checkedAt(known.get(a)) - checkedAt(known.get(b)))
    .slice(0, Math.ceil(older.length / input.olderWithinDays));
  const chosen = new Set([...input.days.slice(0, input.recentDays), ...older.filter(isUrgent), ...rest]);
  return input.days.filter((day) => chosen.has(day));
}

function checkedAt(day: KnownDay | undefined): number {
  return day?.checkedAt?.getTime() ?? 0;
}
