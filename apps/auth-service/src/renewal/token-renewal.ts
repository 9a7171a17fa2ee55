import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { english } from '#contracts';
import { Connectors } from '#marketplace';
import { LOGGER } from '#messaging';
import { Database, describeError, type Logger } from '#runtime';
import { CLOCK, type Clock } from '../clock.js';
import { dueUntil, type Night } from '../organisation/night.js';
import { Organisation } from '../organisation/organisation.js';
import { Sealer } from '../secrets/sealer.js';
import { Shops } from '../shops/shops.js';
import { type Asked, askForToken } from './ask-for-token.js';
import { findRenewable, type Renewal, type TokenVersion } from './renewable.js';
import { type Settled, settleRenewal } from './settle-renewal.js';

/** Each holds one connection of the pool while the marketplace is asked. */
const AT_ONCE = 3;

/** Longer than three tries take: a process that is paused loses the lock then, and a killed one at once. */
const LOCK_IDLE_MS = 90_000;

/**
 * Renews early: with less than 24 h left, or with less than a quarter of a life that is shorter than four days: 24 h of
 * a week, 15 minutes of an hour. One rule serves all marketplaces.
 */
const RENEWED_FROM = `z.access_expires_at - least(interval '24 hours', (z.access_expires_at - z.issued_at) / 4)`;

/**
 * Renews the tokens of marketplaces whose tokens rotate: each minute those that come due, at start and in the
 * organisation's night all that would come due before the next night (ADR 0011). Replicas all do it; one authorisation is
 * renewed by one of them at a time.
 */
@Injectable()
export class TokenRenewal implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly inFlight = new Map<string, Promise<Renewal>>();
  private readonly lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  private laneTurn = 0;
  private night: Night | undefined;

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
    private readonly connectors: Connectors,
    private readonly organisation: Organisation,
    private readonly shops: Shops,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  onApplicationBootstrap(): void {
    void this.tick();
  }

  /** An answer that is on its way is waited for: it is the only copy of the new token. */
  async onModuleDestroy(): Promise<void> {
    await Promise.allSettled(this.inFlight.values());
  }

  @Cron(CronExpression.EVERY_MINUTE, { name: 'renew tokens', waitForCompletion: true })
  async tick(): Promise<void> {
    try {
      const { until, awaited } = dueUntil(this.night, await this.organisation.timeZone(), this.now());
      await this.renewDue(until);
      this.night = awaited;
    } catch (error) {
      this.logger.warn(`tokens are renewed later: ${describeError(error)}`);
    }
  }

  private async renewDue(until: Date): Promise<void> {
    const due = await this.database.query<TokenVersion>(
      `SELECT z.id AS "authorizationId", z.version FROM authorizations z
       WHERE z.refresh_sealed IS NOT NULL AND ${RENEWED_FROM} <= $1
         AND EXISTS (SELECT 1 FROM shops s WHERE s.authorization_id = z.id AND s.status = 'connected')
       ORDER BY z.access_expires_at`,
      [until],
    );
    // One that fails stops none of its neighbours.
    const renewals = await Promise.allSettled(due.map((each) => this.renew(each)));
    for (const renewal of renewals)
      if (renewal.status === 'rejected')
        this.logger.warn(`a token is renewed later: ${describeError(renewal.reason)}`);
  }

  /** Whoever asks for the same token meanwhile gets the same answer. */
  renew(token: TokenVersion): Promise<Renewal> {
    const key = `${token.authorizationId} ${token.version}`;
    const known = this.inFlight.get(key);
    if (known !== undefined) return known;
    const renewal = this.inTurn(() => this.renewNow(token)).finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, renewal);
    return renewal;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.laneTurn = (this.laneTurn + 1) % AT_ONCE;
    const turn = (this.lanes[this.laneTurn] ?? Promise.resolve()).then(work);
    this.lanes[this.laneTurn] = turn.catch(() => undefined);
    return turn;
  }

  private async renewNow(token: TokenVersion): Promise<Renewal> {
    const { renewal, changed } = await this.renewLocked(token);
    for (const row of changed) this.shops.announce(row);
    return renewal;
  }

  /**
   * One transaction from the question to what becomes of the answer: until it commits, the old pair is what is stored. The
   * lock is its own, no row's: nobody else waits for the marketplace.
   */
  private async renewLocked(token: TokenVersion): Promise<Settled> {
    const held: { asked?: Asked } = {};
    try {
      return await this.database.transaction(async (tx) => {
        await tx.query(`SET LOCAL idle_in_transaction_session_timeout = ${LOCK_IDLE_MS}`);
        await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
          `renewal of ${token.authorizationId}`,
        ]);
        const found = await findRenewable(tx, this.sealer, token, this.now());
        if ('renewal' in found) return { renewal: found.renewal, changed: [] };
        held.asked = await askForToken(this.connectors.of(found), found);
        if ('error' in held.asked)
          this.logger.warn(
            `authorization ${token.authorizationId} is not renewed: ${english(held.asked.error.said)}`,
          );
        return settleRenewal(tx, this.sealer, token, held.asked, this.now());
      });
    } catch (error) {
      const { asked } = held;
      if (asked === undefined) throw error;
      // The connection broke while the marketplace answered, and the answer is nowhere else. Its version guards it.
      return this.database.transaction((tx) => settleRenewal(tx, this.sealer, token, asked, this.now()));
    }
  }
}
