import { Inject, Injectable } from '@nestjs/common';
import type { QuarantinedKind } from '#contracts';
import type { CallContext, MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { Database } from '#runtime';
import { CONNECTOR, type QuarantineReader, quarantineId } from '#sync';
import { queueFollowUps } from './follow-ups.js';
import { storePages } from './store-pages.js';
import { clockOffset } from './windowed-run.js';

/** Reads orders that lie in quarantine again by their numbers. Takes no lease: the merge rule protects what a run stores. */
@Injectable()
export class OrderQuarantineReader implements QuarantineReader {
  readonly kinds = ['orders'] as const;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
  ) {}

  async readAgain(
    call: <T>(work: (context: CallContext) => Promise<T>) => Promise<T>,
    shopId: string,
    _kind: QuarantinedKind,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const clockOffsetMs = await clockOffset(this.database);
    const page = await call((context) => this.connector.getParentOrdersBySn(context, ids));
    await this.database.transaction(async (tx) => {
      const { changed } = await storePages(tx, shopId, [page], clockOffsetMs);
      if (changed > 0) await queueFollowUps(tx, shopId);
    });
    this.relay.wake();
    return [...page.records.map(({ parentOrderSn }) => parentOrderSn), ...page.unreadable.map(quarantineId)];
  }
}
