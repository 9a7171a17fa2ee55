import type { FastifyInstance, FastifyRequest } from 'fastify';
import { WEBHOOK_BODY_LIMIT_BYTES } from '#contracts';
import { HttpProblem } from './problem.js';

/** How large a body may be. Looked at before it is parsed: what has passed costs as little as a good one. */
export interface BodyLimits {
  readonly bytes: number;
  /** Fields and list items together. */
  readonly values: number;
  readonly depth: number;
  /** Handed on as it came, unparsed. */
  readonly isRaw?: true;
}

/** Where nobody need be signed in. */
export const PUBLIC_BODY: BodyLimits = { bytes: 16 * 1024, values: 100, depth: 4 };
export const SIGNED_IN_BODY: BodyLimits = { bytes: 64 * 1024, values: 1_000, depth: 6 };
/** Grants of one person: a role for each of 2,000 shops. */
export const GRANTS_BODY: BodyLimits = { bytes: 256 * 1024, values: 8_000, depth: 6 };
export const PUSH_BODY: BodyLimits = {
  bytes: WEBHOOK_BODY_LIMIT_BYTES,
  values: WEBHOOK_BODY_LIMIT_BYTES,
  depth: WEBHOOK_BODY_LIMIT_BYTES,
  isRaw: true,
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by `@Endpoint`. */
    body?: BodyLimits;
  }
  interface FastifyRequest {
    rawBody?: Buffer;
  }
}

/** JSON is the only form of a body that is taken. Must run before routes are added. */
export function takeJsonBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const limits = route.config?.body;
    if (limits !== undefined) route.bodyLimit = limits.bytes;
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, parse(request, body));
    } catch (error) {
      done(error as Error);
    }
  });
}

function parse(request: FastifyRequest, body: Buffer): unknown {
  const limits = request.routeOptions.config.body ?? PUBLIC_BODY;
  if (limits.isRaw === true) {
    request.rawBody = body;
    return undefined;
  }
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') throw compressedBody();
  if (body.length === 0) return undefined;
  const text = decode(body);
  assertWithin(text, limits);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw malformedJson(cause);
  }
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw malformedJson(cause);
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/** @throws HttpProblem at the first sign that goes beyond the limits, before anything is made of the text. */
export function assertWithin(text: string, { values, depth }: BodyLimits): void {
  let level = 0;
  let met = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (inText) {
      if (sign === BACKSLASH) at += 1;
      else if (sign === QUOTE) inText = false;
    } else if (sign === QUOTE) inText = true;
    else if (sign === COMMA) met += 1;
    else if (CLOSING.has(sign)) level -= 1;
    else if (OPENING.has(sign)) {
      level += 1;
      met += 1;
      if (level > depth) throw tooComplex(`The body is nested more than ${depth} deep. Nest less.`);
    }
    if (met > values)
      throw tooComplex(`The body has more than ${values} fields and items. Send less at once.`);
  }
}

function tooComplex(message: string): HttpProblem {
  return new HttpProblem(400, 'request.too_complex', message);
}

export function malformedJson(cause?: unknown): HttpProblem {
  return new HttpProblem(
    400,
    'request.malformed_json',
    'The body could not be read as JSON. Check its syntax, and that it is UTF-8.',
    {},
    { cause },
  );
}

function compressedBody(): HttpProblem {
  return new HttpProblem(
    415,
    'request.unsupported_media_type',
    'Send the body as it is, without content-encoding.',
  );
}
