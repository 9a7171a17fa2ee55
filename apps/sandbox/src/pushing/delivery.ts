/** One push as it goes over the wire. */
export interface PushMessage {
  headers: Record<string, string>;
  body: string;
}

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

/** What has become of a push. */
export interface Fate {
  id: string;
  /** `lost` and `dropped` are never sent (again): a fault of ours, or the end of the ladder. */
  state: 'pending' | 'delivered' | 'lost' | 'dropped';
  /** Second copy of that one. */
  duplicateOf: string | null;
  attempts: Attempt[];
}

/** What is pushed, in the marketplace's own words, and what has become of it. */
export type Delivery<What> = What & Fate;

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
export async function post(
  url: string,
  message: PushMessage,
  atMs: number,
  answerWithinMs: number,
): Promise<Attempt> {
  const startedMs = performance.now();
  const outcome = await fetch(url, {
    method: 'POST',
    headers: message.headers,
    body: message.body,
    redirect: 'manual',
    signal: AbortSignal.timeout(answerWithinMs),
  }).then(
    async (response) => {
      await response.body?.cancel().catch(() => {});
      return { httpStatus: response.status, error: null };
    },
    (error: unknown) => ({ httpStatus: null, error: reasonOf(error, answerWithinMs) }),
  );
  return { ...outcome, atMs, durationMs: Math.round(performance.now() - startedMs) };
}

function reasonOf(error: unknown, answerWithinMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerWithinMs} ms`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
