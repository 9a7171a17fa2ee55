import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { Sandbox } from '../sandbox.js';
import { control, dig } from '../test-client.js';

/** A small client for the sandbox's own tests; signs by its own hand, not with the sandbox's code. */
export interface Envelope {
  code: number;
  message: string;
  data: unknown;
  request_id: string;
}

export interface Session {
  url: string;
  appKey: string;
  secret: string;
  accessToken: string;
  /** By shop id. */
  ciphers: Record<string, string>;
}

export const ROW = {
  appKey: 'sbxtt0row0001',
  secret: 'sbxTikTokSecretRow0123456789abcdef',
  serviceId: '7400000000000000001',
};
export const US = {
  appKey: 'sbxtt0us00001',
  secret: 'sbxTikTokSecretUs0123456789abcdef',
  serviceId: '7400000000000000002',
};

export const SPAIN = '7495000000000000101';
export const BRITAIN = '7495000000000000102';
export const JAPAN = '7495000000000000201';
export const AMERICA = '7495000000000000301';

export function sign(path: string, query: Record<string, string>, body: string, secret: string): string {
  const names = Object.keys(query)
    .filter((name) => name !== 'sign' && name !== 'access_token')
    .sort();
  const base = path + names.map((name) => `${name}${query[name]}`).join('') + body;
  return createHmac('sha256', secret).update(`${secret}${base}${secret}`).digest('hex');
}

export interface Request {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  path: string;
  query?: Record<string, string | number>;
  body?: unknown;
  /** Its cipher is sent. */
  shopId?: string;
  /** Instead of what would be sent. */
  override?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  /** The body in its bytes. */
  text?: string;
  secret?: string;
}

export async function send(session: Session, request: Request): Promise<{ status: number; body: Envelope }> {
  const response = await raw(session, request);
  return { status: response.status, body: (await response.json()) as Envelope };
}

export async function raw(session: Session, request: Request): Promise<Response> {
  const text = request.text ?? (request.body === undefined ? '' : JSON.stringify(request.body));
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.query ?? {})) query[name] = String(value);
  query.app_key = session.appKey;
  query.timestamp = String(Math.floor(Date.now() / 1000));
  if (request.shopId !== undefined) query.shop_cipher = session.ciphers[request.shopId] ?? '';
  for (const [name, value] of Object.entries(request.override ?? {})) {
    if (value === undefined) delete query[name];
    else query[name] = value;
  }
  query.sign = request.override?.sign ?? sign(request.path, query, text, request.secret ?? session.secret);
  return fetch(`${session.url}${request.path}?${new URLSearchParams(query)}`, {
    method: request.method ?? 'GET',
    headers: {
      'content-type': 'application/json',
      'x-tts-access-token': session.accessToken,
      ...request.headers,
    },
    ...(text === '' ? {} : { body: text }),
  });
}

/** What the call answers with; anything but success is a failed test. */
export async function call(session: Session, request: Request): Promise<unknown> {
  const { body } = await send(session, request);
  assert.equal(body.code, 0, JSON.stringify(body));
  return body.data;
}

/** A grant of that seller, without the consent page. */
export async function connect(
  sandbox: Sandbox,
  app: { appKey: string; secret: string } = ROW,
  openId = 'sbxSeller0001',
  scopes?: string[],
): Promise<Session & { refreshToken: string }> {
  const grant = await control(sandbox.url, 'POST', '/tiktok/grants', {
    appKey: app.appKey,
    openId,
    ...(scopes === undefined ? {} : { scopes }),
  });
  const ciphers = dig(grant, 'ciphers') as Record<string, string>;
  const accessToken = String(dig(grant, 'accessTokens', 0, 'token'));
  return {
    url: sandbox.url,
    appKey: app.appKey,
    secret: app.secret,
    accessToken,
    ciphers,
    refreshToken: String(dig(grant, 'refreshToken')),
  };
}
