import { Inject, Injectable } from '@nestjs/common';
import { listShopStatesRpc, type ShopState, serviceCaller } from '#contracts';
import { LOGGER, RpcClient } from '#messaging';
import { AppError, currentCorrelationId, Database, describeError, type Logger } from '#runtime';
import { storeShop } from './store-shops.js';

const PAGE_LIMIT = 200;

/** Learns shops from auth-service where their events are not (yet) here. Never used while answering a call. */
@Injectable()
export class ShopDirectory {
  private learning: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Callers at the same time share one question. */
  learn(): Promise<void> {
    this.learning ??= this.learnAll().finally(() => {
      this.learning = undefined;
    });
    return this.learning;
  }

  /**
   * Does a shop's work; a shop that is not known yet is asked for once.
   * @param work says false when it does not know the shop.
   * @throws AppError `shop.unknown` (unavailable): the event is delivered again later, never dropped.
   */
  async withShop(shopId: string, work: () => Promise<boolean>): Promise<void> {
    if (await work()) return;
    await this.learn();
    if (await work()) return;
    throw new AppError(
      'unavailable',
      'shop.unknown',
      `auth-service does not know shop ${shopId} yet; what came of it waits.`,
    );
  }

  private async learnAll(): Promise<void> {
    const known = await this.knownVersions();
    await this.eachShop(async (shop) => {
      if ((known.get(shop.shopId) ?? -1) < shop.version) await this.storeOne(shop);
    });
  }

  /** Writes every shop anew, whatever is known of it. */
  async relearn(): Promise<{ shops: number }> {
    let shops = 0;
    await this.eachShop(async (shop) => {
      await storeShop(this.database, shop, 'anew');
      shops += 1;
    });
    return { shops };
  }

  private async eachShop(work: (shop: ShopState) => Promise<void>): Promise<void> {
    const caller = serviceCaller('analytics', currentCorrelationId());
    let cursor: string | undefined;
    do {
      const page = await this.rpc.call(listShopStatesRpc, { limit: PAGE_LIMIT, cursor }, caller);
      for (const shop of page.rows) await work(shop);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** A shop that cannot be stored must not keep the others from being learnt. */
  private async storeOne(shop: ShopState): Promise<void> {
    try {
      await storeShop(this.database, shop);
    } catch (error) {
      this.logger.warn({ shopId: shop.shopId }, `shop is not learnt yet: ${describeError(error)}`);
    }
  }

  private async knownVersions(): Promise<Map<string, number>> {
    const rows = await this.database.query<{ shopId: string; version: number }>(
      'SELECT shop_id AS "shopId", version FROM shops',
    );
    return new Map(rows.map((row) => [row.shopId, row.version]));
  }
}
