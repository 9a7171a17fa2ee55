import type { WebhookMessage } from '../webhooks/message.js';

const ANSWER_WITHIN_MS = 500;

export interface WebhookSettings {
  /** Where to push; null pushes nothing. An app's own address comes first. */
  url: string | null;
  /** How many times faster than the documents the ladder is: 3600 makes an hour a second. */
  timeScale: number;
  /** Shares in [0, 1]: never sent; sent twice; held back up to `delayMaxMs`, so that later ones overtake them. */
  lossShare: number;
  duplicateShare: number;
  delayShare: number;
  delayMaxMs: number;
}

export const DEFAULT_WEBHOOKS: WebhookSettings = {
  url: null,
  timeScale: 1,
  lossShare: 0,
  duplicateShare: 0,
  delayShare: 0,
  delayMaxMs: 5_000,
};

export interface Attempt {
  atMs: number;
  /** Null when there was no answer in time, or none at all. */
  httpStatus: number | null;
  error: string | null;
  durationMs: number;
}

export interface Delivery {
  id: string;
  appKey: string;
  eventCode: string;
  eventData: string;
  timestampMs: number;
  isExtParamSigned: boolean;
  /** `lost` and `dropped` are never sent (again): a fault of ours, or the end of the ladder. */
  state: 'pending' | 'delivered' | 'lost' | 'dropped';
  /** Second copy of that one. */
  duplicateOf: string | null;
  attempts: Attempt[];
}

export interface WebhookCounters {
  /** Messages made, copies not counted. */
  events: number;
  attempts: number;
  delivered: number;
  failedAttempts: number;
  lost: number;
  duplicated: number;
  delayed: number;
  /** At the end of the ladder. */
  dropped: number;
  /** Because more than the limit were waiting. */
  overflowed: number;
}

export const NO_COUNTS: WebhookCounters = {
  events: 0,
  attempts: 0,
  delivered: 0,
  failedAttempts: 0,
  lost: 0,
  duplicated: 0,
  delayed: 0,
  dropped: 0,
  overflowed: 0,
};

/** One attempt; it never throws. */
export async function post(url: string, message: WebhookMessage, atMs: number): Promise<Attempt> {
  const startedMs = performance.now();
  const outcome = await fetch(url, {
    method: 'POST',
    headers: message.headers,
    body: message.body,
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  }).then(
    async (response) => {
      await response.body?.cancel().catch(() => {});
      return { httpStatus: response.status, error: null };
    },
    (error: unknown) => ({ httpStatus: null, error: reasonOf(error) }),
  );
  return { ...outcome, atMs, durationMs: Math.round(performance.now() - startedMs) };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${ANSWER_WITHIN_MS} ms`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
