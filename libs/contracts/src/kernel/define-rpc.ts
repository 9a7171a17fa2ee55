import type { Context } from './subjects.js';

type Constructor<T> = new () => T;

/**
 * One question or command that a service answers. Declared once; the gateway calls it and the service handles it
 * through this object, so neither writes the subject down.
 */
export interface RpcDescriptor<Input extends object = object, Output = unknown> {
  readonly subject: string;
  readonly context: Context;
  /** Only queries are asked a second time when no answer comes. */
  readonly kind: 'query' | 'command';
  readonly timeoutMs: number;
  /** class-validator class; unknown fields are refused. */
  readonly Input: Constructor<Input>;
  /** Type only: never set. */
  readonly output?: Output;
}

/** For calls that take nothing. */
export class NoInput {}

const declared = new Map<string, RpcDescriptor>();

interface RpcSpec<Input extends object> {
  readonly input: Constructor<Input>;
  readonly kind: 'query' | 'command';
  /** Deadline of the caller, default 5,000. */
  readonly timeoutMs?: number;
}

/**
 * Declares `rpc.<context>.<resource>.<verb>.v<version>`.
 * @example defineRpc('order', 'parent-order', 'list', 1, { input: ListParentOrders, kind: 'query' }).answers<Page>()
 */
export function defineRpc<Input extends object>(
  context: Context,
  resource: string,
  verb: string,
  version: number,
  spec: RpcSpec<Input>,
): { answers: <Output>() => RpcDescriptor<Input, Output> } {
  return {
    answers: <Output>(): RpcDescriptor<Input, Output> => {
      const subject = `rpc.${context}.${resource}.${verb}.v${version}`;
      if (declared.has(subject)) throw new Error(`${subject} is declared twice`);
      const descriptor: RpcDescriptor<Input, Output> = {
        subject,
        context,
        kind: spec.kind,
        timeoutMs: spec.timeoutMs ?? 5_000,
        Input: spec.input,
      };
      declared.set(subject, descriptor);
      return descriptor;
    },
  };
}

export function rpcBySubject(subject: string): RpcDescriptor | undefined {
  return declared.get(subject);
}

export function declaredRpcs(): RpcDescriptor[] {
  return [...declared.values()];
}
