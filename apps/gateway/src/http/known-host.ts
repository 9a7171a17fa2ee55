import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';

const HEALTH = '/api/v1/health/';

/**
 * Refuses a request for a name that is not ours. A page of a stranger can let its own name point at this machine and
 * would then be, for the browser, a page of ours; an address in numbers cannot be pointed anywhere else. Load balancers
 * ask for health by whatever name they know.
 * @throws HttpProblem `request.misdirected`
 */
export function assertKnownHost(request: FastifyRequest, allowedOrigins: readonly string[]): void {
  if (request.url.startsWith(HEALTH)) return;
  const { host } = request;
  if (host === '')
    throw new HttpProblem(400, 'request.malformed_http', 'The request names no host. Send the header Host.');
  if (isNumericOrLocal(host) || allowedOrigins.some((origin) => new URL(origin).host === host.toLowerCase()))
    return;
  throw new HttpProblem(
    421,
    'request.misdirected',
    `This installation is not opened as ${host.slice(0, 100)}. Set PUBLIC_URL to the address that people open.`,
  );
}

function isNumericOrLocal(host: string): boolean {
  const name = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase();
  return name !== undefined && (name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0);
}
