export { Backlog } from './backlog.js';
export { BUS_LIMIT_BYTES, MAX_EVENT_BYTES, MAX_REPLY_BYTES } from './bus-limit.js';
export { CallerCheck, CallerSigner } from './caller-signature.js';
export { connectNats } from './connection.js';
export { type ConsumerState, giveAllAgain, listConsumers } from './consumers.js';
export { countDeadLetters, type DeadLetter, listDeadLetters, replayDeadLetter } from './dead-letters.js';
export { type EventInfo, HandleBroadcast, HandleEvent, HandleRpc } from './handle.js';
export { NatsStrategy } from './nats-strategy.js';
export { appendListToOutbox, appendToOutbox, EventRefused, OUTBOX_DDL } from './outbox.js';
export { OutboxRelay } from './outbox-relay.js';
export { permissionsOf } from './permissions.js';
export { RpcClient } from './rpc-client.js';
export {
  Broadcaster,
  LOGGER,
  type RunningService,
  runService,
  type ServiceOptions,
  startService,
} from './service.js';
export { type Settlement, settle, UnreadableMessage } from './settlement.js';
export { ensureDeadLetterStream, ensureDurable, ensureStream } from './streams.js';
