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
  /** Why it is published although nobody consumes it. */
  readonly unread: string | null;
  readonly validator: Validator;
}

/** By service the purposes for which it consumes. */
export type EventConsumers<Purpose extends string = string> = {
  readonly [Consumer in AnsweringContext]?: readonly Purpose[];
};

/** What an event may be consumed for, as it is declared. */
export type PurposeOf<Descriptor extends EventDescriptor> =
  Descriptor extends EventDescriptor<TSchema, infer Purpose> ? Purpose : never;

export type EventData<Descriptor extends EventDescriptor> = Static<Descriptor['schema']>;

const declared = new Map<string, EventDescriptor>();

/**
 * Declares `evt.<context>.<aggregate>.<past-participle>.v<version>`.
 * @param consumers those who consume it; or, for one that is public before anybody does, why
 */
export function defineEvent<Schema extends TSchema, const Purpose extends string = never>(
  context: Context,
  aggregate: string,
  participle: string,
  version: number,
  schema: Schema,
  summary: string,
  consumers: EventConsumers<Purpose> | { readonly unread: string },
): EventDescriptor<Schema, Purpose> {
  const subject = `evt.${context}.${aggregate}.${participle}.v${version}`;
  if (declared.has(subject)) throw new Error(`${subject} is declared twice`);
  const descriptor: EventDescriptor<Schema, Purpose> = {
    subject,
    context,
    schema,
    summary,
    consumers: 'unread' in consumers ? {} : consumers,
    unread: 'unread' in consumers ? consumers.unread : null,
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
