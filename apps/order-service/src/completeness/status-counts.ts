import {
  type Caller,
  type CompletenessDayKey,
  type CompletenessStatus,
  type CompletenessStatuses,
  canReach,
  type OrderStatus,
} from '#contracts';
import { isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import { conflict, type Database, invalid, notFound, refusedField } from '#runtime';
import { assertGives, type CredentialSource, type KnownShops, refusalOf, type ShopConnectors } from '#sync';
import { localDay } from '../ledger/local-days.js';

/** Counts one day by status: the marketplace's numbers, asked now, beside ours. */
export class StatusCounts {
  constructor(
    private readonly database: Database,
    private readonly connectors: ShopConnectors,
    private readonly credentials: CredentialSource,
    private readonly shops: KnownShops,
  ) {}

  async count({ shopId, day }: CompletenessDayKey, caller: Caller): Promise<CompletenessStatuses> {
    const shop = canReach(caller, shopId) ? await this.shops.find(shopId) : undefined;
    if (shop === undefined) throw notFound('shop.not_found', 'There is no such shop, or you may not see it.');
    if (shop.status !== 'connected') {
      throw conflict(
        `shop.${shop.status}`,
        'The shop is not connected. Authorise it again on the shops page.',
      );
    }
    assertGives(shop.marketplace, shopId, 'audit');
    const span = localDay(day, shop.timeZone);
    if (span.start.getTime() > Date.now()) {
      throw invalid('request.invalid', 'day must not lie in the future.', [
        refusedField('day', 'input.future'),
      ]);
    }
    const connector = await this.connectors.of(shopId);
    const [platform, ours] = await Promise.all([
      this.platformCounts(connector, shopId, span),
      this.database.query<{ status: string; orders: number }>(
        `SELECT platform_status AS status, count(*) AS orders FROM orders
         WHERE shop_id = $1 AND ordered_at >= $2 AND ordered_at < $3 GROUP BY platform_status`,
        [shopId, span.start, span.end],
      ),
    ]);
    const held = new Map(ours.map(({ status, orders }) => [status, orders]));
    const documented = connector.orderStatuses;
    const known = documented.map(
      ({ platformStatus, status }): CompletenessStatus =>
        compared(status, platformStatus, platform.of.get(platformStatus) ?? 0, held.get(platformStatus) ?? 0),
    );
    // A status that is new to us cannot be asked for by name; we hold it under the marketplace's own word.
    const unknown = ours
      .filter(({ status }) => !documented.some(({ platformStatus }) => platformStatus === status))
      .map(({ status, orders }) => compared('unknown', status, 0, orders));
    return {
      shopId,
      day,
      countedAt: new Date().toISOString(),
      platformOrders: platform.all,
      ourOrders: ours.reduce((sum, { orders }) => sum + orders, 0),
      rows: [...known, ...unknown],
    };
  }

  private async platformCounts(
    connector: MarketplaceConnector,
    shopId: string,
    span: { readonly start: Date; readonly end: Date },
  ): Promise<{ readonly all: number; readonly of: ReadonlyMap<string, number> }> {
    const window = { from: span.start, to: new Date(span.end.getTime() - 1_000) };
    try {
      const count = (only: { readonly platformStatus?: string }): Promise<number> =>
        this.credentials.use(shopId, (credentials) =>
          connector.countOrders({ credentials, priority: 'interactive' }, { window, by: 'created', ...only }),
        );
      const [all, ...counts] = await Promise.all([
        count({}),
        ...connector.orderStatuses.map(
          async ({ platformStatus }) => [platformStatus, await count({ platformStatus })] as const,
        ),
      ]);
      return { all, of: new Map(counts) };
    } catch (error) {
      throw isMarketplaceError(error) ? refusalOf(error) : error;
    }
  }
}

function compared(
  status: OrderStatus,
  platformStatus: string,
  platformOrders: number,
  ourOrders: number,
): CompletenessStatus {
  return { status, platformStatus, platformOrders, ourOrders, difference: platformOrders - ourOrders };
}
