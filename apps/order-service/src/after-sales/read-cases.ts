import { say } from '#contracts';
import {
  type AfterSalesCaseRecord,
  type AfterSalesLineRecord,
  type CallContext,
  isMarketplaceError,
  type ListPage,
  type MarketplaceConnector,
  type ReadPage,
  type UnreadableRecord,
} from '#marketplace';
import type { Database } from '#runtime';
import { askEach, unlessRefused, unreadableOf } from '#sync';
import { caseHash } from './after-sales-store.js';

export interface CaseWithLines {
  readonly record: AfterSalesCaseRecord;
  readonly lines: readonly AfterSalesLineRecord[];
  readonly isUnchanged: boolean;
}

/** A call may ask for the lines of so many cases. */
const CASES_A_CALL = 20;

/** Of the different reasons of several lines. */
const MAX_REASONS = 10;

type Call = <T>(call: (context: CallContext) => Promise<T>) => Promise<T>;

/**
 * A page of cases with the lines of those that are new or have changed. A case of which a line cannot be understood, or
 * that has none, is one unreadable record: the page has as many rows as the list showed.
 */
export async function readLinesOf(
  page: ReadPage<AfterSalesCaseRecord>,
  shopId: string,
  database: Pick<Database, 'query'>,
  connector: Pick<MarketplaceConnector, 'getAfterSalesLines'>,
  call: Call,
): Promise<ReadPage<CaseWithLines>> {
  const known = await knownHashes(database, shopId, page.records);
  const isUnchanged = (record: AfterSalesCaseRecord): boolean =>
    known.get(record.caseNumber) === caseHash(record);
  const wanted = page.records.filter((record) => !isUnchanged(record));
  const numbers = [...new Set(wanted.map((record) => record.caseNumber))];
  const lines = new Map<string, AfterSalesLineRecord[]>();
  const unreadable = new Map<string, UnreadableRecord>();
  for (let from = 0; from < numbers.length; from += CASES_A_CALL) {
    for (const asked of await readLines(numbers.slice(from, from + CASES_A_CALL), connector, call)) {
      if (asked.unreadable.length > 0)
        unreadable.set(asked.number, asOneRecord(asked.number, asked.unreadable));
      else lines.set(asked.number, asked.lines);
    }
  }
  return {
    ...page,
    records: page.records
      .filter((record) => !unreadable.has(record.caseNumber))
      .map((record) => ({
        record,
        lines: lines.get(record.caseNumber) ?? [],
        isUnchanged: isUnchanged(record),
      })),
    unreadable: [...page.unreadable, ...unreadable.values()],
  };
}

/** What was answered about one case. Where a line of it cannot be understood, nothing of it can be stored. */
interface LinesOfCase {
  readonly number: string;
  readonly lines: AfterSalesLineRecord[];
  readonly unreadable: readonly UnreadableRecord[];
}

/**
 * The lines of several cases in one call. Case by case, where that call is refused or a bad line of it names no case; alone
 * once more, where it lacks a case. One that is refused, or has no line then either, is unreadable and costs no other.
 */
async function readLines(
  numbers: readonly string[],
  connector: Pick<MarketplaceConnector, 'getAfterSalesLines'>,
  call: Call,
): Promise<LinesOfCase[]> {
  const read = (some: readonly string[]) => call((context) => connector.getAfterSalesLines(context, some));
  const together = numbers.length > 1 ? await unlessRefused(read(numbers)) : undefined;
  const answered = together === undefined || isMarketplaceError(together) ? [] : byCase(numbers, together);
  const found = new Set(answered.map(({ number }) => number));
  const missing = numbers.filter((number) => !found.has(number));
  const { answers, refused, putOff, error } = await askEach(missing, 1, async (number) =>
    alone(number, await read([number])),
  );
  // A case must not be passed by for want of an answer: the page is read again.
  if (error !== undefined || putOff.length > 0) throw error ?? putOff[0]?.error;
  const bad = refused.map(({ item, error: refusal }): LinesOfCase => {
    return { number: item, lines: [], unreadable: [unreadableOf(item, refusal)] };
  });
  return [...answered, ...answers, ...bad];
}

type LinesAnswer = Pick<ListPage<AfterSalesLineRecord>, 'records' | 'unreadable'>;

/** The cases of which an answer about several holds lines; none where it is not known whose a bad line is. */
function byCase(numbers: readonly string[], { records, unreadable }: LinesAnswer): LinesOfCase[] {
  if (unreadable.some(({ platformId }) => platformId === null || !numbers.includes(platformId))) return [];
  return numbers.flatMap((number) => {
    const lines = records.filter((line) => line.caseNumber === number);
    const bad = unreadable.filter(({ platformId }) => platformId === number);
    return lines.length + bad.length === 0 ? [] : [{ number, lines, unreadable: bad }];
  });
}

/** Whatever an answer about one case holds is of that case. */
function alone(number: string, { records, unreadable }: LinesAnswer): LinesOfCase {
  const isEmpty = records.length + unreadable.length === 0;
  const none = { platformId: number, reason: say('record.no_lines'), raw: '[]' };
  return { number, lines: [...records], unreadable: isEmpty ? [none] : unreadable };
}

/** A case is kept once, whatever the number of its lines that cannot be understood. */
function asOneRecord(number: string, lines: readonly UnreadableRecord[]): UnreadableRecord {
  const [first] = lines;
  if (first !== undefined && lines.length === 1) return { ...first, platformId: number };
  const different = new Map(lines.map(({ reason }) => [JSON.stringify(reason), reason]));
  const reasons = [...different.values()].slice(0, MAX_REASONS);
  const raw = `[${lines.map((line) => line.raw).join(',')}]`;
  return { platformId: number, reason: say('record.several_lines', { count: lines.length, reasons }), raw };
}

async function knownHashes(
  database: Pick<Database, 'query'>,
  shopId: string,
  records: readonly AfterSalesCaseRecord[],
): Promise<Map<string, string>> {
  const rows = await database.query<{ number: string; hash: string }>(
    `SELECT case_number AS number, replace(content_hash::text, '-', '') AS hash FROM after_sales
     WHERE shop_id = $1 AND case_number = ANY($2::text[])`,
    [shopId, records.map((record) => record.caseNumber)],
  );
  return new Map(rows.map(({ number, hash }) => [number, hash]));
}
