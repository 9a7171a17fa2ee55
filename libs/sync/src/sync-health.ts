import { isUUID } from 'class-validator';
import {
  type Caller,
  DEFAULT_PAGE_LIMIT,
  decodeCursor,
  type ListSyncHealth,
  type Page,
  pageOf,
  type ShopSyncHealth,
  type SyncHealthState,
  type SyncKind,
  type SyncKindHealth,
  type SyncStatus,
} from '#contracts';
import { type Database, invalid } from '#runtime';

export interface WatchedKind {
  readonly kind: SyncKind;
  readonly isScheduled: boolean;
}

interface KindRow {
  shop_id: string;
  kind: SyncKind;
  is_scheduled: boolean;
  state: SyncHealthState;
  last_succeeded_at: Date | null;
  age_seconds: number | null;
  last_status: SyncStatus | null;
  error_code: string | null;
  error_message: string | null;
  since: Date | null;
}

/**
 * Each kind of each shop ($1 kinds, $2 whether scheduled, $3 minutes). A first reading that is under way, or was asked
 * for a short while ago, is `loading`; what was asked for long ago and never came is as stale as what stopped coming.
 */
const KINDS = `
  SELECT shops.shop_id, handled.kind, handled.is_scheduled, good.finished_at AS last_succeeded_at,
    floor(extract(epoch FROM clock_timestamp() - good.finished_at))::integer AS age_seconds,
    newest.status AS last_status, newest.error_code, newest.error_message,
    CASE WHEN shops.status <> 'connected' THEN 'stopped'
      WHEN good.finished_at > clock_timestamp() - $3 * interval '1 minute' THEN 'fresh'
      WHEN good.finished_at IS NULL AND (newest.status = 'running'
        OR newest.created_at > clock_timestamp() - $3 * interval '1 minute') THEN 'loading'
      WHEN NOT handled.is_scheduled THEN CASE WHEN good.finished_at IS NULL THEN 'loading' ELSE 'fresh' END
      ELSE 'stale' END AS state
  FROM shops CROSS JOIN unnest($1::text[], $2::boolean[]) AS handled (kind, is_scheduled)
  LEFT JOIN LATERAL (
    SELECT run.finished_at FROM sync_runs AS run
    WHERE run.shop_id = shops.shop_id AND run.kind = handled.kind AND run.status = 'succeeded'
    ORDER BY run.created_at DESC LIMIT 1) AS good ON true
  LEFT JOIN LATERAL (
    SELECT run.status, run.error_code, run.error_message, run.created_at FROM sync_runs AS run
    WHERE run.shop_id = shops.shop_id AND run.kind = handled.kind
    ORDER BY run.created_at DESC LIMIT 1) AS newest ON true`;

/** How fresh each shop is, and the alarm when one is not. */
export class SyncHealth {
  constructor(
    private readonly database: Database,
    private readonly kinds: readonly WatchedKind[],
    private readonly staleAfterMinutes: number,
  ) {}

  async list(query: ListSyncHealth, caller: Caller): Promise<Page<ShopSyncHealth>> {
    const limit = query.limit ?? DEFAULT_PAGE_LIMIT;
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, 1);
    if (query.cursor !== undefined && !isUUID(after?.[0])) {
      throw invalid('request.invalid', 'cursor is not one that a page before has given.', [
        { field: 'cursor', message: 'hand back `nextCursor` of the page before, unchanged' },
      ]);
    }
    const rows = await this.database.query<KindRow & { shop_state: SyncHealthState }>(
      `WITH kinds AS (${KINDS}
         WHERE ($4::uuid[] IS NULL OR shops.shop_id = ANY($4)) AND ($5::uuid IS NULL OR shops.shop_id = $5)
           AND ($6::uuid IS NULL OR shops.shop_id > $6)
       ), states AS (
         SELECT shop_id, CASE WHEN bool_or(state = 'stopped') THEN 'stopped'
             WHEN bool_or(state = 'stale') THEN 'stale'
             WHEN bool_or(state = 'loading' AND is_scheduled) THEN 'loading' ELSE 'fresh' END AS shop_state
         FROM kinds GROUP BY shop_id
       ), page AS (
         SELECT * FROM states WHERE $7::text IS NULL OR shop_state = $7 ORDER BY shop_id LIMIT $8
       )
       SELECT kinds.*, page.shop_state, alarm.since FROM page JOIN kinds USING (shop_id)
       LEFT JOIN sync_alarms AS alarm ON alarm.shop_id = kinds.shop_id AND alarm.kind = kinds.kind
       ORDER BY kinds.shop_id, kinds.is_scheduled DESC, kinds.kind`,
      [
        ...this.watched(),
        caller.shopIds,
        query.shopId ?? null,
        after?.[0] ?? null,
        query.state ?? null,
        limit + 1,
      ],
    );
    const shops = new Map<string, ShopSyncHealth>();
    for (const row of rows) {
      const shop = shops.get(row.shop_id) ?? {
        shopId: row.shop_id,
        state: row.shop_state,
        staleSince: null,
        kinds: [],
      };
      const since = row.since?.toISOString() ?? null;
      if (since !== null && (shop.staleSince === null || since < shop.staleSince)) shop.staleSince = since;
      shop.kinds.push(toKindHealth(row));
      shops.set(row.shop_id, shop);
    }
    return pageOf(
      [...shops.values()],
      limit,
      (shop) => shop,
      (shop) => [shop.shopId],
    );
  }

  /** Alarms that begin and end now; whichever replica looks first tells of each, once. */
  async changeAlarms(): Promise<{ raised: readonly Alarm[]; ended: readonly Alarm[] }> {
    const raised = await this.database.query<Alarm>(
      `INSERT INTO sync_alarms (shop_id, kind)
       SELECT shop_id, kind FROM (${KINDS}) AS kinds WHERE state = 'stale'
       ON CONFLICT (shop_id, kind) DO NOTHING RETURNING shop_id AS "shopId", kind`,
      this.watched(),
    );
    const ended = await this.database.query<Alarm>(
      `DELETE FROM sync_alarms AS alarm
       WHERE NOT EXISTS (SELECT FROM (${KINDS}) AS kinds
         WHERE kinds.shop_id = alarm.shop_id AND kinds.kind = alarm.kind AND kinds.state = 'stale')
       RETURNING alarm.shop_id AS "shopId", alarm.kind`,
      this.watched(),
    );
    return { raised, ended };
  }

  private watched(): [SyncKind[], boolean[], number] {
    return [
      this.kinds.map(({ kind }) => kind),
      this.kinds.map(({ isScheduled }) => isScheduled),
      this.staleAfterMinutes,
    ];
  }
}

export interface Alarm {
  readonly shopId: string;
  readonly kind: SyncKind;
}

function toKindHealth(row: KindRow): SyncKindHealth {
  const isGood = row.last_status === 'succeeded';
  return {
    kind: row.kind,
    isScheduled: row.is_scheduled,
    state: row.state,
    lastSucceededAt: row.last_succeeded_at?.toISOString() ?? null,
    ageSeconds: row.age_seconds,
    lastStatus: row.last_status,
    errorCode: isGood ? null : row.error_code,
    reason: isGood ? null : row.error_message,
  };
}
