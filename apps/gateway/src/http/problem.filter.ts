import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, invalid } from '#runtime';
import { malformedJson } from './body.js';
import { HttpProblem, type Problem, toProblem } from './problem.js';
import type { RouteTable } from './route-table.js';

/** Sends the browser elsewhere instead of answering with a problem: for addresses that people open. */
export class RedirectTo extends Error {
  constructor(readonly location: string) {
    super('redirect');
  }
}

/** An address that cannot be decoded never reaches Nest: Fastify asks here. */
export function answerUndecodableAddress(
  _error: unknown,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const error = invalid('request.invalid', 'The address could not be read. Check its percent-encoding.');
  sendProblem(reply, toProblem(error, randomUUID()));
}

function sendProblem(reply: FastifyReply, problem: Problem): void {
  void reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-correlation-id', problem.correlationId)
    .send(JSON.stringify(problem));
}

/** The one place where an error becomes an answer. A bug's text stays in the log. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (thrown instanceof RedirectTo) {
      void reply.redirect(thrown.location, 303);
      return;
    }
    const error = this.translate(thrown, request);
    request.failure = { code: error.code, thrown };
    const problem = toProblem(error, request.correlationId);
    // What is left of a body that was not read whole is not waited for.
    if (problem.status === 413) void reply.header('connection', 'close');
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    const { retryAfterSeconds, allow } = error.details;
    if (typeof retryAfterSeconds === 'number') void reply.header('retry-after', retryAfterSeconds);
    if (typeof allow === 'string') void reply.header('allow', allow);
    sendProblem(reply, problem);
  }

  private translate(thrown: unknown, request: FastifyRequest): AppError {
    if (thrown instanceof AppError) return thrown;
    const code = codeOf(thrown);
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
      return new HttpProblem(
        413,
        'request.too_large',
        `The body is larger than ${request.routeOptions.bodyLimit} bytes. Send less at once.`,
      );
    }
    if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
      return new HttpProblem(
        415,
        'request.unsupported_media_type',
        'Send the body as JSON with the header content-type: application/json.',
      );
    }
    if (code?.startsWith('FST_ERR_CTP_') === true || thrown instanceof SyntaxError) return malformedJson();
    if (thrown instanceof HttpException) return this.translateHttp(thrown, request);
    if (statusOf(thrown) === 400) return malformedJson();
    return internal(request.correlationId, thrown);
  }

  private translateHttp(thrown: HttpException, request: FastifyRequest): AppError {
    const status = thrown.getStatus();
    const path = request.url.split('?', 1)[0] ?? '';
    if (status === 404) {
      const methods = this.routes.methodsOf(path);
      if (methods.length > 0) {
        const allow = methods.join(', ');
        return new HttpProblem(
          405,
          'route.method_not_allowed',
          `${shown(path)} takes ${allow}, not ${request.method}.`,
          { allow },
        );
      }
      return new HttpProblem(
        404,
        'route.not_found',
        `There is no ${shown(path)}. The addresses are listed in /docs.`,
      );
    }
    if (status === 413)
      return new HttpProblem(413, 'request.too_large', 'The body is too large. Send less at once.');
    if (status === 415) {
      return new HttpProblem(415, 'request.unsupported_media_type', 'Send the body as application/json.');
    }
    if (status < 500) return malformedJson();
    return internal(request.correlationId, thrown);
  }
}

/** An address may be as long as all headers together. */
function shown(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}

function internal(correlationId: string, cause: unknown): AppError {
  return new AppError(
    'internal',
    'internal',
    `Something failed on our side. Quote reference ${correlationId} when you report it.`,
    {},
    { cause },
  );
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return thrown.cause === undefined ? undefined : codeOf(thrown.cause);
}

function statusOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : undefined;
}
