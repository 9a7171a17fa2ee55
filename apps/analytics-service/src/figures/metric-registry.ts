import type { MetricDefinition } from '#contracts';
import type { Ability } from '#marketplaces';
import { LINE_GMV, LINE_SUPPLY_REVENUE, LINE_UNITS } from './order-sums.js';

/**
 * Every figure's one definition (law 13): what a day's bucket counts (what stands of a line and an order:
 * order-sums.ts), and each metric from those counts. All answers, and later exports and reports, read this file. A
 * money figure names its basis, and all its terms are on it. Source of the rules: figures.md §5.3.
 */

const VALID = "o.standing = 'valid'";
const VALID_AND_KNOWN = `${VALID} AND o.has_amounts`;
/** Refunds, and what they come off, are of orders of which both are known. */
const REFUNDS_KNOWN = `${VALID_AND_KNOWN} AND o.knows_refunds`;
const NET_REVENUE = 'o.supply_revenue_minor - o.refunds_at_supply_minor';
const CHECKED = `${REFUNDS_KNOWN} AND o.platform_net_revenue_minor IS NOT NULL`;
const DIFFERING = `${CHECKED} AND o.platform_net_revenue_minor <> ${NET_REVENUE}`;

const countOf = (which: string) => `count(*) FILTER (WHERE ${which})`;
const sumOf = (what: string, which: string) => `coalesce(sum(${what}) FILTER (WHERE ${which}), 0)`;

/** Columns of `daily_sales`, each with its sum over the orders `o` of a bucket. */
export const SALES_COLUMNS = {
  placedOrders: { column: 'placed_orders', sql: 'count(*)' },
  validOrders: { column: 'valid_orders', sql: countOf(VALID) },
  cancelledOrders: { column: 'cancelled_orders', sql: countOf("o.standing = 'cancelled'") },
  cancelledBeforeShipmentOrders: {
    column: 'cancelled_before_shipment_orders',
    sql: countOf("o.standing = 'cancelled' AND NOT o.is_shipped"),
  },
  pendingOrders: { column: 'pending_orders', sql: countOf("o.standing = 'pending'") },
  units: { column: 'units', sql: sumOf('o.units', VALID) },
  pieces: { column: 'pieces', sql: sumOf('o.pieces', VALID) },
  knownOrders: { column: 'known_orders', sql: countOf(VALID_AND_KNOWN) },
  gmvMinor: { column: 'gmv_minor', sql: sumOf('o.gmv_minor', VALID_AND_KNOWN) },
  supplyRevenueMinor: {
    column: 'supply_revenue_minor',
    sql: sumOf('o.supply_revenue_minor', VALID_AND_KNOWN),
  },
  refundKnownOrders: { column: 'refund_known_orders', sql: countOf(REFUNDS_KNOWN) },
  refundedMinor: { column: 'refunded_minor', sql: sumOf('o.refunded_minor', REFUNDS_KNOWN) },
  derivedRefundedMinor: {
    column: 'derived_refunded_minor',
    sql: sumOf('o.derived_refunded_minor', REFUNDS_KNOWN),
  },
  refundsAtSupplyMinor: {
    column: 'refunds_at_supply_minor',
    sql: sumOf('o.refunds_at_supply_minor', REFUNDS_KNOWN),
  },
  derivedRefundsAtSupplyMinor: {
    column: 'derived_refunds_at_supply_minor',
    sql: sumOf('o.derived_refunds_at_supply_minor', REFUNDS_KNOWN),
  },
  checkedOrders: { column: 'checked_orders', sql: countOf(CHECKED) },
  differingOrders: { column: 'differing_orders', sql: countOf(DIFFERING) },
  checkedNetRevenueMinor: { column: 'checked_net_revenue_minor', sql: sumOf(NET_REVENUE, CHECKED) },
  platformNetRevenueMinor: {
    column: 'platform_net_revenue_minor',
    sql: sumOf('o.platform_net_revenue_minor', CHECKED),
  },
} as const;

