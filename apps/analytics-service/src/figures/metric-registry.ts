import type { MetricDefinition } from '#contracts';

/**
 * Every figure's one definition (law 13): what stands of an order, what a day's bucket counts, and each metric from
 * those counts. All answers, and later exports and reports, read this file. Source of the rules: figures.md §5.3.
 */

/** A line's wanted units: ordered, less cancelled before shipment ("Units"). */
const LINE_UNITS = 'greatest(l.quantity - l.cancelled_before_shipment, 0)';

/**
 * "Supply revenue": base price × units. The marketplace gives the line's base price over the quantity as ordered, so
 * the share of what was cancelled before shipment is taken out here.
 */
const LINE_SUPPLY_REVENUE = `CASE WHEN ${LINE_UNITS} = 0 THEN 0
  WHEN ${LINE_UNITS} = l.quantity THEN l.base_price_minor
  ELSE round(l.base_price_minor::numeric * ${LINE_UNITS} / l.quantity)::bigint END`;

/**
 * The orders of the days in `$days` (a relation `days (shop_id, build, local_day)`), one row each. "Valid orders": placed,
 * less fully cancelled, less pending. Amounts are known when the currency is and no wanted line lacks one.
 */
export const ORDERS_OF_DAYS = `
  SELECT f.shop_id, f.build, f.local_day, f.parent_order_sn, coalesce(f.currency, '') AS currency,
    f.shipped_at IS NOT NULL AS is_shipped,
    CASE
      WHEN f.status = 'cancelled' OR (sum(l.quantity) > 0 AND sum(${LINE_UNITS}) = 0) THEN 'cancelled'
      WHEN f.status = 'pending' THEN 'pending'
      ELSE 'valid'
    END AS standing,
    f.currency IS NOT NULL AND coalesce(bool_and(${LINE_UNITS} = 0
      OR (l.retail_minor IS NOT NULL AND l.base_price_minor IS NOT NULL)), true) AS has_amounts,
    coalesce(sum(${LINE_UNITS}), 0) AS units,
    coalesce(sum(${LINE_UNITS} * l.sold_factor), 0) AS pieces,
    coalesce(sum(l.retail_minor), 0) AS retail_minor,
    coalesce(sum(${LINE_SUPPLY_REVENUE}), 0) AS supply_revenue_minor,
    coalesce(f.refunded_minor, 0) AS refunded_minor
  FROM days
  JOIN order_facts f USING (shop_id, build, local_day)
  LEFT JOIN line_facts l ON l.shop_id = f.shop_id AND l.build = f.build AND l.parent_order_sn = f.parent_order_sn
  GROUP BY f.shop_id, f.build, f.parent_order_sn`;

const VALID = "o.standing = 'valid'";
const VALID_AND_KNOWN = `${VALID} AND o.has_amounts`;

/** Columns of `daily_sales`, each with its sum over the orders `o` of a bucket. */
export const SALES_COLUMNS = {
  placedOrders: { column: 'placed_orders', sql: 'count(*)' },
  validOrders: { column: 'valid_orders', sql: `count(*) FILTER (WHERE ${VALID})` },
  cancelledOrders: {
    column: 'cancelled_orders',
    sql: "count(*) FILTER (WHERE o.standing = 'cancelled')",
  },
  cancelledBeforeShipmentOrders: {
    column: 'cancelled_before_shipment_orders',
    sql: "count(*) FILTER (WHERE o.standing = 'cancelled' AND NOT o.is_shipped)",
  },
  pendingOrders: { column: 'pending_orders', sql: "count(*) FILTER (WHERE o.standing = 'pending')" },
  units: { column: 'units', sql: `coalesce(sum(o.units) FILTER (WHERE ${VALID}), 0)` },
  pieces: { column: 'pieces', sql: `coalesce(sum(o.pieces) FILTER (WHERE ${VALID}), 0)` },
  knownOrders: { column: 'known_orders', sql: `count(*) FILTER (WHERE ${VALID_AND_KNOWN})` },
  gmvMinor: {
    column: 'gmv_minor',
    sql: `coalesce(sum(o.retail_minor) FILTER (WHERE ${VALID_AND_KNOWN}), 0)`,
  },
  supplyRevenueMinor: {
    column: 'supply_revenue_minor',
    sql: `coalesce(sum(o.supply_revenue_minor) FILTER (WHERE ${VALID_AND_KNOWN}), 0)`,
  },
  refundedMinor: {
    column: 'refunded_minor',
    sql: `coalesce(sum(o.refunded_minor) FILTER (WHERE ${VALID_AND_KNOWN}), 0)`,
  },
} as const;

