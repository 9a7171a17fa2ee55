import type { PromotionRecord } from '#marketplace';
import type { Transaction } from '#runtime';
import { latestOfEach } from '#sync';
import {
  idOf,
  mergeRecords,
  NOTHING_STORED,
  type Read,
  type RecordTable,
  type Stored,
} from '../merge/record-table.js';
import { emitPromotions } from './promotion-events.js';

/** The marketplace gives no time of change of a promotion: nothing that was known is ever believed to be empty. */
export const PROMOTIONS: RecordTable<PromotionRecord> = {
  table: 'promotions',
  keys: { promotion_id: ['text', (record) => record.promotionId] },
  fields: [
    { name: 'name', columns: { name: ['text', (record) => record.name] }, isDated: false },
    {
      name: 'platformType',
      columns: { platform_type: ['text', (record) => record.platformType] },
      isDated: false,
    },
    {
      name: 'platformStatus',
      columns: {
        platform_status: ['text', (record) => record.platformStatus],
        told_status: ['text', (record) => record.status],
      },
      isDated: false,
    },
    {
      name: 'startsAt',
      columns: { starts_at: ['timestamptz', (record) => record.startsAt] },
      isDated: false,
    },
    { name: 'endsAt', columns: { ends_at: ['timestamptz', (record) => record.endsAt] }, isDated: false },
    { name: 'isJoined', columns: { is_joined: ['boolean', (record) => record.isJoined] }, isDated: false },
  ],
  goneColumn: 'gone_at',
  isVersioned: true,
  sortedBy: 'starts_at',
};

/** Stores promotions as a scan has read them, with their event: see `mergeRecords`. */
export async function storePromotions(
  tx: Transaction,
  shopId: string,
  scanId: string,
  promotions: readonly Read<PromotionRecord>[],
): Promise<Stored> {
  const latest = latestOfEach(promotions, ({ record }) => idOf(PROMOTIONS, record));
  if (latest.length === 0) return NOTHING_STORED;
  const merged = await mergeRecords(tx, PROMOTIONS, { shopId, scanId }, latest);
  await emitPromotions(
    tx,
    shopId,
    merged.changed.flatMap(({ key }) => key),
  );
  return { ...merged, changed: merged.changed.filter(({ isFirstChange }) => isFirstChange).length };
}
