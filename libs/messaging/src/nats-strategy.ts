import { randomUUID } from 'node:crypto';
import {
  type ConsumerMessages,
  JetStreamApiError,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import {
  type AnsweringContext,
  deadLetterSubject,
  durableName,
  type EventDescriptor,
  eventBySubject,
  INBOX,
  type RpcDescriptor,
  rpcBySubject,
  streamOf,
} from '#contracts';
import {
  AppError,
  describeError,
  type ErrorKind,
  type Logger,
  toErrorBody,
  validateInput,
  withCorrelation,
} from '#runtime';
import { BUS_LIMIT_BYTES, MAX_REPLY_BYTES } from './bus-limit.js';
import { type CallerCheck, CallerRefused } from './caller-signature.js';
import type { EventInfo } from './handle.js';
import { CORRELATION_HEADER } from './outbox-relay.js';
import { OUTCOME_HEADER } from './rpc-client.js';
import { settle, UnreadableMessage } from './settlement.js';
import { ACK_WAIT_MS, ensureDeadLetterStream, ensureDurable, ensureStream } from './streams.js';

const MAX_HANDLERS_AT_ONCE = 16;
/** Of the events that one durable handles at once: parsed, they take several times as much memory. */
const MAX_BYTES_AT_ONCE = 2 * BUS_LIMIT_BYTES;
/** Whether it is the caller's own affair; with any other the caller is answered with 500, 503 or 504. */
const IS_REFUSAL: Readonly<Record<ErrorKind, boolean>> = {
  invalid: true,
  unauthenticated: true,
  forbidden: true,
  not_found: true,
  conflict: true,
  rate_limited: true,
  unavailable: false,
  timeout: false,
  internal: false,
};
const RECONSUME_MS = 1_000;
/** How long a pull waits. A consumer that has lost its stream in silence notices by two heartbeats, half of this each. */
const PULL_MS = 10_000;

interface EventMessage {
  readonly id: string;
  readonly occurredAt: string;
  readonly data: unknown;
}

/**
 * Nest transport for all that a service hears: RPC over queue groups, events over JetStream durables, broadcasts.
 * Nest's own NATS transport turns every error into "Internal server error", knows no JetStream and loses large replies.
 */
export class NatsStrategy extends Server implements CustomTransportStrategy {
  private isClosing = false;
  private readonly answering: Subscription[] = [];
  private readonly consuming = new Set<ConsumerMessages>();
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly connection: NatsConnection,
    private readonly context: AnsweringContext,
    private readonly callers: CallerCheck,
    private readonly log: Logger,
  ) {
    super();
  }

  async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      await this.subscribeAll();
      callback();
    } catch (error) {
      callback(error);
    }
  }

  private async subscribeAll(): Promise<void> {
    for (const [subject, handler] of this.messageHandlers) {
      const rpc = rpcBySubject(subject);
      const event = eventBySubject(subject);
      if (rpc !== undefined) this.answer(rpc, handler);
      else if (event !== undefined) {
        for (let each: MessageHandler | undefined = handler; each !== undefined; each = each.next) {
          const durable = this.durableOf(event, each);
          // Before the service calls itself ready. Where the owner has not made its stream yet, it is waited for: a
          // durable gets everything that the stream holds, so nothing is missed.
          await this.ensure(event, durable).catch((error: unknown) => {
            if (!isStreamMissing(error)) throw error;
          });
          void this.consume(event, each, durable);
        }
      } else this.hear(subject, handler);
    }
    await this.connection.flush();
  }

  private answer(rpc: RpcDescriptor, handler: MessageHandler): void {
    const subscription = this.connection.subscribe(rpc.subject, {
      queue: this.context,
      callback: (error, message) => {
        if (error === null && goesToInbox(message)) this.track(this.reply(rpc, handler, message));
        else if (error === null)
          this.log.warn({ subject: rpc.subject }, 'call refused: its answer goes to no inbox');
        else this.log.error({ err: error }, `subscription ${rpc.subject} failed`);
      },
    });
    this.answering.push(subscription);
  }

  private async reply(rpc: RpcDescriptor, handler: MessageHandler, message: Msg): Promise<void> {
    let correlationId: string = randomUUID();
    try {
      const { caller, input: given } = this.callers.read(rpc, message);
      correlationId = caller.correlationId;
      const input = validateInput(rpc.Input, given);
      const result = await withCorrelation(correlationId, () => this.run(handler, input, caller));
      const body = JSON.stringify({ result });
      if (Buffer.byteLength(body) > MAX_REPLY_BYTES) {
        throw new AppError(
          'invalid',
          'reply.too_large',
          'The answer is too large. Ask for fewer rows a page.',
        );
      }
      message.respond(body);
    } catch (error) {
      if (error instanceof CallerRefused) {
        this.log.warn({ subject: rpc.subject }, `call refused: ${error.reason}`);
      } else this.logFailed(rpc, correlationId, error);
      const marked = headers();
      marked.set(OUTCOME_HEADER, 'error');
      message.respond(JSON.stringify({ error: toErrorBody(error, correlationId) }), { headers: marked });
    }
  }

  /** A bug, and what is away or late, with its cause, which stays here; refusals are the caller's own affair. */
  private logFailed(rpc: RpcDescriptor, correlationId: string, error: unknown): void {
    if (error instanceof AppError && IS_REFUSAL[error.kind]) return;
    const level = error instanceof AppError && error.kind !== 'internal' ? 'warn' : 'error';
    this.log[level](
      { err: error, correlationId, subject: rpc.subject },
      `call failed: ${describeError(error)}`,
    );
  }

  private hear(subject: string, handler: MessageHandler): void {
    this.connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) this.track(this.tell(handler, message));
      },
    });
  }

  /** Whatever is thrown inside a subscription's callback would end the reading of the whole connection. */
  private async tell(handler: MessageHandler, message: Msg): Promise<void> {
    await this.run(handler, message.json(), undefined);
  }

  /** @throws when it is not declared with the event: the bus would not let the service consume it. */
  private durableOf(event: EventDescriptor, handler: MessageHandler): string {
    const purpose = String(handler.extras?.purpose);
    const durable = durableName(this.context, purpose);
    if (event.consumers[this.context]?.includes(purpose) !== true)
      throw new Error(`${durable} is not declared as a consumer of ${event.subject}`);
    return durable;
  }

  private async ensure(event: EventDescriptor, durable: string): Promise<void> {
    const manager = await jetstreamManager(this.connection);
    // Another's is made by its owner.
    if (event.context === this.context) await ensureStream(manager, event.context);
    await ensureDeadLetterStream(manager);
    await ensureDurable(manager, event.context, durable, event.subject);
  }

  /** Consumes for as long as the service runs; puts stream and durable back when the broker has lost them. */
  private async consume(event: EventDescriptor, handler: MessageHandler, durable: string): Promise<void> {
    let isWaiting = false;
    while (!this.isClosing) {
      try {
        await this.ensure(event, durable);
        isWaiting = false;
        const consumer = await jetstream(this.connection).consumers.get(streamOf(event.context), durable);
        const messages = await consumer.consume({ max_messages: MAX_HANDLERS_AT_ONCE, expires: PULL_MS });
        this.consuming.add(messages);
        try {
          if (this.isClosing) await messages.close();
          void this.endWhenLost(messages);
          await this.pump(event, durable, handler, messages);
        } finally {
          this.consuming.delete(messages);
        }
      } catch (error) {
        if (!this.isClosing && !isWaiting)
          this.log.warn({ durable }, `consumer waits: ${describeError(error)}`);
        isWaiting = true;
      }
      if (!this.isClosing) await new Promise((resolve) => setTimeout(resolve, RECONSUME_MS));
    }
  }

  private async endWhenLost(messages: ConsumerMessages): Promise<void> {
    for await (const status of messages.status()) {
      if (
        status.type === 'consumer_deleted' ||
        status.type === 'consumer_not_found' ||
        status.type === 'stream_not_found'
      ) {
        await messages.close();
        return;
      }
    }
  }

  private async pump(
    event: EventDescriptor,
    durable: string,
    handler: MessageHandler,
    messages: ConsumerMessages,
  ): Promise<void> {
    const own = new Set<Promise<void>>();
    let bytes = 0;
    for await (const message of messages) {
      const size = message.data.length;
      while (own.size >= MAX_HANDLERS_AT_ONCE || (own.size > 0 && bytes + size > MAX_BYTES_AT_ONCE)) {
        await Promise.race(own);
      }
      bytes += size;
      const work = this.deliver(event, durable, handler, message).finally(() => {
        own.delete(work);
        bytes -= size;
      });
      own.add(work);
      this.track(work);
    }
  }

  private async deliver(
    event: EventDescriptor,
    durable: string,
    handler: MessageHandler,
    message: JsMsg,
  ): Promise<void> {
    const delivery = message.info.deliveryCount;
    const heartbeat = setInterval(() => message.working(), ACK_WAIT_MS / 2);
    let outcome: { ok: true } | { ok: false; error: unknown };
    try {
      const { data, ...info } = readEvent(event, message);
      const correlationId = message.headers?.get(CORRELATION_HEADER) || info.id;
      await withCorrelation(correlationId, () =>
        this.run(handler, data, { ...info, delivery } satisfies EventInfo),
      );
      outcome = { ok: true };
    } catch (error) {
      outcome = { ok: false, error };
    } finally {
      clearInterval(heartbeat);
    }
    await this.conclude(message, durable, outcome, delivery);
  }

  private async conclude(
    message: JsMsg,
    durable: string,
    outcome: { ok: true } | { ok: false; error: unknown },
    delivery: number,
  ): Promise<void> {
    const settlement = settle(outcome, delivery);
    switch (settlement.action) {
      case 'ack':
        message.ack();
        return;
      case 'nak':
        if (!outcome.ok)
          this.log.warn({ durable, delivery }, `event is tried again: ${describeError(outcome.error)}`);
        message.nak(settlement.delayMs);
        return;
      case 'dead-letter':
        this.log.error({ durable, seq: message.seq }, `event goes to the dead letters: ${settlement.reason}`);
        try {
          const marked = headers();
          marked.set('reason', settlement.reason.replace(/[\r\n]+/g, ' ').slice(0, 500));
          await jetstream(this.connection).publish(
            deadLetterSubject(durable, message.subject),
            message.data,
            {
              msgID: `${durable}-${message.info.stream}-${message.seq}`,
              headers: marked,
            },
          );
          message.term(); // without a reason: servers before 2.10.4 ignore term(reason)
        } catch (error) {
          this.log.error(
            { durable },
            `dead letter could not be kept, the event stays: ${describeError(error)}`,
          );
          message.nak(5_000);
        }
    }
  }

  private async run(handler: MessageHandler, data: unknown, context: unknown): Promise<unknown> {
    return lastValueFrom(this.transformToObservable(await handler(data, context)), {
      defaultValue: undefined,
    });
  }

  private track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.log.error({ err: error }, `handler failed: ${describeError(error)}`))
      .finally(() => this.inFlight.delete(tracked));
    this.inFlight.add(tracked);
  }

  /** Takes nothing more, then waits for what it has taken: other replicas get the rest. */
  async close(): Promise<void> {
    this.isClosing = true;
    await Promise.allSettled([
      ...this.answering.map((subscription) => subscription.drain()),
      ...[...this.consuming].map((messages) => messages.close()),
    ]);
    await Promise.allSettled(this.inFlight);
  }

  on(): never {
    throw new Error('this transport has no events to listen to');
  }

  unwrap<T>(): T {
    return this.connection as T;
  }
}

/**
 * An answer goes to the inbox of who asked. The bus lets a service answer to whatever subject a message names, so who
 * asks could have it say something for them where they may not.
 */
export function goesToInbox({ reply }: Pick<Msg, 'reply'>): boolean {
  return reply?.startsWith(INBOX) === true;
}

/** JetStream's error code of a stream that is not there. */
const STREAM_NOT_FOUND = 10_059;

function isStreamMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === STREAM_NOT_FOUND;
}

function readEvent(event: EventDescriptor, message: JsMsg): EventMessage {
  let envelope: EventMessage | null;
  try {
    envelope = message.json<EventMessage | null>();
  } catch {
    throw new UnreadableMessage('the message is not JSON');
  }
  if (envelope === null) throw new UnreadableMessage('the message is null');
  if (!event.validator.Check(envelope.data)) {
    const [first] = event.validator.Errors(envelope.data);
    throw new UnreadableMessage(`the data breaks the schema of ${event.subject}: ${JSON.stringify(first)}`);
  }
  return { id: envelope.id, occurredAt: envelope.occurredAt, data: envelope.data };
}
