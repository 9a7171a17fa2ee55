import { say } from '#contracts';
import { type CancelRequestRecord, isMarketplaceError, type MarketplaceConnector } from '#marketplace';
import { batchOf, type Database, type Transaction } from '#runtime';
import { faultOf, type RunContext } from '#sync';
import { lockOrders } from '../order-events/lock-orders.js';
import { emitOrders } from '../order-events/order-events.js';
import { rememberVersion } from '../order-events/remember-version.js';

/** Orders a call. */
const ORDERS_A_CALL = 20;

/** An order that is labelled before its request is listed, or whose answer was unreadable, is asked for again so much later. */
const AGAIN_MINUTES = 10;

interface Due {
  number: string;
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
    `SELECT order_number AS number, cancel_due_at AS "dueAt" FROM orders
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
        due.map(({ number }) => number),
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

const ANSWERS = batchOf<Due & { readonly request: CancelRequestRecord | undefined }>(
  {
    number: ['text', ({ number }) => number],
    dueAt: ['timestamptz', ({ dueAt }) => dueAt],
    requestedAt: ['timestamptz', ({ request }) => request?.requestedAt ?? null],
    decideBy: ['timestamptz', ({ request }) => request?.decideBy ?? null],
  },
  2,
  'answer',
);

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
    due.map(({ number }) => number),
  );
  const first = new Map<string, CancelRequestRecord>();
  for (const request of requests) {
    const known = first.get(request.orderNumber);
    if (known === undefined || request.requestedAt < known.requestedAt)
      first.set(request.orderNumber, request);
  }
  const rows = due.map(({ number, dueAt }) => ({ number, dueAt, request: first.get(number) }));
  const changed = await tx.query<{ number: string }>(
    `WITH answered AS (
       UPDATE orders AS parent SET
         cancel_due_at = CASE WHEN parent.cancel_due_at IS DISTINCT FROM answer."dueAt" THEN parent.cancel_due_at
           WHEN answer."requestedAt" IS NULL THEN now() + interval '${AGAIN_MINUTES} minutes' END,
         cancel_requested_at = coalesce(answer."requestedAt", parent.cancel_requested_at),
         cancel_decide_by = coalesce(answer."decideBy", parent.cancel_decide_by),
         version = parent.version + CASE WHEN answer."requestedAt" <> coalesce(parent.cancel_requested_at, '-infinity')
           THEN 1 ELSE 0 END
       FROM ${ANSWERS.rows}
       JOIN orders AS old ON old.shop_id = $1 AND old.order_number = answer.number
       WHERE parent.shop_id = $1 AND parent.order_number = answer.number
         AND 'pending_buyer_cancellation' = ANY(parent.labels)
       RETURNING parent.order_number, parent.version, parent.status, parent.version > old.version AS is_changed
     ), told AS (
       ${rememberVersion('after_sales', 'FROM answered WHERE is_changed')}
     )
     SELECT order_number AS number FROM answered WHERE is_changed`,
    [shopId, ...ANSWERS.values(rows)],
  );
  await emitOrders(
    tx,
    shopId,
    changed.map(({ number }) => number),
  );
}
