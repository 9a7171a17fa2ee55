import { createHash } from 'node:crypto';
import type { OrderState } from '#contracts';
import type { ParentOrderRecord } from '#marketplace';
import { copyEncodedRows, encodeCopyRow, type Transaction } from '#runtime';
import { emitParentOrders, emitStates } from './order-events.js';

/** An order as a request brought it. */
export interface ReadOrder {
  readonly record: ParentOrderRecord;
  /** When that request was started, by the database's clock. */
  readonly readAt: Date;
}

export interface StoredOrders {
  /** New or changed. */
  readonly changed: number;
}

const ORDER_COLUMNS = [
  'parent_order_sn',
  'status',
  'platform_status',
  'region_id',
  'site_id',
  'ordered_at',
  'confirmed_at',
  'ship_by_at',
  'shipped_at',
  'deliver_by_at',
  'platform_updated_at',
  'labels',
  'warnings',
  'payment_type',
  'shipping_method',
  'has_shipping_fee',
  'fulfilment_types',
  'units',
  'read_at',
  'content_hash',
] as const;

const LINE_COLUMNS = [
  'parent_order_sn',
  'order_sn',
  'position',
  'status',
  'platform_status',
  'goods_id',
  'sku_id',
  'product_sku_id',
  'seller_sku',
  'goods_name',
  'spec',
  'image_url',
  'quantity',
  'original_quantity',
  'cancelled_before_shipment',
  'sold_factor',
  'fulfilment_type',
  'ordered_at',
  'shipped_at',
  'labels',
] as const;

/** Emptied at each use: a group that is stored in halves uses it several times in one transaction. */
const STAGING = `
  CREATE TEMP TABLE IF NOT EXISTS incoming_orders (
    ${['parent_order_sn text', 'status text', 'platform_status smallint', 'region_id text', 'site_id text'].join(', ')},
    ordered_at timestamptz, confirmed_at timestamptz, ship_by_at timestamptz, shipped_at timestamptz,
    deliver_by_at timestamptz, platform_updated_at timestamptz, read_at timestamptz, labels text[], warnings text[],
    payment_type text, shipping_method smallint, has_shipping_fee boolean, fulfilment_types text[], units integer,
    content_hash uuid) ON COMMIT DELETE ROWS;
  CREATE TEMP TABLE IF NOT EXISTS incoming_lines (
    parent_order_sn text, order_sn text, position smallint, status text, platform_status smallint, goods_id text,
    sku_id text, product_sku_id text, seller_sku text, goods_name text, spec text, image_url text, quantity integer,
    original_quantity integer, cancelled_before_shipment integer, sold_factor integer, fulfilment_type text,
    ordered_at timestamptz, shipped_at timestamptz, labels text[]) ON COMMIT DELETE ROWS;
  DELETE FROM incoming_orders;
  DELETE FROM incoming_lines;
`;

const assignAll = (columns: readonly string[]): string =>
  columns.map((name) => `${name} = excluded.${name}`).join(', ');

/**
 * The merge rule: by the platform's update time, then by when the request was started; the later wins. Equal content
 * changes nothing. A changed order's amounts are due again. In the order of numbers, as `storeAmounts` locks them: the
 * two work on the same shop at the same time.
 */
const MERGE_ORDERS = `
  WITH previous AS (
    SELECT known.parent_order_sn, known.status FROM parent_orders AS known
    JOIN incoming_orders AS incoming ON known.shop_id = $1 AND known.parent_order_sn = incoming.parent_order_sn
  ), merged AS (
    INSERT INTO parent_orders AS known (shop_id, version, amounts_due_at, ${ORDER_COLUMNS.join(', ')})
    SELECT $1, 1, now(), ${ORDER_COLUMNS.join(', ')} FROM incoming_orders ORDER BY parent_order_sn COLLATE "C"
    ON CONFLICT (shop_id, parent_order_sn) DO UPDATE
      SET version = known.version + 1, amounts_due_at = now(), amounts_attempts = 0,
          ${assignAll(ORDER_COLUMNS.filter((name) => name !== 'parent_order_sn'))}
      WHERE (excluded.platform_updated_at, excluded.read_at) > (known.platform_updated_at, known.read_at)
        AND excluded.content_hash <> known.content_hash
    RETURNING parent_order_sn, version, status
  ), remembered AS (
    INSERT INTO order_history (shop_id, parent_order_sn, version, source, status, previous_status)
    SELECT $1, merged.parent_order_sn, merged.version, $2, merged.status, previous.status
    FROM merged LEFT JOIN previous USING (parent_order_sn)
  )
  SELECT parent_order_sn AS sn, version FROM merged`;

const MERGE_LINES = `
  INSERT INTO order_lines AS known (shop_id, ${LINE_COLUMNS.join(', ')})
  SELECT $1, ${LINE_COLUMNS.join(', ')} FROM incoming_lines WHERE parent_order_sn = ANY($2::text[])
  ON CONFLICT (shop_id, parent_order_sn, order_sn) DO UPDATE
    SET ${assignAll(LINE_COLUMNS.filter((name) => name !== 'parent_order_sn' && name !== 'order_sn'))}`;

