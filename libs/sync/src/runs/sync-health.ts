import {
  type Caller,
  type ListSyncHealth,
  type Page,
  type Said,
  type ShopSyncHealth,
  type SyncHealthState,
  type SyncKind,
  type SyncKindHealth,
  type SyncStatus,
  sentence,
} from '#contracts';
import { type List, listQuery } from '#lists';
import { batchOf, type Database } from '#runtime';
import { isNotAvailable } from '../access/out-of-reach.js';
import { RUN_KIND_OF } from '../quarantine/quarantine.js';

export interface WatchedKind {
  readonly kind: SyncKind;
  readonly isScheduled: boolean;
  /**
   * For a kind whose records wait one by one: an SQL query over the rows of `shops.shop_id` that have waited since before
   * `$longAgo`. Any row makes the kind `partly`.
   */
  readonly waiting?: string;
}

const HANDLED = batchOf<WatchedKind>(
  { kind: ['text', ({ kind }) => kind], is_scheduled: ['boolean', ({ isScheduled }) => isScheduled] },
  1,
  'handled',
);
const RECORDS = batchOf<readonly [record: string, kind: SyncKind]>(
  { record: ['text', ([record]) => record], kind: ['text', ([, kind]) => kind] },
  4,
  'missing',
);

const KEPT_ASIDE = `EXISTS (SELECT FROM quarantine AS kept
  WHERE kept.shop_id = shops.shop_id AND kept.resolved_at IS NULL AND kept.kind IN (
    SELECT missing.record FROM ${RECORDS.rows}
    WHERE missing.kind = handled.kind))`;

interface KindRow {
  shop_id: string;
  kind: SyncKind;
  is_scheduled: boolean;
  state: SyncHealthState;
  last_succeeded_at: Date | null;
  age_seconds: number | null;
  last_status: SyncStatus | null;
  error_code: string | null;
  error: Said | null;
  since: Date | null;
}

/**
 * Each kind of each shop ($1 kinds, $2 whether scheduled, $3 minutes, $4 and $5 kinds of records and what they belong to).
 * What the marketplace does not give is `not_available`, whatever else. A first reading that is under way, or was asked for a short while ago, is `loading`; what was asked for long ago and
 * never came is as stale as what stopped coming. What is read in time is `partly` there while records of it lie in
 * quarantine, or have waited for their answer as long as would make a kind stale.
 * @param shops the relation of those that are meant, called `shops`
 */
const kindsOf = (watched: readonly WatchedKind[], shops = 'shops'): string => `
  SELECT shop_id, kind, is_scheduled, last_succeeded_at, age_seconds, last_status, error_code, error,
    CASE WHEN is_lacking AND (read_state = 'fresh' OR read_state = 'loading' AND NOT is_scheduled) THEN 'partly'
      ELSE read_state END AS state
  FROM (${readKinds()}, ${KEPT_ASIDE}${watched.map(waitingOf).join('')} AS is_lacking ${readFrom(shops)}) AS read`;

function waitingOf({ kind, waiting }: WatchedKind): string {
  if (waiting === undefined) return '';
  const longAgo = `clock_timestamp() - $3 * interval '1 minute'`;
  return ` OR handled.kind = '${kind}' AND EXISTS (${waiting.replaceAll('$longAgo', longAgo)})`;
}

const readKinds = (): string => `
  SELECT shops.shop_id, handled.kind, handled.is_scheduled, good.finished_at AS last_succeeded_at,
    floor(extract(epoch FROM clock_timestamp() - good.finished_at))::integer AS age_seconds,
    newest.status AS last_status, newest.error_code, newest.error,
    CASE WHEN ${isNotAvailable('shops.shop_id', 'handled.kind')} THEN 'not_available'
      WHEN shops.status <> 'connected' THEN 'stopped'
      WHEN good.finished_at > clock_timestamp() - $3 * interval '1 minute' THEN 'fresh'
      WHEN good.finished_at IS NULL AND (newest.status = 'running'
        OR newest.created_at > clock_timestamp() - $3 * interval '1 minute') THEN 'loading'
      WHEN NOT handled.is_scheduled THEN CASE WHEN good.finished_at IS NULL THEN 'loading' ELSE 'fresh' END
      ELSE 'stale' END AS read_state`;

