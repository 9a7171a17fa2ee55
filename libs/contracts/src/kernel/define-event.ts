import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { Context } from './subjects.js';

/** A fact that a service publishes through its outbox. The schema is compiled: batches are large. */
export interface EventDescriptor<Schema extends TSchema = TSchema> {
  readonly subject: string;
  readonly context: Context;
  readonly schema: Schema;
  /** One line for `docs/messages.md`. */
  readonly summary: string;
  readonly validator: Validator;
}

export type EventData<Descriptor extends EventDescriptor> = Static<Descriptor['schema']>;

const declared = new Map<string, EventDescriptor>();

/** Declares `evt.<context>.<aggregate>.<past-participle>.v<version>`. */
export function defineEvent<Schema extends TSchema>(
  context: Context,
  aggregate: string,
  participle: string,
  version: number,
  schema: Schema,
  summary: string,
): EventDescriptor<Schema> {
  const subject = `evt.${context}.${aggregate}.${participle}.v${version}`;
  if (declared.has(subject)) throw new Error(`${subject} is declared twice`);
  const descriptor: EventDescriptor<Schema> = {
    subject,
    context,
    schema,
    summary,
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
