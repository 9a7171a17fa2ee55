/**
 * What stands of a line and of an order, as SQL over `order_facts f` and `line_facts l`. Only metric-registry.ts uses
 * it. Source of the rules: figures.md §5.3; a row of it is named in quotes.
 */

/** "Units": the marketplace's net quantity; what was cancelled before shipment is off already. */
export const LINE_UNITS = 'l.net_quantity';

/** What a line costs: by the unit where the marketplace gives that, else of all units as ordered. */
interface LinePrice {
  readonly unit: string;
  readonly all: string;
}

function linePrice(unit: string, line: string): LinePrice {
  return { unit: `l.${unit}`, all: `coalesce(l.${unit} * l.ordered_quantity, l.${line})` };
}

const RETAIL = linePrice('unit_retail_minor', 'retail_minor');
const BASE = linePrice('unit_base_price_minor', 'base_price_minor');

/** The price of `units`: exact by the unit, else their share of the units as ordered, half up. */
function priceOf({ unit, all }: LinePrice, units: string): string {
  return `CASE WHEN ${units} = 0 THEN 0 WHEN ${unit} IS NOT NULL THEN ${unit} * ${units}
    ELSE round((${all})::numeric * ${units} / l.ordered_quantity)::bigint END`;
}

/** "GMV": retail unit price × net units. */
export const LINE_GMV = priceOf(RETAIL, LINE_UNITS);

/** "Supply revenue": base (supply) unit price × net units. */
export const LINE_SUPPLY_REVENUE = priceOf(BASE, LINE_UNITS);

const HAS_PRICES = `(${LINE_UNITS} = 0 OR (${RETAIL.all} IS NOT NULL AND ${BASE.all} IS NOT NULL))`;

/** "Refunds at supply price": base × refunded units, of no more than were not cancelled. */
const COUNTED_AT_SUPPLY = priceOf(BASE, `least(l.refunded_units, ${LINE_UNITS})`);

/** Whether base ÷ retail of a line can be said, which an uncounted refund needs. */
const HAS_RATIO = `(l.uncounted_refund_minor = 0 OR (${RETAIL.all} > 0 AND ${BASE.all} IS NOT NULL))`;

/**
 * "Refunds at supply price": a refund without a count of units is base × refunded ÷ retail of its line, half up. A line
 * gives back no more than it earned: else a cancellation could raise net revenue.
 */
const UNCOUNTED_AT_SUPPLY = `CASE WHEN l.uncounted_refund_minor > 0 AND ${HAS_RATIO} THEN
    least(round((${BASE.all})::numeric * l.uncounted_refund_minor / (${RETAIL.all}))::bigint,
      (${LINE_SUPPLY_REVENUE}) - (${COUNTED_AT_SUPPLY})) ELSE 0 END`;

/** All lines of an order in one row; by an index for each order, so that no plan sorts the lines of many days. */
const LINES_OF_ORDER = `
  SELECT coalesce(sum(l.ordered_quantity), 0) AS ordered_units,
    coalesce(sum(${LINE_UNITS}), 0) AS units,
    coalesce(sum(${LINE_UNITS} * l.sold_factor), 0) AS pieces,
    coalesce(bool_and(${HAS_PRICES}), true) AS has_prices,
    coalesce(bool_and(l.refunded_minor IS NOT NULL AND ${HAS_RATIO}), true) AS has_refunds,
    coalesce(sum(${LINE_GMV}), 0) AS gmv_minor,
    coalesce(sum(${LINE_SUPPLY_REVENUE}), 0) AS supply_revenue_minor,
    coalesce(sum(l.refunded_minor), 0) AS refunded_minor,
    coalesce(sum(l.refunded_minor) FILTER (WHERE l.is_refund_derived), 0) AS derived_refunded_minor,
    coalesce(sum(${COUNTED_AT_SUPPLY}), 0) AS counted_at_supply_minor,
    coalesce(sum(${UNCOUNTED_AT_SUPPLY}), 0) AS uncounted_at_supply_minor
  FROM line_facts l
  WHERE l.shop_id = f.shop_id AND l.build = f.build AND l.order_number = f.order_number`;

/**
 * The orders of the days in `$days` (a relation `days (shop_id, build, local_day)`), one row each. "Valid orders": placed,
 * less fully cancelled, less pending. An order is fully cancelled when the marketplace says so, or when no unit of what
 * was ordered is left. Amounts are known when the currency is and no wanted line lacks a price. Refunds: "without the
 * after-sales permission: unknown, not zero", nor known of orders older than what is known of the shop's cases.
 */
export const ORDERS_OF_DAYS = `
  SELECT f.shop_id, f.build, f.local_day, f.order_number, f.ordered_at, coalesce(f.currency, '') AS currency,
    f.shipped_at IS NOT NULL AS is_shipped,
    CASE
      WHEN f.status = 'cancelled' OR (of_order.ordered_units > 0 AND of_order.units = 0) THEN 'cancelled'
      WHEN f.status = 'pending' THEN 'pending'
      ELSE 'valid'
    END AS standing,
    f.currency IS NOT NULL AND of_order.has_prices AS has_amounts,
    s.knows_after_sales AND (s.after_sales_known_from IS NULL OR f.ordered_at >= s.after_sales_known_from)
      AND of_order.has_refunds AS knows_refunds,
    of_order.units, of_order.pieces, of_order.gmv_minor, of_order.supply_revenue_minor, of_order.refunded_minor,
    of_order.derived_refunded_minor,
    of_order.counted_at_supply_minor + of_order.uncounted_at_supply_minor AS refunds_at_supply_minor,
    of_order.uncounted_at_supply_minor AS derived_refunds_at_supply_minor,
    f.estimated_revenue_minor - f.shipping_minor - coalesce(f.sign_on_delivery_minor, 0) AS platform_net_revenue_minor,
    f.refunds_total_minor AS platform_refunds_minor
  FROM days
  JOIN order_facts f USING (shop_id, build, local_day)
  JOIN shops s ON s.shop_id = f.shop_id
  CROSS JOIN LATERAL (${LINES_OF_ORDER}) of_order`;
