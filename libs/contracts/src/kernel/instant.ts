import { isDay, isYear } from './day.js';

/** RFC 3339 with its zone; seconds may be left out. */
const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4]):[0-5]\d)$/;

/** The instant as UTC in milliseconds; undefined for all that is none, has no zone, or lies outside of 1970 to 2199. */
export function canonicalInstant(text: string): string | undefined {
  const day = INSTANT.exec(text)?.[1];
  if (day === undefined || !isDay(day)) return undefined;
  const at = new Date(text);
  return isYear(at.getUTCFullYear()) ? at.toISOString() : undefined;
}
