import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { AnsweringContext, Context } from './services.js';

/** A fact that a service publishes through its outbox. The schema is compiled: batches are large. */
export interface EventDescriptor<Schema extends TSchema = TSchema, Purpose extends string = string> {
  readonly subject: string;
  readonly context: Context;
  readonly schema: Schema;
  /** One line for `docs/messages.md`. */
  readonly summary: string;
  /** Who consumes it, and through which durables: `<service>__<purpose>`. */
  readonly consumers: EventConsumers<Purpose>;
  readonly validator: Validator;
}

/** By service the purposes for which it consumes; empty while nobody does. */
export type EventConsumers<Purpose extends string = string> = {
  readonly [Consumer in AnsweringContext]?: readonly Purpose[];
};

/** What an event may be consumed for, as it is declared. */
export type PurposeOf<Descriptor extends EventDescriptor> =
  Descriptor extends EventDescriptor<TSchema, infer Purpose> ? Purpose : never;

export type EventData<Descriptor extends EventDescriptor> = Static<Descriptor['schema']>;

const declared = new Map<string, EventDescriptor>();

/** Declares `evt.<context>.<aggregate>.<past-participle>.v<version>`. */
export function defineEvent<Schema extends TSchema, const Purpose extends string = never>(
  context: Context,
  aggregate: string,
  participle: string,
  version: number,
  schema: Schema,
  summary: string,
  consumers: EventConsumers<Purpose>,
): EventDescriptor<Schema, Purpose> {
  const subject = `evt.${context}.${aggregate}.${participle}.v${version}`;
  if (declared.has(subject)) throw new Error(`${subject} is declared twice`);
  const descriptor: EventDescriptor<Schema, Purpose> = {
    subject,
    context,
    schema,
    summary,
    consumers,
    validator: Compile(schema),
  };
  declared.set(subject, descriptor as unknown as EventDescriptor);
  return descriptor;
}

export function eventBySubject(subject: string): EventDescriptor | undefined {
  return declared.get(subject);
}

export function declaredEvents(): EventDescriptor[] {
  return [...declared.values()];
}
