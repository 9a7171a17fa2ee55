import { say } from '#said';
import type { Answer } from '../../call/answer.js';
import { withoutTrailingSlash } from '../../call/base-url.js';
import { CallFault, requireSet, unsendable } from '../../call/call-fault.js';
import { Caller, type CallerParts, shopMark } from '../../call/caller.js';
import type { HttpAnswer, HttpPoster, HttpRequest } from '../../call/http.js';
import { PlatformClock } from '../../call/platform-clock.js';
import { createRedactor, type Redact } from '../../call/redact.js';
import { UnsendableValueError, type WireObject, writeWireJson } from '../../payload/wire-json.js';
import type { CallOptions, MarketplaceApp } from '../../port.js';
import { readData } from './answer.js';
import {
  TIKTOK_CALLS,
  type TikTokCall,
  type TikTokCallTraits,
  TOKEN_CALLS,
  type TokenCall,
} from './calls.js';
import type { TikTokRegion } from './regions.js';
import { requireScope } from './scopes.js';
import { type Query, signTikTokCall } from './signing.js';

export type TikTokApp = Pick<MarketplaceApp, 'appKey' | 'appSecret'> & { readonly region: TikTokRegion };

export interface TikTokIdentity {
  readonly app: TikTokApp;
  readonly accessToken: string;
  /** `null`: not known. */
  readonly scopes: readonly string[] | null;
  /** `null` where the shop is not known yet. */
  readonly shopCipher: string | null;
}

/** What a call says beside who asks. */
export interface TikTokParams {
  /** Those that stand in the call's path. */
  readonly path?: Query;
  readonly query?: Query;
  readonly body?: WireObject;
}

export interface TikTokClientParts extends CallerParts<Answer> {
  readonly hosts: Readonly<Record<TikTokRegion, URL>>;
  readonly tokenHosts: Readonly<Record<TikTokRegion, URL>>;
  readonly poster: HttpPoster;
}

/**
 * One call: known permissions → retry → limiter → breaker → HTTP with its own deadline. Rejects with `MarketplaceError`
 * only.
 */
export class TikTokClient {
  readonly #parts: TikTokClientParts;
  readonly #caller: Caller<Answer>;
  readonly #clock: PlatformClock<TikTokRegion>;

  constructor(parts: TikTokClientParts) {
    this.#parts = parts;
    this.#caller = new Caller(parts);
    this.#clock = new PlatformClock(parts.clock);
  }

  async call(
    operation: TikTokCall,
    params: TikTokParams,
    identity: TikTokIdentity,
    options: CallOptions,
  ): Promise<Answer> {
    const traits: TikTokCallTraits = TIKTOK_CALLS[operation];
    requireScope(operation, identity.scopes);
    const unsigned = prepare(operation, traits, params, identity);
    const { app, accessToken, shopCipher } = identity;
    const redact = createRedactor([app.appSecret, accessToken, shopCipher ?? undefined]);
    return this.#caller.call({
      operation,
      permit: {
        appKey: app.appKey,
        operation,
        priority: options.priority ?? 'background',
        // One token opens several shops.
        shop: shopMark(`${accessToken} ${shopCipher ?? ''}`),
        ownLimit: traits.ownLimit,
      },
      breakerKey: `tiktok:${app.region}:${traits.group}`,
      repeatable: true,
      options,
      exchange: (sentAtMs) =>
        this.#exchange(
          sentAtMs,
          app.region,
          redact,
          options,
          (timestamp) => signed(this.#parts.hosts[app.region], unsigned, { app, accessToken, timestamp }),
          { operation, scope: traits.scope },
        ),
    });
  }

  /**
   * The secret and what is exchanged stand in the address: nobody may see it, so that nothing of it leaves this method.
   * Tried again only where TikTok surely did not carry it out: what is exchanged works once.
   */
  async token(
    operation: TokenCall,
    what: { readonly auth_code: string } | { readonly refresh_token: string },
    app: TikTokApp,
    options: CallOptions,
  ): Promise<Answer> {
    requireSet(operation, app.appKey, 'configuration', say('setup.app_key'));
    requireSet(operation, app.appSecret, 'configuration', say('setup.app_secret'));
    const url = under(this.#parts.tokenHosts[app.region], TOKEN_CALLS[operation]);
    const query = {
      app_key: app.appKey,
      app_secret: app.appSecret,
      ...what,
      grant_type: operation === 'GetAccessToken' ? 'authorized_code' : 'refresh_token',
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const redact = createRedactor([app.appSecret, ...Object.values(what)]);
    return this.#caller.call({
      operation,
      permit: {
        appKey: app.appKey,
        operation,
        priority: options.priority ?? 'background',
        shop: shopMark(Object.values(what).join(' ')),
      },
      breakerKey: `tiktok:${app.region}:auth`,
      repeatable: false,
      options,
      exchange: (sentAtMs) =>
        this.#exchange(sentAtMs, app.region, redact, options, () => ({ method: 'GET', url }), {
          operation,
          scope: null,
        }),
    });
  }

  async #exchange(
    sentAtMs: number,
    region: TikTokRegion,
    redact: Redact,
    { signal }: CallOptions,
    requestAt: (timestamp: number) => HttpRequest,
    asked: { readonly operation: string; readonly scope: string | null },
  ): Promise<Answer> {
    const shownMs = this.#clock.shownMs(region, sentAtMs);
    const answer: HttpAnswer = await this.#parts.poster.send(requestAt(Math.floor(shownMs / 1000)), signal);
    try {
      return {
        result: readData(answer, { ...asked, redact }),
        // Without a Date header our own clock at the start stands in: it is earlier, so no window ends in the future.
        platformTime: answer.date ?? new Date(shownMs),
        requestStartedAt: new Date(sentAtMs),
        redact,
      };
    } catch (error) {
      if (error instanceof CallFault && error.retryClass === 'clock') this.#clock.resync(region, answer.date);
      throw error;
    }
  }
}

