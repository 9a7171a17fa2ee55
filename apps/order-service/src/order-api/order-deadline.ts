import { TO_SHIP_STATUSES } from '#contracts';

/** Something of the order is still to be shipped. Written out, not a parameter: the planner must see that it is the index's own. */
export const IS_TO_SHIP = `status IN (${TO_SHIP_STATUSES.map((status) => `'${status}'`).join(', ')})`;

/** Where orders without a deadline stand among those with one: behind all of them. */
export const NO_DEADLINE = '2199-12-31T00:00:00.000Z';

/** The deadline by which orders that are to be shipped are sorted. */
export const SHIP_BY = `(coalesce(ship_by_at, '${NO_DEADLINE}'::timestamptz))`;

/** Which of the parts of the future a deadline lies in, apart from each other. Source of the hours: what people plan by. */
export const DUE_BUCKET = `CASE WHEN ship_by_at IS NULL THEN 'none' WHEN ship_by_at < now() THEN 'overdue'
  WHEN ship_by_at < now() + interval '24 hours' THEN 'within_24h'
  WHEN ship_by_at < now() + interval '48 hours' THEN 'within_48h' ELSE 'later' END`;
