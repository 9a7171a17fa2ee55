import { say } from '#contracts';
import { type CancelRequestRecord, isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import type { Database, Transaction } from '#runtime';
import { faultOf, type RunContext } from '#sync';
import { lockOrders } from '../orders/lock-orders.js';
import { emitParentOrders } from '../orders/order-events.js';

/** Orders a call. */
const ORDERS_A_CALL = 20;

/** An order that is labelled before its request is listed, or whose answer was unreadable, is asked for again so much later. */
const AGAIN_MINUTES = 10;

interface Due {
  sn: string;
  dueAt: Date;
}

/**
 * Reads since when buyers ask to cancel, for the orders that are labelled so: the marketplace decides by itself when
 * the time is over. What cannot be read is said in the run's log and asked for again; it stops nothing else.
 */
export async function readCancelRequests(
  context: RunContext,
  database: Pick<Database, 'query'>,
  connector: Pick<MarketplaceConnector, 'getCancelRequests'>,
): Promise<void> {
  for (let due = await findDue(database, context.shopId); due.length > 0; ) {
    const requests = await ask(context, connector, due);
    await context.commit(async (tx) => {
      await storeCancelRequests(tx, context.shopId, due, requests);
      return {};
    });
    due = due.length < ORDERS_A_CALL ? [] : await findDue(database, context.shopId);
  }
}

async function findDue(database: Pick<Database, 'query'>, shopId: string): Promise<Due[]> {
  return database.query<Due>(
    `SELECT parent_order_sn AS sn, cancel_due_at AS "dueAt" FROM parent_orders
     WHERE shop_id = $1 AND cancel_due_at <= clock_timestamp() ORDER BY cancel_due_at LIMIT ${ORDERS_A_CALL}`,
    [shopId],
  );
}

async function ask(
  context: RunContext,
  connector: Pick<MarketplaceConnector, 'getCancelRequests'>,
  due: readonly Due[],
): Promise<CancelRequestRecord[]> {
  try {
    const page = await context.call((call) =>
      connector.getCancelRequests(
        call,
        due.map(({ sn }) => sn),
      ),
    );
    for (const { platformId, reason } of page.unreadable)
      await context.log('warn', say('log.cancel_request_unreadable', { id: platformId ?? '?', why: reason }));
    return page.records;
  } catch (error) {
    const isScope = isMarketplaceError(error) && error.kind === 'scope';
    if (!isMarketplaceError(error) || (!isScope && faultOf(error) !== 'record')) throw error;
    await context.log('warn', say('log.cancel_clock_unknown', { why: error.what }));
    return [];
  }
}

/** One that has become due meanwhile stays due; a change raises the order's version, as it does not move its time. */
export async function storeCancelRequests(
  tx: Transaction,
  shopId: string,
  due: readonly Due[],
  requests: readonly CancelRequestRecord[],
): Promise<void> {
  await lockOrders(
    tx,
    shopId,
    due.map(({ sn }) => sn),
  );
  const first = new Map<string, CancelRequestRecord>();
  for (const request of requests) {
    const known = first.get(request.parentOrderSn);
    if (known === undefined || request.requestedAt < known.requestedAt)
      first.set(request.parentOrderSn, request);
  }
  const rows = due.map(({ sn, dueAt }) => ({ sn, dueAt, ...first.get(sn) }));
  const changed = await tx.query<{ sn: string }>(
    `WITH answered AS (
       UPDATE parent_orders AS parent SET
         cancel_due_at = CASE WHEN parent.cancel_due_at IS DISTINCT FROM answer."dueAt" THEN parent.cancel_due_at
           WHEN answer."requestedAt" IS NULL THEN now() + interval '${AGAIN_MINUTES} minutes' END,
         cancel_requested_at = coalesce(answer."requestedAt", parent.cancel_requested_at),
         cancel_decide_by = coalesce(answer."decideBy", parent.cancel_decide_by),
         version = parent.version + CASE WHEN answer."requestedAt" <> coalesce(parent.cancel_requested_at, '-infinity')
           THEN 1 ELSE 0 END
       FROM json_to_recordset($2::json) AS answer (sn text, "dueAt" timestamptz, "requestedAt" timestamptz,
         "decideBy" timestamptz)
       JOIN parent_orders AS old ON old.shop_id = $1 AND old.parent_order_sn = answer.sn
       WHERE parent.shop_id = $1 AND parent.parent_order_sn = answer.sn
         AND 'pending_buyer_cancellation' = ANY(parent.labels)
       RETURNING parent.parent_order_sn, parent.version, parent.status, parent.version > old.version AS is_changed
     ), told AS (
       INSERT INTO order_history (shop_id, parent_order_sn, version, source, status, previous_status)
       SELECT $1, parent_order_sn, version, 'after_sales', status, status FROM answered WHERE is_changed
     )
     SELECT parent_order_sn AS sn FROM answered WHERE is_changed`,
    [shopId, JSON.stringify(rows)],
  );
  await emitParentOrders(
    tx,
    shopId,
    changed.map(({ sn }) => sn),
  );
}
