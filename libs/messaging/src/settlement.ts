import { AppError, dataFaultOf, type ErrorKind } from '#runtime';

/** What becomes of a delivered message. */
export type Settlement =
  | { readonly action: 'ack' }
  | { readonly action: 'nak'; readonly delayMs: number }
  | { readonly action: 'dead-letter'; readonly reason: string };

/** The message cannot be read, now or later. */
export class UnreadableMessage extends Error {}

const NAK_DELAYS_MS = [250, 1_000, 5_000, 15_000, 30_000] as const;
const LONGEST_DELAY_MS = 30_000;

/** Another transaction may have caused a violation of integrity; the third time it is the message's own. */
const INTEGRITY_DELIVERIES = 3;

function isDataError(error: unknown, delivery: number): boolean {
  const fault = dataFaultOf(error);
  return fault === 'exception' || (fault === 'integrity' && delivery >= INTEGRITY_DELIVERIES);
}

/** Whether the same event would meet the same error for ever. */
const IS_DETERMINISTIC: Readonly<Record<ErrorKind, boolean>> = {
  invalid: true,
  conflict: true,
  unauthenticated: false,
  forbidden: false,
  not_found: false,
  rate_limited: false,
  unavailable: false,
  timeout: false,
  internal: false,
};

/**
 * Only a deterministic error makes a poison message. Everything else, a bug included, is tried again for ever with a
 * growing delay: an infrastructure that is away for a day must not cost one event.
 */
export function settle(outcome: { ok: true } | { ok: false; error: unknown }, delivery: number): Settlement {
  if (outcome.ok) return { action: 'ack' };
  const { error } = outcome;
  if (error instanceof UnreadableMessage) return { action: 'dead-letter', reason: error.message };
  if (error instanceof AppError && IS_DETERMINISTIC[error.kind]) {
    return { action: 'dead-letter', reason: `${error.code}: ${error.message}` };
  }
  if (isDataError(error, delivery)) return { action: 'dead-letter', reason: String(error) };
  return { action: 'nak', delayMs: NAK_DELAYS_MS[delivery - 1] ?? LONGEST_DELAY_MS };
}
