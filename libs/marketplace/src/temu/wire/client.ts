import { say } from '#said';
import type { Answer } from '../../call/answer.js';
import { CallFault, requireSet, unsendable } from '../../call/call-fault.js';
import { Caller, type CallerParts, shopMark } from '../../call/caller.js';
import type { HttpPoster } from '../../call/http.js';
import { PlatformClock } from '../../call/platform-clock.js';
import { createRedactor, type Redact } from '../../call/redact.js';
import { UnsendableValueError, type WireObject, writeWireJson } from '../../payload/wire-json.js';
import type { CallOptions, MarketplaceApp } from '../../port.js';
import { readResult } from './answer.js';
import { limitOfCall } from './call-limits.js';
import { buildFields, TEMU_CALLS, type TemuCallParams, type TemuCallType } from './calls.js';
import type { TemuRegion } from './regions.js';
import { requireScope } from './scopes.js';
import { signTemuFields } from './signing.js';

export interface TemuIdentity {
  app: MarketplaceApp & { readonly region: TemuRegion };
  accessToken: string;
  /** `null`: not known. */
  scopes: readonly string[] | null;
}

export interface TemuClientParts extends CallerParts<Answer> {
  readonly routers: Record<TemuRegion, URL>;
  readonly poster: HttpPoster;
}

/**
 * One call: known permissions → retry → limiter → breaker → HTTP with its own deadline. Rejects with `MarketplaceError`
 * only.
 */
export class TemuClient {
  readonly #parts: TemuClientParts;
  readonly #caller: Caller<Answer>;
  readonly #clock: PlatformClock<TemuRegion>;

  constructor(parts: TemuClientParts) {
    this.#parts = parts;
    this.#caller = new Caller(parts);
    this.#clock = new PlatformClock(parts.clock);
  }

  /** The gateway's clock as far as its answers have told it, in whole seconds, rounded up. */
  platformSeconds(region: TemuRegion): number {
    return this.#clock.seconds(region);
  }

  async call<T extends TemuCallType>(
    operation: T,
    params: TemuCallParams[T],
    identity: TemuIdentity,
    options: CallOptions,
  ): Promise<Answer> {
    const { app, accessToken } = identity;
    requireScope(operation, app.region, identity.scopes);
    const fields = prepareFields(operation, params, identity);
    const redact = createRedactor([app.appSecret, accessToken]);
    const traits = TEMU_CALLS[operation];
    return this.#caller.call({
      operation,
      permit: {
        appKey: app.appKey,
        operation,
        priority: options.priority ?? 'background',
        shop: shopMark(accessToken),
        ownLimit: limitOfCall(app.region, operation),
      },
      breakerKey: `temu:${app.region}:${traits.group}`,
      repeatable: traits.repeatable,
      options,
      exchange: (sentAtMs) => this.#exchange({ operation, fields, app, redact, options }, sentAtMs),
    });
  }

  async #exchange({ operation, fields, app, redact, options }: Signable, sentAtMs: number): Promise<Answer> {
    const { poster, routers } = this.#parts;
    const signedAtMs = this.#clock.shownMs(app.region, sentAtMs);
    const stamped = { ...fields, timestamp: Math.floor(signedAtMs / 1000) };
    const body = writeWireJson({ ...stamped, sign: signTemuFields(stamped, app.appSecret) });
    const answer = await poster.postJson(routers[app.region], body, options.signal);
    this.#clock.saw(app.region, answer.date);
    try {
      return {
        result: readResult(answer, { region: app.region, operation, redact }),
        // Without a Date header our own clock at the start stands in: it is earlier, so no window ends in the future.
        platformTime: answer.date ?? new Date(signedAtMs),
        requestStartedAt: new Date(sentAtMs),
        redact,
      };
    } catch (error) {
      if (error instanceof CallFault && error.retryClass === 'clock')
        this.#clock.resync(app.region, answer.date);
      throw error;
    }
  }
}

interface Signable {
  readonly operation: TemuCallType;
  /** Everything but timestamp and sign. */
  readonly fields: WireObject;
  readonly app: TemuIdentity['app'];
  readonly redact: Redact;
  readonly options: CallOptions;
}

/** The body's fields, checked before a permit is spent on them. */
function prepareFields<T extends TemuCallType>(
  operation: T,
  params: TemuCallParams[T],
  { app, accessToken }: TemuIdentity,
): WireObject {
  requireSet(operation, app.appKey, 'configuration', say('setup.app_key'));
  requireSet(operation, app.appSecret, 'configuration', say('setup.app_secret'));
  requireSet(operation, accessToken, 'token', say('setup.access_token'));
  const fields = buildFields({
    ...params,
    type: operation,
    app_key: app.appKey,
    access_token: accessToken,
    data_type: 'JSON',
  });
  try {
    writeWireJson(fields, operation);
  } catch (error) {
    if (error instanceof UnsendableValueError) throw unsendable(operation, error.message);
    throw error;
  }
  return fields;
}