/** A call as it is checked before a permit is spent on it: everything but the time and the signature. */
interface UnsignedCall {
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly query: Query;
  /** Written once: what is signed is what is sent. Empty where there is none, for `{}` is signed by some and not by others. */
  readonly body: string;
}

function prepare(
  operation: TikTokCall,
  { method, path, isOfShop }: TikTokCallTraits,
  params: TikTokParams,
  { app, accessToken, shopCipher }: TikTokIdentity,
): UnsignedCall {
  requireSet(operation, app.appKey, 'configuration', say('setup.app_key'));
  requireSet(operation, app.appSecret, 'configuration', say('setup.app_secret'));
  requireSet(operation, accessToken, 'token', say('setup.access_token'));
  if (isOfShop) requireSet(operation, shopCipher ?? '', 'token', say('setup.shop_key'));
  const body = params.body === undefined ? '' : written(operation, params.body);
  if (body === '{}') throw unsendable(operation, 'must say something in its body');
  return {
    method,
    path: filled(operation, path, params.path ?? {}),
    query: {
      ...params.query,
      app_key: app.appKey,
      ...(isOfShop && shopCipher !== null ? { shop_cipher: shopCipher } : {}),
    },
    body,
  };
}

function signed(
  host: URL,
  { method, path, query, body }: UnsignedCall,
  who: { readonly app: TikTokApp; readonly accessToken: string; readonly timestamp: number },
): HttpRequest {
  const stamped = { ...query, timestamp: String(who.timestamp) };
  const url = under(host, path);
  for (const [name, value] of Object.entries(stamped)) url.searchParams.set(name, value);
  url.searchParams.set('sign', signTikTokCall({ path, query: stamped, body }, who.app.appSecret));
  return {
    method,
    url,
    headers: { 'x-tts-access-token': who.accessToken },
    body: body === '' ? undefined : body,
  };
}

/** Ids only stand in paths: anything else would be escaped there, and signed otherwise than it is seen. */
function filled(operation: string, path: string, values: Query): string {
  return path.replaceAll(/\{(\w+)\}/g, (_place, name: string) => {
    const value = values[name] ?? '';
    if (!/^\w{1,100}$/.test(value)) throw unsendable(operation, `${name} is no id`);
    return value;
  });
}

function written(operation: string, body: WireObject): string {
  try {
    return writeWireJson(body, operation);
  } catch (error) {
    if (error instanceof UnsendableValueError) throw unsendable(operation, error.message);
    throw error;
  }
}

/** A sandbox may stand under a path of its host. */
function under(host: URL, path: string): URL {
  const url = new URL(host);
  url.pathname = withoutTrailingSlash(host.pathname) + path;
  return url;
}