/** Columns of `daily_sku_sales`: sums over the wanted lines `l` of the valid orders `o` of a bucket. */
export const SKU_SALES_COLUMNS = {
  orders: { column: 'orders', sql: 'count(DISTINCT o.order_number)' },
  units: { column: 'units', sql: `sum(${LINE_UNITS})` },
  pieces: { column: 'pieces', sql: `sum(${LINE_UNITS} * l.sold_factor)` },
  gmvMinor: { column: 'gmv_minor', sql: `sum(${LINE_GMV}) FILTER (WHERE o.has_amounts)` },
  supplyRevenueMinor: {
    column: 'supply_revenue_minor',
    sql: `sum(${LINE_SUPPLY_REVENUE}) FILTER (WHERE o.has_amounts)`,
  },
} as const;
export const WANTED_LINES_OF_VALID_ORDERS = `${VALID} AND ${LINE_UNITS} > 0`;

/** Columns of `order_checks`: the orders `o` whose net revenue is not what the marketplace estimates. */
export const CHECK_COLUMNS = {
  orderNumber: { column: 'order_number', sql: 'o.order_number' },
  orderedAt: { column: 'ordered_at', sql: 'o.ordered_at' },
  currency: { column: 'currency', sql: 'o.currency' },
  netRevenueMinor: { column: 'net_revenue_minor', sql: NET_REVENUE },
  platformNetRevenueMinor: { column: 'platform_net_revenue_minor', sql: 'o.platform_net_revenue_minor' },
  refundedMinor: { column: 'refunded_minor', sql: 'o.refunded_minor' },
  platformRefundsMinor: { column: 'platform_refunds_minor', sql: 'o.platform_refunds_minor' },
} as const;
export const ORDERS_THAT_DIFFER = DIFFERING;

/** Sums of `daily_sales` over shops and days. Amounts are of one currency, or not to be read. */
export type Sums = Readonly<Record<keyof typeof SALES_COLUMNS, number>>;

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function average(sum: number, count: number): number | null {
  return count === 0 ? null : Math.round(sum / count);
}

/** Orders of which no amount is known have not earned nothing: unknown, never 0. No orders have earned nothing. */
function whereAmountsAreKnown(sums: Sums, value: number): number | null {
  return sums.knownOrders === 0 && sums.validOrders > 0 ? null : value;
}

/** Refunds of a part of the orders are no figure: unknown, never less than there are. */
export function whereRefundsAreKnown(sums: Sums, value: number): number | null {
  return sums.refundKnownOrders < sums.knownOrders ? null : whereAmountsAreKnown(sums, value);
}

type Metric = MetricDefinition & { readonly of: (sums: Sums) => number | null };

/** A figure that is no money has no basis. */
const COUNT = {
  unit: 'count',
  basis: null,
  terms: [],
  needs: ['orders'],
  excludesEn: null,
  excludesZh: null,
} as const;

/** What a marketplace must give for a figure of money: `Figures` adds up the orders of those that do. */
const OF_AMOUNTS = ['orders', 'amounts'] as const satisfies readonly Ability[];
const OF_REFUNDS = ['orders', 'amounts', 'after_sales'] as const satisfies readonly Ability[];

