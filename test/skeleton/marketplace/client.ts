import { createHash, createHmac } from 'node:crypto';
import { quoted, type Said, say } from '#said';
import { BreakerOpenError, createBreakerBoard, DEFAULT_BREAKER_SETTINGS } from '../call/breaker.js';
import { createHttpPoster, TransportError } from '../call/http.js';
import type { CallLimiter } from '../call/limiter.js';
import { sleep } from '../call/paced-limiter.js';
import { createRedactor, type Redact } from '../call/redact.js';
import { DEFAULT_RETRY_POLICY, decideRetry, type RetryClass } from '../call/retry.js';
import { MarketplaceError, type MarketplaceErrorKind } from '../errors.js';
import type { CallOptions, MarketplaceApp } from '../port.js';

/** What its codes mean, and whether the same request may fare better. */
const CODES: Readonly<
  Record<string, { kind: MarketplaceErrorKind; retry: RetryClass; meaning: Said; remedy: Said }>
> = {
  SIGN: {
    kind: 'signature',
    retry: 'never',
    meaning: say('meaning.signature_refused'),
    remedy: say('remedy.check_secret'),
  },
  TOKEN: {
    kind: 'token',
    retry: 'never',
    meaning: say('meaning.token_ended'),
    remedy: say('remedy.authorise_again'),
  },
  PARAM: {
    kind: 'programming',
    retry: 'never',
    meaning: say('meaning.bad_parameters'),
    remedy: say('remedy.report'),
  },
  NO_ORDER: {
    kind: 'business',
    retry: 'never',
    meaning: say('meaning.order_not_found'),
    remedy: say('remedy.check_number'),
  },
  BUSY: {
    kind: 'rate',
    retry: 'rate',
    meaning: say('meaning.too_many_calls'),
    remedy: say('remedy.later'),
  },
};
const UNUSABLE = { kind: 'transient', retry: 'transport', remedy: say('remedy.later') } as const;

export interface Answer {
  readonly data: unknown;
  readonly platformTime: Date;
  readonly requestStartedAt: Date;
  readonly redact: Redact;
}

/** Who asks: an app, of a seller, about a shop. */
export interface Asker {
  readonly app: MarketplaceApp;
  readonly token?: string;
  readonly cipher?: string;
}

class Refused extends Error {
  constructor(
    readonly error: MarketplaceError,
    readonly retryClass: RetryClass,
    readonly isPlatformFault: boolean,
  ) {
    super(error.message);
  }
}

