/** What lies outside is a slip of the hand, and more than PostgreSQL and JavaScript agree about. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

export function isYear(year: number): boolean {
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/** A day of the calendar as `2026-11-01`. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = new Date(`${text}T00:00:00.000Z`);
  return isYear(Number(text.slice(0, 4))) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
