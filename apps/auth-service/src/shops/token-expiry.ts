import { Inject, Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { say } from '#contracts';
import { Database } from '#runtime';
import { recordAudit, SYSTEM_ACTOR } from '../audit/audit.js';
import { CLOCK, type Clock } from '../clock.js';
import type { ShopRow } from './shop-row.js';
import { Shops, updateShop } from './shops.js';

/**
 * Shops whose token has ended by the marketplace's own word, and cannot be renewed without the seller, stop being called:
 * each once, whichever replica looks, and all of an authorisation.
 */
@Injectable()
export class TokenExpiry {
  constructor(
    private readonly database: Database,
    private readonly shops: Shops,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  @Cron(CronExpression.EVERY_MINUTE, { name: 'ended tokens', waitForCompletion: true })
  async markExpired(): Promise<void> {
    let row = await this.markNext();
    while (row !== undefined) {
      this.shops.announce(row);
      row = await this.markNext();
    }
  }

  private async markNext(): Promise<ShopRow | undefined> {
    const now = this.now();
    return this.database.transaction(async (tx) => {
      const [expired] = await tx.query<{ id: string; name: string; ended_at: Date }>(
        `SELECT s.id, s.name, greatest(z.access_expires_at, z.refresh_expires_at) AS ended_at
         FROM shops s JOIN authorizations z ON z.id = s.authorization_id
         WHERE s.status = 'connected' AND z.access_expires_at <= $1
           AND (z.refresh_sealed IS NULL OR z.refresh_expires_at <= $1)
         ORDER BY s.id LIMIT 1 FOR UPDATE OF s SKIP LOCKED`,
        [now],
      );
      if (expired === undefined) return undefined;
      const day = expired.ended_at.toISOString().slice(0, 10);
      const row = await updateShop(
        tx,
        expired.id,
        `status = 'needs_reauthorization', status_reason = $2, token_ended_at = $3`,
        [say('shop.token_ended', { day }), expired.ended_at],
      );
      await recordAudit(tx, {
        ...SYSTEM_ACTOR,
        action: 'shop.needs_reauthorization',
        subject: expired.name,
        shopId: expired.id,
        details: { reason: say('act.token_expired'), expiredAt: expired.ended_at.toISOString() },
        at: now,
      });
      return row;
    });
  }
}
