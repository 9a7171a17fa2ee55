/**
 * The largest message that the bus must take (`max_payload`): an order of a thousand lines travels as one event and is
 * answered as one row. nats-server's default is 1 MB.
 */
export const BUS_LIMIT_BYTES = 8 * 1024 * 1024;

/** Of an answer; a larger one would be dropped in silence and the caller would wait for its deadline. */
export const MAX_REPLY_BYTES = BUS_LIMIT_BYTES - 64 * 1024;

/**
 * Of one record's event, without its envelope. Well below an answer's limit: what could be published as an event can be
 * shown too, with what its answer has beside.
 */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024;
