import type { Caller, ParentOrderKey } from '#contracts';
import { canReach } from '#contracts';
import { isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import type { OutboxRelay } from '#messaging';
import { AppError, type Database, notFound } from '#runtime';
import type { CredentialSource } from '#sync';
import { resolveQuarantined } from '#sync';
import { storeAmounts } from '../amounts/store-amounts.js';
import { storeOrders } from './order-store.js';

/** Reads single orders again, now. Takes no lease: the merge rule protects what a run may be storing meanwhile. */
export class OrderRefresh {
  constructor(
    private readonly database: Database,
    private readonly connector: MarketplaceConnector,
    private readonly credentials: CredentialSource,
    private readonly relay: OutboxRelay,
  ) {}

  async refresh({ shopId, parentOrderSn }: ParentOrderKey, caller: Caller): Promise<void> {
    if (!canReach(caller, shopId)) throw noSuchOrder(parentOrderSn);
    const [clock] = await this.database.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    const readAt = clock?.now ?? new Date();
    try {
      const page = await this.credentials.use(shopId, (credentials) =>
        this.connector.getParentOrdersBySn({ credentials, priority: 'interactive' }, [parentOrderSn]),
      );
      const [record] = page.records;
      if (record === undefined) throw noSuchOrder(parentOrderSn);
      await this.database.transaction(async (tx) => {
        await storeOrders(tx, shopId, [{ record, readAt }], 'hand', caller.userName);
        await resolveQuarantined(tx, shopId, 'orders', [parentOrderSn]);
      });
      await this.refreshAmounts(shopId, parentOrderSn);
    } catch (error) {
      throw isMarketplaceError(error)
        ? forThePerson(error.kind, `${error.message} ${error.remedy}`, error)
        : error;
    } finally {
      this.relay.wake();
    }
  }

  /** A missing permission for amounts does not spoil the order itself. */
  private async refreshAmounts(shopId: string, parentOrderSn: string): Promise<void> {
    // Before the question: what makes them due while the answer is on its way must be asked again.
    const [due] = await this.database.query<{ dueAt: Date | null }>(
      'SELECT amounts_due_at AS "dueAt" FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = $2',
      [shopId, parentOrderSn],
    );
    try {
      const amounts = await this.credentials.use(shopId, (credentials) =>
        this.connector.getOrderAmounts({ credentials, priority: 'interactive' }, parentOrderSn),
      );
      await this.database.transaction((tx) =>
        storeAmounts(tx, shopId, [{ parentOrderSn, dueAt: due?.dueAt ?? null, amounts }]),
      );
    } catch (error) {
      if (!isMarketplaceError(error) || error.kind !== 'scope') throw error;
    }
  }
}

function noSuchOrder(parentOrderSn: string): AppError {
  return notFound('order.not_found', `The marketplace knows no order ${parentOrderSn} of this shop.`);
}

export function forThePerson(kind: string, message: string, cause: unknown): AppError {
  if (kind === 'token') return new AppError('conflict', 'shop.needs_reauthorization', message, {}, { cause });
  if (kind === 'scope') return new AppError('conflict', 'shop.missing_permission', message, {}, { cause });
  return new AppError('unavailable', 'marketplace.unavailable', message, {}, { cause });
}