const readFrom = (shops: string): string => `
  FROM ${shops} CROSS JOIN ${HANDLED.rows}
  LEFT JOIN LATERAL (
    SELECT run.finished_at FROM sync_runs AS run
    WHERE run.shop_id = shops.shop_id AND run.kind = handled.kind AND run.status = 'succeeded'
    ORDER BY run.created_at DESC LIMIT 1) AS good ON true
  LEFT JOIN LATERAL (
    SELECT run.status, run.error_code, run.error, run.created_at FROM sync_runs AS run
    WHERE run.shop_id = shops.shop_id AND run.kind = handled.kind
    ORDER BY run.created_at DESC LIMIT 1) AS newest ON true`;

const HEALTH: List<ListSyncHealth, { readonly shopId: string }> = {
  shop: 'shop_id',
  conditions: { state: (state, { param }) => `shop_state = ${param(state)}` },
  order: [['asc', 'shop_id', 'id', (shop) => shop.shopId]],
};

/** How fresh each shop is, and the alarm when one is not. */
export class SyncHealth {
  constructor(
    private readonly database: Database,
    private readonly kinds: readonly WatchedKind[],
    private readonly staleAfterMinutes: number,
  ) {}

  async list(query: ListSyncHealth, caller: Caller): Promise<Page<ShopSyncHealth>> {
    const { where, orderBy, limit, params, within, page } = listQuery(HEALTH, query, caller, {
      params: this.watched(),
    });
    // Who asks for a state has to have all computed; else what is not on the page is not looked at.
    const shopsOfPage =
      query.state === undefined
        ? `(SELECT * FROM shops WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}) AS shops`
        : 'shops';
    const rows = await this.database.query<KindRow & { shop_state: SyncHealthState }>(
      `WITH kinds AS (${kindsOf(this.kinds, shopsOfPage)}
         WHERE ${within('shop_id')}
       ), states AS (
         SELECT shop_id, CASE WHEN bool_and(state = 'not_available') THEN 'not_available'
             WHEN bool_or(state = 'stopped') THEN 'stopped'
             WHEN bool_or(state = 'stale') THEN 'stale'
             WHEN bool_or(state = 'partly') THEN 'partly'
             WHEN bool_or(state = 'loading' AND is_scheduled) THEN 'loading' ELSE 'fresh' END AS shop_state
         FROM kinds GROUP BY shop_id
       ), page AS (
         SELECT * FROM states WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}
       )
       SELECT kinds.*, page.shop_state, alarm.since FROM page JOIN kinds USING (shop_id)
       LEFT JOIN sync_alarms AS alarm ON alarm.shop_id = kinds.shop_id AND alarm.kind = kinds.kind
       ORDER BY kinds.shop_id, kinds.is_scheduled DESC, kinds.kind`,
      params,
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
    return page([...shops.values()], (shop) => shop);
  }

  /** Alarms that begin and end now; whichever replica looks first tells of each, once. */
  async changeAlarms(): Promise<{ raised: readonly Alarm[]; ended: readonly Alarm[] }> {
    const raised = await this.database.query<Alarm>(
      `INSERT INTO sync_alarms (shop_id, kind)
       SELECT shop_id, kind FROM (${kindsOf(this.kinds)}) AS kinds WHERE state = 'stale'
       ON CONFLICT (shop_id, kind) DO NOTHING RETURNING shop_id AS "shopId", kind`,
      this.watched(),
    );
    const ended = await this.database.query<Alarm>(
      `DELETE FROM sync_alarms AS alarm
       WHERE NOT EXISTS (SELECT FROM (${kindsOf(this.kinds)}) AS kinds
         WHERE kinds.shop_id = alarm.shop_id AND kinds.kind = alarm.kind AND kinds.state = 'stale')
       RETURNING alarm.shop_id AS "shopId", alarm.kind`,
      this.watched(),
    );
    return { raised, ended };
  }

  private watched(): unknown[] {
    return [
      ...HANDLED.values(this.kinds),
      this.staleAfterMinutes,
      ...RECORDS.values(Object.entries(RUN_KIND_OF)),
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
    reason: isGood || row.error === null ? null : sentence(row.error),
  };
}
