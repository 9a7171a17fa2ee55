import { EventPattern, MessagePattern } from '@nestjs/microservices';
import type {
  BroadcastDescriptor,
  Caller,
  EventData,
  EventDescriptor,
  PurposeOf,
  RpcDescriptor,
} from '#contracts';

/** What a consumer learns about an event beside its data. */
export interface EventInfo {
  readonly id: string;
  readonly occurredAt: string;
  /** 1 at the first delivery. */
  readonly delivery: number;
}

type Handler<First, Second, Result> = <Method extends (first: First, second: Second) => Promise<Result>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/** Answers a call. The method takes `(@Payload() input, @Ctx() caller)`. */
export function HandleRpc<Input extends object, Output>(
  rpc: RpcDescriptor<Input, Output>,
): Handler<Input, Caller, Output> {
  return MessagePattern(rpc.subject) as Handler<Input, Caller, Output>;
}

/**
 * Consumes an event through a durable of its own (`<service>__<purpose>`): delivered at least once, in any order.
 * The method takes `(@Payload() data, @Ctx() info)`. The purpose is declared with the event: the bus lets nobody consume
 * it for another.
 */
export function HandleEvent<Descriptor extends EventDescriptor>(
  event: Descriptor,
  purpose: PurposeOf<Descriptor>,
): Handler<EventData<Descriptor>, EventInfo, void> {
  return EventPattern<string>(event.subject, { purpose }) as Handler<EventData<Descriptor>, EventInfo, void>;
}

/** Hears a broadcast on every replica. The method takes `(@Payload() data)`. */
export function HandleBroadcast<Data>(broadcast: BroadcastDescriptor<Data>): Handler<Data, undefined, void> {
  return EventPattern<string>(broadcast.subject) as Handler<Data, undefined, void>;
}
