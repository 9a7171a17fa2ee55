import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { phaseOf } from '../faults/faults.js';
import { isRegion, type Region } from '../regions.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { ShopState } from '../world/shop-state.js';
import { GatewayFault } from './faults.js';
import { answer, appKeyOf, type CallTrace, parseBody, refuse, traceOf } from './gateway.js';
import { type JsonObject, plainValue } from './ordered-json.js';
import { type FaultScene, type Outcome, playFault } from './play-fault.js';
import { spoil } from './spoil.js';

const HIDDEN_PARAMS = new Set([
  'type',
  'app_key',
  'access_token',
  'sign',
  'timestamp',
  'data_type',
  'version',
  'code',
]);

/** Address of this sandbox as the caller wrote it. */
export function originOf(request: FastifyRequest): string {
  return `http://${request.host}`;
}

function businessParams(body: JsonObject | undefined): Record<string, unknown> {
  const params: Record<string, unknown> = {};
  for (const [name, node] of body?.entries ?? []) {
    if (!HIDDEN_PARAMS.has(name)) params[name] = plainValue(node);
  }
  return params;
}

function shopOf(body: JsonObject | undefined, parts: SandboxParts): ShopState | undefined {
  const node = body?.entries.get('access_token');
  const token = node?.kind === 'string' ? parts.accounts.token(node.value) : undefined;
  return token === undefined ? undefined : parts.world.shop(token.mallId);
}

async function handleCall(
  request: FastifyRequest,
  reply: FastifyReply,
  pathRegion: Region | undefined,
  parts: SandboxParts,
): Promise<void> {
  const startedMs = performance.now();
  let body: JsonObject | undefined;
  let bodyError: unknown;
  try {
    if (request.method !== 'POST') throw new GatewayFault('parameter_invalid', 'only POST is supported');
    body = parseBody(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '');
  } catch (error) {
    bodyError = error;
  }
  const region = pathRegion ?? parts.accounts.app(body === undefined ? '' : appKeyOf(body))?.region ?? 'us';
  const trace: CallTrace = traceOf(body, region);
  const params = businessParams(body);
  const faults = parts.settings.controlToken !== null ? parts.faults.strike({ ...trace, params }) : [];
  const scene: FaultScene = { trace, params, shop: shopOf(body, parts) };

  const decide = async (): Promise<Outcome> => {
    for (const rule of faults.filter((candidate) => phaseOf(candidate) === 'before')) {
      const outcome = await playFault(rule, scene, reply, parts);
      if (outcome !== undefined) return outcome;
    }
    const envelope =
      body === undefined ? refuse(bodyError, region, parts) : answer(body, trace, originOf(request), parts);
    for (const rule of faults.filter((candidate) => phaseOf(candidate) === 'after')) {
      const outcome = await playFault(rule, scene, reply, parts);
      if (outcome !== undefined) return outcome;
    }
    return {
      kind: 'envelope',
      envelope: spoil(envelope, faults, { type: trace.type, params }, parts.faults),
    };
  };

  const outcome = await decide();
  parts.calls.add({
    atMs: parts.clock.nowMs(),
    region,
    type: trace.type,
    appKey: trace.appKey,
    mallId: trace.mallId,
    errorCode: outcome.kind === 'envelope' ? outcome.envelope.errorCode : null,
    errorMsg: outcome.kind === 'envelope' ? (outcome.envelope.errorMsg ?? '') : '',
    durationMs: Math.round((performance.now() - startedMs) * 100) / 100,
    params,
    ignoredFields: trace.ignoredFields,
  });
  if (outcome.kind === 'envelope') {
    await reply.code(200).type('application/json;charset=UTF-8').send(JSON.stringify(outcome.envelope));
  }
}

export function registerGateway(server: FastifyInstance, parts: SandboxParts): void {
  server.all('/openapi/router', (request, reply) => handleCall(request, reply, undefined, parts));
  server.all<{ Params: { region: string } }>('/:region/openapi/router', async (request, reply) => {
    const { region } = request.params;
    if (!isRegion(region)) return reply.callNotFound();
    await handleCall(request, reply, region, parts);
  });
}
