import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TikTokParts } from '../../sandbox-parts.js';
import { phaseOf } from '../faults/faults.js';
import { spoil } from '../faults/spoil.js';
import { type Answer, answer, type Received, type Trace, typeOf } from './gateway.js';
import { type Outcome, playFault } from './play-fault.js';
import { answerToken, TOKEN_GET, TOKEN_REFRESH } from './tokens.js';

/** As sent: the server has overwritten it, so that every body is read as bytes. */
function contentTypeOf(request: FastifyRequest): string {
  const { rawHeaders } = request.raw;
  const index = rawHeaders.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === 'content-type');
  return index === -1 ? '' : (rawHeaders[index + 1] ?? '');
}

function receive(request: FastifyRequest): Received {
  const url = new URL(request.url, 'http://sandbox');
  const token = request.headers['x-tts-access-token'];
  return {
    method: request.method,
    path: url.pathname,
    query: new Map(url.searchParams),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    contentType: contentTypeOf(request),
    accessToken: typeof token === 'string' ? token : '',
    origin: `http://${request.host}`,
  };
}

const HIDDEN = new Set([
  'app_key',
  'app_secret',
  'sign',
  'timestamp',
  'access_token',
  'auth_code',
  'refresh_token',
]);

/** What a fault's `match` compares and the log shows: query and body, without what is secret. */
function paramsOf({ query, body }: Received): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [name, value] of query) if (!HIDDEN.has(name)) params[name] = value;
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (typeof value === 'object' && value !== null) Object.assign(params, value);
  } catch {
    // The gateway refuses it.
  }
  return params;
}

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: TikTokParts,
  answerTo: (received: Received, trace: Trace) => Answer,
): Promise<void> {
  const startedMs = performance.now();
  const received = receive(request);
  const trace: Trace = { type: typeOf(received), shopId: null, repeatsFirstPage: false };
  const params = paramsOf(received);
  const appKey = received.query.get('app_key') ?? '';
  const faults = parts.hasControl ? parts.faults.strike({ type: trace.type, appKey, params }) : [];

  const play = async (phase: 'before' | 'after'): Promise<Outcome | undefined> => {
    for (const rule of faults.filter((candidate) => phaseOf(candidate) === phase)) {
      const outcome = await playFault(rule, received, trace, reply, parts);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  };
  const decide = async (): Promise<Outcome> => {
    const early = await play('before');
    if (early !== undefined) return early;
    const given = answerTo(received, trace);
    const late = await play('after');
    if (late !== undefined) return late;
    const envelope = { ...given.envelope, data: spoil(given.envelope.data, faults) };
    return { kind: 'answer', answer: { ...given, envelope } };
  };

  const outcome = await decide();
  parts.calls.add({
    atMs: parts.clock.nowMs(),
    type: trace.type,
    appKey,
    shopId: trace.shopId,
    errorCode: outcome.kind === 'answer' ? outcome.answer.envelope.code : null,
    errorMsg: outcome.kind === 'answer' ? outcome.answer.envelope.message : '',
    durationMs: Math.round((performance.now() - startedMs) * 100) / 100,
    params,
  });
  if (outcome.kind === 'none') return;
  const { httpStatus, envelope } = outcome.answer;
  await reply
    .code(httpStatus)
    .headers(outcome.headers ?? {})
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(envelope));
}

/** Every path of the Open API: its part, a version of six digits, and what follows. */
const API_PATH = '/:part/:version(^\\d{6}$)/*';

export function registerTikTokGateway(server: FastifyInstance, parts: TikTokParts): void {
  server.all(API_PATH, (request, reply) =>
    handle(request, reply, parts, (received, trace) => answer(received, trace, parts)),
  );
  for (const path of [TOKEN_GET, TOKEN_REFRESH]) {
    server.get(path, (request, reply) =>
      handle(request, reply, parts, (received) => answerToken(received, parts)),
    );
  }
}
