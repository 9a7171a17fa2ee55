import { randomUUID } from 'node:crypto';
import type { App, Token } from '../accounts/types.js';
import { BusinessFault } from '../calls/business-fault.js';
import type { Call, CallContext, ExchangeCall, ExchangeContext } from '../calls/call.js';
import { CALLS } from '../calls/registry.js';
import type { Region } from '../regions.js';
import type { SandboxParts } from '../sandbox-parts.js';
import type { ShopState } from '../world/shop-state.js';
import { codeOf, GatewayFault } from './faults.js';
import { COMMON_FIELDS, readRequest, unknownFields } from './fields.js';
import { type JsonNode, type JsonObject, JsonSyntaxError, parseOrderedJson } from './ordered-json.js';
import { isSignatureValid } from './signature.js';

export const SUCCESS_CODE = 1000000;
const CLOCK_TOLERANCE_SECONDS = 300;

export interface Envelope {
  success: boolean;
  errorCode: number;
  /** Empty on success, null there on CN. */
  errorMsg: string | null;
  requestId: string;
  result?: unknown;
}

/** What is known of a call, filled in as the checks go; the call log and the faults read it. */
export interface CallTrace {
  region: Region;
  type: string;
  appKey: string;
  mallId: number | null;
  ignoredFields: string[];
  /** A fault: whatever page is asked for, the first one's rows are answered. */
  repeatsFirstPage: boolean;
}

export function parseBody(text: string): JsonObject {
  try {
    const node = parseOrderedJson(text);
    if (node.kind === 'object') return node;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new GatewayFault('parameter_invalid', `the body is not valid JSON: ${error.message}`);
  }
  throw new GatewayFault('parameter_invalid', 'the body must be one JSON object');
}

/** A common field as text; missing, null and empty are all "missing". */
function commonText(body: JsonObject, name: string): string | undefined {
  const node = body.entries.get(name);
  if (node === undefined || node.kind === 'null') return undefined;
  if (node.kind === 'number') return node.text;
  if (node.kind !== 'string') {
    throw new GatewayFault('parameter_invalid', `parameter ${name} is invalid: string expected`);
  }
  return node.value === '' ? undefined : node.value;
}

/** The app key as sent, whatever else is wrong: the bare path takes the region of its app. */
export function appKeyOf(body: JsonObject): string {
  const node = body.entries.get('app_key');
  return node?.kind === 'string' ? node.value : '';
}

function checkType(body: JsonObject, region: Region): Call | ExchangeCall {
  const type = commonText(body, 'type');
  if (type === undefined) throw new GatewayFault('type_missing', 'type is missing');
  const call = CALLS.get(type);
  if (call === undefined || !call.regions.includes(region)) {
    throw new GatewayFault('type_unknown', `type not exists: ${type.slice(0, 120)}`);
  }
  return call;
}

function requireAppKey(body: JsonObject): string {
  const appKey = commonText(body, 'app_key');
  if (appKey === undefined) throw new GatewayFault('app_key_missing', 'app_key is missing');
  return appKey;
}

function checkApp(appKey: string, region: Region, parts: SandboxParts): App {
  const app = parts.accounts.app(appKey);
  if (app === undefined) {
    throw new GatewayFault('app_key_unknown', 'application information query abnormal: app_key is unknown');
  }
  if (app.region !== region) {
    throw new GatewayFault(
      'app_key_no_permission',
      `app_key belongs to region ${app.region} and has no permission in region ${region}`,
    );
  }
  return app;
}

function requireSign(body: JsonObject): void {
  const node = body.entries.get('sign');
  if (node === undefined || node.kind === 'null' || (node.kind === 'string' && node.value === '')) {
    throw new GatewayFault('sign_missing', 'sign is missing');
  }
}

function checkSign(body: JsonObject, app: App, parts: SandboxParts): void {
  const node = body.entries.get('sign');
  const isValid =
    node?.kind === 'string' &&
    isSignatureValid(body, node.value, app.appSecret, parts.settings.acceptPythonBooleans);
  if (!isValid) throw new GatewayFault('sign_invalid', 'sign is invalid');
}

function checkTimestamp(body: JsonObject, parts: SandboxParts): void {
  const text = commonText(body, 'timestamp');
  if (text === undefined) throw new GatewayFault('timestamp_missing', 'timestamp is missing');
  if (!/^\d+$/.test(text)) {
    throw new GatewayFault('timestamp_invalid', 'parameter timestamp is invalid: 10-digit seconds expected');
  }
  const ahead = Number(text) - parts.clock.nowSeconds();
  if (ahead > CLOCK_TOLERANCE_SECONDS) {
    throw new GatewayFault('timestamp_ahead', 'timestamp is more than 300 seconds ahead');
  }
  if (ahead < -CLOCK_TOLERANCE_SECONDS) throw new GatewayFault('timestamp_expired', 'timestamp is expired');
}

function checkDataType(body: JsonObject): void {
  const node = body.entries.get('data_type');
  if (node === undefined || node.kind === 'null') return;
  if (node.kind === 'string' && node.value === '') {
    throw new GatewayFault('data_type_missing', 'data_type is missing');
  }
  if (node.kind !== 'string' || node.value.toUpperCase() !== 'JSON') {
    throw new GatewayFault('data_type_invalid', 'data_type is invalid: JSON expected');
  }
}

