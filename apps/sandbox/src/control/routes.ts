import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { SandboxParts } from '../sandbox-parts.js';
import { OperationError } from '../world/operations.js';
import { registerAccountControl } from './account-routes.js';
import { registerLiveControl } from './live-routes.js';
import { registerTrafficControl } from './traffic-routes.js';
import { ControlError } from './validate.js';
import { registerWebhookControl } from './webhook-routes.js';
import { registerWorldControl } from './world-routes.js';

function isLoopback(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress ?? '';
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/** `/control`: there for callers on this machine when switched on, and not there at all otherwise. */
export function registerControl(server: FastifyInstance, parts: SandboxParts): void {
  if (!parts.settings.control) return;
  server.register(
    async (control) => {
      control.addHook('onRequest', async (request, reply) => {
        if (!isLoopback(request)) return reply.callNotFound();
      });
      control.setErrorHandler((error, _request, reply) => {
        if (error instanceof ControlError) {
          return reply.code(error.status).send({ error: { field: error.field, message: error.message } });
        }
        if (error instanceof OperationError) {
          return reply.code(400).send({ error: { field: null, message: error.message } });
        }
        console.error('sandbox: a control call failed', error);
        return reply.code(500).send({ error: { field: null, message: 'the sandbox failed; see its log' } });
      });
      registerAccountControl(control, parts);
      registerWorldControl(control, parts);
      registerTrafficControl(control, parts);
      registerWebhookControl(control, parts);
      registerLiveControl(control, parts);
    },
    { prefix: '/control' },
  );
}
