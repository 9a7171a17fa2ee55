import { createHash } from 'node:crypto';
import { ORDER_STATUSES, type OrderChangeSource, type OrderState, type OrderStatus } from '#contracts';
import type { OrderRecord } from '#marketplace';
import {
  batchOf,
  type Columns,
  copyRows,
  definitionOf,
  encodedRow,
  expressionsOf,
  namesOf,
  replacementOf,
  type Transaction,
} from '#runtime';
import { latestOfEach } from '#sync';
import { emitOrders, emitStates } from '../order-events/order-events.js';
import { recomputeRefunds } from '../refunds/refunds.js';

/** An order as a request brought it. */
export interface ReadOrder {
  readonly record: OrderRecord;
  /** When that request was started, by the database's clock. */
  readonly readAt: Date;
}

/** How a state was found: what the history says, and the figures of discovery. */
export type FoundBy = Exclude<OrderChangeSource, 'amounts' | 'after_sales'>;

export interface StoredOrders {
  /** New or changed. */
  readonly changed: number;
  /** Orders that come back emptier although nothing has changed, and what of them was kept. */
  readonly poorer: readonly PoorerOrder[];
}

export interface PoorerOrder {
  readonly number: string;
  readonly kept: readonly string[];
}

type LineRecord = OrderRecord['lines'][number];

/** A line with the order that it stands in. */
interface LineOfOrder {
  readonly record: OrderRecord;
  readonly line: LineRecord;
  /** From 0. */
  readonly position: number;
}

/** What an order says, its lines apart. */
const CONTENT = {
  order_number: ['text', (record) => record.orderNumber],
  status: ['text', (record) => record.status],
  platform_status: ['text', (record) => record.platformStatus],
  platform_region: ['text', (record) => record.platformRegion],
  platform_site: ['text', (record) => record.platformSite],
  ordered_at: ['timestamptz', (record) => record.orderedAt],
  confirmed_at: ['timestamptz', (record) => record.confirmedAt],
  ship_by_at: ['timestamptz', (record) => record.shipByAt],
  shipped_at: ['timestamptz', (record) => record.shippedAt],
  deliver_by_at: ['timestamptz', (record) => record.deliverByAt],
  platform_updated_at: ['timestamptz', (record) => record.platformUpdatedAt],
  labels: ['text[]', (record) => record.labels],
  warnings: ['text[]', (record) => record.warnings],
  payment_type: ['text', (record) => record.paymentType],
  shipping_method: ['text', (record) => record.shippingMethod],
  has_shipping_fee: ['boolean', (record) => record.hasShippingFee],
  fulfilment_types: ['text[]', (record) => record.fulfilmentTypes],
  units: ['integer', (record) => record.lines.reduce((sum, line) => sum + line.netQuantity, 0)],
} satisfies Columns<OrderRecord>;

const READING = {
  read_at: ['timestamptz', (reading) => reading.readAt],
  content_hash: ['uuid', (reading) => reading.hash],
} satisfies Columns<{ readonly readAt: Date; readonly hash: string }>;

const LINES = {
  order_number: ['text', ({ record }) => record.orderNumber],
  line_id: ['text', ({ line }) => line.lineId],
  position: ['smallint', ({ position }) => position],
  status: ['text', ({ line }) => line.status],
  platform_status: ['text', ({ line }) => line.platformStatus],
  product_id: ['text', ({ line }) => line.productId],
  sku_id: ['text', ({ line }) => line.skuId],
  catalogue_sku_id: ['text', ({ line }) => line.catalogueSkuId],
  seller_sku: ['text', ({ line }) => line.sellerSku],
  product_name: ['text', ({ line }) => line.productName],
  spec: ['text', ({ line }) => line.spec],
  image_url: ['text', ({ line }) => line.imageUrl],
  ordered_quantity: ['integer', ({ line }) => line.orderedQuantity],
  cancelled_before_shipment: ['integer', ({ line }) => line.cancelledBeforeShipment],
  net_quantity: ['integer', ({ line }) => line.netQuantity],
  sold_factor: ['integer', ({ line }) => line.soldFactor],
  fulfilment_type: ['text', ({ line }) => line.fulfilmentType],
  ordered_at: ['timestamptz', ({ line }) => line.orderedAt],
  shipped_at: ['timestamptz', ({ line }) => line.shippedAt],
  labels: ['text[]', ({ line }) => line.labels],
} satisfies Columns<LineOfOrder>;

const ORDER_COLUMNS = namesOf({ ...CONTENT, ...READING });
const LINE_COLUMNS = namesOf(LINES);

