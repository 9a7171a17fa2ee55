import type { Context } from './services.js';

/**
 * A hint to every replica that is listening now (core NATS, no queue group, nothing kept): caches to drop, progress to
 * show. Nothing that correctness depends on may travel this way.
 */
export interface BroadcastDescriptor<Data = unknown> {
  readonly subject: string;
  readonly context: Context;
  readonly summary: string;
  /** Who hears it. */
  readonly hearers: readonly Context[];
  /** Type only: never set. */
  readonly data?: Data;
}

const declared = new Map<string, BroadcastDescriptor>();

/** Declares `cast.<context>.<resource>.<past-participle>.v<version>`. */
export function defineBroadcast<Data>(
  context: Context,
  resource: string,
  participle: string,
  version: number,
  summary: string,
  hearers: readonly Context[],
): BroadcastDescriptor<Data> {
  const subject = `cast.${context}.${resource}.${participle}.v${version}`;
  if (declared.has(subject)) throw new Error(`${subject} is declared twice`);
  const descriptor: BroadcastDescriptor<Data> = { subject, context, summary, hearers };
  declared.set(subject, descriptor);
  return descriptor;
}

export function declaredBroadcasts(): BroadcastDescriptor[] {
  return [...declared.values()];
}
