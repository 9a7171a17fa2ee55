import { Inject, Injectable } from '@nestjs/common';
import type { EmailKey } from '#contracts';
import { AppError, addressBlock, Database, insertOf } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';

const WINDOW_MS = 15 * 60_000;
const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 15 * 60_000;

/**
 * Failures within a window before a lock. One person who forgets is stopped from where they sit; nobody can lock
 * somebody else out from elsewhere with fewer than fifty tries, and never from a device on which they signed in before.
 */
const LIMITS = { accountFromAddress: 5, account: 50, address: 50, device: 5, session: 5 } as const;

export interface Attempt {
  /** Returns whether this failure locked something. */
  failed(): Promise<boolean>;
  succeeded(): Promise<void>;
}

interface Key {
  readonly key: string;
  readonly limit: number;
}

/** Counts a try *before* the password is looked at, so that a thousand parallel guesses are a thousand tries. */
@Injectable()
export class SignInThrottle {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** @throws AppError `sign_in.locked` with `retryAfterSeconds`, whether the account exists or not. */
  begin(account: EmailKey, address: string | undefined): Promise<Attempt> {
    const from = address === undefined ? 'unknown' : addressBlock(address);
    return this.count([
      { key: `account ${account} from ${from}`, limit: LIMITS.accountFromAddress },
      { key: accountKey(account), limit: LIMITS.account },
      { key: `address ${from}`, limit: LIMITS.address },
    ]);
  }

  /** On a device of the person whose password is tried. @throws AppError `sign_in.locked` */
  beginOnDevice(deviceId: string): Promise<Attempt> {
    return this.count([{ key: `device ${deviceId}`, limit: LIMITS.device }]);
  }

  /** By somebody who is signed in, with their own password. @throws AppError `sign_in.locked` */
  beginInSession(sessionId: string): Promise<Attempt> {
    return this.count([{ key: `session ${sessionId}`, limit: LIMITS.session }]);
  }

  private async count(keys: readonly Key[]): Promise<Attempt> {
    for (const { key, limit } of keys) await this.countOne(key, limit);
    return {
      failed: async () => {
        const locked = await Promise.all(keys.map((each) => this.lockWhenOver(each)));
        return locked.some(Boolean);
      },
      succeeded: async () => {
        const [pair, ...others] = keys.map(({ key }) => key);
        await this.database.query('DELETE FROM sign_in_throttle WHERE key = $1', [pair]);
        await this.database.query(
          'UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0) WHERE key = ANY ($1)',
          [others],
        );
      },
    };
  }

  private async countOne(key: string, limit: number): Promise<void> {
    const now = this.now();
    // After a lock one more try is free; the next failure locks again, for longer.
    const row = insertOf({ key, failures: 1, window_ends_at: new Date(now.getTime() + WINDOW_MS) }, 3);
    const [counted] = await this.database.query<{ failures: number }>(
      `INSERT INTO sign_in_throttle AS t (${row.names}) VALUES (${row.parameters})
       ON CONFLICT (key) DO UPDATE SET
         failures = CASE
           WHEN t.window_ends_at <= $1 THEN 1
           WHEN t.locked_until IS NOT NULL THEN $2
           ELSE t.failures + 1 END,
         locks = CASE WHEN t.window_ends_at <= $1 THEN 0 ELSE t.locks END,
         window_ends_at = excluded.window_ends_at,
         locked_until = NULL
       WHERE t.locked_until IS NULL OR t.locked_until <= $1
       RETURNING failures`,
      [now, limit, ...row.values],
    );
    if (counted === undefined) throw lockedError(await this.lockedForMs(key));
    // Parallel tries beyond the limit are refused before any password is checked.
    if (counted.failures > limit) {
      await this.lock(key);
      throw lockedError(await this.lockedForMs(key));
    }
  }

  private async lockWhenOver({ key, limit }: Key): Promise<boolean> {
    const [row] = await this.database.query<{ failures: number }>(
      'SELECT failures FROM sign_in_throttle WHERE key = $1',
      [key],
    );
    return row !== undefined && row.failures >= limit && (await this.lock(key));
  }

  /** Twice as long each time. False: it was locked already. */
  private async lock(key: string): Promise<boolean> {
    const locked = await this.database.query(
      `UPDATE sign_in_throttle SET locks = locks + 1,
         locked_until = $2::timestamptz + least($3::float8, $4::float8 * 2 ^ least(locks, 10)) * interval '1 ms',
         window_ends_at = $2::timestamptz + least($3::float8, $4::float8 * 2 ^ least(locks, 10)) * interval '1 ms'
           + $5::float8 * interval '1 ms'
       WHERE key = $1 AND (locked_until IS NULL OR locked_until <= $2) RETURNING key`,
      [key, this.now(), LONGEST_LOCK_MS, FIRST_LOCK_MS, WINDOW_MS],
    );
    return locked.length > 0;
  }

  private async lockedForMs(key: string): Promise<number> {
    const [row] = await this.database.query<{ locked_until: Date | null }>(
      'SELECT locked_until FROM sign_in_throttle WHERE key = $1',
      [key],
    );
    return Math.max(1_000, (row?.locked_until?.getTime() ?? 0) - this.now().getTime());
  }
}

function accountKey(account: EmailKey): string {
  return `account ${account}`;
}

/** For an operator who gives a person a new password: what strangers tried counts no more. */
export async function clearThrottleOf(db: Pick<Database, 'query'>, account: EmailKey): Promise<void> {
  const key = accountKey(account);
  await db.query('DELETE FROM sign_in_throttle WHERE key = $1 OR starts_with(key, $2)', [
    key,
    `${key} from `,
  ]);
}

function lockedError(forMs: number): AppError {
  const retryAfterSeconds = Math.ceil(forMs / 1_000);
  return new AppError(
    'rate_limited',
    'sign_in.locked',
    `Too many failed sign-ins. Try again in ${retryAfterSeconds} s, or ask an owner to set a new password.`,
    { retryAfterSeconds },
  );
}
