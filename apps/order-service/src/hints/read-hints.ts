import {
  type AfterSalesCaseRecord,
  type CallContext,
  isMarketplaceError,
  type ListPage,
  type MarketplaceConnector,
  type OrderRecord,
  type ReadPage,
} from '#marketplace';
import { type Database, describeError, type Logger, type Transaction } from '#runtime';
import {
  askEach,
  type CredentialSource,
  clockOffset,
  faultOf,
  isKindOutOfReach,
  queueFollowUps,
  type ShopConnectors,
  unreadableOf,
} from '#sync';
import { markAddressesChanged } from '../addresses/store-addresses.js';
import { changeAfterSalesReach } from '../after-sales/after-sales-reach.js';
import { type CaseWithLines, readLinesOf } from '../after-sales/read-cases.js';
import { storeCasePages } from '../after-sales/store-case-pages.js';
import { queueOrderFollowUps } from '../orders/order-follow-ups.js';
import { storePages } from '../orders/store-pages.js';
import { type ClaimedHint, type HintStore, isGivenUp } from './hint-store.js';
import { TOPICS, type TopicHandling } from './topics.js';

export interface HintReadingParts {
  readonly database: Database;
  readonly store: HintStore;
  readonly connectors: ShopConnectors;
  readonly credentials: CredentialSource;
  readonly logger: Logger;
}

/** Of one shop. */
type ReadingParts = HintReadingParts & { readonly connector: MarketplaceConnector };

interface Answers {
  readonly orders: ListPage<OrderRecord>[];
  readonly cases: ReadPage<CaseWithLines>[];
  /** Cases could not be read: their kind's next run finds them by their update time. */
  readonly casesLeft: boolean;
  /** The token may not read cases. */
  readonly casesRefused: boolean;
}

/** Reads the named orders of one shop, and stores what they are now, together with the end of their hints. */
export async function readHints(
  allParts: HintReadingParts,
  shopId: string,
  hints: readonly ClaimedHint[],
  signal: AbortSignal,
): Promise<void> {
  const parts = { ...allParts, connector: await allParts.connectors.of(shopId) };
  const call = <T>(ask: (context: CallContext) => Promise<T>): Promise<T> =>
    parts.credentials.use(shopId, (credentials) => ask({ credentials, signal, priority: 'hint' }));
  const orders = await readOrders(parts, hints, call);
  const withCases = snsOf(hints, 'movesCases');
  const found =
    withCases.length === 0 || (await isKindOutOfReach(parts.database, shopId, 'after_sales'))
      ? NO_CASES
      : await readCases(parts, shopId, withCases, call);
  const clockOffsetMs = await clockOffset(parts.database);
  await parts.database.transaction((tx) =>
    storeAnswers(parts, tx, shopId, hints, { orders, ...found }, clockOffsetMs),
  );
}

const NO_CASES: Omit<Answers, 'orders'> = { cases: [], casesLeft: false, casesRefused: false };

type Call = <T>(ask: (context: CallContext) => Promise<T>) => Promise<T>;

/** All in one call; one by one when that one has no answer: a bad order must not hold up its neighbours. */
async function readOrders(
  parts: ReadingParts,
  hints: readonly ClaimedHint[],
  call: Call,
): Promise<ListPage<OrderRecord>[]> {
  const read = (numbers: readonly string[]) =>
    call((context) => parts.connector.getOrdersByNumber(context, numbers));
  const numbers = hints.map(({ number }) => number);
  if (numbers.length > 1) {
    try {
      return [await read(numbers)];
    } catch (error) {
      if (faultOf(error) === 'queue') throw error;
    }
  }
  const { answers, refused, putOff, error } = await askEach(numbers, 1, (number) => read([number]));
  if (error !== undefined) throw error;
  for (const { item, error: refusal } of [...refused, ...putOff])
    parts.logger.warn({ orderNumber: item }, `a hinted order is refused: ${describeError(refusal)}`);
  // A number that the marketplace refuses may be one that it does not know yet, and is asked for again like those put off.
  const unreadable = refused.filter(({ error: refusal }) => refusal.kind !== 'business');
  const now = new Date();
  return [
    ...answers,
    {
      total: 0,
      records: [],
      unreadable: unreadable.map(({ item, error: refusal }) => unreadableOf(item, refusal)),
      platformTime: now,
      requestStartedAt: now,
    },
  ];
}