/** Emptied at each use: a group that is stored in halves uses it several times in one transaction. */
const STAGING = `
  CREATE TEMP TABLE IF NOT EXISTS incoming_orders (${definitionOf({ ...CONTENT, ...READING })}) ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE IF NOT EXISTS incoming_lines (${definitionOf(LINES)}) ON COMMIT DELETE ROWS;
  DELETE FROM incoming_orders;
  DELETE FROM incoming_lines;
`;

/** The buyer asks to cancel: since when is asked for by a call of its own, again whenever the order has changed. */
const asksToCancel = (labels: string): string => `'pending_buyer_cancellation' = ANY(${labels})`;

/** Whether somebody must still know where the parcel goes. */
const NEEDS_ADDRESS: Readonly<Record<OrderStatus, 'yes' | 'no' | 'perhaps'>> = {
  pending: 'yes',
  unshipped: 'yes',
  partially_shipped: 'yes',
  shipped: 'no',
  partially_delivered: 'no',
  delivered: 'no',
  cancelled: 'no',
  unknown: 'perhaps',
};
const statusesOf = (...needs: readonly string[]): string =>
  `(${ORDER_STATUSES.filter((status) => needs.includes(NEEDS_ADDRESS[status]))
    .map((status) => `'${status}'`)
    .join(', ')})`;
export const STILL_TO_SHIP = statusesOf('yes');
/** An address once erased is gone: in a status that we do not understand it is kept. */
export const MAY_HAVE_TO_SHIP = statusesOf('yes', 'perhaps');

/** Order columns that may be null, and those of a line: known once, they are not emptied by an answer of the same state. */
const KEPT_COLUMNS = [
  'platform_region',
  'platform_site',
  'confirmed_at',
  'ship_by_at',
  'shipped_at',
  'deliver_by_at',
  'payment_type',
  'shipping_method',
  'has_shipping_fee',
] as const satisfies readonly (keyof typeof CONTENT)[];
const KEPT_LINE_COLUMNS = [
  'product_id',
  'sku_id',
  'catalogue_sku_id',
  'seller_sku',
  'product_name',
  'spec',
  'image_url',
] as const satisfies readonly (keyof typeof LINES)[];
const SAME_STATE = 'excluded.platform_updated_at = known.platform_updated_at';

/**
 * The merge rule: by the platform's update time, then by when the request was started; the later wins. Equal content
 * changes nothing, and what is empty in a state of the same update time does not replace what is known. A changed order's
 * amounts are due again, and so is its address as long as it must be shipped; one that is withheld only with another
 * status. In the order of numbers, as `storeAmounts` locks them: the two work on the same shop at the same time.
 */
