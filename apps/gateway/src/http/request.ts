import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller, Principal } from '#contracts';
import { AppError } from '#runtime';
import type { LiveAsker } from '../access/live-streams.js';
import type { KnownPrincipal } from '../access/principals.js';

export interface RequestSession {
  readonly principal: Principal;
  /** A cookie is sent by the browser on its own, so unsafe requests must prove where they come from. */
  readonly transport: 'cookie' | 'bearer';
}

declare module 'fastify' {
  interface FastifyRequest {
    correlationId: string;
    /** Null for an API key. */
    session: RequestSession | null;
    /** Who asks, by session or API key; null where nobody need be signed in. */
    known: KnownPrincipal | null;
    caller: Caller | null;
    /** Who stands behind the request by now; null: nobody any more. For answers that go on for long. */
    askAgain: (() => Promise<KnownPrincipal | null>) | null;
  }
}

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}

/** Parameter: on whose behalf the services are asked; its `shopIds` are those of the endpoint's right. */
export const AskedBy = createParamDecorator((_data: undefined, context: ExecutionContext): Caller => {
  const { caller } = requestOf(context);
  if (caller === null) throw new Error('the access guard has not run');
  return caller;
});

/** Parameter: who asks, by session or API key. */
export const Asker = createParamDecorator((_data: undefined, context: ExecutionContext): KnownPrincipal => {
  const { known } = requestOf(context);
  if (known === null) throw signInFirst();
  return known;
});

/** Parameter: who asks for an answer that goes on for long. */
export const Watcher = createParamDecorator((_data: undefined, context: ExecutionContext): LiveAsker => {
  const { known, askAgain } = requestOf(context);
  if (known === null || askAgain === null) throw signInFirst();
  return { principal: known.principal, askAgain: async () => (await askAgain())?.principal ?? null };
});

/** Parameter: the session of a signed-in person. */
export const CurrentSession = createParamDecorator(
  (_data: undefined, context: ExecutionContext): RequestSession => {
    const { session } = requestOf(context);
    if (session === null) throw signInFirst();
    return session;
  },
);

export function signInFirst(): AppError {
  return new AppError(
    'unauthenticated',
    'session.required',
    'You are not signed in, or the session has ended. Sign in, or refresh the session.',
  );
}

/** A person's browser asks, not a program: answer with a page, not with JSON. */
export function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') ?? false;
}
