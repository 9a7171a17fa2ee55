import { type CompletenessOf, type Said, say } from '#contracts';
import {
  type AfterSalesCaseRecord,
  idOfUnreadable,
  type MarketplaceConnector,
  type OrderRecord,
  type ReadableList,
  type ReadPage,
} from '#marketplace';
import type { Database, Transaction } from '#runtime';
import { AS_LISTED, type RunContext, type RunProgress } from '#sync';
import { type CaseWithLines, readLinesOf } from '../after-sales/read-cases.js';
import { storeCasePages } from '../after-sales/store-case-pages.js';
import { AFTER_SALES, type LedgerSubject, noteListed, noteUnstored, ORDERS } from '../ledger/ledger-store.js';
import { queueOrderFollowUps } from '../orders/order-follow-ups.js';
import { storePages } from '../orders/store-pages.js';

/** A list that an audit compares with what we hold. */
export interface AuditedList<Row, Kept = Row> {
  readonly subject: LedgerSubject;
  /** For the log: `orders`. */
  readonly what: Said;
  readonly list: ReadableList<Row>;
  complete(context: RunContext, page: ReadPage<Row>): Promise<ReadPage<Kept>>;
  /** The order that it is, or that it is about. */
  orderOf(row: Kept): string;
  /** Compares pages of a day with what we hold, and stores what differs. */
  store(
    tx: Transaction,
    shopId: string,
    day: string,
    pages: readonly ReadPage<Kept>[],
    clockOffsetMs: number,
  ): Promise<RunProgress>;
}

interface Parts {
  readonly connector: MarketplaceConnector;
  readonly database: Database;
  readonly lagSeconds: number;
}

/** Uses a list without knowing its rows. */
export type WithList = <Result>(use: <Row, Kept>(list: AuditedList<Row, Kept>) => Result) => Result;

export function auditedLists(parts: Parts): Record<CompletenessOf, WithList> {
  const orders = auditedOrders(parts);
  const cases = auditedCases(parts);
  return { orders: (use) => use(orders), after_sales: (use) => use(cases) };
}

function auditedOrders({ connector, lagSeconds }: Parts): AuditedList<OrderRecord> {
  const idOf = ({ orderNumber }: OrderRecord): string => orderNumber;
  return {
    subject: ORDERS,
    what: say('what.orders'),
    list: connector.orders,
    complete: (_, page) => AS_LISTED.complete(page),
    orderOf: idOf,
    async store(tx, shopId, day, pages, clockOffsetMs) {
      await noteListed(
        tx,
        shopId,
        ORDERS,
        day,
        toListed(pages, (row) => row, idOf, clockOffsetMs),
        lagSeconds,
      );
      const stored = await storePages(tx, shopId, pages, clockOffsetMs);
      await noteUnstored(tx, shopId, ORDERS, day, stored.unstored);
      if (stored.changed > 0) await queueOrderFollowUps(tx, shopId);
      return { changedDelta: stored.changed, quarantinedDelta: stored.quarantined };
    },
  };
}

function auditedCases({
  connector,
  database,
  lagSeconds,
}: Parts): AuditedList<AfterSalesCaseRecord, CaseWithLines> {
  const idOf = ({ record }: CaseWithLines): string => record.caseNumber;
  return {
    subject: AFTER_SALES,
    what: say('what.cases'),
    list: connector.afterSales,
    orderOf: ({ record }) => record.orderNumber,
    // Lines are asked for only of cases that are new or differ.
    complete: (context, page) =>
      readLinesOf(page, context.shopId, database, connector, (call) => context.call(call)),
    async store(tx, shopId, day, pages, clockOffsetMs) {
      const listed = toListed(pages, ({ record }) => record, idOf, clockOffsetMs);
      await noteListed(tx, shopId, AFTER_SALES, day, listed, lagSeconds);
      const stored = await storeCasePages(tx, shopId, pages, clockOffsetMs, 'poll');
      await noteUnstored(tx, shopId, AFTER_SALES, day, stored.unstored);
      return { changedDelta: stored.changed, quarantinedDelta: stored.quarantined };
    },
  };
}

function toListed<Row>(
  pages: readonly ReadPage<Row>[],
  recordOf: (row: Row) => { readonly platformStatus: string; readonly platformUpdatedAt: Date },
  idOf: (row: Row) => string,
  clockOffsetMs: number,
): Parameters<typeof noteListed>[4] {
  return {
    records: pages.flatMap((page) => {
      const readAt = new Date(page.requestStartedAt.getTime() + clockOffsetMs);
      return page.records.map((row) => {
        const { platformStatus, platformUpdatedAt } = recordOf(row);
        return { id: idOf(row), platformStatus, platformUpdatedAt, readAt };
      });
    }),
    unreadable: pages.flatMap((page) => page.unreadable.map(idOfUnreadable)),
  };
}
