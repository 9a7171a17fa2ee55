import type { Caller, OrderKey } from '#contracts';
import { canReach, english, type Said } from '#contracts';
import { type CallContext, isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import type { OutboxRelay } from '#messaging';
import { AppError, type Database, describeError, type Logger, notFound } from '#runtime';
import {
  askAgain,
  type CredentialSource,
  clockOffset,
  isKindOutOfReach,
  refusalOf,
  type ShopConnectors,
  unreadableOf,
} from '#sync';
import { dueAmounts } from '../amounts/due-amounts.js';
import { queueOrderFollowUps } from '../orders/order-follow-ups.js';
import { storePages } from '../orders/store-pages.js';

/**
 * Reads single orders again, now. Takes no lease: the merge rule protects what a run may be storing meanwhile.
 */
export class OrderRefresh {
  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly credentials: CredentialSource,
    private readonly relay: OutboxRelay,
    private readonly logger: Logger,
  ) {}

  async refresh({ shopId, orderNumber }: OrderKey, caller: Caller): Promise<void> {
    if (!canReach(caller, shopId)) throw noSuchOrder(orderNumber);
    const call = <T>(ask: (context: CallContext) => Promise<T>): Promise<T> =>
      this.credentials.use(shopId, (credentials) => ask({ credentials, priority: 'interactive' }));
    try {
      const connector = await this.connectors.of(shopId);
      await this.readOrder(call, connector, shopId, orderNumber, caller);
      await this.readAmounts(call, connector, shopId, orderNumber);
    } catch (error) {
      throw isMarketplaceError(error) ? refusalOf(error) : error;
    } finally {
      this.relay.wake();
    }
  }

  private async readOrder(
    call: Call,
    connector: MarketplaceConnector,
    shopId: string,
    number: string,
    caller: Caller,
  ): Promise<void> {
    const offsetMs = await clockOffset(this.database);
    const page = await this.readPage(call, connector, number);
    await this.database.transaction(async (tx) => {
      const { changed } = await storePages(tx, shopId, [page], offsetMs, 'hand', caller.userName);
      if (changed > 0) await queueOrderFollowUps(tx, shopId);
    });
    const [unreadable] = page.unreadable;
    if (unreadable !== undefined) throw cannotBeRead(number, unreadable.reason);
    if (page.records.length === 0) throw noSuchOrder(number);
  }

  /** An answer that cannot be understood as a whole is one about this order. */
  private async readPage(call: Call, connector: MarketplaceConnector, number: string) {
    try {
      return await call((context) => connector.getOrdersByNumber(context, [number]));
    } catch (error) {
      if (!isMarketplaceError(error) || error.kind !== 'unreadable') throw error;
      const now = new Date();
      const unreadable = [unreadableOf(number, error)];
      return { total: 1, records: [], unreadable, platformTime: now, requestStartedAt: now };
    }
  }

  /** Whatever is wrong with the amounts does not spoil the order itself; they stay as they were and are asked for again. */
  private async readAmounts(
    call: Call,
    connector: MarketplaceConnector,
    shopId: string,
    number: string,
  ): Promise<void> {
    const { database, relay } = this;
    if (await isKindOutOfReach(database, shopId, 'amounts')) return;
    try {
      await askAgain(call, database, shopId, dueAmounts({ database, connector, relay, concurrency: 1 }), [
        number,
      ]);
    } catch (error) {
      if (!isMarketplaceError(error)) throw error;
      this.logger.warn({ shopId, orderNumber: number }, `amounts were not read: ${describeError(error)}`);
    }
  }
}

type Call = <T>(ask: (context: CallContext) => Promise<T>) => Promise<T>;

function noSuchOrder(orderNumber: string): AppError {
  return notFound('order.not_found', `The marketplace knows no order ${orderNumber} of this shop.`);
}

function cannotBeRead(orderNumber: string, why: Said): AppError {
  return new AppError(
    'conflict',
    'order.unreadable',
    `The marketplace’s answer for order ${orderNumber} could not be understood: ${english(why)}. It lies in quarantine and is asked for again by itself; what was known stays.`,
    { why },
  );
}
