import type { ListWebhooks } from '#contracts';
import { type Filtered, onDaysOf } from '#lists';

/** A message of a shop that nobody has connected has no other days than those of UTC. */
const RECEIVED = onDaysOf(
  'w.received_at',
  `coalesce((SELECT s.time_zone FROM shops s WHERE s.id = w.shop_id), 'UTC')`,
);

/** On `webhooks w`: what is listed, counted and handed on again is chosen the same way. */
export const CHOSEN: Filtered<ListWebhooks> = {
  shop: 'w.shop_id',
  conditions: {
    topic: (topic, { param }) => `w.topic = ${param(topic)}`,
    state: (state, { param }) => `w.state = ${param(state)}`,
    from: (instant, { param }) => `w.received_at >= ${param(instant)}::timestamptz`,
    to: (instant, { param }) => `w.received_at < ${param(instant)}::timestamptz`,
    fromDay: RECEIVED.from,
    toDay: RECEIVED.to,
  },
};
