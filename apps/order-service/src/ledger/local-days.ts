import { DateTime } from 'luxon';

/** A day of a shop's zone as the instants between which it lies; 23 or 25 hours long when the clocks change. */
export interface LocalDay {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly start: Date;
  /** The first instant after the day. */
  readonly end: Date;
}

export function localDay(day: string, timeZone: string): LocalDay {
  const start = DateTime.fromISO(day, { zone: timeZone }).startOf('day');
  return { day, start: start.toJSDate(), end: start.plus({ days: 1 }).startOf('day').toJSDate() };
}

/** The days that lie wholly between two instants, newest first. */
export function wholeDays(from: Date, through: Date, timeZone: string): string[] {
  const days: string[] = [];
  let day = DateTime.fromJSDate(through, { zone: timeZone }).startOf('day').minus({ days: 1 }).startOf('day');
  for (; day.toMillis() >= from.getTime(); day = day.minus({ days: 1 }).startOf('day')) {
    days.push(day.toISODate() ?? '');
  }
  return days;
}
