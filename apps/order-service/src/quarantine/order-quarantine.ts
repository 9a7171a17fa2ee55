import { Injectable } from '@nestjs/common';
import { english, type QuarantinedKind, say } from '#contracts';
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
export class OrderQuarantineReader implements QuarantineReader {
  readonly kinds = ['orders', 'amounts', 'addresses', 'after_sales'] as const;
  readonly singly = ['amounts', 'addresses'] as const;

  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly relay: OutboxRelay,
    private readonly config: OrderServiceConfig,
    private readonly sealer: Sealer,
  ) {}

  async readAgain(
    call: Call,
    shopId: string,
    kind: QuarantinedKind,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const { database, relay, sealer } = this;
    const connector = await this.connectors.of(shopId);
    if (kind === 'orders') return this.readOrders(call, connector, shopId, ids);
    if (kind !== 'amounts' && kind !== 'addresses' && kind !== 'after_sales')
      throw new Error(`no ${kind} can be asked for here`);
    if (await isKindOutOfReach(database, shopId, kind)) throw notPermitted(kind);
    if (kind === 'after_sales') return this.readCases(call, connector, shopId, ids);
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

  /** Cases by their orders, and the sums of those that only lack theirs. */
  private async readCases(
    call: Call,
    connector: MarketplaceConnector,
    shopId: string,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const { database, relay } = this;
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

  private async readOrders(
    call: Call,
    connector: MarketplaceConnector,
    shopId: string,
    ids: readonly string[],
  ): Promise<readonly string[]> {
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

/** What the token is known to be refused for is not asked until it changes. */
function notPermitted(kind: 'amounts' | 'addresses' | 'after_sales'): AppError {
  const why = say('error.not_permitted', { what: say(`what.${kind}`) });
  return new AppError('conflict', 'shop.missing_permission', english(why), { why });
}
