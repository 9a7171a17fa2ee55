import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { emailKeyOf } from '#contracts';
import type { Logger } from '#runtime';
import { SIGN_IN_PATH } from './plugins.js';

/** Why a request was not answered as asked. */
export interface Failure {
  readonly code: string;
  readonly thrown: unknown;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where an error becomes an answer. */
    failure: Failure | null;
  }
}

/**
 * The one place where the gateway writes down what went wrong, under the correlation id that the answer shows: every
 * answer of 500 and above, whoever made it, and every sign-in that was refused. Must run before routes are added.
 */
export function logAnswers(fastify: FastifyInstance, logger: Logger): void {
  fastify.decorateRequest('failure', null);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    if (statusCode >= 500) logFailed(logger, request, reply);
    if (statusCode >= 400 && request.routeOptions.url === SIGN_IN_PATH)
      logRefusedSignIn(logger, request, reply);
    done();
  });
}

function logFailed(logger: Logger, request: FastifyRequest, { statusCode }: FastifyReply): void {
  const { correlationId, failure, method } = request;
  const facts = {
    correlationId,
    method,
    route: request.routeOptions.url,
    status: statusCode,
    // Not `code`: that name is an authorization's, and redacted.
    problem: failure?.code,
    ...(failure === null ? {} : { err: failure.thrown }),
  };
  logger[statusCode === 500 ? 'error' : 'warn'](
    facts,
    `answered ${statusCode}: ${failure?.code ?? 'no problem'}`,
  );
}

/** Who tried is known to those who run the place by the hash of the address that they suspect; never the password. */
function logRefusedSignIn(logger: Logger, request: FastifyRequest, { statusCode }: FastifyReply): void {
  const { correlationId, failure, ip } = request;
  const facts = {
    correlationId,
    status: statusCode,
    problem: failure?.code,
    ip,
    emailHash: emailHashOf(request.body),
  };
  logger.warn(facts, `sign-in refused: ${failure?.code ?? statusCode}`);
}

/** SHA-256, 16 hex digits of it, of the e-mail address in its normal form; null where the body has none. */
export function emailHashOf(body: unknown): string | null {
  const email = typeof body === 'object' && body !== null && 'email' in body ? body.email : null;
  if (typeof email !== 'string') return null;
  return createHash('sha256').update(emailKeyOf(email)).digest('hex').slice(0, 16);
}
