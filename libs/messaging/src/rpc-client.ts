import {
  headers,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from '@nats-io/transport-node';
import { type Caller, english, needsSignature, type RpcDescriptor, say } from '#contracts';
import { AppError, type ErrorBody, fromErrorBody } from '#runtime';
import type { CallerSigner } from './caller-signature.js';

export type RpcReply = { readonly result: unknown } | { readonly error: ErrorBody };

/** Header that names a refused answer, so that a raw reply need not be parsed to know it. */
export const OUTCOME_HEADER = 'outcome';

/** Asks other services. Every call has a deadline; only queries are asked once more when nobody answered. */
export class RpcClient {
  /** @param signer of who asks in the name of people: the gateway, or the operator. Services have none. */
  constructor(
    private readonly connection: NatsConnection,
    private readonly signer?: CallerSigner,
  ) {}

  async call<Input extends object, Output>(
    rpc: RpcDescriptor<Input, Output>,
    input: Input,
    caller: Caller,
  ): Promise<Output> {
    const message = await this.request(rpc, input, caller);
    const reply = readReply(rpc, message);
    if ('error' in reply) throw fromErrorBody(reply.error);
    return reply.result as Output;
  }

  private async request<Input extends object, Output>(
    rpc: RpcDescriptor<Input, Output>,
    input: Input,
    caller: Caller,
  ) {
    const body = Buffer.from(JSON.stringify({ input, caller }));
    // Signed anew each time: what is sent twice is refused.
    const ask = () =>
      this.connection.request(rpc.subject, body, {
        timeout: rpc.timeoutMs,
        headers: needsSignature(rpc) ? this.sign(rpc.subject, body) : headers(),
      });
    try {
      return await ask().catch((error: unknown) => {
        if (rpc.kind === 'query' && isNobodyThere(error)) return ask();
        throw error;
      });
    } catch (error) {
      throw translate(error, rpc.context);
    }
  }

  private sign(subject: string, body: Uint8Array): MsgHdrs {
    if (this.signer === undefined) throw new Error(`${subject} is asked in the name of people: sign it`);
    return this.signer.sign(subject, body);
  }
}

/** A reply that is no JSON is a fault of ours, and must not look like one of whoever asked. */
function readReply(rpc: RpcDescriptor, message: Msg): RpcReply {
  try {
    return message.json<RpcReply>();
  } catch (cause) {
    throw new Error(`the reply of ${rpc.subject} cannot be read`, { cause });
  }
}

function isNobodyThere(error: unknown): boolean {
  return error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
}

function translate(error: unknown, context: string): unknown {
  if (isNobodyThere(error)) {
    const away = say('error.service_away', { service: context });
    return new AppError('unavailable', 'service.unavailable', english(away), { why: away }, { cause: error });
  }
  if (
    error instanceof TimeoutError ||
    (error instanceof RequestError && error.cause instanceof TimeoutError)
  ) {
    const late = say('error.service_late', { service: context });
    return new AppError('timeout', 'service.timeout', english(late), { why: late }, { cause: error });
  }
  return error;
}
