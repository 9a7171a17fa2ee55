import { listShopStatesRpc, type Page, type ShopState, serviceCaller } from '#contracts';
import type { RpcClient } from '#messaging';
import type { Database } from '#runtime';
import type { KnownShops } from '../shops/known-shops.js';
import type { RunWorker, SyncKindHandler } from './run-worker.js';
import { queueShop, queueStopped } from './schedule.js';

/** What auth-service tells of shops, by event or when asked, and what follows from it. */
export class ShopStates {
  constructor(
    private readonly database: Database,
    private readonly shops: KnownShops,
    private readonly handlers: readonly SyncKindHandler[],
    private readonly worker: RunWorker,
    private readonly rpc: RpcClient,
  ) {}

  /**
   * A shop that is connected now and was not before is read at once: the first time, or on from its old cursor; what
   * stopped for want of a token or permission goes on with the new token. Learned and queued together: what is told
   * again after a crash is no news any more.
   * @param how `anew`: the same version is written again, for a copy that is not to be trusted
   */
  async heard(shop: ShopState, how: 'when newer' | 'anew' = 'when newer'): Promise<void> {
    const before = await this.shops.find(shop.shopId);
    await this.database.transaction(async (tx) => {
      const isNews = await this.shops.learn(shop, tx, how);
      if (!isNews || shop.status !== 'connected') return;
      // With the token that they stopped for they would only stop again.
      if (before?.credentialVersion !== shop.credentialVersion)
        await queueStopped(tx, this.handlers, shop.shopId, 'connected');
      if (before?.status !== 'connected') await queueShop(tx, this.handlers, shop.shopId, 'connected');
    });
    this.worker.wake();
  }

  /** Events are kept for a week and the broker may lose them; auth-service knows all shops. */
  async askAll(how: 'when newer' | 'anew' = 'when newer'): Promise<{ shops: number }> {
    let shops = 0;
    let cursor: string | null | undefined;
    do {
      const page: Page<ShopState> = await this.rpc.call(
        listShopStatesRpc,
        { limit: 200, ...(cursor == null ? {} : { cursor }) },
        serviceCaller('sync', 'learn-all-shops'),
      );
      for (const shop of page.rows) await this.heard(shop, how);
      shops += page.rows.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return { shops };
  }
}
