import { createHash, timingSafeEqual } from 'node:crypto';
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

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Of equal length whatever is given, and compared in a time that says nothing of where they differ. */
function holdsToken(request: FastifyRequest, token: Buffer): boolean {
  const [, given = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(given), token);
}

/**
 * `/control`: there for callers on this machine when switched on, and not there at all otherwise. Every call wants the
 * token. A web page gets nothing, whatever it knows: no answer allows another origin, and a browser says where it
 * comes from.
 */
export function registerControl(
  server: FastifyInstance,
  parts: SandboxParts,
  /** Of other marketplaces, within the same guard. */
  registerMore: (control: FastifyInstance) => void,
): void {
  const { controlToken } = parts.settings;
  if (controlToken === null) return;
  const expected = digest(controlToken);
  server.register(
    async (control) => {
      control.addHook('onRequest', async (request, reply) => {
        if (!isLoopback(request)) return reply.callNotFound();
        if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined) {
          throw new ControlError('origin', 'control is for programs, not for web pages', 403);
        }
        if (holdsToken(request, expected)) return;
        reply.header('www-authenticate', 'Bearer');
        throw new ControlError(
          'authorization',
          'control wants its token: Authorization: Bearer <SANDBOX_CONTROL_TOKEN>',
          401,
        );
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
      registerMore(control);
    },
    { prefix: '/control' },
  );
}
