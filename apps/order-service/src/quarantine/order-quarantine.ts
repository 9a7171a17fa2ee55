import { Injectable } from '@nestjs/common';
import { english, type OrderSyncKind, say } from '#contracts';
import { type CallContext, idOfUnreadable, type MarketplaceConnector } from '#marketplace';
import { OutboxRelay } from '#messaging';
import { AppError, Database, Sealer } from '#runtime';
import { askAgain, clockOffset, isKindOutOfReach, type QuarantineReader, ShopConnectors } from '#sync';
import { dueAddresses } from '../addresses/due-addresses.js';
import { caseOfRefundId, dueRefunds, refundId } from '../after-sales/due-refunds.js';
import { ordersOfQuarantined } from '../after-sales/quarantined-cases.js';
import { readLinesOf } from '../after-sales/read-cases.js';
import { storeCasePages } from '../after-sales/store-case-pages.js';
import { dueAmounts } from '../amounts/due-amounts.js';
import { OrderServiceConfig } from '../config.js';
import { queueOrderFollowUps } from '../orders/order-follow-ups.js';
import { storePages } from '../orders/store-pages.js';

type Call = <T>(work: (context: CallContext) => Promise<T>) => Promise<T>;

/**
 * Asks again by their numbers for orders that lie in quarantine, for their amounts, their addresses and their cases.
 * Takes no lease: the merge rule protects what a run stores.
 */
@Injectable()
export class OrderQuarantineReader implements QuarantineReader<OrderSyncKind> {
  readonly readings: QuarantineReader<OrderSyncKind>['readings'] = {
    orders: { ids: 'many', read: (...asked) => this.readOrders(...asked) },
    amounts: { ids: 'one', read: (...asked) => this.readAmounts(...asked) },
    addresses: { ids: 'one', read: (...asked) => this.readAddresses(...asked) },
    after_sales: { ids: 'many', read: (...asked) => this.readCases(...asked) },
  };

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly relay: OutboxRelay,
    private readonly config: OrderServiceConfig,
    private readonly sealer: Sealer,
  ) {}

  private async readAmounts(call: Call, shopId: string, ids: readonly string[]): Promise<readonly string[]> {
    const { database, relay } = this;
    const connector = await this.connectorFor(shopId, 'amounts');
    const amounts = dueAmounts({ database, connector, relay, concurrency: this.config.amountsConcurrency });
    return askAgain(call, database, shopId, amounts, ids);
  }

  private async readAddresses(
    call: Call,
    shopId: string,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const { database, sealer } = this;
    const connector = await this.connectorFor(shopId, 'addresses');
    const addresses = dueAddresses({
      database,
      connector,
      sealer,
      concurrency: this.config.addressesConcurrency,
    });
    return askAgain(call, database, shopId, addresses, ids);
  }

  /** What the token is known to be refused for is not asked until it changes. @throws AppError `shop.missing_permission` */
  private async connectorFor(
    shopId: string,
    kind: 'amounts' | 'addresses' | 'after_sales',
  ): Promise<MarketplaceConnector> {
    if (!(await isKindOutOfReach(this.database, shopId, kind))) return this.connectors.of(shopId);
    const why = say('error.not_permitted', { what: say(`what.${kind}`) });
    throw new AppError('conflict', 'shop.missing_permission', english(why), { why });
  }

  /** Cases by their orders, and the sums of those that only lack theirs. */
  private async readCases(call: Call, shopId: string, ids: readonly string[]): Promise<readonly string[]> {
    const { database, relay } = this;
    const connector = await this.connectorFor(shopId, 'after_sales');
    const sums = ids.flatMap((id) => caseOfRefundId(id) ?? []);
    const numbers = ids.filter((id) => caseOfRefundId(id) === undefined);
    const known: string[] = [];
    const orders = await ordersOfQuarantined(database, shopId, numbers);
    if (orders.length > 0) {
      const clockOffsetMs = await clockOffset(database);
      const cases = await call((context) => connector.getAfterSalesOfOrders(context, orders));
      const page = await readLinesOf(cases, shopId, database, connector, call);
      await database.transaction((tx) => storeCasePages(tx, shopId, [page], clockOffsetMs, 'poll'));
      relay.wake();
      known.push(...page.records.map(({ record }) => record.caseNumber));
      known.push(...page.unreadable.map(idOfUnreadable));
    }
    if (sums.length > 0) {
      const refunds = dueRefunds({
        database,
        connector,
        relay,
        concurrency: this.config.amountsConcurrency,
      });
      known.push(...(await askAgain(call, database, shopId, refunds, sums)).map(refundId));
    }
    return known;
  }

  private async readOrders(call: Call, shopId: string, ids: readonly string[]): Promise<readonly string[]> {
    const connector = await this.connectors.of(shopId);
    const clockOffsetMs = await clockOffset(this.database);
    const page = await call((context) => connector.getOrdersByNumber(context, ids));
    await this.database.transaction(async (tx) => {
      const { changed } = await storePages(tx, shopId, [page], clockOffsetMs);
      if (changed > 0) await queueOrderFollowUps(tx, shopId);
    });
    this.relay.wake();
    return [...page.records.map(({ orderNumber }) => orderNumber), ...page.unreadable.map(idOfUnreadable)];
  }
}
