import {
  type AmountState,
  asSeenBy,
  type Caller,
  canReach,
  type FulfilmentType,
  INNER_LIST_BYTES,
  Order,
  type OrderChange,
  type OrderChecksum,
  type OrderCounts,
  type OrderDayChecksum,
  OrderDetail,
  type OrderFilters,
  type OrderKey,
  type OrderLine,
  type OrderStatus,
  type PageWithLacks,
  withinBytes,
} from '#contracts';
import { type ListQuery, listQuery, notAvailable, readListed, whereOf } from '#lists';
import { hasAbility, lackedBy, type Marketplace } from '#marketplaces';
import { type Database, notFound } from '#runtime';
import type { AddressReader } from '../addresses/address-reader.js';
import { noAddress } from '../addresses/address-view.js';
import type { AfterSalesQueries } from '../after-sales/after-sales-queries.js';
import { afterSalesReachOf } from '../after-sales/after-sales-reach.js';
import { type CountedGroup, orderCounts } from './order-counts.js';
import { DUE_BUCKET } from './order-deadline.js';
import { COUNTED, orderListOf, type SortedOrder } from './order-filters.js';

interface OrderRow {
  shop_id: string;
  marketplace: Marketplace;
  order_number: string;
  version: number;
  status: OrderStatus;
  platform_status: string;
  platform_region: string | null;
  ordered_at: Date;
  confirmed_at: Date | null;
  ship_by_at: Date | null;
  shipped_at: Date | null;
  deliver_by_at: Date | null;
  platform_updated_at: Date;
  labels: string[];
  cancel_requested_at: Date | null;
  cancel_decide_by: Date | null;
  changed_at: Date;
  warnings: string[];
  payment_type: string | null;
  fulfilment_types: FulfilmentType[];
  units: number;
  amount_state: AmountState;
  currency: string | null;
  retail_minor: number | null;
  base_price_minor: number | null;
  customer_paid_minor: number | null;
  refunded_minor: number | null;
  estimated_revenue_minor: number | null;
  lines: OrderLine[];
}

interface DetailRow extends OrderRow {
  unmatched_refund_units: number;
  unmatched_refund_cases: string[];
  kept_fields: string[];
}

type HistoryRow = Omit<OrderChange, 'at' | 'platformUpdatedAt'> & {
  at: Date;
  platformUpdatedAt: Date | null;
};

const COLUMNS = `parent.shop_id,
  (SELECT shops.marketplace FROM shops WHERE shops.shop_id = parent.shop_id) AS marketplace, parent.order_number, parent.version, parent.status, parent.platform_status,
  parent.platform_region, parent.ordered_at, parent.confirmed_at, parent.ship_by_at, parent.shipped_at, parent.deliver_by_at,
  parent.platform_updated_at, parent.labels, parent.cancel_requested_at, parent.cancel_decide_by, parent.changed_at,
  parent.warnings, parent.payment_type, parent.fulfilment_types, parent.units,
  parent.amount_state, parent.currency, parent.retail_minor, parent.base_price_minor, parent.customer_paid_minor,
  parent.refunded_minor, parent.estimated_revenue_minor`;

const LINES = `SELECT coalesce(json_agg(json_build_object(
    'lineId', line.line_id, 'status', line.status, 'productId', line.product_id, 'skuId', line.sku_id,
    'sellerSku', line.seller_sku, 'productName', line.product_name, 'spec', line.spec, 'imageUrl', line.image_url,
    'orderedQuantity', line.ordered_quantity, 'cancelledBeforeShipment', line.cancelled_before_shipment,
    'netQuantity', line.net_quantity, 'unitRetailMinor', line.unit_retail_minor,
    'unitBasePriceMinor', line.unit_base_price_minor, 'refundedUnits', line.refunded_units,
    'refundedMinor', line.refunded_minor, 'labels', line.labels,
    'soldFactor', line.sold_factor, 'fulfilmentType', line.fulfilment_type, 'retailMinor', line.retail_minor,
    'basePriceMinor', line.base_price_minor) ORDER BY line.position), '[]') AS lines
  FROM order_lines AS line
  WHERE line.shop_id = parent.shop_id AND line.order_number = parent.order_number`;

/**
 * The page of orders with their lines. Exported for the bench, which asks the same question without the services around
 * it.
 */
export function orderListQuery(
  filters: OrderFilters,
  caller: Caller,
): { text: string; values: unknown[]; page: ListQuery<SortedOrder>['page'] } {
  const { where, orderBy, limit, params, page } = listQuery(orderListOf(filters), filters, caller);
  const text = `SELECT parent.*, lines.lines FROM (
      SELECT ${COLUMNS} FROM orders AS parent WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}
    ) AS parent CROSS JOIN LATERAL (${LINES}) AS lines
    ORDER BY ${orderBy}`;
  return { text, values: params, page };
}

/** Reads orders; all answers respect what the caller may see. */
export class OrderQueries {
  constructor(
    private readonly database: Database,
    private readonly addresses: Pick<AddressReader, 'masked'>,
    private readonly afterSales: Pick<AfterSalesQueries, 'ofOrder'>,
  ) {}

