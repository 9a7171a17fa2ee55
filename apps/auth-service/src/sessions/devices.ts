import { Inject, Injectable } from '@nestjs/common';
import type { EmailKey, SignedInSession } from '#contracts';
import { Database, insertOf, type Transaction } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { hashToken, randomDeviceToken } from './tokens.js';

const DEVICE_LIFE_MS = 365 * 86_400_000;
/** Of one person; the one that was used longest ago is forgotten. */
const MOST_DEVICES = 20;

export interface RememberedDevice {
  readonly id: string;
  readonly cookie: SignedInSession['device'];
}

/**
 * Browsers on which a person has signed in before. What strangers try elsewhere does not lock these out; each has a
 * throttle of its own, so that a stolen cookie guesses no faster than a stranger does. One cookie serves all people who
 * share a browser, but each must have signed in on it.
 */
@Injectable()
export class Devices {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Null: this person has not signed in there, or is nobody. */
  async find(account: EmailKey, token: string | undefined): Promise<string | null> {
    if (token === undefined) return null;
    const [found] = await this.database.query<{ id: string }>(
      `SELECT d.id FROM sign_in_devices d JOIN users u ON u.id = d.user_id
       WHERE d.hash = $1 AND u.email_key = $2 AND d.expires_at > $3`,
      [hashToken(token), account, this.now()],
    );
    return found?.id ?? null;
  }

  /** After a sign-in. The cookie is another one each time, so that one which somebody else put there is worth nothing. */
  async remember(tx: Transaction, userId: string, token: string | undefined): Promise<RememberedDevice> {
    const now = this.now();
    const expiresAt = new Date(now.getTime() + DEVICE_LIFE_MS);
    const next = randomDeviceToken();
    if (token !== undefined) {
      await tx.query('UPDATE sign_in_devices SET hash = $2 WHERE hash = $1', [
        hashToken(token),
        hashToken(next),
      ]);
    }
    const row = insertOf({
      hash: hashToken(next),
      user_id: userId,
      last_used_at: now,
      expires_at: expiresAt,
    });
    const [device] = await tx.query<{ id: string }>(
      `INSERT INTO sign_in_devices (${row.names}) VALUES (${row.parameters})
       ON CONFLICT (hash, user_id) DO UPDATE SET last_used_at = excluded.last_used_at, expires_at = excluded.expires_at
       RETURNING id`,
      row.values,
    );
    if (device === undefined) throw new Error('the device was not stored');
    // Never this one: others may have been used in the same instant, and the session that begins names it.
    await tx.query(
      `DELETE FROM sign_in_devices WHERE id IN (
         SELECT id FROM sign_in_devices WHERE user_id = $1 AND id <> $2
         ORDER BY last_used_at DESC, id OFFSET $3)`,
      [userId, device.id, MOST_DEVICES - 1],
    );
    return { id: device.id, cookie: { token: next, expiresAt: expiresAt.toISOString() } };
  }

  async prune(): Promise<void> {
    await this.database.query('DELETE FROM sign_in_devices WHERE expires_at < $1', [this.now()]);
  }
}

/** With a new password nothing that was trusted with the old one is; but for the device of the session that is kept. */
export async function forgetDevicesOf(
  tx: Transaction,
  userId: string,
  keptSessionId: string | null = null,
): Promise<void> {
  await tx.query(
    `DELETE FROM sign_in_devices d WHERE d.user_id = $1
       AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = $2::uuid AND s.device_id = d.id)`,
    [userId, keptSessionId],
  );
}