export const METRICS = {
  placedOrders: {
    ...COUNT,
    id: 'placed_orders',
    nameEn: 'Placed orders',
    nameZh: '下单数',
    formulaEn: 'Distinct orders by the day they were placed (shop’s zone), any status',
    formulaZh: '按下单日（店铺时区）统计的订单数，不限状态',
    source: 'figures.md 5.3 Placed orders',
    of: (sums: Sums) => sums.placedOrders,
  },
  validOrders: {
    ...COUNT,
    id: 'valid_orders',
    nameEn: 'Valid orders',
    nameZh: '有效订单',
    formulaEn:
      'Placed orders, less fully cancelled, less pending (buyers still change them); a fully refunded order stays valid',
    formulaZh: '下单数减去全部取消的订单和待确认的订单（买家仍可修改）；全额退款的订单仍为有效订单',
    source: 'figures.md 5.3 Valid orders',
    of: (sums: Sums) => sums.validOrders,
  },
  cancelledOrders: {
    ...COUNT,
    id: 'cancelled_orders',
    nameEn: 'Cancelled orders',
    nameZh: '取消订单',
    formulaEn: 'Placed orders that are cancelled, or of which every unit was cancelled before shipment',
    formulaZh: '已取消的订单，或全部件数在发货前取消的订单',
    source: 'figures.md 5.3 Valid orders',
    of: (sums: Sums) => sums.cancelledOrders,
  },
  pendingOrders: {
    ...COUNT,
    id: 'pending_orders',
    nameEn: 'Pending orders',
    nameZh: '待确认订单',
    formulaEn: 'Placed orders that the marketplace has not confirmed yet',
    formulaZh: '平台尚未确认的订单',
    source: 'figures.md 5.3 Valid orders',
    of: (sums: Sums) => sums.pendingOrders,
  },
  cancelRate: {
    ...COUNT,
    id: 'cancel_rate',
    nameEn: 'Cancel rate',
    nameZh: '取消率',
    formulaEn: 'Orders cancelled before shipment / placed orders',
    formulaZh: '发货前取消的订单数 ÷ 下单数',
    unit: 'ratio',
    excludesEn: 'Returns and refunds',
    excludesZh: '退货和退款',
    source: 'figures.md 5.3 Cancel rate',
    of: (sums: Sums) => ratio(sums.cancelledBeforeShipmentOrders, sums.placedOrders),
  },
  units: {
    ...COUNT,
    id: 'units',
    nameEn: 'Units',
    nameZh: '销量（件）',
    formulaEn: 'Σ net units (ordered − cancelled before shipment) over all lines of valid orders',
    formulaZh: '有效订单所有明细的 Σ 净件数（下单数量 − 发货前取消数量）',
    source: 'figures.md 5.3 Units',
    of: (sums: Sums) => sums.units,
  },
  pieces: {
    ...COUNT,
    id: 'pieces',
    nameEn: 'Pieces',
    nameZh: '库存件数',
    formulaEn: 'Units × pieces of stock in one unit sold',
    formulaZh: '销量 × 每件售出单位所含的库存件数',
    source: 'figures.md 5.3 Units',
    of: (sums: Sums) => sums.pieces,
  },
  gmv: {
    id: 'gmv',
    nameEn: 'GMV',
    nameZh: 'GMV',
    formulaEn: 'Σ retail unit price × net units of valid orders whose amounts are known',
    formulaZh: '金额已知的有效订单的 Σ 零售单价 × 净件数',
    unit: 'money',
    basis: 'retail',
    terms: [],
    needs: OF_AMOUNTS,
    excludesEn:
      'Units cancelled before shipment, shipping; before discounts and refunds. Unknown, not 0, where no amount is known',
    excludesZh: '不含发货前取消的件数和运费；折扣、退款前。没有任何金额已知时为未知，而不是 0',
    source: 'figures.md 5.3 GMV',
    of: (sums: Sums) => whereAmountsAreKnown(sums, sums.gmvMinor),
  },
  supplyRevenue: {
    id: 'supply_revenue',
    nameEn: 'Supply revenue',
    nameZh: '供货收入',
    formulaEn:
      'Σ base (supply) unit price × net units of valid orders whose amounts are known; of a marketplace that buys nothing, seller revenue: the price after the seller’s own discount in its place',
    formulaZh: '金额已知的有效订单的 Σ 供货单价 × 净件数；平台不采购时为卖家收入：以卖家自己折扣后的价格代替',
    unit: 'money',
    basis: 'supply',
    terms: [],
    needs: OF_AMOUNTS,
    excludesEn:
      'Units cancelled before shipment; before refunds and charges. Unknown, not 0, where no amount is known',
    excludesZh: '不含发货前取消的件数；退款和扣费前。没有任何金额已知时为未知，而不是 0',
    source: 'figures.md 5.3 Supply revenue',
    of: (sums: Sums) => whereAmountsAreKnown(sums, sums.supplyRevenueMinor),
  },
  refundsToBuyers: {
    id: 'refunds_to_buyers',
    nameEn: 'Refunds to buyers',
    nameZh: '退给买家',
    formulaEn:
      'Σ buyers’ money given back in finished after-sales cases, on the order’s day; where the case names no sum: retail × units, called derived',
    formulaZh: '已完结售后退给买家的金额之和，计入下单日；售后未给出金额时按零售价 × 件数推算（标为推算）',
    unit: 'money',
    basis: 'retail',
    terms: [],
    needs: OF_REFUNDS,
    excludesEn: 'Cancellations before shipment. Unknown, not 0, where after-sales are not known',
    excludesZh: '不含发货前取消。售后数据未知时为未知，而不是 0',
    source: 'figures.md 5.3 Refunds to buyers',
    of: (sums: Sums) => whereRefundsAreKnown(sums, sums.refundedMinor),
  },
  refundsAtSupply: {
    id: 'refunds_at_supply',
    nameEn: 'Refunds at supply price',
    nameZh: '退款（供货价）',
    formulaEn:
      'Σ supply unit price × units of finished refunds, of no more than net units; a refund without a count of units: base × refunded ÷ retail of its line, half up, called derived',
    formulaZh:
      'Σ 供货单价 × 已完结退款件数（不超过净件数）；没有件数的退款：该明细供货价 × 退款额 ÷ 零售价，四舍五入（标为推算）',
    unit: 'money',
    basis: 'supply',
    terms: [],
    needs: OF_REFUNDS,
    excludesEn: 'Cancellations before shipment. Unknown, not 0, where after-sales are not known',
    excludesZh: '不含发货前取消。售后数据未知时为未知，而不是 0',
    source: 'figures.md 5.3 Refunds at supply price',
    of: (sums: Sums) => whereRefundsAreKnown(sums, sums.refundsAtSupplyMinor),
  },
  netRevenue: {
    id: 'net_revenue',
    nameEn: 'Net revenue',
    nameZh: '净收入',
    formulaEn: 'Supply revenue − refunds at supply price; nothing else comes off',
    formulaZh: '供货收入 − 退款（供货价），不再扣除其他项目',
    unit: 'money',
    basis: 'supply',
    terms: ['supply_revenue', 'refunds_at_supply'],
    needs: OF_REFUNDS,
    excludesEn: 'Fees, costs and charges of statements. Unknown where refunds are',
    excludesZh: '不含费用、成本和账单扣费。退款未知时为未知',
    source: 'figures.md 5.3 Net revenue',
    of: (sums: Sums) => whereRefundsAreKnown(sums, sums.supplyRevenueMinor - sums.refundsAtSupplyMinor),
  },
  averageGmv: {
    id: 'average_order_gmv',
    nameEn: 'Average order value (retail)',
    nameZh: '客单价（零售）',
    formulaEn: 'GMV / valid orders whose amounts are known, to the nearest minor unit',
    formulaZh: 'GMV ÷ 金额已知的有效订单数，四舍五入到最小货币单位',
    unit: 'money',
    basis: 'retail',
    terms: ['gmv'],
    needs: OF_AMOUNTS,
    excludesEn: null,
    excludesZh: null,
    source: 'figures.md 5.3 AOV',
    of: (sums: Sums) => average(sums.gmvMinor, sums.knownOrders),
  },
  averageSupplyRevenue: {
    id: 'average_order_supply_revenue',
    nameEn: 'Average order value (supply)',
    nameZh: '客单价（供货）',
    formulaEn: 'Supply revenue / valid orders whose amounts are known, to the nearest minor unit',
    formulaZh: '供货收入 ÷ 金额已知的有效订单数，四舍五入到最小货币单位',
    unit: 'money',
    basis: 'supply',
    terms: ['supply_revenue'],
    needs: OF_AMOUNTS,
    excludesEn: null,
    excludesZh: null,
    source: 'figures.md 5.3 AOV',
    of: (sums: Sums) => average(sums.supplyRevenueMinor, sums.knownOrders),
  },
  revenueDifference: {
    id: 'revenue_difference',
    nameEn: 'Difference from the platform’s estimate',
    nameZh: '与平台预估的差额',
    formulaEn:
      'The platform’s estimated revenue − shipping − sign on delivery, less our net revenue, over orders of which both are known; a check, not a figure to add',
    formulaZh:
      '平台预估收入 − 运费 − 签收服务费，再减去我们的净收入；仅统计两者均已知的订单。这是核对项，不参与相加',
    unit: 'money',
    basis: 'supply',
    terms: ['net_revenue'],
    needs: OF_REFUNDS,
    excludesEn: 'Orders without an estimate, or whose refunds are unknown',
    excludesZh: '不含没有预估或退款未知的订单',
    source: 'figures.md 5.3 Net revenue, Check',
    of: (sums: Sums) => sums.platformNetRevenueMinor - sums.checkedNetRevenueMinor,
  },
  coverage: {
    ...COUNT,
    id: 'amount_coverage',
    nameEn: 'Amount coverage',
    nameZh: '金额覆盖率',
    formulaEn: 'Valid orders whose amounts are known / valid orders',
    formulaZh: '金额已知的有效订单数 ÷ 有效订单数',
    needs: OF_AMOUNTS,
    unit: 'ratio',
    source: 'figures.md 5.3 GMV (only where amounts are granted)',
    of: (sums: Sums) => ratio(sums.knownOrders, sums.validOrders),
  },
  refundCoverage: {
    ...COUNT,
    id: 'refund_coverage',
    nameEn: 'Refund coverage',
    nameZh: '退款覆盖率',
    formulaEn: 'Valid orders whose amounts and after-sales are known / valid orders whose amounts are known',
    formulaZh: '金额与售后均已知的有效订单数 ÷ 金额已知的有效订单数',
    needs: OF_REFUNDS,
    unit: 'ratio',
    source: 'figures.md 5.3 Refunds at supply price',
    of: (sums: Sums) => ratio(sums.refundKnownOrders, sums.knownOrders),
  },
} as const satisfies Record<string, Metric>;

