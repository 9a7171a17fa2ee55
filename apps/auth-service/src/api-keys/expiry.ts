import { invalid, refusedField } from '#runtime';

/** The clock of whoever asks for a whole year may be ahead of ours. */
const CLOCK_SLACK_MS = 5 * 60_000;

/**
 * After now, and at most a year (by the calendar) from now: a key that nobody remembers ends by itself.
 * @throws AppError `api_key.expiry_refused`
 */
export function expiryOf(expiresAt: string, now: Date): Date {
  const wanted = new Date(expiresAt);
  const latest = new Date(now);
  latest.setUTCFullYear(latest.getUTCFullYear() + 1);
  if (wanted > now && wanted.getTime() <= latest.getTime() + CLOCK_SLACK_MS) return wanted;
  throw invalid(
    'api_key.expiry_refused',
    `expiresAt must lie between now and ${latest.toISOString()}: a key lives a year at most.`,
    [refusedField('expiresAt', 'input.expiry', { latest: latest.toISOString() })],
  );
}