/** A line that the platform no longer lists in its order; rare, so only asked for orders that were known before. */
const DROP_GONE_LINES = `
  DELETE FROM order_lines AS known
  WHERE known.shop_id = $1 AND known.parent_order_sn = ANY($2::text[]) AND NOT EXISTS (
    SELECT FROM incoming_lines AS incoming
    WHERE incoming.parent_order_sn = known.parent_order_sn AND incoming.order_sn = known.order_sn)`;

/**
 * Stores parent orders with their lines, history and event: a fixed number of statements, whatever their number.
 * To be called in a transaction; the same orders again, or older ones, change nothing.
 */
export async function storeOrders(
  tx: Transaction,
  shopId: string,
  orders: readonly ReadOrder[],
  source: 'poll' | 'hand' | 'webhook',
): Promise<StoredOrders> {
  const latest = latestOfEach(orders);
  if (latest.length === 0) return { changed: 0 };
  await tx.query(STAGING);
  const lines = latest.map(lineRows);
  await copyEncodedRows(
    tx,
    'incoming_orders',
    ORDER_COLUMNS,
    latest.map((order, index) => orderRow(order, lines[index] ?? [])),
  );
  await copyEncodedRows(tx, 'incoming_lines', LINE_COLUMNS, lines.flat());
  const merged = await tx.query<{ sn: string; version: number }>(MERGE_ORDERS, [shopId, source]);
  if (merged.length === 0) return { changed: 0 };
  const changed = merged.map((order) => order.sn);
  await tx.query(MERGE_LINES, [shopId, changed]);
  const knownBefore = merged.filter((order) => order.version > 1).map((order) => order.sn);
  if (knownBefore.length > 0) await tx.query(DROP_GONE_LINES, [shopId, knownBefore]);
  // A new order has no amounts yet: what was stored is what was read.
  const fresh = new Set(merged.filter((order) => order.version === 1).map((order) => order.sn));
  await emitStates(
    tx,
    shopId,
    latest.filter(({ record }) => fresh.has(record.parentOrderSn)).map(({ record }) => stateOfNew(record)),
  );
  await emitParentOrders(tx, shopId, knownBefore);
  return { changed: changed.length };
}

/** Pages that were read while rows moved can hold an order twice; one statement may not touch a row twice. */
export function latestOfEach(orders: readonly ReadOrder[]): ReadOrder[] {
  const latest = new Map<string, ReadOrder>();
  for (const order of orders) {
    const known = latest.get(order.record.parentOrderSn);
    if (known === undefined || isLater(order, known)) latest.set(order.record.parentOrderSn, order);
  }
  return [...latest.values()];
}

function isLater(order: ReadOrder, than: ReadOrder): boolean {
  const difference = order.record.platformUpdatedAt.getTime() - than.record.platformUpdatedAt.getTime();
  return difference > 0 || (difference === 0 && order.readAt > than.readAt);
}

/** The hash covers everything but when it was read: the same again is the same. */
function orderRow({ record, readAt }: ReadOrder, lines: readonly string[]): string {
  const content = encodeCopyRow([
    record.parentOrderSn,
    record.status,
    record.platformStatus,
    record.regionId,
    record.siteId,
    record.orderedAt,
    record.confirmedAt,
    record.shipByAt,
    record.shippedAt,
    record.deliverByAt,
    record.platformUpdatedAt,
    record.labels,
    record.warnings,
    record.paymentType,
    record.shippingMethod,
    record.hasShippingFee,
    record.fulfilmentTypes,
    record.lines.reduce((sum, line) => sum + line.quantity - line.cancelledBeforeShipment, 0),
  ]);
  const hash = createHash('md5').update(content);
  for (const line of lines) hash.update(line);
  return `${content}\t${encodeCopyRow([readAt, hash.digest('hex')])}`;
}

function lineRows({ record }: ReadOrder): string[] {
  return record.lines.map((line, position) =>
    encodeCopyRow([
      record.parentOrderSn,
      line.orderSn,
      position,
      line.status,
      line.platformStatus,
      line.goodsId,
      line.skuId,
      line.productSkuId,
      line.sellerSku,
      line.goodsName,
      line.spec,
      line.imageUrl,
      line.quantity,
      line.originalQuantity,
      line.cancelledBeforeShipment,
      line.soldFactor,
      line.fulfilmentType,
      line.orderedAt,
      line.shippedAt,
      line.labels,
    ]),
  );
}

function stateOfNew(record: ParentOrderRecord): OrderState {
  return {
    parentOrderSn: record.parentOrderSn,
    version: 1,
    status: record.status,
    orderedAt: record.orderedAt.toISOString(),
    shipByAt: record.shipByAt?.toISOString() ?? null,
    shippedAt: record.shippedAt?.toISOString() ?? null,
    currency: null,
    customerPaidMinor: null,
    refundedMinor: null,
    estimatedRevenueMinor: null,
    lines: record.lines.map((line) => ({
      orderSn: line.orderSn,
      status: line.status,
      goodsId: line.goodsId,
      skuId: line.skuId,
      sellerSku: line.sellerSku,
      goodsName: line.goodsName,
      spec: line.spec,
      imageUrl: line.imageUrl,
      quantity: line.quantity,
      cancelledBeforeShipment: line.cancelledBeforeShipment,
      soldFactor: line.soldFactor,
      retailMinor: null,
      basePriceMinor: null,
    })),
  };
}
