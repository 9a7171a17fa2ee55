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

export function badCursor(): Error {
  return invalid('request.invalid', 'cursor is not one that a page before has given.', [
    { field: 'cursor', message: 'hand back `nextCursor` of the page before, unchanged' },
  ]);
}