/** Columns of `daily_sku_sales`: sums over the wanted lines `l` of the valid orders `o` of a bucket. */
export const SKU_SALES_COLUMNS = {
  orders: { column: 'orders', sql: 'count(DISTINCT o.parent_order_sn)' },
  units: { column: 'units', sql: `sum(${LINE_UNITS})` },
  pieces: { column: 'pieces', sql: `sum(${LINE_UNITS} * l.sold_factor)` },
  gmvMinor: { column: 'gmv_minor', sql: 'sum(l.retail_minor) FILTER (WHERE o.has_amounts)' },
  supplyRevenueMinor: {
    column: 'supply_revenue_minor',
    sql: `sum(${LINE_SUPPLY_REVENUE}) FILTER (WHERE o.has_amounts)`,
  },
} as const;
export const WANTED_LINES_OF_VALID_ORDERS = `${VALID} AND ${LINE_UNITS} > 0`;

/** Sums of `daily_sales` over shops and days. Amounts are of one currency, or not to be read. */
export type Sums = Readonly<Record<keyof typeof SALES_COLUMNS, number>>;

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

type Metric = MetricDefinition & { readonly of: (sums: Sums) => number | null };

export const METRICS = {
  placedOrders: {
    id: 'placed_orders',
    nameEn: 'Placed orders',
    nameZh: '下单数',
    formulaEn: 'Distinct parent orders by the day they were placed (shop’s zone), any status',
    formulaZh: '按下单日（店铺时区）统计的父订单数，不限状态',
    unit: 'count',
    of: (sums: Sums) => sums.placedOrders,
  },
  validOrders: {
    id: 'valid_orders',
    nameEn: 'Valid orders',
    nameZh: '有效订单',
    formulaEn: 'Placed orders, less fully cancelled, less pending (buyers still change them)',
    formulaZh: '下单数减去全部取消的订单和待确认的订单（买家仍可修改）',
    unit: 'count',
    of: (sums: Sums) => sums.validOrders,
  },
  cancelledOrders: {
    id: 'cancelled_orders',
    nameEn: 'Cancelled orders',
    nameZh: '取消订单',
    formulaEn: 'Placed orders that are cancelled, or of which every unit was cancelled before shipment',
    formulaZh: '已取消的订单，或全部件数在发货前取消的订单',
    unit: 'count',
    of: (sums: Sums) => sums.cancelledOrders,
  },
  pendingOrders: {
    id: 'pending_orders',
    nameEn: 'Pending orders',
    nameZh: '待确认订单',
    formulaEn: 'Placed orders that the marketplace has not confirmed yet',
    formulaZh: '平台尚未确认的订单',
    unit: 'count',
    of: (sums: Sums) => sums.pendingOrders,
  },
  cancelRate: {
    id: 'cancel_rate',
    nameEn: 'Cancel rate',
    nameZh: '取消率',
    formulaEn: 'Orders cancelled before shipment / placed orders; returns do not count',
    formulaZh: '发货前取消的订单数 ÷ 下单数；退货不计入',
    unit: 'ratio',
    of: (sums: Sums) => ratio(sums.cancelledBeforeShipmentOrders, sums.placedOrders),
  },
  units: {
    id: 'units',
    nameEn: 'Units',
    nameZh: '销量（件）',
    formulaEn: 'Σ (quantity − cancelled before shipment) over all lines of valid orders',
    formulaZh: '有效订单所有明细的 Σ（数量 − 发货前取消数量）',
    unit: 'count',
    of: (sums: Sums) => sums.units,
  },
  pieces: {
    id: 'pieces',
    nameEn: 'Pieces',
    nameZh: '库存件数',
    formulaEn: 'Units × pieces of stock in one unit sold',
    formulaZh: '销量 × 每件售出单位所含的库存件数',
    unit: 'count',
    of: (sums: Sums) => sums.pieces,
  },
  gmv: {
    id: 'gmv',
    nameEn: 'GMV (retail)',
    nameZh: 'GMV（零售额）',
    formulaEn:
      'Σ retail amount of the items of valid orders whose amounts are known, before refunds, without shipping',
    formulaZh: '金额已知的有效订单的商品零售金额之和，退款前，不含运费',
    unit: 'money',
    of: (sums: Sums) => sums.gmvMinor,
  },
  supplyRevenue: {
    id: 'supply_revenue',
    nameEn: 'Supply revenue',
    nameZh: '供货收入',
    formulaEn: 'Σ base price × units of valid orders whose amounts are known: owed before deductions',
    formulaZh: '金额已知的有效订单的 Σ 供货价 × 销量：扣款前平台应付金额',
    unit: 'money',
    of: (sums: Sums) => sums.supplyRevenueMinor,
  },
  refunded: {
    id: 'refunds',
    nameEn: 'Refunds',
    nameZh: '退款',
    formulaEn:
      'Σ refunds of valid orders whose amounts are known, as the marketplace gives them for the order',
    formulaZh: '金额已知的有效订单的退款合计，以平台给出的订单退款为准',
    unit: 'money',
    of: (sums: Sums) => sums.refundedMinor,
  },
  netRevenue: {
    id: 'net_revenue',
    nameEn: 'Net revenue',
    nameZh: '净收入',
    formulaEn: 'Supply revenue − refunds; deductions are not known yet and not taken off',
    formulaZh: '供货收入 − 退款；平台扣款尚未获取，未扣除',
    unit: 'money',
    of: (sums: Sums) => sums.supplyRevenueMinor - sums.refundedMinor,
  },
  averageOrderValue: {
    id: 'average_order_value',
    nameEn: 'Average order value',
    nameZh: '客单价',
    formulaEn: 'Supply revenue / valid orders whose amounts are known, to the nearest minor unit',
    formulaZh: '供货收入 ÷ 金额已知的有效订单数，四舍五入到最小货币单位',
    unit: 'money',
    of: (sums: Sums) =>
      sums.knownOrders === 0 ? null : Math.round(sums.supplyRevenueMinor / sums.knownOrders),
  },
  coverage: {
    id: 'amount_coverage',
    nameEn: 'Amount coverage',
    nameZh: '金额覆盖率',
    formulaEn: 'Valid orders whose amounts are known / valid orders',
    formulaZh: '金额已知的有效订单数 ÷ 有效订单数',
    unit: 'ratio',
    of: (sums: Sums) => ratio(sums.knownOrders, sums.validOrders),
  },
} as const satisfies Record<string, Metric>;

