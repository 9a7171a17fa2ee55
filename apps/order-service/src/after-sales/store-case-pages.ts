import type { AfterSalesChange } from '#contracts';
import { idOfUnreadable, type ReadPage } from '#marketplace';
import type { Transaction } from '#runtime';
import { quarantine, resolveQuarantined, storeBadApart } from '#sync';
import { AFTER_SALES, settleRecovered } from '../ledger/ledger-store.js';
import type { StoredPages } from '../orders/store-pages.js';
import { type ReadCase, storeAfterSales } from './after-sales-store.js';
import { promiseRetries } from './quarantined-cases.js';
import type { CaseWithLines } from './read-cases.js';

/**
 * Stores pages as one group; a case at fault goes to quarantine by itself.
 * @param clockOffsetMs database clock less ours
 */
export async function storeCasePages(
  tx: Transaction,
  shopId: string,
  pages: readonly ReadPage<CaseWithLines>[],
  clockOffsetMs: number,
  source: AfterSalesChange['source'],
): Promise<StoredPages> {
  const listed = pages.flatMap((page) => page.records);
  const unreadable = pages.flatMap((page) => page.unreadable);
  const cases = pages.flatMap((page) => {
    const readAt = new Date(page.requestStartedAt.getTime() + clockOffsetMs);
    return page.records
      .filter((item) => !item.isUnchanged)
      .map(({ record, lines }): ReadCase => ({ record, lines, readAt }));
  });
  const { changed, refused } = await storeBadApart(tx, cases, {
    store: (group) => storeAfterSales(tx, shopId, group, source),
    idOf: ({ record }) => record.caseNumber,
    rawOf: ({ record, lines }) => JSON.stringify({ ...record, lines }),
  });
  const bad = new Set([...unreadable, ...refused].map((record) => record.platformId));
  const recovered = await resolveQuarantined(
    tx,
    shopId,
    'after_sales',
    listed.map(({ record }) => record.caseNumber).filter((number) => !bad.has(number)),
  );
  if (recovered.length > 0) await settleRecovered(tx, shopId, recovered, AFTER_SALES);
  const quarantined = await quarantine(tx, shopId, 'after_sales', [...unreadable, ...refused]);
  await promiseRetries(
    tx,
    shopId,
    [...unreadable, ...refused].flatMap(({ platformId }) => platformId ?? []),
  );
  return {
    changed,
    quarantined,
    unstored: refused.map(idOfUnreadable),
  };
}
