import type { PromotionRecord } from '#marketplace';
import { type CopyValue, copyRows, type Transaction } from '#runtime';
import { hashOf, latestOfEach, NOTHING_STORED, type Read, type Stored } from '../products/product-store.js';
import { emitPromotions } from './promotion-events.js';

const CONTENT_COLUMNS = [
  'name',
  'platform_type',
  'platform_status',
  'starts_at',
  'ends_at',
  'is_joined',
] as const;

const COLUMNS = ['promotion_id', ...CONTENT_COLUMNS, 'sorted_at', 'content_hash', 'read_at'] as const;

const STAGING = `CREATE TEMP TABLE IF NOT EXISTS incoming_promotions (
  promotion_id text COLLATE "C", name text, platform_type bigint, platform_status bigint, starts_at timestamptz,
  ends_at timestamptz, is_joined boolean, sorted_at timestamptz, content_hash text, read_at timestamptz)
  ON COMMIT DELETE ROWS`;

/** The merge rule of products: a later request wins, equal content changes nothing. */
const MERGE = `
  WITH previous AS (
    SELECT known.promotion_id, known.changed_scan_id FROM promotions AS known
    JOIN incoming_promotions AS incoming ON known.shop_id = $1 AND known.promotion_id = incoming.promotion_id
  ), merged AS (
    INSERT INTO promotions AS known (shop_id, version, changed_scan_id, last_seen_at, ${COLUMNS.join(', ')})
    SELECT $1, 1, $2, read_at, ${COLUMNS.join(', ')} FROM incoming_promotions
    ON CONFLICT (shop_id, promotion_id) DO UPDATE
      SET version = known.version + 1, changed_scan_id = excluded.changed_scan_id, gone_at = NULL,
          sorted_at = coalesce(excluded.starts_at, known.sorted_at), content_hash = excluded.content_hash,
          read_at = excluded.read_at, ${CONTENT_COLUMNS.map((name) => `${name} = excluded.${name}`).join(', ')}
      WHERE excluded.read_at >= known.read_at AND excluded.content_hash <> known.content_hash
    RETURNING promotion_id
  )
  SELECT merged.promotion_id AS "promotionId", previous.changed_scan_id IS DISTINCT FROM $2 AS "isFirstChange"
  FROM merged LEFT JOIN previous USING (promotion_id)`;

/** Leaves the scan's mark on every promotion that was read, changed or not; returns how many had none yet. */
const MARK_SEEN = `
  WITH fresh AS (
    SELECT known.promotion_id FROM promotions AS known
    JOIN incoming_promotions AS incoming ON known.shop_id = $1 AND known.promotion_id = incoming.promotion_id
    WHERE known.scan_id IS DISTINCT FROM $2
  ), marked AS (
    UPDATE promotions AS known
    SET scan_id = $2, last_seen_at = greatest(known.last_seen_at, incoming.read_at),
        read_at = greatest(known.read_at, incoming.read_at)
    FROM incoming_promotions AS incoming WHERE known.shop_id = $1 AND known.promotion_id = incoming.promotion_id
  )
  SELECT count(*) AS seen FROM fresh`;

/** Stores promotions as a scan has read them, with their event: a fixed number of statements, see `storeProducts`. */
export async function storePromotions(
  tx: Transaction,
  shopId: string,
  scanId: string,
  promotions: readonly Read<PromotionRecord>[],
): Promise<Stored> {
  const latest = latestOfEach(promotions, (record) => record.promotionId);
  if (latest.length === 0) return NOTHING_STORED;
  await tx.query(STAGING);
  await copyRows(tx, 'incoming_promotions', COLUMNS, latest.map(promotionRow));
  const merged = await tx.query<{ promotionId: string; isFirstChange: boolean }>(MERGE, [shopId, scanId]);
  const [marked] = await tx.query<{ seen: number }>(MARK_SEEN, [shopId, scanId]);
  await emitPromotions(
    tx,
    shopId,
    merged.map((promotion) => promotion.promotionId),
  );
  return {
    seen: marked?.seen ?? 0,
    changed: merged.filter((promotion) => promotion.isFirstChange).length,
  };
}

function promotionRow({ record, readAt }: Read<PromotionRecord>): CopyValue[] {
  const content: CopyValue[] = [
    record.name,
    record.type,
    record.status,
    record.startsAt,
    record.endsAt,
    record.isJoined,
  ];
  return [record.promotionId, ...content, record.startsAt ?? readAt, hashOf(content), readAt];
}