  async list(filters: OrderFilters, caller: Caller): Promise<PageWithLacks<Order>> {
    const { text, values, page } = orderListQuery(filters, caller);
    const rows = await readListed<OrderRow>(this.database, filters, text, values);
    return {
      ...page(rows, (row) => asSeenBy(caller, Order, toOrder(row))),
      notAvailable: await notAvailable(this.database, 'orders', filters, caller),
    };
  }

  /** By status, label and deadline, each over all the other filters: what tabs and choices above the list show. */
  async count(filters: OrderFilters, caller: Caller): Promise<OrderCounts> {
    const { sql, params } = whereOf(orderListOf(filters), filters, caller, { without: COUNTED });
    const groups = await this.database.query<CountedGroup>(
      `SELECT status, labels, ${DUE_BUCKET} AS due, count(*) AS count
       FROM orders AS parent WHERE ${sql} GROUP BY 1, 2, 3`,
      params,
    );
    return {
      ...orderCounts(groups, filters),
      notAvailable: await notAvailable(this.database, 'orders', filters, caller),
    };
  }

  async get({ shopId, orderNumber }: OrderKey, caller: Caller): Promise<OrderDetail> {
    const [row] = canReach(caller, shopId)
      ? await this.database.query<DetailRow>(
          `SELECT ${COLUMNS}, parent.unmatched_refund_units, parent.unmatched_refund_cases, parent.kept_fields, lines.lines FROM orders AS parent CROSS JOIN LATERAL (${LINES}) AS lines
           WHERE parent.shop_id = $1 AND parent.order_number = $2`,
          [shopId, orderNumber],
        )
      : [];
    if (row === undefined)
      throw notFound('order.not_found', `There is no order ${orderNumber} in this shop.`);
    const history = await this.database.query<HistoryRow>(
      `SELECT version, at, source, platform_updated_at AS "platformUpdatedAt", changed_by AS "changedBy", status,
         previous_status AS "previousStatus", coalesce(line_changes, '[]') AS lines
       FROM order_history WHERE shop_id = $1 AND order_number = $2 ORDER BY version DESC LIMIT 100`,
      [shopId, orderNumber],
    );
    const changes = history.map((change) => ({
      ...change,
      at: change.at.toISOString(),
      platformUpdatedAt: change.platformUpdatedAt?.toISOString() ?? null,
    }));
    return asSeenBy(caller, OrderDetail, {
      ...toOrder(row),
      warnings: row.warnings,
      paymentType: row.payment_type,
      history: withinBytes(changes, INNER_LIST_BYTES),
      address: hasAbility(row.marketplace, 'addresses')
        ? await this.addresses.masked(shopId, orderNumber)
        : noAddress('not_available'),
      afterSales: await this.afterSales.ofOrder(shopId, orderNumber),
      unmatchedRefundUnits: hasAbility(row.marketplace, 'after_sales') ? row.unmatched_refund_units : null,
      unmatchedRefundCases: row.unmatched_refund_cases,
      keptFields: row.kept_fields,
      notAvailable: lackedBy(row.marketplace),
    });
  }

  /** Count and sum of versions by UTC day of creation, for consumers that compare. */
  async checksum(shopId: string): Promise<OrderChecksum> {
    const days = await this.database.query<OrderDayChecksum>(
      `SELECT (ordered_at AT TIME ZONE 'UTC')::date AS "utcDay", count(*) AS orders,
         sum(version)::bigint AS "versionSum"
       FROM orders WHERE shop_id = $1 GROUP BY 1 ORDER BY 1`,
      [shopId],
    );
    return { days, afterSalesReach: await afterSalesReachOf(this.database, shopId) };
  }
}

function toOrder(row: OrderRow): Order {
  return {
    shopId: row.shop_id,
    orderNumber: row.order_number,
    status: row.status,
    platformStatus: row.platform_status,
    platformRegion: row.platform_region,
    orderedAt: row.ordered_at.toISOString(),
    confirmedAt: row.confirmed_at?.toISOString() ?? null,
    shipByAt: row.ship_by_at?.toISOString() ?? null,
    shippedAt: row.shipped_at?.toISOString() ?? null,
    deliverByAt: row.deliver_by_at?.toISOString() ?? null,
    platformUpdatedAt: row.platform_updated_at.toISOString(),
    labels: row.labels,
    cancelRequest:
      row.cancel_requested_at === null || row.cancel_decide_by === null
        ? null
        : {
            requestedAt: row.cancel_requested_at.toISOString(),
            decideBy: row.cancel_decide_by.toISOString(),
          },
    fulfilmentTypes: row.fulfilment_types,
    units: row.units,
    amounts: {
      state: hasAbility(row.marketplace, 'amounts') ? row.amount_state : 'not_available',
      currency: row.currency,
      retailMinor: row.retail_minor,
      basePriceMinor: row.base_price_minor,
      customerPaidMinor: row.customer_paid_minor,
      refundedMinor: row.refunded_minor,
      estimatedRevenueMinor: row.estimated_revenue_minor,
    },
    version: row.version,
    changedAt: row.changed_at.toISOString(),
    lines: row.lines.map((line) =>
      hasAbility(row.marketplace, 'after_sales')
        ? line
        : { ...line, refundedUnits: null, refundedMinor: null },
    ),
  };
}
