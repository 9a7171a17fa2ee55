import { createHash } from 'node:crypto';

/** A small client for the sandbox's own tests; signs by its own hand, not with the sandbox's code. */
export interface Answer {
  success: boolean;
  errorCode: number;
  errorMsg: string | null;
  requestId: string;
  result?: unknown;
}

/** Of the control interface of every sandbox that a test starts. */
export const CONTROL_TOKEN = 'sbxControlOfTests0001';

export interface Credentials {
  appKey: string;
  secret: string;
  accessToken: string;
  region: string;
}

export const US: Credentials = {
  appKey: 'sbxAppKey0001',
  secret: 'sbxSecret0123456789abcdef',
  accessToken: 'sbxToken0001',
  region: 'us',
};

export function sign(fields: Record<string, unknown>, secret: string): string {
  const base = Object.keys(fields)
    .sort()
    .map((name) => {
      const value = fields[name];
      return name + (typeof value === 'object' ? JSON.stringify(value) : String(value));
    })
    .join('');
  return createHash('md5').update(`${secret}${base}${secret}`).digest('hex').toUpperCase();
}

export function signedBody(
  type: string,
  params: Record<string, unknown> = {},
  credentials: Credentials = US,
  timestamp: number | string = Math.floor(Date.now() / 1000),
): Record<string, unknown> {
  const fields = {
    type,
    app_key: credentials.appKey,
    access_token: credentials.accessToken,
    timestamp,
    data_type: 'JSON',
    ...params,
  };
  return { ...fields, sign: sign(fields, credentials.secret) };
}

export async function post(url: string, body: unknown, path = '/openapi/router'): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as Answer;
}

export function call(
  url: string,
  type: string,
  params: Record<string, unknown> = {},
  credentials: Credentials = US,
): Promise<Answer> {
  return post(url, signedBody(type, params, credentials), `/${credentials.region}/openapi/router`);
}

export async function control(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/control${path}`, {
    method,
    headers: { authorization: `Bearer ${CONTROL_TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const content: unknown = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(content)}`);
  return content;
}

/** Walks into an unknown answer; a missing step is a failed test. */
export function dig(value: unknown, ...path: (string | number)[]): unknown {
  let at: unknown = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null) throw new Error(`nothing at ${path.join('.')}`);
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

export function list(value: unknown, ...path: (string | number)[]): unknown[] {
  const found = dig(value, ...path);
  if (!Array.isArray(found)) throw new Error(`no list at ${path.join('.')}`);
  return found;
}
