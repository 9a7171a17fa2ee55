import {
  type AfterSalesCaseRecord,
  type AfterSalesLineRecord,
  type ListPage,
  type NumberedQuery,
  numberedPages,
  type ReadableList,
} from '#marketplace';
import { at } from '../orders/order-bed.fixture.js';

export function aCase(number: string, overrides: Partial<AfterSalesCaseRecord> = {}): AfterSalesCaseRecord {
  return {
    caseNumber: number,
    orderNumber: 'PO-1',
    status: 'refund_requested',
    platformStatus: '1',
    platformStatusGroup: '1',
    type: 'refund_only',
    platformType: '1',
    returnMethod: null,
    availableOperations: ['1', '2'],
    actBy: at(172_800),
    openedAt: at(0),
    platformUpdatedAt: at(0),
    ...overrides,
  };
}

export function aCaseLine(
  number: string,
  overrides: Partial<AfterSalesLineRecord> = {},
): AfterSalesLineRecord {
  return {
    caseNumber: number,
    caseLineId: `${number}-1`,
    status: 'refund_requested',
    platformStatus: '1',
    type: 'refund_only',
    platformType: '1',
    productId: '601099512345678901',
    skuId: '9223372036854775807',
    catalogueSkuId: null,
    quantity: 1,
    ...overrides,
  };
}

export function pageOf<T>(records: T[], requestStartedAt = new Date()): ListPage<T> {
  return {
    total: records.length,
    records,
    unreadable: [],
    platformTime: requestStartedAt,
    requestStartedAt,
  };
}

/** The list of cases of a marketplace that answers each page so. */
export function listedCases(
  answer: (query: NumberedQuery) => Promise<ListPage<AfterSalesCaseRecord>>,
): ReadableList<AfterSalesCaseRecord> {
  return numberedPages<AfterSalesCaseRecord>({
    pageSize: 100,
    idOf: ({ caseNumber }) => caseNumber,
    readPage: (_, query) => answer(query),
  });
}