/** Retry → limiter → breaker → HTTP, of the parts that all marketplaces share. */
export function createSkeletonClient(hosts: Readonly<Record<string, string>>, limiter: CallLimiter) {
  const poster = createHttpPoster({ timeoutMs: 15_000, maxAnswerBytes: 4 * 1024 * 1024, connections: 8 });
  const breakers = createBreakerBoard<Answer>({
    group: 'skeleton',
    settings: DEFAULT_BREAKER_SETTINGS,
    isPlatformFault: (error) =>
      error instanceof Refused ? error.isPlatformFault : error instanceof TransportError,
    clock: Date.now,
  });

  const exchange = async (
    path: string,
    params: object,
    asker: Asker,
    signal?: AbortSignal,
  ): Promise<Answer> => {
    const { app, token, cipher } = asker;
    const redact = createRedactor(
      [app.appSecret, token ?? '', cipher ?? ''].filter((secret) => secret !== ''),
    );
    const body = JSON.stringify({ ...params, token, cipher });
    const requestStartedAt = new Date();
    const timestamp = String(Math.floor(requestStartedAt.getTime() / 1000));
    const url = new URL(path, hosts[app.region]);
    url.searchParams.set('app_key', app.appKey);
    url.searchParams.set('timestamp', timestamp);
    url.searchParams.set('sign', signSkeleton(app.appSecret, path, timestamp, body));
    const { status, text, date, retryAfterMs } = await poster.postJson(url, body, signal);
    const failed = (what: Said, code: string, known: (typeof CODES)[string] | typeof UNUSABLE) =>
      new Refused(
        new MarketplaceError({
          kind: known.kind,
          operation: path,
          what: say('call.failed', { operation: path, what }),
          remedy: known.remedy,
          retryable: known.retry !== 'never',
          platformCode: code,
          retryAfterMs,
        }),
        known.retry,
        known.retry === 'transport',
      );
    if (status !== 200) throw failed(say('answer.http_status', { status }), `http_${status}`, UNUSABLE);
    const { data, error } = parseEnvelope(text) ?? {};
    if (typeof error === 'string') {
      const known = CODES[error];
      throw failed(known?.meaning ?? quoted(redact(error)), error, known ?? UNUSABLE);
    }
    if (data === undefined) throw failed(say('answer.not_an_envelope'), 'not_an_envelope', UNUSABLE);
    return { data, platformTime: date ?? requestStartedAt, requestStartedAt, redact };
  };

  const attempt = async (
    path: string,
    params: object,
    asker: Asker,
    options: CallOptions,
  ): Promise<Answer> => {
    const pass = breakers.enter(`skeleton:${asker.app.region}`);
    const permit = {
      appKey: asker.app.appKey,
      operation: path,
      priority: options.priority ?? 'background',
      shop: createHash('sha256')
        .update(asker.cipher ?? '')
        .digest('hex'),
    } as const;
    try {
      await limiter.acquire(permit, options.signal);
      return await pass.run(() => exchange(path, params, asker, options.signal));
    } catch (error) {
      const refused = asRefused(error, path, options.signal);
      if (refused.retryClass === 'rate') await limiter.penalize(permit, refused.error.retryAfterMs);
      throw refused;
    } finally {
      pass.release();
    }
  };

  return {
    /** @param isOnce it may be carried out once only, and may have been when its answer is lost */
    async call(
      path: string,
      params: object,
      asker: Asker,
      options: CallOptions,
      isOnce = false,
    ): Promise<Answer> {
      for (let number = 1; ; number += 1) {
        const startedAt = Date.now();
        const report = (outcome: 'ok' | 'retried' | 'failed') =>
          options.onCall?.({ operation: path, durationMs: Date.now() - startedAt, outcome });
        try {
          const answer = await attempt(path, params, asker, options);
          report('ok');
          return answer;
        } catch (error) {
          const { retryClass, error: told } = asRefused(error, path, options.signal);
          const decision = decideRetry(
            {
              retryClass,
              attempt: number,
              repeatable: !isOnce,
              notCarriedOut: retryClass === 'rate',
              clockResynced: false,
              retryAfterMs: told.retryAfterMs,
            },
            DEFAULT_RETRY_POLICY,
            Math.random(),
          );
          report(decision.retry ? 'retried' : 'failed');
          if (!decision.retry) throw told;
          await sleep(decision.delayMs, options.signal).catch(() => {
            throw aborted(path);
          });
        }
      }
    },
    async close() {
      breakers.close();
      await poster.close();
    },
  };
}

export type SkeletonClient = ReturnType<typeof createSkeletonClient>;

/** HMAC-SHA256 of path, timestamp and body, one line each. */
export function signSkeleton(appSecret: string, path: string, timestamp: string, body: string): string {
  return createHmac('sha256', appSecret).update([path, timestamp, body].join('\n')).digest('hex');
}

function parseEnvelope(text: string): { data?: unknown; error?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRefused(error: unknown, operation: string, signal: AbortSignal | undefined): Refused {
  if (error instanceof Refused) return error;
  if (signal?.aborted) return new Refused(aborted(operation), 'never', false);
  const isOpen = error instanceof BreakerOpenError;
  if (!isOpen && !(error instanceof TransportError)) throw error;
  return new Refused(
    new MarketplaceError({
      kind: isOpen ? 'breaker_open' : 'transient',
      operation,
      what: say('call.failed', { operation, what: isOpen ? say('breaker.open') : error.what }),
      remedy: say('remedy.later'),
      retryable: true,
      platformCode: isOpen ? null : error.fault,
      retryAfterMs: isOpen ? error.retryAfterMs : null,
    }),
    isOpen ? 'never' : 'transport',
    !isOpen,
  );
}

function aborted(operation: string): MarketplaceError {
  return new MarketplaceError({
    kind: 'aborted',
    operation,
    what: say('call.failed', { operation, what: say('transport.aborted') }),
    remedy: say('remedy.start_again'),
    retryable: true,
  });
}
