import { createHmac } from 'node:crypto';
import { quoted, type Said, say } from '#said';
import type { Answer } from '../call/answer.js';
import { createBreakerBoard, DEFAULT_BREAKER_SETTINGS } from '../call/breaker.js';
import { type CodeRow, codeFault, failed, httpStatusFault, unusableAnswer } from '../call/call-fault.js';
import { Caller, isPlatformFault, shopMark } from '../call/caller.js';
import { createHttpPoster, type HttpAnswer } from '../call/http.js';
import type { CallLimiter } from '../call/limiter.js';
import { createRedactor, type Redact } from '../call/redact.js';
import { DEFAULT_RETRY_POLICY } from '../call/retry.js';
import { isJsonObject } from '../payload/read.js';
import { readWireJson } from '../payload/wire-json.js';
import type { CallOptions, MarketplaceApp } from '../port.js';

const never = (kind: CodeRow['kind'], meaning: Said, remedy: Said): CodeRow => ({
  kind,
  retry: 'never',
  meaning,
  remedy,
});

/** What its codes mean. */
const CODES: Readonly<Record<string, CodeRow>> = {
  SIGN: never('signature', say('meaning.signature_refused'), say('remedy.check_secret')),
  TOKEN: never('token', say('meaning.token_ended'), say('remedy.authorise_again')),
  PARAM: never('programming', say('meaning.bad_parameters'), say('remedy.report')),
  NO_ORDER: never('business', say('meaning.order_not_found'), say('remedy.check_number')),
  BUSY: {
    kind: 'rate',
    retry: 'rate',
    meaning: say('meaning.too_many_calls'),
    remedy: say('remedy.later'),
  },
};

/** Who asks: an app, of a seller, about a shop. */
export interface Asker {
  readonly app: MarketplaceApp;
  readonly token?: string;
  readonly cipher?: string;
}

export interface SkeletonHosts {
  /** Base addresses by region. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Deadline of one try. */
  readonly timeoutMs?: number | undefined;
}

export function createSkeletonClient({ hosts, timeoutMs = 15_000 }: SkeletonHosts, limiter: CallLimiter) {
  const poster = createHttpPoster({ timeoutMs, maxAnswerBytes: 4 * 1024 * 1024, connections: 8 });
  const breakers = createBreakerBoard<Answer>({
    group: 'skeleton',
    settings: DEFAULT_BREAKER_SETTINGS,
    isPlatformFault,
    clock: Date.now,
  });
  const caller = new Caller<Answer>({
    limiter,
    breakers,
    retryPolicy: DEFAULT_RETRY_POLICY,
    random: Math.random,
    clock: Date.now,
  });

  return {
    /** @param isOnce it may be carried out once only, and may have been when its answer is lost */
    call(path: string, params: object, asker: Asker, options: CallOptions, isOnce = false): Promise<Answer> {
      const { app, token, cipher } = asker;
      const redact = createRedactor([app.appSecret, token, cipher]);
      const body = JSON.stringify({ ...params, token, cipher });
      return caller.call({
        operation: path,
        permit: {
          appKey: app.appKey,
          operation: path,
          priority: options.priority ?? 'background',
          shop: shopMark(cipher ?? token ?? ''),
        },
        breakerKey: `skeleton:${app.region}`,
        repeatable: !isOnce,
        options,
        exchange: async (sentAtMs) => {
          const url = new URL(path, hosts[app.region]);
          const timestamp = String(Math.floor(sentAtMs / 1000));
          url.searchParams.set('app_key', app.appKey);
          url.searchParams.set('timestamp', timestamp);
          url.searchParams.set('sign', signSkeleton(app.appSecret, path, timestamp, body));
          const answer = await poster.postJson(url, body, options.signal);
          return {
            result: readData(path, answer, redact),
            platformTime: answer.date ?? new Date(sentAtMs),
            requestStartedAt: new Date(sentAtMs),
            redact,
          };
        },
      });
    },
    async close() {
      breakers.close();
      await poster.close();
    },
  };
}

/** HMAC-SHA256 of path, timestamp and body, one line each. */
export function signSkeleton(appSecret: string, path: string, timestamp: string, body: string): string {
  return createHmac('sha256', appSecret).update([path, timestamp, body].join('\n')).digest('hex');
}

/** @throws CallFault */
function readData(path: string, answer: HttpAnswer, redact: Redact): unknown {
  if (answer.status !== 200) throw httpStatusFault(path, answer, { code: null, text: '' });
  const envelope = parse(answer.text);
  if (!isJsonObject(envelope))
    throw unusableAnswer(path, 'not_an_envelope', failed(path, say('answer.not_an_envelope')));
  const { data, error } = envelope;
  if (typeof error !== 'string') return data;
  const code = redact(error);
  const row = CODES[code] ?? never('business', quoted(code), say('remedy.read_message'));
  throw codeFault(path, row, { code, text: '' }, { requestId: null, retryAfterMs: answer.retryAfterMs });
}

function parse(text: string): unknown {
  try {
    return readWireJson(text);
  } catch {
    return undefined;
  }
}
