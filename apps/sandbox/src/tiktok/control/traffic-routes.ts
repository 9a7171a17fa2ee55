import type { FastifyInstance } from 'fastify';
import type { StormShares } from '../../control/storm.js';
import { ControlBody, ControlError } from '../../control/validate.js';
import { readLimit, readWebhookSettings } from '../../control/webhook-routes.js';
import type { TikTokParts } from '../../sandbox-parts.js';
import { EVENT_TYPES } from '../calls/webhooks.js';
import {
  DEFAULT_LATE_SECONDS,
  DEFAULT_SHARES,
  FAULT_KINDS,
  type FaultKind,
  ORDER_HICCUP,
} from '../faults/faults.js';

function queryOf(request: { url: string }): URLSearchParams {
  return new URL(request.url, 'http://sandbox').searchParams;
}

function registerFaults(control: FastifyInstance, parts: TikTokParts): void {
  const { faults, storm } = parts;
  control.get('/faults', async () => ({ faults: faults.list() }));

  control.post('/faults', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const type = body.text('type');
    const appKey = body.text('appKey');
    const match = body.scalars('match');
    const orderId = body.text('orderId', 20);
    const rule = {
      kind: body.requiredOneOf('kind', FAULT_KINDS),
      probability: body.number('probability', 0, 1) ?? 1,
      remaining: body.int('count', 1, 1_000_000) ?? null,
      when: body.oneOf('when', ['before', 'after'] as const) ?? 'before',
      delayMs: body.int('delayMs', 0, 600_000) ?? 1_000,
      httpStatus: body.int('httpStatus', 400, 599) ?? 502,
      errorCode: body.int('errorCode', 1, 999_999_999) ?? ORDER_HICCUP,
      retryAfterSeconds: body.int('retryAfterSeconds', 0, 600) ?? null,
      orderShare: body.number('orderShare', 0, 1) ?? 1,
      lateSeconds: body.int('lateSeconds', 0, 86_400) ?? DEFAULT_LATE_SECONDS,
      ...(type === undefined ? {} : { type }),
      ...(appKey === undefined ? {} : { appKey }),
      ...(match === undefined ? {} : { match }),
      ...(orderId === undefined ? {} : { orderId }),
    };
    body.end();
    return reply.code(201).send(faults.add(rule));
  });

  control.delete('/faults', async () => ({ cleared: faults.clear() }));

  control.delete<{ Params: { id: string } }>('/faults/:id', async (request) => {
    const cleared = faults.clear(request.params.id);
    if (cleared === 0) throw new ControlError('id', `fault ${request.params.id} does not exist`, 404);
    return { cleared };
  });

  control.get('/storm', async () => storm.state);

  control.post('/storm', async (request) => {
    const body = ControlBody.parse(request.body);
    const seed = body.requiredText('seed');
    const given = body.object('shares');
    const shares: StormShares<FaultKind> = given === undefined ? DEFAULT_SHARES : {};
    for (const kind of given === undefined ? [] : FAULT_KINDS) {
      const share = given?.number(kind, 0, 1);
      if (share !== undefined) shares[kind] = share;
    }
    given?.end();
    body.end();
    storm.start(seed, shares);
    return storm.state;
  });

  control.delete('/storm', async () => {
    storm.stop();
    return storm.state;
  });
}

function registerCalls(control: FastifyInstance, parts: TikTokParts): void {
  control.get('/calls', async (request) => {
    const query = queryOf(request);
    const type = query.get('type');
    const shopId = query.get('shopId');
    const calls = parts.calls.latest(
      (call) => (type === null || call.type === type) && (shopId === null || call.shopId === shopId),
      readLimit(query),
    );
    return { calls };
  });

  control.get('/calls/counters', async () => parts.calls.counters());

  control.delete('/calls', async () => {
    parts.calls.reset();
    return { reset: true };
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

function registerWebhooks(control: FastifyInstance, parts: TikTokParts): void {
  const { queue } = parts.webhooks;
  const show = () => ({ settings: queue.settings, counters: queue.counters });

  control.get('/webhooks', async () => show());

  control.put('/webhooks', async (request) => {
    const body = ControlBody.parse(request.body);
    const settings = readWebhookSettings(body, queue.settings);
    const seed = body.text('seed');
    body.end();
    queue.change(settings, seed);
    return show();
  });

  control.delete('/webhooks', async () => {
    queue.reset();
    return show();
  });

  control.get('/webhooks/pending', async (request) => ({
    pending: queue.pending(readLimit(queryOf(request))),
  }));

  control.get('/webhooks/deliveries', async (request) => {
    const query = queryOf(request);
    const state = query.get('state');
    const eventType = query.get('eventType');
    const contains = query.get('contains') ?? '';
    const deliveries = queue.finished(
      (each) =>
        (state === null || each.state === state) &&
        (eventType === null || each.eventType === eventType) &&
        each.body.includes(contains),
      readLimit(query),
    );
    return { deliveries };
  });

  control.post('/webhooks/flush', async () => ({ flushed: queue.flush() }));

  control.post('/webhooks/test', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const app = parts.accounts.app(body.requiredText('appKey'));
    const shopId = body.requiredText('shopId', 20);
    const eventType = body.oneOf('eventType', EVENT_TYPES) ?? 'NEW_MESSAGE';
    const type = body.int('type', 0, 10_000) ?? 14;
    const data = body.scalars('data') ?? { content: 'test' };
    body.end();
    if (app === undefined) throw new ControlError('appKey', 'this app does not exist', 404);
    const delivery = parts.webhooks.push(app, shopId, { eventType, type, data });
    if (delivery === undefined) {
      throw new ControlError(
        'url',
        'there is no push address; give one: PUT /control/tiktok/webhooks {"url": …}',
      );
    }
    return reply.code(201).send({ delivery });
  });
}

function registerLive(control: FastifyInstance, parts: TikTokParts): void {
  const { live, world } = parts;
  control.get('/live', async () => live.state);

  control.post('/live', async (request) => {
    const body = ControlBody.parse(request.body);
    const shopIds = body.texts('shopIds');
    const seed = body.text('seed');
    const pace = {
      perSecond: body.number('perSecond', 0.01, 1000) ?? 0.4,
      lateSeconds: body.int('lateSeconds', 0, 3600) ?? 0,
      ...(shopIds === undefined ? {} : { shopIds }),
    };
    body.end();
    const unknown = shopIds?.find((id) => world.shop(id) === undefined);
    if (unknown !== undefined) throw new ControlError('shopIds', `shop ${unknown} does not exist`, 404);
    live.start(pace, seed);
    return live.state;
  });

  control.delete('/live', async () => {
    live.stop();
    return live.state;
  });
}

export function registerTraffic(control: FastifyInstance, parts: TikTokParts): void {
  registerFaults(control, parts);
  registerCalls(control, parts);
  registerWebhooks(control, parts);
  registerLive(control, parts);
}