const NEW_ORDER = expressionsOf({
  shop_id: '$1',
  version: '1',
  amounts_due_at: 'now()',
  amounts_wanted_at: 'now()',
  cancel_due_at: `CASE WHEN ${asksToCancel('labels')} THEN now() END`,
});
const REMEMBERED = expressionsOf({
  shop_id: '$1',
  order_number: 'order_number',
  version: 'version',
  source: '$2',
  status: 'status',
  previous_status: 'previous_status',
  platform_updated_at: 'platform_updated_at',
  changed_by: '$3',
});
const ADDRESSED = expressionsOf({
  shop_id: '$1',
  order_number: 'order_number',
  due_at: 'now()',
  wanted_at: 'now()',
});
const MERGE_ORDERS = `
  WITH merged AS (
    INSERT INTO orders AS known (${NEW_ORDER.names}, ${ORDER_COLUMNS})
    SELECT ${NEW_ORDER.expressions}, ${ORDER_COLUMNS} FROM incoming_orders ORDER BY order_number COLLATE "C"
    ON CONFLICT (shop_id, order_number) DO UPDATE
      SET version = known.version + 1, previous_status = known.status, amounts_due_at = now(), amounts_attempts = 0,
          amounts_wanted_at = coalesce(known.amounts_wanted_at, now()), previous_updated_at = known.platform_updated_at,
          cancel_due_at = excluded.cancel_due_at,
          cancel_requested_at = CASE WHEN ${asksToCancel('excluded.labels')} THEN known.cancel_requested_at END,
          cancel_decide_by = CASE WHEN ${asksToCancel('excluded.labels')} THEN known.cancel_decide_by END,
          kept_fields = CASE WHEN ${SAME_STATE} THEN array_remove(ARRAY[${KEPT_COLUMNS.map((name) => `CASE WHEN excluded.${name} IS NULL AND known.${name} IS NOT NULL THEN '${name}' END`).join(', ')}], NULL) ELSE '{}' END,
          ${KEPT_COLUMNS.map((name) => `${name} = CASE WHEN ${SAME_STATE} THEN coalesce(excluded.${name}, known.${name}) ELSE excluded.${name} END`).join(', ')},
          ${replacementOf({ ...CONTENT, ...READING }, ['order_number', ...KEPT_COLUMNS])}
      WHERE (excluded.platform_updated_at, excluded.read_at) > (known.platform_updated_at, known.read_at)
        AND excluded.content_hash <> known.content_hash
    RETURNING order_number, version, status, previous_status, platform_updated_at, previous_updated_at, kept_fields
  ), remembered AS (
    INSERT INTO order_history (${REMEMBERED.names}) SELECT ${REMEMBERED.expressions} FROM merged
  ), addressed AS (
    INSERT INTO order_addresses AS known (${ADDRESSED.names})
    SELECT ${ADDRESSED.expressions} FROM merged WHERE status IN ${STILL_TO_SHIP}
      AND (status IS DISTINCT FROM previous_status OR NOT EXISTS (SELECT FROM order_addresses AS withheld
        WHERE withheld.shop_id = $1 AND withheld.order_number = merged.order_number
          AND withheld.state = 'withheld'))
    ON CONFLICT (shop_id, order_number) DO UPDATE SET due_at = now(), attempts = 0,
      wanted_at = coalesce(known.wanted_at, now())
  ), needless AS (
    UPDATE order_addresses AS address SET due_at = NULL, wanted_at = NULL
    FROM merged
    WHERE merged.version > 1 AND merged.status NOT IN ${STILL_TO_SHIP} AND address.shop_id = $1
      AND address.order_number = merged.order_number AND address.due_at IS NOT NULL AND NOT address.is_changed
  )
  SELECT order_number AS number, version, kept_fields AS kept,
    version > 1 AND previous_updated_at = platform_updated_at AS "isSameState",
    EXISTS (SELECT FROM after_sales AS item
      WHERE item.shop_id = $1 AND item.order_number = merged.order_number) AS "hasCases"
  FROM merged`;

const isBlank = (column: string): string => `coalesce(btrim(${column}), '') = ''`;
const isEmptied = (name: string): string =>
  `${isBlank(`incoming.${name}`)} AND NOT ${isBlank(`before.${name}`)}`;

/** Of orders of the same update time ($2): what their lines have lost is put back before the lines are merged. */
const KEEP_IN_LINES = `
  WITH emptied AS (
    SELECT before.order_number AS number, before.line_id AS "lineId", array_remove(ARRAY[
      ${KEPT_LINE_COLUMNS.map((name) => `CASE WHEN ${isEmptied(name)} THEN '${name}' END`).join(', ')}], NULL) AS kept
    FROM incoming_lines AS incoming
    JOIN order_lines AS before ON before.shop_id = $1 AND before.order_number = incoming.order_number
      AND before.line_id = incoming.line_id
    WHERE incoming.order_number = ANY($2::text[]) AND (${KEPT_LINE_COLUMNS.map(isEmptied).join(' OR ')})
  ), filled AS (
    UPDATE incoming_lines AS incoming SET
      ${KEPT_LINE_COLUMNS.map((name) => `${name} = CASE WHEN ${isEmptied(name)} THEN before.${name} ELSE incoming.${name} END`).join(', ')}
    FROM order_lines AS before, emptied
    WHERE before.shop_id = $1 AND before.order_number = emptied.number AND before.line_id = emptied."lineId"
      AND incoming.order_number = emptied.number AND incoming.line_id = emptied."lineId"
  )
  SELECT number, "lineId", kept FROM emptied`;

const EMPTIED = batchOf<{ readonly number: string; readonly field: string }>(
  { number: ['text', ({ number }) => number], field: ['text', ({ field }) => field] },
  3,
  'emptied',
);

/** Lines that such an order no longer lists stay, and count. */
const KEEP_LINES = `
  WITH missing AS (
    SELECT before.order_number AS number, sum(before.net_quantity) AS units,
      array_agg('line ' || before.line_id ORDER BY before.position) AS kept
    FROM order_lines AS before
    WHERE before.shop_id = $1 AND before.order_number = ANY($2::text[]) AND NOT EXISTS (
      SELECT FROM incoming_lines AS incoming
      WHERE incoming.order_number = before.order_number AND incoming.line_id = before.line_id)
    GROUP BY before.order_number
  ), found AS (
    SELECT number, array_agg(field) AS kept FROM (
      SELECT number, unnest(kept) AS field FROM missing
      UNION ALL SELECT number, field FROM ${EMPTIED.rows}) AS fields
    GROUP BY number
  )
  UPDATE orders AS parent SET kept_fields = parent.kept_fields || found.kept,
    units = parent.units + coalesce((SELECT missing.units FROM missing WHERE missing.number = found.number), 0)
  FROM found WHERE parent.shop_id = $1 AND parent.order_number = found.number
  RETURNING parent.order_number AS number, parent.kept_fields AS kept`;

