import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebhookSettings } from '../pushing/delivery.js';
import type { SandboxParts } from '../sandbox-parts.js';
import { ControlBody, ControlError } from './validate.js';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 5_000;

export function readLimit(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new ControlError('limit', `limit must be a whole number from 1 to ${MAX_LIMIT}`);
  }
  return limit;
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://sandbox').searchParams;
}

export function readWebhookSettings(body: ControlBody, now: WebhookSettings): WebhookSettings {
  const isOff = body.boolean('off') === true;
  return {
    url: isOff ? null : (body.url('url') ?? now.url),
    timeScale: body.number('timeScale', 1, 1_000_000) ?? now.timeScale,
    lossShare: body.number('lossShare', 0, 1) ?? now.lossShare,
    duplicateShare: body.number('duplicateShare', 0, 1) ?? now.duplicateShare,
    delayShare: body.number('delayShare', 0, 1) ?? now.delayShare,
    delayMaxMs: body.int('delayMaxMs', 1, 600_000) ?? now.delayMaxMs,
  };
}

export function registerWebhookControl(control: FastifyInstance, parts: SandboxParts): void {
  const { webhooks } = parts;
  const { queue } = webhooks;
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
    const eventCode = query.get('eventCode');
    const contains = query.get('contains') ?? '';
    const deliveries = queue.finished(
      (each) =>
        (state === null || each.state === state) &&
        (eventCode === null || each.eventCode === eventCode) &&
        each.eventData.includes(contains),
      readLimit(query),
    );
    return { deliveries };
  });

  control.post('/webhooks/flush', async () => ({ flushed: queue.flush() }));

  control.post('/webhooks/test', async (request, reply) => {
    const body = ControlBody.parse(request.body);
    const appKey = body.requiredText('appKey');
    const event = {
      eventCode: body.text('eventCode') ?? 'bg_open_event_test',
      eventData: body.text('eventData', 10_000) ?? JSON.stringify({ message: 'test' }),
    };
    const isEncrypted = body.boolean('encrypted') ?? true;
    body.end();
    const app = parts.accounts.app(appKey);
    if (app === undefined) throw new ControlError('appKey', `app ${appKey} does not exist`, 404);
    const delivery = webhooks.push(app, event, isEncrypted);
    if (delivery === undefined) {
      throw new ControlError('url', 'there is no push address; give one: PUT /control/webhooks {"url": …}');
    }
    return reply.code(201).send({ delivery });
  });
}
