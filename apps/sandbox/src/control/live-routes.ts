import type { FastifyInstance } from 'fastify';
import type { SandboxParts } from '../sandbox-parts.js';
import { DEFAULT_LIVE } from '../world/live.js';
import { ControlBody, ControlError } from './validate.js';

export function registerLiveControl(control: FastifyInstance, parts: SandboxParts): void {
  control.get('/live', async () => parts.live.state);

  control.post('/live', async (request) => {
    const body = ControlBody.parse(request.body);
    const mallIds = body.ints('mallIds', 1, Number.MAX_SAFE_INTEGER);
    const seed = body.text('seed');
    const amountDelaySeconds = body.int('amountDelaySeconds', 0, 600);
    const pace = {
      perSecond: body.number('perSecond', 0.01, 1000) ?? DEFAULT_LIVE.perSecond,
      lateSeconds: body.int('lateSeconds', 0, 3600) ?? DEFAULT_LIVE.lateSeconds,
      ...(amountDelaySeconds === undefined ? {} : { amountDelaySeconds }),
      ...(mallIds === undefined ? {} : { mallIds }),
    };
    body.end();
    const unknown = mallIds?.find((mallId) => parts.world.shop(mallId) === undefined);
    if (unknown !== undefined) throw new ControlError('mallIds', `shop ${unknown} does not exist`, 404);
    parts.live.start(pace, seed);
    return parts.live.state;
  });

  control.delete('/live', async () => {
    parts.live.stop();
    return parts.live.state;
  });
}