interface MergedOrder {
  number: string;
  version: number;
  kept: string[];
  isSameState: boolean;
  hasCases: boolean;
}

const NEW_PRODUCT = expressionsOf({
  shop_id: '$1::uuid',
  products_hash: 'products_hash',
  product_id: 'product_id',
  sku_id: 'sku_id',
  said: `concat_ws(E'\\n', product_name, spec, seller_sku)`,
});
/** What lines say of their goods for the first time is kept apart, once, for searches; in one order, as two may bring the same. */
const MERGED_LINES = `merged_lines AS (
    INSERT INTO order_lines AS known (shop_id, ${LINE_COLUMNS})
    SELECT $1, ${LINE_COLUMNS} FROM incoming_lines WHERE order_number = ANY($2::text[])
    ON CONFLICT (shop_id, order_number, line_id) DO UPDATE
      SET ${replacementOf(LINES, ['order_number', 'line_id'])}
    RETURNING products_hash, product_id, sku_id, product_name, spec, seller_sku
  )
  INSERT INTO order_products (${NEW_PRODUCT.names})
  SELECT DISTINCT ON (products_hash) ${NEW_PRODUCT.expressions}
  FROM merged_lines ORDER BY products_hash
  ON CONFLICT (shop_id, products_hash) DO NOTHING`;

const AGAIN = batchOf<Pick<MergedOrder, 'number' | 'version'>>(
  { order_number: ['text', ({ number }) => number], version: ['bigint', ({ version }) => version] },
  3,
  'again',
);

const MERGE_LINES = `WITH ${MERGED_LINES}`;

/**
 * The same for orders that were known before, with what the history says of their lines: those whose status is another,
 * or that are new. It reads the lines as they were before this statement.
 */
const REMEMBER_AND_MERGE_LINES = `
  WITH remembered AS (
    UPDATE order_history AS history SET line_changes = changed.lines
    FROM (
      SELECT incoming.order_number, json_agg(json_build_object('lineId', incoming.line_id, 'status',
        incoming.status, 'previousStatus', before.status) ORDER BY incoming.position) AS lines
      FROM incoming_lines AS incoming
      LEFT JOIN order_lines AS before ON before.shop_id = $1
        AND before.order_number = incoming.order_number AND before.line_id = incoming.line_id
      WHERE before.status IS DISTINCT FROM incoming.status
      GROUP BY incoming.order_number
    ) AS changed
    JOIN ${AGAIN.rows} USING (order_number)
    WHERE history.shop_id = $1 AND history.order_number = again.order_number AND history.version = again.version
  ), ${MERGED_LINES}`;

/** A line that the platform no longer lists in its order; rare, so only asked for orders that were known before. */
const DROP_GONE_LINES = `
  DELETE FROM order_lines AS known
  WHERE known.shop_id = $1 AND known.order_number = ANY($2::text[]) AND NOT EXISTS (
    SELECT FROM incoming_lines AS incoming
    WHERE incoming.order_number = known.order_number AND incoming.line_id = known.line_id)`;

/**
 * Stores orders with their lines, history and event: a fixed number of statements, whatever their number.
 * To be called in a transaction; the same orders again, or older ones, change nothing.
 * @param changedBy the person who asked for it, for source `hand`
 */
