import { say } from '#contracts';
import type { AddressWithholding, UnreadableRecord } from '#marketplace';
import { batchOf, expressionsOf, type Sealed, type Transaction } from '#runtime';
import { DUE_COLUMNS, type DueRecord, RETRY_MINUTES, type StoredAnswers } from '#sync';
import { lockOrders, snsOf } from '../order-events/lock-orders.js';

/** The answer to one question for an address, sealed before it comes near the database. */
export interface AddressAnswer {
  readonly number: string;
  /** The due time that was seen when the question was put: a later one means that it must be put again. */
  readonly dueAt: Date | null;
  /**
   * `computing`: the marketplace is still preparing it, or does not know the order yet; `put_off`: there was no answer;
   * `lost`: parts that were known and are empty now, although nothing has changed.
   */
  readonly address:
    | Sealed
    | 'unchanged'
    | 'computing'
    | 'put_off'
    | { readonly withheldFor: AddressWithholding; readonly platformReason: string | null }
    | { readonly lost: readonly string[]; readonly raw: string };
}

/** Stores sealed addresses: a fixed number of statements, whatever their number. */
export async function storeAddresses(
  tx: Transaction,
  shopId: string,
  answers: readonly AddressAnswer[],
): Promise<StoredAnswers> {
  await lockOrders(tx, shopId, snsOf(answers));
  const rows = answers.map(({ number, dueAt, address }): AnswerRow => ({ number, dueAt, ...rowOf(address) }));
  const postponed = rows.filter(({ is }) => is === 'computing' || is === 'put_off');
  if (postponed.length > 0) await postpone(tx, shopId, postponed);
  const answered = rows.filter(({ is }) => is !== 'computing' && is !== 'put_off');
  if (answered.length > 0) await tx.query(STORE, [shopId, ...ANSWERS.values(answered)]);
  return { changed: answers.filter(isNews).length, poorer: answers.flatMap(poorerOf) };
}

interface AnswerRow extends DueRecord, Partial<Sealed> {
  readonly is: 'known' | 'computing' | 'put_off' | 'withheld' | 'poorer';
  readonly withheldFor?: AddressWithholding;
  readonly platformReason?: string | null;
}

const ANSWERS = batchOf<AnswerRow>(
  {
    ...DUE_COLUMNS,
    is: ['text', (answer) => answer.is],
    sealed: ['text', (answer) => answer.sealed ?? null],
    keyId: ['text', (answer) => answer.keyId ?? null],
    withheldFor: ['text', (answer) => answer.withheldFor ?? null],
    platformReason: ['text', (answer) => answer.platformReason ?? null],
  },
  2,
  'answer',
);

/**
 * One that is withheld is asked for again when the order's status changes or the buyer changes it. What was known before
 * stays, unless the buyer has changed it.
 */
const STORE = `
  UPDATE order_addresses AS known SET
    state = CASE WHEN answer.is = 'withheld' AND (known.sealed IS NULL OR known.is_changed) THEN 'withheld'
                 ELSE 'known' END,
    sealed = CASE WHEN answer.is = 'withheld' AND known.is_changed THEN NULL
                  ELSE coalesce(answer.sealed, known.sealed) END,
    key_id = CASE WHEN answer.is = 'withheld' AND known.is_changed THEN NULL
                  ELSE coalesce(answer."keyId", known.key_id) END,
    withheld_for = answer."withheldFor", withheld_reason = answer."platformReason",
    read_at = CASE WHEN answer.is = 'known' THEN now() ELSE known.read_at END,
    of_update = CASE WHEN answer.is = 'known' THEN parent.platform_updated_at ELSE known.of_update END,
    erased_at = NULL, attempts = 0,
    due_at = CASE WHEN known.due_at IS NOT DISTINCT FROM answer."dueAt" THEN NULL ELSE known.due_at END,
    wanted_at = CASE WHEN known.due_at IS NOT DISTINCT FROM answer."dueAt" THEN NULL ELSE known.wanted_at END,
    is_changed = CASE WHEN known.due_at IS NOT DISTINCT FROM answer."dueAt" THEN false ELSE known.is_changed END
  FROM ${ANSWERS.rows}
  JOIN orders AS parent ON parent.shop_id = $1 AND parent.order_number = answer.number
  WHERE known.shop_id = $1 AND known.order_number = answer.number`;

