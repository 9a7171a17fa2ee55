import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller, Principal } from '#contracts';
import { AppError } from '#runtime';

export interface RequestSession {
  readonly principal: Principal;
  /** A cookie is sent by the browser on its own, so unsafe requests must prove where they come from. */
  readonly transport: 'cookie' | 'bearer';
  /** Who stands behind the request by now; null: nobody any more. For answers that go on for long. */
  readonly askAgain: () => Promise<Principal | null>;
}

declare module 'fastify' {
  interface FastifyRequest {
    correlationId: string;
    session: RequestSession | null;
    caller: Caller | null;
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

/** Parameter: the session of a signed-in request. */
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
