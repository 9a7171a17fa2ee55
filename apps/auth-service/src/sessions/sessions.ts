import { Inject, Injectable } from '@nestjs/common';
import {
  accessChanged,
  type Caller,
  type GrantView,
  type IssuedSession,
  type Principal,
  type SignOut,
} from '#contracts';
import { Broadcaster } from '#messaging';
import { AppError, Database, expressionsOf, insertOf, type Transaction } from '#runtime';
import { GRANTS_OF_USER } from '../accounts/grants.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { hashToken, newSalt, randomTokens, successorOf, type TokenPair } from './tokens.js';

export const SESSION_LIFE = Symbol('session life');

export interface SessionLife {
  readonly accessMs: number;
  /** Without use. */
  readonly refreshMs: number;
  /** However much it is used. */
  readonly sessionMs: number;
  /**
   * Tabs of one browser refresh at the same moment: the token just used is taken again for this long, and gives what
   * it gave the first time.
   */
  readonly reuseGraceMs: number;
}

export const DEFAULT_SESSION_LIFE: SessionLife = {
  accessMs: 15 * 60_000,
  refreshMs: 14 * 86_400_000,
  sessionMs: 30 * 86_400_000,
  reuseGraceMs: 10_000,
};

interface PrincipalRow {
  user_id: string;
  email: string;
  name: string;
  grants: GrantView[];
  session_id: string;
}

type Refreshed =
  | { outcome: 'issued'; session: IssuedSession }
  | { outcome: 'refused' }
  | { outcome: 'reused'; userId: string };

