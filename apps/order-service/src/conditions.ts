import { DateTime } from 'luxon';
import { invalid } from '#runtime';

/** Conditions of a WHERE, with their parameters. */
export interface Conditions {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Any ISO 8601 form that the contract lets through, weeks and days of the year too; without a zone it is UTC. */
export function instant(field: string, text: string): Date {
  const parsed = DateTime.fromISO(text, { zone: 'utc' });
  if (parsed.isValid) return parsed.toJSDate();
  const message = `${field} must be an ISO 8601 instant such as 2026-11-01T00:00:00Z`;
  throw invalid('request.invalid', message, [{ field, message }]);
}

/**
 * From the first moment of a day to the last of another, each in the zone of the row's shop. The wide bounds, which hold
 * for every zone of the world, let an index find the rows; the narrow ones then ask the shop.
 * @param at instant of the row @param shopId shop of the row
 */
export function onDaysOfShop(at: string, shopId: string) {
  const midnight = (day: string) =>
    `${day}::timestamp AT TIME ZONE (SELECT time_zone FROM shops WHERE shops.shop_id = ${shopId})`;
  return {
    from: (day: string) =>
      `${at} >= ${day}::timestamp AT TIME ZONE 'UTC' - interval '14 hours' AND ${at} >= ${midnight(`${day}::date`)}`,
    to: (day: string) =>
      `${at} < ${day}::timestamp AT TIME ZONE 'UTC' + interval '36 hours' AND ${at} < ${midnight(`(${day}::date + 1)`)}`,
  };
}

export function badCursor(): Error {
  return invalid('request.invalid', 'cursor is not one that a page before has given.', [
    { field: 'cursor', message: 'hand back `nextCursor` of the page before, unchanged' },
  ]);
}
