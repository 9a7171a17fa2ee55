import type {
  AfterSalesCaseRecord,
  AfterSalesLineRecord,
  CallContext,
  ListPage,
  MarketplaceConnector,
  UnreadableRecord,
} from '#marketplace';
import type { Database } from '#runtime';
import { askEach, faultOf, unreadableOf } from '../sync/ask-each.js';
import { caseHash } from './after-sales-store.js';

export interface CaseWithLines {
  readonly record: AfterSalesCaseRecord;
  readonly lines: readonly AfterSalesLineRecord[];
  readonly isUnchanged: boolean;
}

/** A call may ask for the lines of so many cases. */
const CASES_A_CALL = 20;

type Call = <T>(call: (context: CallContext) => Promise<T>) => Promise<T>;

/** A page of cases with the lines of those that are new or have changed; a case with an unreadable line is unreadable. */
export async function readLinesOf(
  page: ListPage<AfterSalesCaseRecord>,
  shopId: string,
  database: Pick<Database, 'query'>,
  connector: Pick<MarketplaceConnector, 'getAfterSalesLines'>,
  call: Call,
): Promise<ListPage<CaseWithLines>> {
  const known = await knownHashes(database, shopId, page.records);
  const isUnchanged = (record: AfterSalesCaseRecord): boolean =>
    known.get(record.parentAfterSalesSn) === caseHash(record);
  const wanted = page.records.filter((record) => !isUnchanged(record));
  const lines: AfterSalesLineRecord[] = [];
  const unreadable: UnreadableRecord[] = [];
  for (let from = 0; from < wanted.length; from += CASES_A_CALL) {
    const sns = wanted.slice(from, from + CASES_A_CALL).map((record) => record.parentAfterSalesSn);
    for (const answer of await readLines(sns, connector, call)) {
      lines.push(...answer.records);
      unreadable.push(...answer.unreadable);
    }
  }
  const bad = new Set(unreadable.map(({ platformId }) => platformId));
  return {
    ...page,
    records: page.records
      .filter((record) => !bad.has(record.parentAfterSalesSn))
      .map((record) => ({
        record,
        lines: lines.filter((line) => line.parentAfterSalesSn === record.parentAfterSalesSn),
        isUnchanged: isUnchanged(record),
      })),
    unreadable: [...page.unreadable, ...unreadable],
  };
}

type Lines = Pick<ListPage<AfterSalesLineRecord>, 'records' | 'unreadable'>;

/** The lines of several cases in one call, else case by case: one that is refused is unreadable and costs no other. */
async function readLines(
  sns: readonly string[],
  connector: Pick<MarketplaceConnector, 'getAfterSalesLines'>,
  call: Call,
): Promise<Lines[]> {
  const read = (some: readonly string[]) => call((context) => connector.getAfterSalesLines(context, some));
  if (sns.length > 1) {
    try {
      return [await read(sns)];
    } catch (error) {
      if (faultOf(error) !== 'record') throw error;
    }
  }
  const { answers, refused, putOff, error } = await askEach(sns, 1, (sn) => read([sn]));
  // A case must not be passed by for want of an answer: the page is read again.
  if (error !== undefined || putOff.length > 0) throw error ?? putOff[0]?.error;
  const unreadable = refused.map(({ item, error: refusal }) => unreadableOf(item, refusal));
  return [...answers, { records: [], unreadable }];
}

async function knownHashes(
  database: Pick<Database, 'query'>,
  shopId: string,
  records: readonly AfterSalesCaseRecord[],
): Promise<Map<string, string>> {
  const rows = await database.query<{ sn: string; hash: string }>(
    `SELECT parent_after_sales_sn AS sn, replace(content_hash::text, '-', '') AS hash FROM after_sales
     WHERE shop_id = $1 AND parent_after_sales_sn = ANY($2::text[])`,
    [shopId, records.map((record) => record.parentAfterSalesSn)],
  );
  return new Map(rows.map(({ sn, hash }) => [sn, hash]));
}