export async function storeOrders(
  tx: Transaction,
  shopId: string,
  orders: readonly ReadOrder[],
  source: FoundBy,
  changedBy: string | null = null,
): Promise<StoredOrders> {
  const latest = latestOrders(orders);
  if (latest.length === 0) return { changed: 0, poorer: [] };
  await tx.query(STAGING);
  const lines = latest.map(lineRows);
  const rows = latest.map((order, index) => orderRow(order, lines[index] ?? []));
  await copyRows(tx, 'incoming_orders', ORDER_COLUMNS, rows);
  await copyRows(tx, 'incoming_lines', LINE_COLUMNS, lines.flat());
  const merged = await tx.query<MergedOrder>(MERGE_ORDERS, [shopId, source, changedBy]);
  if (merged.length === 0) return { changed: 0, poorer: [] };
  const changed = merged.map((order) => order.number);
  const again = merged.filter((order) => order.version > 1);
  const poorer = await keepKnown(
    tx,
    shopId,
    merged.filter((order) => order.isSameState),
  );
  if (again.length === 0) await tx.query(MERGE_LINES, [shopId, changed]);
  else {
    await tx.query(REMEMBER_AND_MERGE_LINES, [shopId, changed, ...AGAIN.values(again)]);
    const moved = again.filter((order) => !order.isSameState).map((order) => order.number);
    await tx.query(DROP_GONE_LINES, [shopId, moved]);
  }
  const withCases = merged.filter((order) => order.hasCases).map((order) => order.number);
  if (withCases.length > 0) await recomputeRefunds(tx, shopId, withCases);
  // A new order has no amounts yet: what was stored is what was read, unless its cases came before it.
  const isRead = (order: MergedOrder): boolean => order.version === 1 && !order.hasCases;
  const fresh = new Set(merged.filter(isRead).map((order) => order.number));
  await emitStates(
    tx,
    shopId,
    latest.filter(({ record }) => fresh.has(record.orderNumber)).map(({ record }) => stateOfNew(record)),
  );
  await emitOrders(
    tx,
    shopId,
    changed.filter((number) => !fresh.has(number)),
  );
  return { changed: changed.length, poorer };
}

/** What an answer of the same update time leaves empty, or leaves out, stays as it was. */
async function keepKnown(
  tx: Transaction,
  shopId: string,
  same: readonly MergedOrder[],
): Promise<PoorerOrder[]> {
  if (same.length === 0) return [];
  const numbers = same.map(({ number }) => number);
  const emptied = await tx.query<{ number: string; lineId: string; kept: string[] }>(KEEP_IN_LINES, [
    shopId,
    numbers,
  ]);
  const fields = emptied.flatMap(({ number, lineId, kept }) =>
    kept.map((name) => ({ number, field: `${name} of ${lineId}` })),
  );
  const kept = await tx.query<PoorerOrder>(KEEP_LINES, [shopId, numbers, ...EMPTIED.values(fields)]);
  const poorer = new Map(
    same.filter((order) => order.kept.length > 0).map(({ number, kept }) => [number, kept]),
  );
  for (const order of kept) poorer.set(order.number, [...order.kept]);
  return [...poorer].map(([number, names]) => ({ number, kept: names }));
}

/** Of an order that was read twice the later one. */
export function latestOrders(orders: readonly ReadOrder[]): ReadOrder[] {
  return latestOfEach(
    orders,
    ({ record }) => record.orderNumber,
    ({ record }) => record.platformUpdatedAt,
  );
}

/** The hash covers everything but when it was read: the same again is the same. */
function orderRow({ record, readAt }: ReadOrder, lines: readonly string[]): string {
  const content = encodedRow(CONTENT, record);
  const hash = createHash('md5').update(content);
  for (const line of lines) hash.update(line);
  return `${content}\t${encodedRow(READING, { readAt, hash: hash.digest('hex') })}`;
}

function lineRows({ record }: ReadOrder): string[] {
  return record.lines.map((line, position) => encodedRow(LINES, { record, line, position }));
}

function stateOfNew(record: OrderRecord): OrderState {
  return {
    orderNumber: record.orderNumber,
    version: 1,
    status: record.status,
    orderedAt: record.orderedAt.toISOString(),
    shipByAt: record.shipByAt?.toISOString() ?? null,
    shippedAt: record.shippedAt?.toISOString() ?? null,
    currency: null,
    customerPaidMinor: null,
    refundsTotalMinor: null,
    estimatedRevenueMinor: null,
    shippingMinor: null,
    signOnDeliveryMinor: null,
    lines: record.lines.map((line) => ({
      lineId: line.lineId,
      status: line.status,
      productId: line.productId,
      skuId: line.skuId,
      sellerSku: line.sellerSku,
      productName: line.productName,
      spec: line.spec,
      imageUrl: line.imageUrl,
      orderedQuantity: line.orderedQuantity,
      cancelledBeforeShipment: line.cancelledBeforeShipment,
      netQuantity: line.netQuantity,
      soldFactor: line.soldFactor,
      retailMinor: null,
      basePriceMinor: null,
      unitRetailMinor: null,
      unitBasePriceMinor: null,
      refundedUnits: 0,
      refundedMinor: 0,
      uncountedRefundMinor: 0,
      isRefundDerived: false,
    })),
  };
}
