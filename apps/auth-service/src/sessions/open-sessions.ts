import { Inject, Injectable } from '@nestjs/common';
import {
  accessChanged,
  type Caller,
  type EndSession,
  type ListSessionsInput,
  type SessionPage,
  type SessionView,
} from '#contracts';
import { type List, leavesNoneOut, listQuery } from '#lists';
import { Broadcaster } from '#messaging';
import { Database, notFound } from '#runtime';
import { findUser } from '../accounts/user-row.js';
import { actorOf, recordAudit } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import { sessionClientOf } from './session-client.js';

interface SessionRow {
  id: string;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
  address: string | null;
  user_agent: string | null;
}

const SESSIONS: List<ListSessionsInput, SessionRow> = {
  shop: null,
  conditions: {
    userId: (userId, { param }) => `s.user_id = ${param(userId)}`,
    currentSessionId: leavesNoneOut,
  },
  order: [
    ['desc', 's.created_at', 'instant', (row) => row.created_at],
    ['desc', 's.id', 'id', (row) => row.id],
  ],
};

/** The sessions of a person, to be looked through and ended one by one. Whose they may be is the endpoint's right. */
@Injectable()
export class OpenSessions {
  constructor(
    private readonly database: Database,
    private readonly broadcaster: Broadcaster,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  async list(input: ListSessionsInput): Promise<SessionPage> {
    const now = { params: [this.now()] };
    const { where, orderBy, limit, params, page } = listQuery(SESSIONS, input, null, now);
    const rows = await this.database.transaction(async (tx) => {
      await findUser(tx, input.userId);
      return tx.query<SessionRow>(
        `SELECT s.id, s.created_at, s.last_used_at, s.expires_at, s.address, s.user_agent FROM sessions s
         WHERE s.ended_at IS NULL AND s.expires_at > $1
           AND EXISTS (SELECT 1 FROM refresh_tokens r
             WHERE r.session_id = s.id AND r.used_at IS NULL AND r.expires_at > $1)
           AND ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
        params,
      );
    });
    return page(rows, (row) => viewOf(row, input.currentSessionId));
  }

  /** The device on which it was begun is a stranger's again: it may have been lost. */
  async end({ userId, sessionId }: EndSession, caller: Caller): Promise<null> {
    await this.database.transaction(async (tx) => {
      const [ended] = await tx.query<{ device_id: string | null; email: string; user_agent: string | null }>(
        `UPDATE sessions s SET ended_at = $3, end_reason = $4 FROM users u
         WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND u.id = s.user_id
         RETURNING s.device_id, s.user_agent, u.email`,
        [sessionId, userId, this.now(), `ended by ${caller.userId === userId ? 'its owner' : 'an owner'}`],
      );
      if (ended === undefined) {
        throw notFound(
          'session.not_found',
          `There is no session ${sessionId} of this user; it may have ended.`,
        );
      }
      await tx.query('DELETE FROM sign_in_devices WHERE id = $1', [ended.device_id]);
      const { browser, system } = sessionClientOf(ended.user_agent);
      await recordAudit(tx, {
        ...actorOf(caller),
        action: 'session.ended',
        subject: ended.email,
        details: { sessionId, browser, system },
        at: this.now(),
      });
    });
    this.broadcaster.send(accessChanged, { userId });
    return null;
  }
}

function viewOf(row: SessionRow, currentSessionId: string | undefined): SessionView {
  return {
    id: row.id,
    isCurrent: row.id === currentSessionId,
    client: sessionClientOf(row.user_agent),
    userAgent: row.user_agent,
    address: row.address,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