const REFUSED = batchOf<DueRecord>(DUE_COLUMNS, 2, 'refused');

/** Their answers lie in quarantine, which asks again. One that has become due meanwhile stays due. */
export async function setAddressesAside(
  tx: Transaction,
  shopId: string,
  refused: readonly DueRecord[],
): Promise<void> {
  await lockOrders(tx, shopId, snsOf(refused));
  await tx.query(
    `UPDATE order_addresses AS known SET due_at = NULL, wanted_at = NULL, attempts = 0,
       state = CASE WHEN known.sealed IS NULL THEN 'unreadable' ELSE known.state END
     FROM ${REFUSED.rows}
     WHERE known.shop_id = $1 AND known.order_number = refused.number
       AND known.due_at IS NOT DISTINCT FROM refused."dueAt"`,
    [shopId, ...REFUSED.values(refused)],
  );
}

const MARKED = expressionsOf({
  shop_id: 'shop_id',
  order_number: 'order_number',
  due_at: 'now()',
  wanted_at: 'now()',
  is_changed: 'true',
});

/** The buyers have changed these addresses: asked for again, whatever the status of the order. */
export async function markAddressesChanged(
  tx: Pick<Transaction, 'query'>,
  shopId: string,
  orderNumbers: readonly string[],
): Promise<void> {
  await tx.query(
    `INSERT INTO order_addresses AS known (${MARKED.names})
     SELECT ${MARKED.expressions} FROM (
       SELECT shop_id, order_number FROM orders WHERE shop_id = $1 AND order_number = ANY($2::text[])
       ORDER BY order_number FOR UPDATE) AS parent
     ON CONFLICT (shop_id, order_number) DO UPDATE SET due_at = now(), is_changed = true, attempts = 0,
         wanted_at = coalesce(known.wanted_at, now())
       WHERE known.state <> 'erased'`,
    [shopId, orderNumbers],
  );
}

const POSTPONED = batchOf<Pick<AnswerRow, 'number' | 'is'>>(
  { number: ['text', ({ number }) => number], is: ['text', (answer) => answer.is] },
  2,
  'postponed',
);

async function postpone(
  tx: Transaction,
  shopId: string,
  rows: readonly Pick<AnswerRow, 'number' | 'is'>[],
): Promise<void> {
  await tx.query(
    `UPDATE order_addresses AS known SET attempts = least(attempts + 1, 100),
       state = CASE WHEN known.sealed IS NULL AND postponed.is = 'computing' THEN 'computing' ELSE known.state END,
       wanted_at = coalesce(wanted_at, now()),
       due_at = now() + ${RETRY_MINUTES('attempts')} * interval '1 minute'
     FROM ${POSTPONED.rows}
     WHERE known.shop_id = $1 AND known.order_number = postponed.number`,
    [shopId, ...POSTPONED.values(rows)],
  );
}

function rowOf(address: AddressAnswer['address']): Omit<AnswerRow, keyof DueRecord> {
  if (typeof address === 'string') return { is: address === 'unchanged' ? 'known' : address };
  if ('lost' in address) return { is: 'poorer' };
  if ('withheldFor' in address) return { is: 'withheld', ...address };
  return { is: 'known', ...address };
}

function isNews({ address }: AddressAnswer): boolean {
  return typeof address !== 'string' && !('lost' in address);
}

function poorerOf({ number, address }: AddressAnswer): UnreadableRecord[] {
  if (typeof address === 'string' || !('lost' in address)) return [];
  const reason = say('record.poorer_address', { fields: address.lost });
  return [{ platformId: number, reason, raw: address.raw }];
}
