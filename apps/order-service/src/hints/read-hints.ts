import type { WebhookTopic } from '#contracts';
import {
  type AfterSalesCaseRecord,
  type CallContext,
  isMarketplaceError,
  type ListPage,
  type MarketplaceConnector,
  type ParentOrderRecord,
} from '#marketplace';
import { type Database, describeError, type Logger, type Transaction } from '#runtime';
import { type CredentialSource, queueRun } from '#sync';
import { markAddressesChanged } from '../addresses/store-addresses.js';
import { type CaseWithLines, readLinesOf } from '../after-sales/read-cases.js';
import { storeCasePages } from '../after-sales/store-case-pages.js';
import { queueFollowUps } from '../sync/follow-ups.js';
import { storePages } from '../sync/store-pages.js';
import { clockOffset } from '../sync/windowed-run.js';
import { type ClaimedHint, type HintStore, isGivenUp } from './hint-store.js';

const CASE_TOPICS: readonly WebhookTopic[] = ['after_sales', 'cancellation'];

export interface HintReadingParts {
  readonly database: Database;
  readonly store: HintStore;
  readonly connector: MarketplaceConnector;
  readonly credentials: CredentialSource;
  readonly logger: Logger;
}

interface Answers {
  readonly orders: ListPage<ParentOrderRecord>[];
  readonly cases: ListPage<CaseWithLines>[];
  /** Cases could not be read: their kind's next run finds them by their update time. */
  readonly casesLeft: boolean;
}

/** Reads the named orders of one shop, and stores what they are now, together with the end of their hints. */
export async function readHints(
  parts: HintReadingParts,
  shopId: string,
  hints: readonly ClaimedHint[],
  signal: AbortSignal,
): Promise<void> {
  const call = <T>(ask: (context: CallContext) => Promise<T>): Promise<T> =>
    parts.credentials.use(shopId, (credentials) => ask({ credentials, signal, priority: 'hint' }));
  const orders = await readOrders(parts, hints, call);
  const withCases = snsOf(hints, (topic) => CASE_TOPICS.includes(topic));
  const { cases, casesLeft } =
    withCases.length === 0
      ? { cases: [], casesLeft: false }
      : await readCases(parts, shopId, withCases, call);
  const clockOffsetMs = await clockOffset(parts.database);
  await parts.database.transaction((tx) =>
    storeAnswers(parts, tx, shopId, hints, { orders, cases, casesLeft }, clockOffsetMs),
  );
}

type Call = <T>(ask: (context: CallContext) => Promise<T>) => Promise<T>;

/** All in one call; one by one when the marketplace refuses what is asked: a bad number must not hold up its neighbours. */
async function readOrders(
  parts: HintReadingParts,
  hints: readonly ClaimedHint[],
  call: Call,
): Promise<ListPage<ParentOrderRecord>[]> {
  const sns = hints.map(({ sn }) => sn);
  try {
    return [await call((context) => parts.connector.getParentOrdersBySn(context, sns))];
  } catch (error) {
    if (!isRefusalOfTheQuestion(error)) throw error;
    const [only] = hints;
    if (hints.length > 1) {
      const pages: ListPage<ParentOrderRecord>[] = [];
      for (const hint of hints) pages.push(...(await readOrders(parts, [hint], call)));
      return pages;
    }
    parts.logger.warn({ parentOrderSn: only?.sn }, `a hinted order is refused: ${describeError(error)}`);
    return [];
  }
}

function isRefusalOfTheQuestion(error: unknown): boolean {
  return isMarketplaceError(error) && (error.kind === 'business' || error.kind === 'programming');
}

/** A missing permission, or a service that is down, blocks only the cases: the orders are stored all the same. */
async function readCases(
  parts: HintReadingParts,
  shopId: string,
  sns: readonly string[],
  call: Call,
): Promise<{ cases: ListPage<CaseWithLines>[]; casesLeft: boolean }> {
  try {
    const page: ListPage<AfterSalesCaseRecord> = await call((context) =>
      parts.connector.getAfterSalesOfOrders(context, sns),
    );
    return {
      cases: [await readLinesOf(page, shopId, parts.database, parts.connector, call)],
      casesLeft: false,
    };
  } catch (error) {
    if (!isMarketplaceError(error) || error.kind === 'token' || error.kind === 'aborted') throw error;
    parts.logger.warn({ shopId }, `hinted cases are left to the next run: ${error.message}`);
    return { cases: [], casesLeft: error.kind !== 'scope' };
  }
}

async function storeAnswers(
  parts: HintReadingParts,
  tx: Transaction,
  shopId: string,
  hints: readonly ClaimedHint[],
  { orders, cases, casesLeft }: Answers,
  clockOffsetMs: number,
): Promise<void> {
  const stored = await storePages(tx, shopId, orders, clockOffsetMs, 'webhook');
  const answered = new Set(
    orders.flatMap((page) => [
      ...page.records.map((record) => record.parentOrderSn),
      ...page.unreadable.map((record) => record.platformId),
    ]),
  );
  const read = hints.filter(({ sn }) => answered.has(sn));
  const unknown = hints.filter(({ sn }) => !answered.has(sn));
  const changedAddresses = snsOf(read, (topic) => topic === 'address');
  if (changedAddresses.length > 0) await markAddressesChanged(tx, shopId, changedAddresses);
  await storeCasePages(tx, shopId, cases, clockOffsetMs, 'webhook');
  const refunded = snsOf(read, (topic) => CASE_TOPICS.includes(topic));
  if (refunded.length > 0) await markAmountsDue(tx, shopId, refunded);
  if (stored.changed > 0 || changedAddresses.length > 0 || refunded.length > 0)
    await queueFollowUps(tx, shopId);
  if (casesLeft) await queueRun(tx, { shopId, kind: 'after_sales', trigger: 'followup', mode: 'update' });
  for (const hint of unknown.filter(isGivenUp)) {
    parts.logger.warn(
      { shopId, parentOrderSn: hint.sn, misses: hint.misses },
      'a webhook named an order that the marketplace does not know; the hint is dropped',
    );
  }
  await parts.store.settle(tx, shopId, read, unknown);
  await parts.store.resume(tx, shopId);
}

/** A case or a cancellation moves amounts without moving the order's update time. */
async function markAmountsDue(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  parentOrderSns: readonly string[],
): Promise<void> {
  await tx.query(
    `UPDATE parent_orders AS parent SET amounts_due_at = now(), amounts_attempts = 0
     FROM (SELECT parent_order_sn FROM parent_orders WHERE shop_id = $1 AND parent_order_sn = ANY($2::text[])
           ORDER BY parent_order_sn FOR UPDATE) AS named
     WHERE parent.shop_id = $1 AND parent.parent_order_sn = named.parent_order_sn`,
    [shopId, parentOrderSns],
  );
}

function snsOf(hints: readonly ClaimedHint[], isWanted: (topic: WebhookTopic) => boolean): string[] {
  return hints.filter(({ topics }) => topics.some(isWanted)).map(({ sn }) => sn);
}
