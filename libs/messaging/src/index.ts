export { Backlog } from './backlog.js';
export { BUS_LIMIT_BYTES } from './bus-limit.js';
export { CallerSigner } from './caller-signature.js';
export { connectNats } from './connection.js';
export { type ConsumerState, giveAllAgain, listConsumers } from './consumers.js';
export { listDeadLetters, replayDeadLetter } from './dead-letters.js';
export { type EventInfo, HandleBroadcast, HandleEvent, HandleRpc } from './handle.js';
export { appendListToOutbox, appendToOutbox, EventRefused, OUTBOX_DDL } from './outbox.js';
export { OutboxRelay } from './outbox-relay.js';
export { permissionsOf } from './permissions.js';
export { RpcClient } from './rpc-client.js';
export {
  Broadcaster,
  LOGGER,
  type RunningService,
  runService,
  startService,
} from './service.js';
export { ensureDeadLetterStream, ensureDurable, ensureStream } from './streams.js';
