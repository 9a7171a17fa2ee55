import { Inject, Injectable } from '@nestjs/common';
import type { QuarantinedKind } from '#contracts';
import type { CallContext, MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { AppError, Database, Sealer } from '#runtime';
import { CONNECTOR, type QuarantineReader, quarantineId } from '#sync';
import { dueAddresses } from '../addresses/due-addresses.js';
import { dueAmounts } from '../amounts/due-amounts.js';
import { OrderServiceConfig } from '../order-service.config.js';
import { askAgain } from './due-orders.js';
import { isKindRefused, queueFollowUps } from './follow-ups.js';
import { storePages } from './store-pages.js';
import { clockOffset } from './windowed-run.js';

type Call = <T>(work: (context: CallContext) => Promise<T>) => Promise<T>;

/**
 * Asks again by their numbers for orders that lie in quarantine, for their amounts and their addresses. Takes no lease:
 * the merge rule protects what a run stores.
 */
@Injectable()
export class OrderQuarantineReader implements QuarantineReader {
  readonly kinds = ['orders', 'amounts', 'addresses'] as const;
  readonly singly = ['amounts', 'addresses'] as const;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(CONNECTOR) private readonly connector: MarketplaceConnector,
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(OrderServiceConfig) private readonly config: OrderServiceConfig,
    @Inject(Sealer) private readonly sealer: Sealer,
  ) {}

  async readAgain(
    call: Call,
    shopId: string,
    kind: QuarantinedKind,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const { database, connector, relay, sealer } = this;
    if (kind === 'orders') return this.readOrders(call, shopId, ids);
    if (kind !== 'amounts' && kind !== 'addresses') throw new Error(`no ${kind} can be asked for here`);
    if (await isKindRefused(database, shopId, kind)) throw notPermitted(kind);
    if (kind === 'amounts') {
      const amounts = dueAmounts({ database, connector, relay, concurrency: this.config.amountsConcurrency });
      return askAgain(call, database, shopId, amounts, ids);
    }
    const addresses = dueAddresses({
      database,
      connector,
      sealer,
      concurrency: this.config.addressesConcurrency,
    });
    return askAgain(call, database, shopId, addresses, ids);
  }

  private async readOrders(call: Call, shopId: string, ids: readonly string[]): Promise<readonly string[]> {
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

/** What the token is known to be refused for is not asked until it changes. */
function notPermitted(kind: string): AppError {
  return new AppError(
    'conflict',
    'shop.missing_permission',
    `The shop’s token lacks the permission for ${kind}. Ask the owner of the shop to grant it in Seller Center and to authorise again.`,
  );
}
