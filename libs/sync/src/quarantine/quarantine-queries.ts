import {
  asSeenBy,
  type Caller,
  type CountQuarantined,
  canReach,
  type ListQuarantined,
  type Page,
  type QuarantineCount,
  type QuarantineCounts,
  type QuarantinedKey,
  type QuarantinedKind,
  type QuarantinedRecord,
  QuarantinedRecordDetail,
  type Said,
  sentence,
} from '#contracts';
import { type Filtered, type List, listQuery, whereOf } from '#lists';
import { type Database, notFound } from '#runtime';

interface Row {
  shop_id: string;
  kind: QuarantinedKind;
  platform_id: string;
  reason: Said;
  first_seen_at: Date;
  last_seen_at: Date;
  sightings: number;
  resolved_at: Date | null;
  attempts: number;
  next_retry_at: Date | null;
  last_outcome: Said | null;
}

const COLUMNS = `shop_id, kind, platform_id, reason, first_seen_at, last_seen_at, sightings, resolved_at, attempts,
  next_retry_at, last_outcome`;

/** Characters of a raw record: what stands behind them is in the table only, an answer could not carry it. */
const RAW_SHOWN = 500_000;

/** The position as text: a Date would lose its microseconds, and with them rows. */
type ListedRow = Row & { readonly position: string };

const QUARANTINE: List<ListQuarantined, ListedRow> = {
  shop: 'shop_id',
  conditions: {
    kind: (kind, { param }) => `kind = ${param(kind)}`,
    resolved: (isResolved, { param }) => `(resolved_at IS NOT NULL) = ${param(isResolved)}::boolean`,
    updatedSince: (instant, { param }) =>
      `greatest(last_seen_at, resolved_at) >= ${param(instant)}::timestamptz`,
  },
  order: [
    ['desc', 'last_seen_at', 'instant', (row) => row.position],
    ['asc', 'shop_id', 'id', (row) => row.shop_id],
    ['asc', 'kind', 'text', (row) => row.kind],
    ['asc', 'platform_id', 'text', (row) => row.platform_id],
  ],
};

const COUNTED: Filtered<CountQuarantined> = { shop: 'shop_id', conditions: {} };

/** What people may see of quarantine. */
export class QuarantineQueries {
  constructor(private readonly database: Database) {}

  async list(query: ListQuarantined, caller: Caller): Promise<Page<QuarantinedRecord>> {
    const { where, orderBy, limit, params, page } = listQuery(QUARANTINE, query, caller);
    const rows = await this.database.query<ListedRow>(
      `SELECT ${COLUMNS}, to_char(last_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position
       FROM quarantine WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      params,
    );
    return page(rows, toRecord);
  }

  async count(query: CountQuarantined, caller: Caller): Promise<QuarantineCounts> {
    const { sql, params } = whereOf(COUNTED, query, caller);
    const rows = await this.database.query<
      Omit<QuarantineCount, 'oldestOpenAt'> & { oldestOpenAt: Date | null }
    >(
      `SELECT shop_id AS "shopId", kind, count(*) FILTER (WHERE resolved_at IS NULL) AS open,
         count(*) FILTER (WHERE resolved_at IS NOT NULL) AS resolved,
         min(first_seen_at) FILTER (WHERE resolved_at IS NULL) AS "oldestOpenAt"
       FROM quarantine WHERE ${sql} GROUP BY shop_id, kind ORDER BY open DESC, shop_id, kind`,
      params,
    );
    return {
      rows: rows.map((row) => ({ ...row, oldestOpenAt: row.oldestOpenAt?.toISOString() ?? null })),
    };
  }

  async get(key: QuarantinedKey, caller: Caller): Promise<QuarantinedRecordDetail> {
    const rows = canReach(caller, key.shopId)
      ? await this.database.query<Row & { raw: string }>(
          `SELECT ${COLUMNS}, left(raw, ${RAW_SHOWN}) AS raw FROM quarantine WHERE shop_id = $1 AND kind = $2 AND platform_id = $3`,
          [key.shopId, key.kind, key.platformId.replaceAll('\u0000', '')],
        )
      : [];
    const [row] = rows;
    if (row === undefined) {
      throw notFound(
        'quarantine.not_found',
        'There is no such record in quarantine, or you may not see its shop.',
      );
    }
    return asSeenBy(caller, QuarantinedRecordDetail, { ...toRecord(row), raw: row.raw });
  }
}

function toRecord(row: Row): QuarantinedRecord {
  return {
    shopId: row.shop_id,
    kind: row.kind,
    platformId: row.platform_id,
    reason: sentence(row.reason),
    firstSeenAt: row.first_seen_at.toISOString(),
    lastSeenAt: row.last_seen_at.toISOString(),
    sightings: row.sightings,
    resolvedAt: row.resolved_at?.toISOString() ?? null,
    attempts: row.attempts,
    nextRetryAt: row.resolved_at === null ? (row.next_retry_at?.toISOString() ?? null) : null,
    lastOutcome: row.last_outcome === null ? null : sentence(row.last_outcome),
  };
}