/** "Sales rank": Σ units per SKU over all lines, tie by revenue; growth against the equal span before. */
export const SALES_RANK = {
  id: 'sales_rank',
  nameEn: 'Sales rank',
  nameZh: '销量排行',
  formulaEn:
    'Σ units per SKU of a shop over all lines of valid orders; a tie goes to the higher supply revenue',
  formulaZh: '按店铺 SKU 汇总有效订单所有明细的销量；销量相同则供货收入高者在前',
  unit: 'count',
} as const satisfies MetricDefinition;

export const GROWTH = {
  id: 'growth',
  nameEn: 'Growth',
  nameZh: '增长率',
  formulaEn: '(Units − units in the equal span before) / units in the equal span before; empty when new',
  formulaZh: '（销量 − 上一等长周期销量）÷ 上一等长周期销量；上期无销量则为空（新品）',
  unit: 'ratio',
  of: (units: number, previousUnits: number) => ratio(units - previousUnits, previousUnits),
} as const satisfies MetricDefinition & { of: (units: number, previousUnits: number) => number | null };

export function metricDefinitions(): MetricDefinition[] {
  return [...Object.values(METRICS), SALES_RANK, GROWTH].map(
    ({ id, nameEn, nameZh, formulaEn, formulaZh, unit }) => ({
      id,
      nameEn,
      nameZh,
      formulaEn,
      formulaZh,
      unit,
    }),
  );
}