function checkToken(body: JsonObject, app: App, parts: SandboxParts): { token: Token; shop: ShopState } {
  const accessToken = commonText(body, 'access_token');
  if (accessToken === undefined) throw new GatewayFault('token_missing', 'access_token is missing');
  const token = parts.accounts.token(accessToken);
  const shop = token === undefined ? undefined : parts.world.shop(token.mallId);
  if (token === undefined || shop === undefined) {
    throw new GatewayFault('token_unknown', 'access_token is unknown');
  }
  if (token.appKey !== app.appKey) {
    throw new GatewayFault('token_foreign_app', 'access_token belongs to another app_key');
  }
  if (token.isReplaced) {
    throw new GatewayFault('token_replaced', 'access_token has been replaced by a newer one');
  }
  if (token.expiresAtSeconds <= parts.clock.nowSeconds()) {
    throw new GatewayFault('token_expired', 'access_token is expired');
  }
  return { token, shop };
}

/** No token exists yet: the code stands in its place. A token of this app that is still good is let through too. */
function checkExchangeToken(body: JsonObject, app: App, parts: SandboxParts): void {
  const accessToken = commonText(body, 'access_token');
  if (accessToken === undefined) {
    throw new GatewayFault('token_missing', 'access_token is missing; put the code into it');
  }
  const code = body.entries.get('code');
  if (code?.kind === 'string' && code.value === accessToken) return;
  checkToken(body, app, parts);
}

function checkRate(app: App, parts: SandboxParts): void {
  if (!parts.limiter.take(app.appKey))
    throw new GatewayFault('rate_limited', 'rate limit of this app_key exceeded');
}

function readInput(call: Call | ExchangeCall, body: JsonObject, trace: CallTrace, strict: boolean): never {
  const { schema } = call;
  trace.ignoredFields = unknownFields(schema.request, body.entries, COMMON_FIELDS);
  if (strict && trace.ignoredFields.length > 0) {
    throw new GatewayFault(
      'parameter_invalid',
      `unknown parameter ${trace.ignoredFields.map((name) => name.slice(0, 80)).join(', ')} (strict mode)`,
    );
  }
  const input: Record<string, unknown> = readRequest(schema, body.entries);
  if (trace.repeatsFirstPage && schema.paging !== undefined) {
    const { number, token } = schema.paging;
    if (number !== undefined) input[number] = 1;
    if (token !== undefined) delete input[token];
  }
  // Schema and handler of one call belong together; the table of all calls has forgotten their common type.
  return input as never;
}

function perform(body: JsonObject, trace: CallTrace, origin: string, parts: SandboxParts): unknown {
  const { region } = trace;
  const call = checkType(body, region);
  const appKey = requireAppKey(body);
  requireSign(body);
  const app = checkApp(appKey, region, parts);
  checkSign(body, app, parts);
  checkTimestamp(body, parts);
  checkDataType(body);
  const context: ExchangeContext = {
    app,
    region,
    origin,
    world: parts.world,
    accounts: parts.accounts,
    clock: parts.clock,
    monotonicMs: parts.monotonicMs,
  };
  if ('exchange' in call) {
    checkExchangeToken(body, app, parts);
    checkRate(app, parts);
    return call.exchange(readInput(call, body, trace, parts.settings.strict), context);
  }
  const { token, shop } = checkToken(body, app, parts);
  trace.mallId = shop.shop.mallId;
  if (!token.scopes.includes(call.schema.type)) {
    throw new GatewayFault(
      'scope_missing',
      `access_token has no permission for ${call.schema.type}; authorize again with it`,
    );
  }
  checkRate(app, parts);
  const callContext: CallContext = { ...context, token, shop };
  return call.handle(readInput(call, body, trace, parts.settings.strict), callContext);
}

export function traceOf(body: JsonObject | undefined, region: Region): CallTrace {
  const text = (node: JsonNode | undefined): string =>
    node?.kind === 'string' ? node.value.slice(0, 120) : '';
  return {
    region,
    type: text(body?.entries.get('type')),
    appKey: text(body?.entries.get('app_key')),
    mallId: null,
    ignoredFields: [],
    repeatsFirstPage: false,
  };
}

export function refuse(error: unknown, region: Region, parts: SandboxParts): Envelope {
  const requestId = `${region}-${randomUUID()}`;
  if (error instanceof BusinessFault) {
    return { success: false, errorCode: error.code, errorMsg: error.message, requestId };
  }
  if (error instanceof GatewayFault) {
    const errorCode = codeOf(error.refusal, region, parts.settings);
    return { success: false, errorCode, errorMsg: error.message, requestId };
  }
  return { success: false, errorCode: 4000000, errorMsg: 'internal system error', requestId };
}

/**
 * One call through every check, in the order of the live notes of 2026-10-05: type, app key and sign there, app known,
 * sign right, time, data type, token, scope, rate, business.
 */
export function answer(body: JsonObject, trace: CallTrace, origin: string, parts: SandboxParts): Envelope {
  try {
    const result = perform(body, trace, origin, parts);
    return {
      success: true,
      errorCode: SUCCESS_CODE,
      errorMsg: trace.region === 'cn' ? null : '',
      requestId: `${trace.region}-${randomUUID()}`,
      result,
    };
  } catch (error) {
    if (!(error instanceof BusinessFault) && !(error instanceof GatewayFault)) {
      console.error(`sandbox: ${trace.type} failed`, error);
    }
    return refuse(error, trace.region, parts);
  }
}
