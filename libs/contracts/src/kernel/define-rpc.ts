import type { BusUser, Context } from './services.js';

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
  /** Who may ask; from it come the bus's permissions. */
  readonly callers: readonly RpcCaller[];
  /** class-validator class; unknown fields are refused. */
  readonly Input: Constructor<Input>;
  /** Type only: never set. */
  readonly output?: Output;
}

/**
 * Who asks in the name of somebody, and signs for it: the gateway for the person who signed in, `admin` for the
 * operator at the machine.
 */
export const SIGNING_CALLERS = ['gateway', 'admin'] as const satisfies readonly BusUser[];
export type SigningCaller = (typeof SIGNING_CALLERS)[number];
type RpcCaller = Exclude<BusUser, 'auth'>;

/**
 * True: only a signed caller is answered. False: services ask by themselves and for nobody; the bus lets nobody else
 * ask, and whatever person such a call names is refused.
 */
export function needsSignature({ callers }: Pick<RpcDescriptor, 'callers'>): boolean {
  return callers.every((caller) => SIGNING_CALLERS.some((signing) => signing === caller));
}

/** For calls that take nothing. */
export class NoInput {}

const declared = new Map<string, RpcDescriptor>();

interface RpcSpec<Input extends object> {
  readonly input: Constructor<Input>;
  readonly kind: 'query' | 'command';
  /**
   * Who may ask. Either those who sign for a person (`gateway`, and `admin` for the operator) or services that ask by
   * themselves; a call that both need is declared twice.
   */
  readonly callers: readonly RpcCaller[];
  /** Deadline of the caller, default 5,000. */
  readonly timeoutMs?: number;
}

/**
 * Declares `rpc.<context>.<resource>.<verb>.v<version>`.
 * @example defineRpc('order', 'order', 'list', 1, { input: ListOrders, kind: 'query', callers: ['gateway'] }).answers<Page>()
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
      if (spec.callers.includes('gateway') && !needsSignature(spec)) {
        throw new Error(`${subject} is asked for people and by services: whose caller would be believed?`);
      }
      const descriptor: RpcDescriptor<Input, Output> = {
        subject,
        context,
        kind: spec.kind,
        timeoutMs: spec.timeoutMs ?? 5_000,
        callers: spec.callers,
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