@Injectable()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly broadcaster: Broadcaster,
    @Inject(CLOCK) private readonly now: Clock,
    @Inject(SESSION_LIFE) private readonly life: SessionLife,
  ) {}

  /** A new session; every refresh token that follows from this one belongs to it. */
  async begin(
    tx: Transaction,
    userId: string,
    deviceId: string,
    caller: Caller,
    userAgent?: string,
  ): Promise<IssuedSession> {
    const now = this.now();
    const row = insertOf({
      user_id: userId,
      device_id: deviceId,
      created_at: now,
      last_used_at: now,
      expires_at: new Date(now.getTime() + this.life.sessionMs),
      address: caller.address ?? null,
      user_agent: userAgent ?? null,
    });
    const [session] = await tx.query<{ id: string }>(
      `INSERT INTO sessions (${row.names}) VALUES (${row.parameters}) RETURNING id`,
      row.values,
    );
    if (session === undefined) throw new Error('the session was not stored');
    return this.issue(tx, session.id, randomTokens(), caller);
  }

  async refresh(refreshToken: string, caller: Caller): Promise<IssuedSession> {
    const refreshed = await this.database.transaction((tx) => this.exchange(tx, refreshToken, caller));
    switch (refreshed.outcome) {
      case 'issued':
        return refreshed.session;
      case 'refused':
        throw new AppError(
          'unauthenticated',
          'session.refresh_refused',
          'The session has ended. Sign in again.',
        );
      case 'reused':
        this.broadcaster.send(accessChanged, { userId: refreshed.userId });
        throw new AppError(
          'unauthenticated',
          'session.refresh_reused',
          'A refresh token was used a second time, as a thief would. The session was ended for safety: sign in again.',
        );
    }
  }

  /** Commits its findings in every case, so the caller throws after the transaction. */
  private async exchange(tx: Transaction, refreshToken: string, caller: Caller): Promise<Refreshed> {
    const now = this.now();
    const hash = hashToken(refreshToken);
    const [found] = await tx.query<{
      session_id: string;
      used_at: Date | null;
      successor_salt: Buffer | null;
      user_id: string;
      email: string;
      name: string;
      is_alive: boolean;
    }>(
      `SELECT r.session_id, r.used_at, r.successor_salt, s.user_id, u.email, u.name,
         r.expires_at > $2 AND s.expires_at > $2 AND s.ended_at IS NULL AND u.is_active AS is_alive
       FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id
       WHERE r.hash = $1 FOR UPDATE OF r, s`,
      [hash, now],
    );
    if (found === undefined || !found.is_alive) return { outcome: 'refused' };
    if (found.used_at !== null && now.getTime() - found.used_at.getTime() > this.life.reuseGraceMs) {
      await endSession(tx, found.session_id, 'refresh token was used twice', now);
      await recordAudit(tx, {
        userId: found.user_id,
        userName: found.name,
        address: caller.address ?? null,
        action: 'session.refresh_reused',
        subject: found.email,
        at: now,
      });
      return { outcome: 'reused', userId: found.user_id };
    }
    if (found.successor_salt !== null) {
      const newest = await newestAfter(tx, refreshToken, found.successor_salt);
      return { outcome: 'issued', session: await this.issued(tx, newest) };
    }
    const salt = newSalt();
    await tx.query('UPDATE refresh_tokens SET used_at = $2, successor_salt = $3 WHERE hash = $1', [
      hash,
      now,
      salt,
    ]);
    const session = await this.issue(tx, found.session_id, successorOf(refreshToken, salt), caller);
    return { outcome: 'issued', session };
  }

  private async issue(
    tx: Transaction,
    sessionId: string,
    tokens: TokenPair,
    caller: Caller,
  ): Promise<IssuedSession> {
    const now = this.now();
    const after = (ms: number): Date => new Date(now.getTime() + ms);
    const tokenOf = (hash: string, endsAt: string) =>
      expressionsOf({ hash, session_id: 'id', expires_at: `least(${endsAt}::timestamptz, expires_at)` });
    const access = tokenOf('$4::bytea', '$5');
    const refresh = tokenOf('$6::bytea', '$7');
    await tx.query(
      `WITH session AS (
         UPDATE sessions SET last_used_at = $2, address = coalesce($3, address) WHERE id = $1 RETURNING id, expires_at
       ), access AS (
         INSERT INTO access_tokens (${access.names}) SELECT ${access.expressions} FROM session
       )
       INSERT INTO refresh_tokens (${refresh.names}) SELECT ${refresh.expressions} FROM session`,
      [
        sessionId,
        now,
        caller.address ?? null,
        hashToken(tokens.accessToken),
        after(this.life.accessMs),
        hashToken(tokens.refreshToken),
        after(this.life.refreshMs),
      ],
    );
    return this.issued(tx, tokens);
  }

  /** What whoever holds these tokens is answered. */
  private async issued(tx: Transaction, tokens: TokenPair): Promise<IssuedSession> {
    const [row] = await tx.query<PrincipalRow & { access_expires_at: Date; refresh_expires_at: Date }>(
      `SELECT u.id AS user_id, u.email, u.name, s.id AS session_id, ${GRANTS_OF_USER} AS grants,
         a.expires_at AS access_expires_at, r.expires_at AS refresh_expires_at
       FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id
       JOIN access_tokens a ON a.hash = $2
       WHERE r.hash = $1`,
      [hashToken(tokens.refreshToken), hashToken(tokens.accessToken)],
    );
    if (row === undefined) throw new Error('the tokens of a session are gone');
    return {
      ...tokens,
      accessExpiresAt: row.access_expires_at.toISOString(),
      refreshExpiresAt: row.refresh_expires_at.toISOString(),
      principal: principalOf(row, row.access_expires_at),
    };
  }

  async introspect(accessTokenHash: string): Promise<Principal | null> {
    const [row] = await this.database.prepared<PrincipalRow & { expires_at: Date }>(
      'introspect',
      `SELECT u.id AS user_id, u.email, u.name, s.id AS session_id, a.expires_at, ${GRANTS_OF_USER} AS grants
       FROM access_tokens a JOIN sessions s ON s.id = a.session_id JOIN users u ON u.id = s.user_id
       WHERE a.hash = $1 AND a.expires_at > $2 AND s.expires_at > $2 AND s.ended_at IS NULL AND u.is_active`,
      [Buffer.from(accessTokenHash, 'hex'), this.now()],
    );
    return row === undefined ? null : principalOf(row, row.expires_at);
  }

  async signOut({ sessionId }: SignOut, caller: Caller): Promise<null> {
    await this.database.transaction(async (tx) => {
      const ended = await tx.query<{ email: string }>(
        `UPDATE sessions s SET ended_at = $3, end_reason = 'signed out' FROM users u
         WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND u.id = s.user_id RETURNING u.email`,
        [sessionId, caller.userId, this.now()],
      );
      for (const { email } of ended) {
        await recordAudit(tx, {
          ...actorOf(caller),
          action: 'session.signed_out',
          subject: email,
          at: this.now(),
        });
      }
    });
    this.broadcaster.send(accessChanged, { userId: caller.userId });
    return null;
  }

  async signOutEverywhere(caller: Caller): Promise<null> {
    const { userId } = caller;
    if (userId === null) return null;
    await this.database.transaction(async (tx) => {
      await endSessionsOf(tx, userId, 'signed out everywhere', this.now());
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'session.signed_out',
        subject: caller.userName ?? '',
        details: { everywhere: true },
        at: this.now(),
      });
    });
    this.broadcaster.send(accessChanged, { userId });
    return null;
  }

  /** Forgets what can no longer be used; ended sessions are kept a while for a look back. */
  async prune(): Promise<void> {
    const now = this.now();
    await this.database.query('DELETE FROM access_tokens WHERE expires_at < $1', [now]);
    await this.database.query('DELETE FROM refresh_tokens WHERE expires_at < $1', [now]);
    await this.database.query(
      `DELETE FROM sessions s WHERE coalesce(s.ended_at, s.last_used_at) < $1::timestamptz - interval '90 days'
         AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.session_id = s.id AND s.ended_at IS NULL)`,
      [now],
    );
    await this.database.query('DELETE FROM sign_in_throttle WHERE window_ends_at < $1', [now]);
    await this.database.query(`DELETE FROM consents WHERE expires_at < $1::timestamptz - interval '1 day'`, [
      now,
    ]);
  }
}

