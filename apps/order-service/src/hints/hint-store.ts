import type { WebhookHint, WebhookTopic } from '#contracts';
import { batchOf, type Database, insertOf, type Transaction } from '#runtime';

/** An order that a webhook has named, as it was when it was claimed. */
export interface ClaimedHint {
  readonly number: string;
  readonly topics: readonly WebhookTopic[];
  /** A higher one in the table means that a hint has arrived since. */
  readonly generation: number;
  /** Seconds since its last hint. */
  readonly age: number;
  readonly misses: number;
}

/** The list call takes so many numbers. */
export const HINTS_A_CALL = 20;

/** Longer than a call with all its retries: who claimed and vanished is followed by another. */
const CLAIM_SECONDS = 90;

/** The marketplace may name an order before it knows it by its number. */
const KEPT_UNKNOWN_SECONDS = 1_800;

/** Growing gaps for what a shop refuses: 5 s, 10 s, 20 s … 10 minutes. */
const PAUSE_SECONDS = 'least(600, 5 * 2 ^ least(hint_pauses.attempts, 7))';

const CLAIMED = batchOf<ClaimedHint>(
  { number: ['text', ({ number }) => number], generation: ['bigint', ({ generation }) => generation] },
  3,
  'claimed',
);

/** The queue of orders that webhooks have named. Every replica writes to it and takes from it; no two take the same. */
export class HintStore {
  constructor(
    private readonly database: Database,
    /** So long after its first hint an order is read. */
    readonly settleMs: number,
  ) {}

  /**
   * A burst for one order is one row. The first hint decides when it is read, so that a steady stream cannot put it off;
   * one that arrives while its read is under way raises the generation, and the order is read once more.
   */
  async note(hint: Pick<WebhookHint, 'shopId' | 'topic'>, orderNumber: string): Promise<void> {
    const row = insertOf({ shop_id: hint.shopId, order_number: orderNumber, topics: [hint.topic] }, 2);
    await this.database.query(
      `INSERT INTO order_hints AS known (due_at, ${row.names})
       VALUES (clock_timestamp() + $1 * interval '1 ms', ${row.parameters})
       ON CONFLICT (shop_id, order_number) DO UPDATE SET
         topics = ARRAY(SELECT DISTINCT unnest(known.topics || excluded.topics) ORDER BY 1),
         generation = known.generation + 1, last_hinted_at = clock_timestamp(), misses = 0,
         due_at = CASE WHEN known.misses > 0 THEN least(known.due_at, excluded.due_at) ELSE known.due_at END`,
      [this.settleMs, ...row.values],
    );
  }

  /** The order of a case that we know. */
  async orderOfCase(shopId: string, caseNumber: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ number: string }>(
      'SELECT order_number AS number FROM after_sales WHERE shop_id = $1 AND case_number = $2',
      [shopId, caseNumber],
    );
    return row?.number;
  }

  /** Up to a call's worth of due hints of the shop that has waited longest; none of a shop that is away or paused. */
  async claim(
    busy: readonly string[],
  ): Promise<{ shopId: string; hints: readonly [ClaimedHint, ...ClaimedHint[]] } | undefined> {
    const rows = await this.database.query<ClaimedHint & { shopId: string }>(
      `WITH next AS (
         SELECT hint.shop_id FROM order_hints AS hint JOIN shops USING (shop_id)
         WHERE hint.due_at <= clock_timestamp() AND shops.status = 'connected' AND hint.shop_id <> ALL($1::uuid[])
           AND NOT EXISTS (SELECT FROM hint_pauses AS pause
             WHERE pause.shop_id = hint.shop_id AND pause.until > clock_timestamp())
         ORDER BY hint.due_at LIMIT 1
       ), free AS (
         SELECT hint.shop_id, hint.order_number FROM order_hints AS hint JOIN next USING (shop_id)
         WHERE hint.due_at <= clock_timestamp()
         ORDER BY hint.due_at LIMIT ${HINTS_A_CALL} FOR UPDATE OF hint SKIP LOCKED
       )
       UPDATE order_hints AS hint SET due_at = clock_timestamp() + interval '${CLAIM_SECONDS} seconds'
       FROM free WHERE hint.shop_id = free.shop_id AND hint.order_number = free.order_number
       RETURNING hint.shop_id AS "shopId", hint.order_number AS number, hint.topics, hint.generation, hint.misses,
         extract(epoch FROM clock_timestamp() - hint.last_hinted_at)::float AS age`,
      [busy],
    );
    const [first, ...rest] = rows;
    return first === undefined ? undefined : { shopId: first.shopId, hints: [first, ...rest] };
  }

  /** Part of the transaction that stores what was read: a hint goes unless another has come meanwhile. */
  async settle(
    tx: Pick<Transaction, 'query'>,
    shopId: string,
    read: readonly ClaimedHint[],
    unknown: readonly ClaimedHint[],
  ): Promise<void> {
    const gone = [...read, ...unknown.filter(isGivenUp)];
    await tx.query(
      `WITH claimed AS (
         SELECT * FROM ${CLAIMED.rows}
       ), done AS (
         DELETE FROM order_hints AS hint USING claimed
         WHERE hint.shop_id = $1 AND hint.order_number = claimed.number AND hint.generation = claimed.generation
       )
       UPDATE order_hints AS hint SET due_at = clock_timestamp() + $2 * interval '1 ms'
       FROM claimed WHERE hint.shop_id = $1 AND hint.order_number = claimed.number
         AND hint.generation <> claimed.generation`,
      [shopId, this.settleMs, ...CLAIMED.values(gone)],
    );
    const kept = unknown.filter((hint) => !isGivenUp(hint));
    if (kept.length === 0) return;
    await tx.query(
      `UPDATE order_hints SET misses = least(misses + 1, 100),
         due_at = clock_timestamp() + least(300, 15 * 2 ^ least(misses, 6)) * interval '1 second'
       WHERE shop_id = $1 AND order_number = ANY($2::text[])`,
      [shopId, kept.map(({ number }) => number)],
    );
  }

  /** The shop's calls are refused, or nobody answers: its hints wait, each time longer, and are not lost. */
  async pause(shopId: string, numbers: readonly string[], reason: string): Promise<void> {
    const row = insertOf({ shop_id: shopId, attempts: 1, reason });
    await this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO hint_pauses (until, ${row.names})
         VALUES (clock_timestamp() + interval '5 seconds', ${row.parameters})
         ON CONFLICT (shop_id) DO UPDATE SET attempts = hint_pauses.attempts + 1, reason = excluded.reason,
           until = clock_timestamp() + ${PAUSE_SECONDS} * interval '1 second'`,
        row.values,
      );
      // Nobody works on them any more: they are due as soon as the pause ends.
      await tx.query(
        'UPDATE order_hints SET due_at = clock_timestamp() WHERE shop_id = $1 AND order_number = ANY($2::text[])',
        [shopId, numbers],
      );
    });
  }

  async resume(tx: Pick<Transaction, 'query'>, shopId: string): Promise<void> {
    await tx.query('DELETE FROM hint_pauses WHERE shop_id = $1', [shopId]);
  }
}

export function isGivenUp({ age }: ClaimedHint): boolean {
  return age > KEPT_UNKNOWN_SECONDS;
}
