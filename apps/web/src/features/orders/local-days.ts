import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import { addDays } from '../../ui/format';

dayjs.extend(utc);
dayjs.extend(timezone);

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The instants of a span of local days, both named days included, in the zone given. The gateway's span is
 * half-open, so it ends where the day after the last begins.
 */
export function instantsOfDays(
  from: string | undefined,
  to: string | undefined,
  zone: string,
): { orderedFrom?: string; orderedTo?: string } {
  const startOf = (day: string) => dayjs.tz(`${day}T00:00:00`, zone).toISOString();
  return {
    orderedFrom: isDay(from) ? startOf(from) : undefined,
    orderedTo: isDay(to) ? startOf(addDays(to, 1)) : undefined,
  };
}

/** The address may hold anything. */
function isDay(text: string | undefined): text is string {
  return text !== undefined && DAY.test(text) && !Number.isNaN(Date.parse(text));
}
