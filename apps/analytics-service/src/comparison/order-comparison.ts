import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type OrderDayChecksum, Orders, OrdersStored, serviceCaller } from '#contracts';
import { Backlog, LOGGER, RpcClient } from '#messaging';
import { currentCorrelationId, Database, describeError, type Logger } from '#runtime';
import { ORDER_FACTS } from '../facts/order-facts.events.js';
import { ShopDirectory } from '../shops/shop-directory.js';
import { storeAfterSalesReach } from '../shops/store-after-sales-reach.js';
import { Ticker } from '../ticker.js';
import { type Comparison, compareDays, type DifferingDays } from './differing-days.js';

export const COMPARE_MS = Symbol('compareMs');

/** A difference is looked at again so soon, to tell what is missing from what is on its way. */
const CONFIRM_MS = 5_000;
/** A build that is being filled is looked at so often. */
const REBUILD_MS = 500;
const BUILDS_AT_ONCE = 10;
/** Of the contract's 1,000: the owner emits that many days in one call within its deadline. */
const DAYS_A_CALL = 100;

interface DueBuild {
  shopId: string;
  build: number;
  /** Of an open rebuild: it is looked at again soon until it agrees. */
  isNext: boolean;
  differing: DifferingDays;
  wasCompared: boolean;
}

/**
 * Law 5: whatever the broker loses is found by comparing count and sum of versions per shop and day with the owner and
 * asked for again; whether the shop's after-sales are known is in the owner's answer. A rebuild is the same with a build that begins empty. Replicas share the work: what is due is
 * claimed in the table.
 */
@Injectable()
export class OrderComparison implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker: Ticker;
  private readonly confirmMs: number;
  private learnAtMs = 0;

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly directory: ShopDirectory,
    private readonly backlog: Backlog,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(COMPARE_MS) private readonly compareMs: number,
  ) {
    this.confirmMs = Math.min(CONFIRM_MS, compareMs);
    this.ticker = new Ticker(
      'comparison with order-service',
      Math.min(REBUILD_MS, this.confirmMs / 2),
      () => this.compareWhatIsDue(),
      logger,
    );
  }

  onApplicationBootstrap(): void {
    this.ticker.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.ticker.stop();
  }

  private async compareWhatIsDue(): Promise<'more' | 'done'> {
    if (Date.now() >= this.learnAtMs) {
      // Their events may be lost too; without auth-service the known shops are compared all the same.
      await this.directory
        .learn()
        .catch((error: unknown) => this.logger.warn(`shops are not learnt: ${describeError(error)}`));
      this.learnAtMs = Date.now() + this.compareMs;
    }
    const due = await this.claimWhatIsDue();
    for (const build of due) await this.compare(build);
    return due.length === BUILDS_AT_ONCE ? 'more' : 'done';
  }

  private claimWhatIsDue(): Promise<DueBuild[]> {
    return this.database.query<DueBuild>(
      `WITH due AS MATERIALIZED (
         SELECT shop_id, build FROM comparisons WHERE due_at <= now()
         ORDER BY due_at LIMIT ${BUILDS_AT_ONCE} FOR UPDATE SKIP LOCKED
       )
       UPDATE comparisons c SET due_at = now() + make_interval(secs => $1::float8 / 1000)
       FROM due JOIN shops s USING (shop_id) WHERE c.shop_id = due.shop_id AND c.build = due.build
       RETURNING c.shop_id AS "shopId", c.build, c.build <> s.build AS "isNext", c.differing,
         c.checked_at IS NOT NULL AS "wasCompared"`,
      [this.compareMs],
    );
  }

  private async compare(due: DueBuild): Promise<void> {
    const { shopId } = due;
    const caller = serviceCaller('analytics', currentCorrelationId());
    // Asked before both are counted: what arrives meanwhile makes a day move, which is no reason to ask for it.
    const isDrained = await this.backlog.isDrained(OrdersStored, ORDER_FACTS);
    const { days: owners, afterSalesReach } = await this.rpc.call(Orders.checksum, { shopId }, caller);
    // The answer is the fact itself: nothing need be asked for.
    await storeAfterSalesReach(this.database, shopId, afterSalesReach);
    const ours = await this.ownDays(due);
    const comparison = compareDays(owners, ours, {
      previous: due.isNext && !due.wasCompared ? null : due.differing,
      isDrained,
      nowMs: Date.now(),
      askAgainMs: this.compareMs,
    });
    await this.keep(due, comparison, owners, ours);
    const utcDays = comparison.missing;
    for (let at = 0; at < utcDays.length; at += DAYS_A_CALL) {
      const asked = utcDays.slice(at, at + DAYS_A_CALL);
      const { orders } = await this.rpc.call(Orders.emit, { shopId, utcDays: asked }, caller);
      this.logger.info(
        { shopId, build: due.build, days: asked.length, orders },
        'orders are missing here and emitted again',
      );
    }
  }

  private async keep(
    { shopId, build, isNext }: DueBuild,
    { differing, missing }: Comparison,
    owners: readonly OrderDayChecksum[],
    ours: readonly OrderDayChecksum[],
  ): Promise<void> {
    const hasDifferences = Object.keys(differing).length > 0;
    const isLookedAtSoon = hasDifferences && (isNext || missing.length === 0);
    await this.database.query(
      `UPDATE comparisons SET differing = $3, checked_at = now(), orders = $4, owners_orders = $5,
         due_at = CASE WHEN $6::float8 IS NULL THEN due_at
           ELSE least(due_at, now() + make_interval(secs => $6::float8 / 1000)) END
       WHERE shop_id = $1 AND build = $2`,
      [
        shopId,
        build,
        JSON.stringify(differing),
        ordersOf(ours),
        ordersOf(owners),
        isLookedAtSoon ? (isNext ? Math.min(REBUILD_MS, this.confirmMs) : this.confirmMs) : null,
      ],
    );
  }

  private ownDays({ shopId, build }: DueBuild): Promise<OrderDayChecksum[]> {
    return this.database.query<OrderDayChecksum>(
      `SELECT (ordered_at AT TIME ZONE 'UTC')::date AS "utcDay", count(*) AS orders, sum(version)::bigint AS "versionSum"
       FROM order_facts WHERE shop_id = $1 AND build = $2 GROUP BY 1`,
      [shopId, build],
    );
  }
}

function ordersOf(days: readonly OrderDayChecksum[]): number {
  return days.reduce((sum, { orders }) => sum + orders, 0);
}
