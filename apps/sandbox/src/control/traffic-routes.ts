import type { FastifyInstance } from 'fastify';
import { FAULT_KINDS, type FaultKind } from '../faults/faults.js';
import { DEFAULT_LATE_SECONDS, DEFAULT_SHARES, HUGE_ORDER_LINES } from '../faults/storm-rules.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { WITHHELD_ADDRESSES } from '../world/types.js';
import type { StormShares } from './storm.js';
import { ControlBody, ControlError } from './validate.js';

const MAX_MS = 9_999_999_999_999;

function registerClock(control: FastifyInstance, parts: SandboxParts): void {
  const { clock, journal } = parts;
  const show = () => ({ now: new Date(clock.nowMs()).toISOString(), nowMs: clock.nowMs(), ...clock.state });

  control.get('/clock', async () => show());

  control.post('/clock', async (request) => {
    const body = ControlBody.parse(request.body);
    const action = body.requiredOneOf('action', ['set', 'advance', 'freeze', 'unfreeze', 'reset'] as const);
    switch (action) {
      case 'set': {
        const atMs = body.requiredInt('atMs', 0, MAX_MS);
        body.end();
        clock.set(atMs);
        break;
      }
      case 'advance': {
        const byMs = body.requiredInt('byMs', -MAX_MS, MAX_MS);
        body.end();
        clock.advance(byMs);
        break;
      }
      case 'freeze':
        body.end();
        clock.freeze();
        break;
      case 'unfreeze':
        body.end();
        clock.unfreeze();
        break;
      case 'reset':
        body.end();
        clock.reset();
        break;
    }
    journal.append({ kind: 'clock', clock: clock.state });
    parts.webhooks.queue.wake();
    parts.tiktok.webhooks.queue.wake();
    return show();
  });
}

function registerFaults(control: FastifyInstance, parts: SandboxParts): void {
  control.get('/faults', async () => ({ faults: parts.faults.list() }));

  control.post('/faults', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const kind = body.requiredOneOf('kind', FAULT_KINDS);
    const type = body.text('type');
    const appKey = body.text('appKey');
    const match = body.scalars('match');
    const parentOrderSn = body.text('parentOrderSn');
    const goodsId = body.int('goodsId', 1, Number.MAX_SAFE_INTEGER);
    const withheld = body.oneOf('withheld', WITHHELD_ADDRESSES);
    const rule = {
      kind,
      probability: body.number('probability', 0, 1) ?? 1,
      remaining: body.int('count', 1, 1_000_000) ?? null,
      when: body.oneOf('when', ['before', 'after'] as const) ?? 'before',
      delayMs: kind === 'delay' ? body.requiredInt('delayMs', 0, 600_000) : 0,
      httpStatus: body.int('httpStatus', 400, 599) ?? 502,
      errorCode: kind === 'business_error' ? body.requiredInt('errorCode', 1, 999_999_999) : 0,
      orderShare: body.number('orderShare', 0, 1) ?? 1,
      lateSeconds: body.int('lateSeconds', 0, 86_400) ?? DEFAULT_LATE_SECONDS,
      lineCount: body.int('lineCount', 1, 5_000) ?? HUGE_ORDER_LINES,
      ...(type === undefined ? {} : { type }),
      ...(appKey === undefined ? {} : { appKey }),
      ...(match === undefined ? {} : { match }),
      ...(parentOrderSn === undefined ? {} : { parentOrderSn }),
      ...(goodsId === undefined ? {} : { goodsId }),
      ...(withheld === undefined ? {} : { withheld }),
    };
    body.end();
    return reply.code(201).send(parts.faults.add(rule));
  });

  control.delete('/faults', async () => ({ cleared: parts.faults.clear() }));

  control.delete<{ Params: { id: string } }>('/faults/:id', async (request) => {
    const cleared = parts.faults.clear(request.params.id);
    if (cleared === 0) throw new ControlError('id', `fault ${request.params.id} does not exist`, 404);
    return { cleared };
  });
}

function readShares(body: ControlBody): StormShares<FaultKind> {
  const given = body.object('shares');
  if (given === undefined) return DEFAULT_SHARES;
  const shares: StormShares<FaultKind> = {};
  for (const kind of FAULT_KINDS) {
    const share = given.number(kind, 0, 1);
    if (share !== undefined) shares[kind] = share;
  }
  given.end();
  return shares;
}

function registerCalls(control: FastifyInstance, parts: SandboxParts): void {
  control.get('/calls', async (request) => {
    const query = new URL(request.url, 'http://sandbox').searchParams;
    const limit = Number(query.get('limit') ?? '100');
    if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
      throw new ControlError('limit', 'limit must be a whole number from 1 to 10000');
    }
    const type = query.get('type');
    const mallId = query.get('mallId');
    return {
      calls: parts.calls.latest(
        (call) =>
          (type === null || call.type === type) && (mallId === null || call.mallId === Number(mallId)),
        limit,
      ),
    };
  });

  control.get('/calls/counters', async () => parts.calls.counters());

  control.delete('/calls', async () => {
    parts.calls.reset();
    return { reset: true };
  });
}

export function registerTrafficControl(control: FastifyInstance, parts: SandboxParts): void {
  registerClock(control, parts);
  registerFaults(control, parts);
  registerCalls(control, parts);

  control.get('/storm', async () => parts.storm.state);

  control.post('/storm', async (request) => {
    const body = ControlBody.parse(request.body);
    const seed = body.requiredText('seed');
    const shares = readShares(body);
    body.end();
    parts.storm.start(seed, shares);
    return parts.storm.state;
  });

  control.delete('/storm', async () => {
    parts.storm.stop();
    return parts.storm.state;
  });

  control.get('/rate-limit', async () => ({ perSecond: parts.limiter.perSecond }));

  control.put('/rate-limit', async (request) => {
    const body = ControlBody.parse(request.body);
    const perSecond = body.requiredInt('perSecond', 0, 1_000_000);
    body.end();
    parts.limiter.change(perSecond);
    return { perSecond };
  });
}
