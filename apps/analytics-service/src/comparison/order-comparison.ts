import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type OrderDayChecksum, Orders, serviceCaller } from '#contracts';
import { LOGGER, RpcClient } from '#messaging';
import { currentCorrelationId, Database, describeError, type Logger } from '#runtime';
import { ShopDirectory } from '../shops/shop-directory.js';
import { Ticker } from '../ticker.js';
import { compareDays, type DifferingDays } from './differing-days.js';

export const COMPARE_MS = Symbol('compareMs');

/** A difference is looked at again so soon, to tell what is missing from what is on its way. */
const CONFIRM_MS = 5_000;
const SHOPS_AT_ONCE = 10;
/** Of the contract's 1,000: the owner emits that many days in one call within its deadline. */
const DAYS_A_CALL = 100;

interface DueShop {
  shopId: string;
  differing: DifferingDays;
}

/**
 * Law 5: whatever the broker loses is found by comparing count and sum of versions per shop and day with the owner and
 * asked for again. Replicas share the shops: a due shop is claimed in the table.
 */
@Injectable()
export class OrderComparison implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker: Ticker;
  private learnAtMs = 0;

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly directory: ShopDirectory,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(COMPARE_MS) private readonly compareMs: number,
  ) {
    this.ticker = new Ticker(
      'comparison with order-service',
      Math.min(CONFIRM_MS, compareMs) / 2,
      () => this.compareDueShops(),
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.ticker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.ticker.stop();
  }

  private async compareDueShops(): Promise<'more' | 'done'> {
    if (Date.now() >= this.learnAtMs) {
      // Their events may be lost too; without auth-service the known shops are compared all the same.
      await this.directory
        .learn()
        .catch((error: unknown) => this.logger.warn(`shops are not learnt: ${describeError(error)}`));
      this.learnAtMs = Date.now() + this.compareMs;
    }
    const due = await this.claimDueShops();
    for (const shop of due) await this.compareShop(shop);
    return due.length === SHOPS_AT_ONCE ? 'more' : 'done';
  }

  private claimDueShops(): Promise<DueShop[]> {
    return this.database.query<DueShop>(
      `WITH due AS MATERIALIZED (
         SELECT shop_id FROM comparisons WHERE due_at <= now()
         ORDER BY due_at LIMIT ${SHOPS_AT_ONCE} FOR UPDATE SKIP LOCKED
       )
       UPDATE comparisons c SET due_at = now() + make_interval(secs => $1::float8 / 1000)
       FROM due WHERE c.shop_id = due.shop_id
       RETURNING c.shop_id AS "shopId", c.differing`,
      [this.compareMs],
    );
  }

  private async compareShop({ shopId, differing: previous }: DueShop): Promise<void> {
    const caller = serviceCaller('analytics', currentCorrelationId());
    const owners = await this.rpc.call(Orders.checksum, { shopId }, caller);
    const { differing, missing } = compareDays(owners, await this.ownDays(shopId), previous, Date.now());
    const hasDifferences = Object.keys(differing).length > 0;
    if (hasDifferences || Object.keys(previous).length > 0) {
      await this.database.query(
        `UPDATE comparisons SET differing = $2,
           due_at = CASE WHEN $3::float8 IS NULL THEN due_at
             ELSE least(due_at, now() + make_interval(secs => $3::float8 / 1000)) END
         WHERE shop_id = $1`,
        [shopId, JSON.stringify(differing), hasDifferences && missing.length === 0 ? CONFIRM_MS : null],
      );
    }
    for (let at = 0; at < missing.length; at += DAYS_A_CALL) {
      const utcDays = missing.slice(at, at + DAYS_A_CALL);
      const { orders } = await this.rpc.call(Orders.emit, { shopId, utcDays }, caller);
      this.logger.info({ shopId, days: utcDays.length, orders }, 'orders are missing here and emitted again');
    }
  }

  private ownDays(shopId: string): Promise<OrderDayChecksum[]> {
    return this.database.query<OrderDayChecksum>(
      `SELECT (ordered_at AT TIME ZONE 'UTC')::date AS "utcDay", count(*) AS orders, sum(version)::bigint AS "versionSum"
       FROM order_facts WHERE shop_id = $1 GROUP BY 1`,
      [shopId],
    );
  }
}
