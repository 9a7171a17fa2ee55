import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import { addDays } from './format';

dayjs.extend(utc);
dayjs.extend(timezone);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Days belong to a shop; over several shops the reader's own are the only ones at hand. */
export const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The instant at which a local day begins in the zone. */
export function startOfDay(day: string, zone: string): string {
  return dayjs.tz(`${day}T00:00:00`, zone).toISOString();
}

/** The address may hold anything. */
export function isDay(text: string | undefined): text is string {
  return text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text));
}

/** The day that is under way in the zone. */
export function todayIn(zone: string, now = Date.now()): string {
  return dayjs(now).tz(zone).format('YYYY-MM-DD');
}

/** The days that are under way in the zones, of which there are two where midnight lies between them. */
export function todaysIn(zones: readonly string[], now = Date.now()): { first: string; last: string } {
  const days = zones.map((zone) => todayIn(zone, now)).sort();
  const own = todayIn(BROWSER_ZONE, now);
  return { first: days[0] ?? own, last: days.at(-1) ?? own };
}

/** First and last day of the month that holds the day. */
export function monthOf(day: string): { first: string; last: string } {
  const first = `${day.slice(0, 7)}-01`;
  const nextMonth = addDays(first, 31).slice(0, 7);
  return { first, last: addDays(`${nextMonth}-01`, -1) };
}
