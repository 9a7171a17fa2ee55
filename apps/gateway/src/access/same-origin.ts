import type { FastifyRequest } from 'fastify';
import { forbidden } from '#runtime';
import { ACCESS_COOKIE, REFRESH_COOKIE } from './session-cookies.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a foreign page makes a browser send: an unsafe request that could carry our cookies must come from a
 * page of ours. Programs send neither `Origin` nor cookies and are not touched.
 * @throws AppError `request.foreign_origin`
 */
export function assertOwnPage(request: FastifyRequest, allowedOrigins: readonly string[]): void {
  if (SAFE_METHODS.has(request.method)) return;
  if (request.headers.authorization !== undefined) return;
  const { origin } = request.headers;
  if (origin !== undefined) {
    // The host is one of ours (`assertKnownHost`); a page of it that came another way than this request is not.
    if (allowedOrigins.includes(origin) || origin === `${request.protocol}://${request.host}`) return;
    throw foreign();
  }
  const hasCookie =
    request.cookies[ACCESS_COOKIE] !== undefined || request.cookies[REFRESH_COOKIE] !== undefined;
  if (hasCookie && request.headers['sec-fetch-site'] !== 'same-origin') throw foreign();
}

function foreign(): Error {
  return forbidden(
    'request.foreign_origin',
    'A request that changes something must come from a page of this installation. Programs: use a bearer token.',
  );
}
