import { DateTime } from 'luxon';

/** A night that is awaited, and where. */
export interface Night {
  readonly timeZone: string;
  readonly beginsAt: Date;
}

/** When the next day begins there: at 1:00 where clocks are put forward at midnight, for there is no 0:00 then. */
export function nextNight(timeZone: string, now: Date): Date {
  return DateTime.fromJSDate(now, { zone: timeZone }).plus({ days: 1 }).startOf('day').toJSDate();
}

/**
 * Until when what comes due is renewed now. At start and when a night begins: until the next one, so that what would come
 * due by day is renewed before. Else until now. In a new zone its next night is awaited.
 */
export function dueUntil(
  awaited: Night | undefined,
  timeZone: string,
  now: Date,
): { readonly until: Date; readonly awaited: Night } {
  const isAwaited = awaited?.timeZone === timeZone;
  if (isAwaited && awaited.beginsAt > now) return { until: now, awaited };
  const next = { timeZone, beginsAt: nextNight(timeZone, now) };
  const isNight = awaited === undefined || isAwaited;
  return { until: isNight ? next.beginsAt : now, awaited: next };
}
