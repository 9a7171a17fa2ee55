import { english, type Said, say } from '#said';
import type { ListPage } from './port.js';

/**
 * What went wrong, by what to do about it:
 * `signature` our signing is wrong; `clock` our clock is off; `token` the seller must authorise again; `scope` the
 * seller must grant a permission; `ip` our address must be registered; `rate` slow down; `transient` try later;
 * `business` the platform refused this request; `configuration` app, key, gateway or the shop is not set up for the call,
 * and every request like it fares the same;
 * `programming` the request is malformed; `unreadable` the answer about one record cannot be understood, and `raw` holds
 * it; `breaker_open` the gateway is being spared, no call was made;
 * `aborted` the caller gave up.
 */
export type MarketplaceErrorKind =
  | 'signature'
  | 'clock'
  | 'token'
  | 'scope'
  | 'ip'
  | 'rate'
  | 'transient'
  | 'business'
  | 'configuration'
  | 'programming'
  | 'unreadable'
  | 'breaker_open'
  | 'aborted';

/** What a page says that shows none of the rows which its list counts. */
export type EmptyPage = Pick<ListPage<never>, 'total' | 'platformTime' | 'requestStartedAt'>;

export interface MarketplaceErrorFields {
  kind: MarketplaceErrorKind;
  /** The vendor's name of the call. */
  operation: string;
  /** What happened. */
  what: Said;
  /** For the person who must act. */
  remedy: Said;
  /** Whether the same call may succeed later without anyone acting. */
  retryable: boolean;
  /** The vendor's code, or `http_503`, or `null` where no answer came. */
  platformCode?: string | null | undefined;
  /** The vendor's words: bounded, credentials blanked. */
  platformMessage?: string | null | undefined;
  /** Kind `scope`: the permission that is lacking, as tokens name it; left out where each call is one of its own. */
  permission?: string | null | undefined;
  requestId?: string | null | undefined;
  retryAfterMs?: number | null | undefined;
  /** Kind `unreadable`: the answer as JSON text, credentials blanked. May hold personal data: never log it. */
  raw?: string | null | undefined;
  emptyPage?: EmptyPage | undefined;
  cause?: unknown;
}

/** The only error that a connector throws. Holds no secret: safe to log and to store. */
export class MarketplaceError extends Error {
  override readonly name = 'MarketplaceError';
  readonly kind: MarketplaceErrorKind;
  readonly operation: string;
  readonly what: Said;
  readonly whatToDo: Said;
  readonly retryable: boolean;
  readonly platformCode: string | null;
  readonly platformMessage: string | null;
  readonly permission: string;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly emptyPage: EmptyPage | null;
  readonly #raw: string | null;

  constructor(fields: MarketplaceErrorFields) {
    super(english(fields.what), fields.cause === undefined ? undefined : { cause: fields.cause });
    this.kind = fields.kind;
    this.operation = fields.operation;
    this.what = fields.what;
    this.whatToDo = fields.remedy;
    this.retryable = fields.retryable;
    this.platformCode = fields.platformCode ?? null;
    this.platformMessage = fields.platformMessage ?? null;
    this.permission = fields.permission ?? fields.operation;
    this.requestId = fields.requestId ?? null;
    this.retryAfterMs = fields.retryAfterMs ?? null;
    this.emptyPage = fields.emptyPage ?? null;
    this.#raw = fields.raw ?? null;
  }

  /** What happened, and what to do about it. */
  get said(): Said {
    return say('with_remedy', { what: this.what, remedy: this.whatToDo });
  }

  get remedy(): string {
    return english(this.whatToDo);
  }

  /** Kept out of logs and JSON, because it is no property of the object's own. */
  get raw(): string | null {
    return this.#raw;
  }
}

export function isMarketplaceError(error: unknown): error is MarketplaceError {
  return error instanceof MarketplaceError;
}

/**
 * For readers that count the rows of a whole list (`judgePass`): a page without the rows that its list counts is a page
 * that lacks them. Taken alone it would make a shop look empty, which is why it is an error to everybody else.
 */
export async function emptyIfWithoutRows<T>(answer: Promise<ListPage<T>>): Promise<ListPage<T>> {
  try {
    return await answer;
  } catch (error) {
    if (!isMarketplaceError(error) || error.emptyPage === null) throw error;
    return { ...error.emptyPage, records: [], unreadable: [] };
  }
}
