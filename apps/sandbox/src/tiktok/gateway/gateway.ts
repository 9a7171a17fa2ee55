import { randomBytes } from 'node:crypto';
import type { TikTokParts } from '../../sandbox-parts.js';
import type { App, Grant } from '../accounts/types.js';
import type { Endpoint, Scene } from '../calls/endpoint.js';
import { ENDPOINTS } from '../calls/registry.js';
import { type Parameters, readBody, readQuery } from '../protocol/parameters.js';
import { Refusal, type RefusalName, refusal } from '../protocol/refusal.js';
import { isSignatureValid } from '../protocol/signature.js';

const BEHIND_SECONDS = 300;
const AHEAD_SECONDS = 30;
/** Of every call; a token in the query is ignored, as it is when signing. */
const COMMON = new Set(['app_key', 'timestamp', 'sign', 'shop_cipher', 'access_token']);

export interface Envelope {
  code: number;
  message: string;
  data: unknown;
  request_id: string;
}

export interface Answer {
  httpStatus: number;
  envelope: Envelope;
}

/** A request as it came, and what is known of it as the checks go; the call log and the faults read it. */
export interface Received {
  method: string;
  path: string;
  query: Map<string, string>;
  body: Buffer;
  contentType: string;
  accessToken: string;
  origin: string;
}

export interface Trace {
  /** `POST /order/202309/orders/search`, with the names of path parameters. */
  type: string;
  shopId: string | null;
  /** A fault: whatever page is asked for, the first one's rows are answered. */
  repeatsFirstPage: boolean;
}

interface Route {
  endpoint: Endpoint;
  /** Of any version. */
  shape: RegExp;
  exact: RegExp;
}

const ROUTES: readonly Route[] = ENDPOINTS.map((endpoint) => {
  const pattern = endpoint.path.replace(/\{\w+\}/g, '([^/]+)');
  return {
    endpoint,
    exact: new RegExp(`^${pattern}$`),
    shape: new RegExp(`^${pattern.replace(/\/\d{6}\//, '/\\d{6}/')}$`),
  };
});

export function requestId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/\D/g, '').slice(0, 14);
  return time + randomBytes(10).toString('hex').toUpperCase();
}

/** The call that is meant, as far as path and method say; for the log, whatever else is wrong. */
export function typeOf({ method, path }: Received): string {
  const route = ROUTES.find(({ exact, endpoint }) => endpoint.method === method && exact.test(path));
  return `${method} ${route?.endpoint.path ?? path.slice(0, 200)}`;
}

function checkRoute({ method, path }: Received): { endpoint: Endpoint; pathValue: string } {
  const found = ROUTES.filter(({ exact }) => exact.test(path));
  if (found.length === 0) {
    throw refusal(ROUTES.some(({ shape }) => shape.test(path)) ? 'version_unknown' : 'path_unknown');
  }
  const route = found.find(({ endpoint }) => endpoint.method === method);
  if (route === undefined) throw refusal('method_wrong');
  const [, pathValue = ''] = route.exact.exec(path) ?? [];
  return { endpoint: route.endpoint, pathValue: decodeURIComponent(pathValue) };
}

function checkTimestamp(text: string, nowSeconds: number): void {
  if (!/^\d{1,15}$/.test(text)) throw refusal('timestamp_invalid');
  const ahead = Number(text) - nowSeconds;
  if (ahead > AHEAD_SECONDS) throw refusal('timestamp_ahead');
  if (ahead < -BEHIND_SECONDS) throw refusal('timestamp_late');
}

function checkToken(received: Received, app: App, parts: TikTokParts): Grant {
  const grant = parts.accounts.grantOfAccess(received.accessToken);
  if (grant === undefined || grant.appKey !== app.appKey || grant.isWithdrawn) {
    throw refusal('token_invalid');
  }
  const held = grant.accessTokens.find(({ token }) => token === received.accessToken);
  if (held === undefined || held.expiresAt <= parts.clock.nowSeconds()) throw refusal('token_expired');
  parts.accounts.noteUse(grant, received.accessToken);
  return parts.accounts.grant(app.appKey, grant.openId) ?? grant;
}

