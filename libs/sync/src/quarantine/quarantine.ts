import {
  COMPLETENESS_OF,
  QUARANTINED_KINDS,
  type QuarantinedKind,
  type SyncKind,
  type SyncTrigger,
  say,
  withTexts,
} from '#contracts';
import { idOfUnreadable, NAMELESS, type UnreadableRecord } from '#marketplace';
import { batchOf, expressionsOf, type Transaction } from '#runtime';

/** Most of what is fixed by itself is fixed soon. */
export const FIRST_RETRY_MINUTES = 10;

interface KeptKind {
  /** Whose runs read such a record. */
  readonly run: SyncKind;
  /** The marketplace can be asked for it by its id; what cannot be asked for is read again by the next run. */
  readonly isAskedFor: boolean;
  /** Of a promotion that is over, only a run that a person asks for reads the products anew; the timer's read them once a day. */
  readonly isReadOnceADay: boolean;
}

const WITH_EACH_RUN = { isAskedFor: false, isReadOnceADay: false } as const;
const BY_ID = { isAskedFor: true, isReadOnceADay: false } as const;

/** How what lies in quarantine is read again. A new kind of record does not compile until it stands here. */
const KEPT_KINDS = {
  orders: { run: 'orders', ...BY_ID },
  amounts: { run: 'amounts', ...BY_ID },
  addresses: { run: 'addresses', ...BY_ID },
  after_sales: { run: 'after_sales', ...BY_ID },
  products: { run: 'products', ...BY_ID },
  skus: { run: 'products', ...WITH_EACH_RUN },
  promotions: { run: 'promotions', ...WITH_EACH_RUN },
  promotion_products: { run: 'promotions', isAskedFor: false, isReadOnceADay: true },
} as const satisfies Record<QuarantinedKind, KeptKind>;

/** What can be asked for by its id of what these runs read. */
export type AskedKind<Kind extends SyncKind> = {
  [Each in QuarantinedKind]: (typeof KEPT_KINDS)[Each] extends { run: Kind; isAskedFor: true } ? Each : never;
}[QuarantinedKind];

/** Each with the kind of run that reads it. */
export const RUN_KIND_OF = Object.fromEntries(
  QUARANTINED_KINDS.map((kind) => [kind, KEPT_KINDS[kind].run]),
) as Readonly<Record<QuarantinedKind, SyncKind>>;

const LISTED = batchOf<UnreadableRecord>(
  {
    platform_id: ['text', idOfUnreadable],
    reason: ['jsonb', ({ reason }) => JSON.stringify(withTexts(reason, storable))],
    raw: ['text', ({ raw }) => storable(raw)],
  },
  5,
  'listed',
);

const KEPT = expressionsOf({
  shop_id: '$1',
  kind: '$2',
  next_retry_at: `CASE WHEN platform_id LIKE '${NAMELESS}%' THEN NULL ELSE now() + $4 * interval '1 minute' END`,
});

/**
 * Keeps what could not be understood, raw and with its reason; its neighbours go on.
 * @param since left out: every one counts
 * @returns how many of them were not met since then
 */
export async function quarantine(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  kind: QuarantinedKind,
  unreadable: readonly UnreadableRecord[],
  since?: Date,
): Promise<number> {
  if (unreadable.length === 0) return 0;
  const byId = new Map(unreadable.map((record) => [idOfUnreadable(record), record]));
  const [row] = await tx.query<{ fresh: number }>(
    `WITH listed AS (
       SELECT * FROM ${LISTED.rows}
     ), met AS (
       SELECT platform_id FROM quarantine JOIN listed USING (platform_id)
       WHERE shop_id = $1 AND kind = $2 AND last_seen_at >= $3::timestamptz
     ), kept AS (
       INSERT INTO quarantine AS known (${KEPT.names}, ${LISTED.names})
       SELECT ${KEPT.expressions}, ${LISTED.names} FROM listed
       ON CONFLICT (shop_id, kind, platform_id) DO UPDATE
         SET reason = excluded.reason, raw = excluded.raw, last_seen_at = now(), sightings = known.sightings + 1,
             attempts = CASE WHEN known.resolved_at IS NULL THEN known.attempts ELSE 0 END,
             next_retry_at = CASE WHEN known.resolved_at IS NULL THEN known.next_retry_at ELSE excluded.next_retry_at END,
             resolved_at = NULL
     )
     SELECT (SELECT count(*) FROM listed) - (SELECT count(*) FROM met) AS fresh`,
    [shopId, kind, since ?? null, FIRST_RETRY_MINUTES, ...LISTED.values([...byId.values()])],
  );
  return row?.fresh ?? 0;
}

/**
 * What is readable now has left quarantine; the row stays as its history.
 * @param unless an SQL condition over a row of `quarantine` under which it stays all the same
 * @returns those that had been kept aside until now
 */
export async function resolveQuarantined(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  kind: QuarantinedKind,
  platformIds: readonly string[],
  { unless = 'false' }: { unless?: string } = {},
): Promise<string[]> {
  if (platformIds.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `UPDATE quarantine SET resolved_at = now()
     WHERE shop_id = $1 AND kind = $2 AND platform_id = ANY($3::text[]) AND resolved_at IS NULL AND NOT (${unless})
     RETURNING platform_id AS id`,
    [shopId, kind, platformIds.map(storable)],
  );
  return rows.map(({ id }) => id);
}

const READ_ONCE_A_DAY = QUARANTINED_KINDS.filter((kind) => KEPT_KINDS[kind].isReadOnceADay);

interface EndedRun {
  readonly shop_id: string;
  readonly kind: SyncKind;
  readonly mode: string;
  readonly trigger: SyncTrigger;
  readonly depth_days: number | null;
  readonly span_from: Date | null;
  readonly started_at: Date | null;
}

function readWhole({ kind, mode, trigger, depth_days, span_from }: EndedRun): readonly SyncKind[] {
  if (mode === 'scan') return [kind];
  if (mode !== 'audit' || span_from === null) return [];
  return trigger === 'manual' && depth_days !== null ? [] : COMPLETENESS_OF;
}

/**
 * Records without an id of their own leave quarantine when everything that they could be part of has been read since and
 * did not hold them: nobody can ask for them by name, and what they were about was either understood this time, or lies
 * there anew. A scan reads all of its kind. An audit lists the days of orders and cases, the newest and those that miss
 * something each time; one of a depth that a person has named may be of a single day, and says nothing. Of what a run need not have read itself,
 * the day before it counts too.
 */
export async function resolveNameless(
  tx: Pick<Transaction, 'query'>,
  run: EndedRun,
  isForPerson: boolean,
): Promise<void> {
  const whole = readWhole(run);
  const kinds = QUARANTINED_KINDS.filter((kind) => whole.includes(RUN_KIND_OF[kind]));
  if (kinds.length === 0) return;
  await tx.query(
    `UPDATE quarantine SET resolved_at = now(), last_outcome = $4
     WHERE shop_id = $1 AND kind = ANY($2::text[]) AND resolved_at IS NULL AND platform_id LIKE '${NAMELESS}%'
       AND last_seen_at < $3::timestamptz - CASE WHEN kind = ANY($5::text[]) THEN interval '1 day' ELSE '0' END`,
    [run.shop_id, kinds, run.started_at, say('retry.not_met'), isForPerson ? [] : READ_ONCE_A_DAY],
  );
}

/** PostgreSQL's text holds no NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '');
}