/**
 * Of a refresh token that was used: the tokens at the end of the chain that began with it. Tabs of one browser share a
 * cookie, so one that comes late must not bring back what another has used up since.
 */
async function newestAfter(tx: Transaction, refreshToken: string, salt: Buffer): Promise<TokenPair> {
  const next = successorOf(refreshToken, salt);
  const [used] = await tx.query<{ successor_salt: Buffer }>(
    'SELECT successor_salt FROM refresh_tokens WHERE hash = $1 AND successor_salt IS NOT NULL',
    [hashToken(next.refreshToken)],
  );
  return used === undefined ? next : newestAfter(tx, next.refreshToken, used.successor_salt);
}

async function endSession(tx: Transaction, sessionId: string, reason: string, now: Date): Promise<void> {
  await tx.query('UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL', [
    sessionId,
    now,
    reason,
  ]);
}

/** All sessions of a user, but for the one that is kept. */
export async function endSessionsOf(
  tx: Transaction,
  userId: string,
  reason: string,
  now: Date,
  keptSessionId: string | null = null,
): Promise<void> {
  await tx.query(
    `UPDATE sessions SET ended_at = $2, end_reason = $3
     WHERE user_id = $1 AND ended_at IS NULL AND ($4::uuid IS NULL OR id <> $4)`,
    [userId, now, reason, keptSessionId],
  );
}

function principalOf(row: PrincipalRow, expiresAt: Date): Principal {
  return {
    userId: row.user_id,
    email: row.email,
    name: row.name,
    grants: row.grants,
    sessionId: row.session_id,
    expiresAt: expiresAt.toISOString(),
  };
}