/** "Sales rank": Σ units per SKU over all lines, tie by revenue; growth against the equal span before. */
export const SALES_RANK = {
  ...COUNT,
  id: 'sales_rank',
  nameEn: 'Sales rank',
  nameZh: '销量排行',
  formulaEn:
    'Σ net units per SKU of a shop over all lines of valid orders. Among equal units those of the first currency by name stand first, there the higher supply revenue, then shop and SKU by number',
  formulaZh:
    '按店铺 SKU 汇总有效订单所有明细的净件数。件数相同时，币种代码在前者优先，同币种供货收入高者在前，再按店铺和 SKU 编号',
  source: 'figures.md 5.3 Sales rank',
} as const satisfies MetricDefinition;

export const GROWTH = {
  ...COUNT,
  id: 'growth',
  nameEn: 'Growth',
  nameZh: '增长率',
  formulaEn:
    '(Units of the whole days − units of as many days before) / units of as many days before; empty when new',
  formulaZh: '（完整天数的销量 − 之前相同天数的销量）÷ 之前相同天数的销量；之前无销量则为空（新品）',
  unit: 'ratio',
  excludesEn: 'Today: a part of a day is not compared with whole ones',
  excludesZh: '不含今天：未结束的一天不与完整的一天比较',
  source: 'figures.md 5.3 Sales rank',
  of: (units: number, previousUnits: number) => ratio(units - previousUnits, previousUnits),
} as const satisfies MetricDefinition & { of: (units: number, previousUnits: number) => number | null };

export function metricDefinitions(): MetricDefinition[] {
  return [...Object.values<MetricDefinition>(METRICS), SALES_RANK, GROWTH].map((metric) => ({
    id: metric.id,
    nameEn: metric.nameEn,
    nameZh: metric.nameZh,
    formulaEn: metric.formulaEn,
    formulaZh: metric.formulaZh,
    unit: metric.unit,
    basis: metric.basis,
    terms: [...metric.terms],
    needs: [...metric.needs],
    excludesEn: metric.excludesEn,
    excludesZh: metric.excludesZh,
    source: metric.source,
  }));
}