/** The shop that the call is for; undefined where the call is the seller's. */
function checkCipher(
  received: Received,
  { cipher: rule }: Endpoint,
  app: App,
  grant: Grant,
  parts: TikTokParts,
): string | undefined {
  const cipher = received.query.get('shop_cipher');
  if (rule === 'refused') {
    if (cipher !== undefined) throw refusal('cipher_unexpected');
    return undefined;
  }
  if (cipher === undefined || cipher === '') throw refusal('cipher_missing');
  const shopId = grant.shopIds.find((id) => parts.accounts.cipherOf(app, id) === cipher);
  if (shopId === undefined) throw refusal('cipher_foreign');
  return shopId;
}

/** One JSON object; an empty list is taken for an empty object, as some clients write it. */
function parseBody({ body, contentType }: Received): Record<string, unknown> {
  if (body.length === 0) return {};
  if (!/^application\/json\b/i.test(contentType)) throw refusal('body_format');
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (Array.isArray(value) && value.length === 0) return {};
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // The same as anything else that is no object.
  }
  throw refusal('body_format');
}

function readInput(
  endpoint: Endpoint,
  pathValue: string,
  received: Received,
  trace: Trace,
  isStrict: boolean,
): never {
  const own = new Map([...received.query].filter(([name]) => !COMMON.has(name)));
  const query = { ...readQuery(endpoint.query, own, isStrict) };
  const none: Parameters = {};
  const body = readBody(endpoint.body ?? none, parseBody(received), isStrict);
  if (trace.repeatsFirstPage) delete query.page_token;
  // Parameters and handler of one call belong together; the table of all calls has forgotten their common type.
  return { pathValue, query, body } as never;
}

function perform(received: Received, trace: Trace, parts: TikTokParts): unknown {
  const { query } = received;
  const { endpoint, pathValue } = checkRoute(received);
  const app = parts.accounts.app(query.get('app_key') ?? '');
  if (app === undefined) throw refusal('app_key_invalid');
  checkTimestamp(query.get('timestamp') ?? '', parts.clock.nowSeconds());
  const sign = query.get('sign') ?? '';
  if (sign === '') throw refusal('sign_missing');
  if (!isSignatureValid(received, sign, app.appSecret)) throw refusal('sign_invalid');
  const grant = checkToken(received, app, parts);
  const shopId = checkCipher(received, endpoint, app, grant, parts);
  trace.shopId = shopId ?? null;
  if (endpoint.scope !== null && !grant.scopes.includes(endpoint.scope)) throw refusal('scope_missing');
  if (!parts.limiter.take(`${app.appKey}/${shopId ?? ''}/${endpoint.path}`)) throw refusal('rate_limited');
  const input = readInput(endpoint, pathValue, received, trace, parts.isStrict);
  const { accounts, world, clock } = parts;
  const scene: Scene = { app, grant, accounts, world, clock, origin: received.origin };
  if (endpoint.cipher === 'refused') return endpoint.answer(input, scene);
  const shop = shopId === undefined ? undefined : world.shop(shopId);
  if (shop === undefined) throw refusal('cipher_foreign');
  return endpoint.answer(input, { ...scene, shop });
}

export function refuse(error: unknown, nowMs: number): Answer {
  if (!(error instanceof Refusal)) {
    console.error('sandbox: a call failed', error);
    return refuse(refusal('internal'), nowMs);
  }
  const { code, httpStatus, message } = error;
  return { httpStatus, envelope: { code, message, data: null, request_id: requestId(nowMs) } };
}

/** The refusal that a fault plays. */
export function refuseAs(name: RefusalName, nowMs: number): Answer {
  return refuse(refusal(name), nowMs);
}

/** One call through every check: path, method, app key, time, signature, token, cipher, scope, rate, parameters. */
export function answer(received: Received, trace: Trace, parts: TikTokParts): Answer {
  const nowMs = parts.clock.nowMs();
  try {
    const data = perform(received, trace, parts);
    return {
      httpStatus: 200,
      envelope: { code: 0, message: 'Success', data, request_id: requestId(nowMs) },
    };
  } catch (error) {
    return refuse(error, nowMs);
  }
}
