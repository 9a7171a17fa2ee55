import type { Context } from './services.js';

/** The events of one context live in one stream; JetStream allows no dots in a stream's name. */
export function streamOf(context: Context): string {
  return `EVT_${context.toUpperCase()}`;
}

/** All subjects that a context's stream keeps. */
export function streamSubjects(context: Context): string {
  return `evt.${context}.>`;
}

/** A consumer of a service: one purpose, one event. Kept by JetStream, so without dots. */
export function durableName(context: Context, purpose: string): string {
  return `${context}__${purpose}`;
}

/** Where deterministic failures of a consumer are kept until somebody looks. */
export const DEAD_LETTER_STREAM = 'DLQ';
export const DEAD_LETTER_SUBJECTS = 'dlq.>';
export function deadLetterSubject(durable: string, subject: string): string {
  return `dlq.${durable}.${subject}`;
}

export function readDeadLetterSubject(deadLetter: string): { durable: string; subject: string } {
  const [, durable = '', ...subject] = deadLetter.split('.');
  return { durable, subject: subject.join('.') };
}

/** Asked by a container's health check and by the gateway's readiness; answered by the transport, no contract. */
export function healthSubject(context: Context): string {
  return `rpc.${context}.health.check.v1`;
}

/** How every subject begins to which an answer may go. */
export const INBOX = '_INBOX';

/** Where answers to a user of the bus arrive; only that user may listen there. */
export function inboxPrefix(user: string): string {
  return `${INBOX}_${user}`;
}
