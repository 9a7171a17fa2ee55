import type { Caller, ListWebhooks } from '#contracts';

/** Of the webhook's shop; a message of a shop that nobody has connected has no other days than those of UTC. */
const ZONE = `coalesce((SELECT s.time_zone FROM shops s WHERE s.id = w.shop_id), 'UTC')`;

/**
 * Condition on `webhooks w`, with the parameters of `chosenOf`. The wide bounds of a day hold for every zone of the world
 * and let an index find the rows; the narrow ones then ask the shop.
 */
export const IS_CHOSEN = `($1::uuid[] IS NULL OR w.shop_id = ANY ($1)) AND ($2::uuid IS NULL OR w.shop_id = $2)
  AND ($3::text IS NULL OR w.topic = $3) AND ($4::text IS NULL OR w.state = $4)
  AND ($5::timestamptz IS NULL OR w.received_at >= $5) AND ($6::timestamptz IS NULL OR w.received_at < $6)
  AND ($7::date IS NULL OR w.received_at >= $7::timestamp AT TIME ZONE 'UTC' - interval '14 hours'
    AND w.received_at >= $7::timestamp AT TIME ZONE ${ZONE})
  AND ($8::date IS NULL OR w.received_at < $8::timestamp AT TIME ZONE 'UTC' + interval '36 hours'
    AND w.received_at < ($8::date + 1)::timestamp AT TIME ZONE ${ZONE})`;

/** The first parameters of a query that has `IS_CHOSEN`. */
export function chosenOf(input: Omit<ListWebhooks, 'limit' | 'cursor'>, caller: Caller): unknown[] {
  return [
    caller.shopIds,
    input.shopId ?? null,
    input.topic ?? null,
    input.state ?? null,
    input.from ?? null,
    input.to ?? null,
    input.fromDay ?? null,
    input.toDay ?? null,
  ];
}