/** A missing permission, or a service that is down, blocks only the cases: the orders are stored all the same. */
async function readCases(
  parts: ReadingParts,
  shopId: string,
  numbers: readonly string[],
  call: Call,
): Promise<Omit<Answers, 'orders'>> {
  try {
    const { pages, isWhole } = await readCasePages(parts, numbers, call);
    const cases: ReadPage<CaseWithLines>[] = [];
    for (const page of pages)
      cases.push(await readLinesOf(page, shopId, parts.database, parts.connector, call));
    return { cases, casesLeft: !isWhole, casesRefused: false };
  } catch (error) {
    if (!isMarketplaceError(error) || error.kind === 'token' || error.kind === 'aborted') throw error;
    parts.logger.warn({ shopId }, `hinted cases are left to the next run: ${error.message}`);
    return { ...NO_CASES, casesLeft: error.kind !== 'scope', casesRefused: error.kind === 'scope' };
  }
}

/** The cases of several orders in one call, else order by order: those without an answer are left to the next run. */
async function readCasePages(
  parts: ReadingParts,
  numbers: readonly string[],
  call: Call,
): Promise<{ pages: ListPage<AfterSalesCaseRecord>[]; isWhole: boolean }> {
  const read = (some: readonly string[]) =>
    call((context) => parts.connector.getAfterSalesOfOrders(context, some));
  if (numbers.length > 1) {
    try {
      return { pages: [await read(numbers)], isWhole: true };
    } catch (error) {
      if (faultOf(error) === 'queue') throw error;
    }
  }
  const { answers, refused, putOff, error } = await askEach(numbers, 1, (number) => read([number]));
  if (error !== undefined) throw error;
  for (const { item, error: refusal } of [...refused, ...putOff])
    parts.logger.warn({ orderNumber: item }, `its cases are left to the next run: ${refusal.message}`);
  return { pages: answers, isWhole: refused.length + putOff.length === 0 };
}

async function storeAnswers(
  parts: HintReadingParts,
  tx: Transaction,
  shopId: string,
  hints: readonly ClaimedHint[],
  { orders, cases, casesLeft, casesRefused }: Answers,
  clockOffsetMs: number,
): Promise<void> {
  const stored = await storePages(tx, shopId, orders, clockOffsetMs, 'webhook');
  const answered = new Set(
    orders.flatMap((page) => [
      ...page.records.map((record) => record.orderNumber),
      ...page.unreadable.map((record) => record.platformId),
    ]),
  );
  const read = hints.filter(({ number }) => answered.has(number));
  const unknown = hints.filter(({ number }) => !answered.has(number));
  const changedAddresses = snsOf(read, 'movesAddress');
  if (changedAddresses.length > 0) await markAddressesChanged(tx, shopId, changedAddresses);
  await storeCasePages(tx, shopId, cases, clockOffsetMs, 'webhook');
  const refunded = snsOf(read, 'movesCases');
  if (refunded.length > 0) await markAmountsDue(tx, shopId, refunded);
  if (stored.changed > 0 || changedAddresses.length > 0 || refunded.length > 0)
    await queueOrderFollowUps(tx, shopId);
  // A finished case among them has a sum to be asked for, which is the run's.
  const hasFinished = cases.some((page) => page.records.some(({ record }) => record.status === 'refunded'));
  if (casesLeft || hasFinished) await queueFollowUps(tx, shopId, ['after_sales']);
  if (casesRefused) await changeAfterSalesReach(tx, shopId, false);
  for (const hint of unknown.filter(isGivenUp)) {
    parts.logger.warn(
      { shopId, orderNumber: hint.number, misses: hint.misses },
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
  orderNumbers: readonly string[],
): Promise<void> {
  await tx.query(
    `UPDATE orders AS parent SET amounts_due_at = now(), amounts_attempts = 0,
       amounts_wanted_at = coalesce(parent.amounts_wanted_at, now())
     FROM (SELECT order_number FROM orders WHERE shop_id = $1 AND order_number = ANY($2::text[])
           ORDER BY order_number FOR UPDATE) AS named
     WHERE parent.shop_id = $1 AND parent.order_number = named.order_number`,
    [shopId, orderNumbers],
  );
}

function snsOf(hints: readonly ClaimedHint[], handling: keyof TopicHandling): string[] {
  return hints
    .filter(({ topics }) => topics.some((topic) => TOPICS[topic][handling]))
    .map(({ number }) => number);
}
