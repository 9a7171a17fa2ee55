import type { Caller, ParentOrderKey } from '#contracts';
import { canReach, english, type Said } from '#contracts';
import { type CallContext, isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import type { OutboxRelay } from '#messaging';
import { AppError, type Database, describeError, type Logger, notFound } from '#runtime';
import { type CredentialSource, refusalOf } from '#sync';
import { dueAmounts } from '../amounts/due-amounts.js';
import { unreadableOf } from '../sync/ask-each.js';
import { askAgain } from '../sync/due-orders.js';
import { isKindRefused, queueFollowUps } from '../sync/follow-ups.js';
import { storePages } from '../sync/store-pages.js';
import { clockOffset } from '../sync/windowed-run.js';

/**
 * Reads single orders again, now. Takes no lease: the merge rule protects what a run may be storing meanwhile. It asks
 * the *list* by number: only the list has the update time, without which no state can be told to be newer than another
 * (`bg.order.detail.v2.get` has none in any documented answer).
 */
export class OrderRefresh {
  constructor(
    private readonly database: Database,
    private readonly connector: MarketplaceConnector,
    private readonly credentials: CredentialSource,
    private readonly relay: OutboxRelay,
    private readonly logger: Logger,
  ) {}

  async refresh({ shopId, parentOrderSn }: ParentOrderKey, caller: Caller): Promise<void> {
    if (!canReach(caller, shopId)) throw noSuchOrder(parentOrderSn);
    const call = <T>(ask: (context: CallContext) => Promise<T>): Promise<T> =>
      this.credentials.use(shopId, (credentials) => ask({ credentials, priority: 'interactive' }));
    try {
      await this.readOrder(call, shopId, parentOrderSn, caller);
      await this.readAmounts(call, shopId, parentOrderSn);
    } catch (error) {
      throw isMarketplaceError(error) ? refusalOf(error) : error;
    } finally {
      this.relay.wake();
    }
  }

  private async readOrder(call: Call, shopId: string, sn: string, caller: Caller): Promise<void> {
    const offsetMs = await clockOffset(this.database);
    const page = await this.readPage(call, sn);
    await this.database.transaction(async (tx) => {
      const { changed } = await storePages(tx, shopId, [page], offsetMs, 'hand', caller.userName);
      if (changed > 0) await queueFollowUps(tx, shopId);
    });
    const [unreadable] = page.unreadable;
    if (unreadable !== undefined) throw cannotBeRead(sn, unreadable.reason);
    if (page.records.length === 0) throw noSuchOrder(sn);
  }

  /** An answer that cannot be understood as a whole is one about this order. */
  private async readPage(call: Call, sn: string) {
    try {
      return await call((context) => this.connector.getParentOrdersBySn(context, [sn]));
    } catch (error) {
      if (!isMarketplaceError(error) || error.kind !== 'unreadable') throw error;
      const now = new Date();
      const unreadable = [unreadableOf(sn, error)];
      return { total: 1, records: [], unreadable, platformTime: now, requestStartedAt: now };
    }
  }

  /** Whatever is wrong with the amounts does not spoil the order itself; they stay as they were and are asked for again. */
  private async readAmounts(call: Call, shopId: string, sn: string): Promise<void> {
    const { database, connector, relay } = this;
    if (await isKindRefused(database, shopId, 'amounts')) return;
    try {
      await askAgain(call, database, shopId, dueAmounts({ database, connector, relay, concurrency: 1 }), [
        sn,
      ]);
    } catch (error) {
      if (!isMarketplaceError(error)) throw error;
      this.logger.warn({ shopId, parentOrderSn: sn }, `amounts were not read: ${describeError(error)}`);
    }
  }
}

type Call = <T>(ask: (context: CallContext) => Promise<T>) => Promise<T>;

function noSuchOrder(parentOrderSn: string): AppError {
  return notFound('order.not_found', `The marketplace knows no order ${parentOrderSn} of this shop.`);
}

function cannotBeRead(parentOrderSn: string, why: Said): AppError {
  return new AppError(
    'conflict',
    'order.unreadable',
    `The marketplace’s answer for order ${parentOrderSn} could not be understood: ${english(why)}. It lies in quarantine and is asked for again by itself; what was known stays.`,
    { why },
  );
}
