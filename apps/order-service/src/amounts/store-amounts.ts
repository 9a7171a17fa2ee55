import { createHash } from 'node:crypto';
import { type Said, say } from '#contracts';
import type { OrderAmounts, UnreadableRecord } from '#marketplace';
import { batchOf, type Columns, type Transaction } from '#runtime';
import { DUE_COLUMNS, type DueRecord, RETRY_MINUTES, type StoredAnswers } from '#sync';
import { lockOrders, snsOf } from '../order-events/lock-orders.js';
import { emitOrders } from '../order-events/order-events.js';
import { rememberVersion } from '../order-events/remember-version.js';
import { recomputeRefunds } from '../refunds/refunds.js';

/** The answer to one question for amounts. */
export interface AmountsAnswer {
  readonly number: string;
  /** The due time that was seen when the question was put: a later one means that it must be put again. */
  readonly dueAt: Date | null;
  /** `put_off`: there was no answer. */
  readonly amounts: OrderAmounts | 'still_computing' | 'put_off';
}

type Known = Omit<AmountsAnswer, 'amounts'> & { readonly amounts: OrderAmounts };

/** Columns of the order by what the answer calls them. A new amount that has no column does not compile. */
const TOTALS: Record<Exclude<keyof OrderAmounts, 'orderNumber' | 'currency' | 'lines'>, string> = {
  retailTotalMinor: 'retail_minor',
  basePriceTotalMinor: 'base_price_minor',
  customerPaidMinor: 'customer_paid_minor',
  shippingMinor: 'shipping_minor',
  signOnDeliveryMinor: 'sign_on_delivery_minor',
  taxMinor: 'tax_minor',
  discountMinor: 'discount_minor',
  sellerDiscountMinor: 'seller_discount_minor',
  platformDiscountMinor: 'platform_discount_minor',
  refundedMinor: 'refunded_minor',
  estimatedRevenueMinor: 'estimated_revenue_minor',
  estimatedDeductionMinor: 'estimated_deduction_minor',
};

type LineAmounts = OrderAmounts['lines'][number];

const LINE_TOTALS: Record<Exclude<keyof LineAmounts, 'lineId'>, string> = {
  retailMinor: 'retail_minor',
  basePriceMinor: 'base_price_minor',
  unitRetailMinor: 'unit_retail_minor',
  unitBasePriceMinor: 'unit_base_price_minor',
  taxMinor: 'tax_minor',
  discountMinor: 'discount_minor',
};

const columnsOf = (
  totals: Record<string, string>,
  each: (name: string, column: string) => string,
): string[] => Object.entries(totals).map(([name, column]) => each(name, column));

/** Minor units, each under the name that the answer gives it. */
function minorsOf<Row, Field extends string>(
  totals: Record<Field, string>,
  of: (row: Row) => Readonly<Record<Field, number | null>>,
): Columns<Row, 'bigint'> {
  const all = Object.keys(totals) as Field[];
  return Object.fromEntries(all.map((name) => [name, ['bigint', (row: Row) => of(row)[name]]]));
}

const ANSWERS = batchOf<Known>(
  {
    ...DUE_COLUMNS,
    hash: ['uuid', ({ amounts }) => amountsHash(amounts)],
    currency: ['text', ({ amounts }) => amounts.currency],
    ...minorsOf(TOTALS, ({ amounts }: Known) => amounts),
  },
  2,
  'answer',
);

interface LineOfAnswer {
  readonly orderNumber: string;
  readonly isSameState: boolean;
  readonly line: LineAmounts;
}

const LINE_ANSWERS = batchOf<LineOfAnswer>(
  {
    orderNumber: ['text', ({ orderNumber }) => orderNumber],
    lineId: ['text', ({ line }) => line.lineId],
    isSameState: ['boolean', ({ isSameState }) => isSameState],
    ...minorsOf(LINE_TOTALS, ({ line }: LineOfAnswer) => line),
  },
  2,
  'answer',
);

/** What was known and comes back empty stays known, unless the marketplace says that the order has changed since. */
const KEEPS = `old.amounts_of_update = old.platform_updated_at AND old.currency = answer.currency`;

const STORE = `
  UPDATE orders AS parent SET
    version = parent.version + CASE WHEN old.amounts_hash IS DISTINCT FROM answer.hash THEN 1 ELSE 0 END,
    amount_state = 'known', amounts_hash = answer.hash, amounts_read_at = now(), amounts_attempts = 0,
    amounts_of_update = parent.platform_updated_at,
    amounts_due_at = CASE WHEN parent.amounts_due_at IS NOT DISTINCT FROM answer."dueAt" THEN NULL
                          ELSE parent.amounts_due_at END,
    amounts_wanted_at = CASE WHEN parent.amounts_due_at IS NOT DISTINCT FROM answer."dueAt" THEN NULL
                             ELSE parent.amounts_wanted_at END,
    currency = answer.currency,
    ${columnsOf(TOTALS, (name, column) => `${column} = CASE WHEN ${KEEPS} THEN coalesce(answer."${name}", old.${column}) ELSE answer."${name}" END`).join(',\n    ')}
  FROM ${ANSWERS.rows}
  JOIN orders AS old ON old.shop_id = $1 AND old.order_number = answer.number
  WHERE parent.shop_id = $1 AND parent.order_number = answer.number
  RETURNING answer.number, old.amounts_hash IS DISTINCT FROM answer.hash AS "isChanged",
    coalesce(${KEEPS}, false) AS "isSameState",
    EXISTS (SELECT FROM after_sales AS item WHERE item.shop_id = $1 AND item.order_number = answer.number) AS "hasCases",
    array_remove(ARRAY[${columnsOf(TOTALS, (name, column) => `CASE WHEN ${KEEPS} AND answer."${name}" IS NULL AND old.${column} IS NOT NULL THEN '${name}' END`).join(', ')}], NULL) AS lost`;

const STORE_LINES = `
  UPDATE order_lines AS line SET
    ${columnsOf(LINE_TOTALS, (name, column) => `${column} = CASE WHEN answer."isSameState" THEN coalesce(answer."${name}", old.${column}) ELSE answer."${name}" END`).join(',\n    ')}
  FROM ${LINE_ANSWERS.rows}
  JOIN order_lines AS old ON old.shop_id = $1 AND old.order_number = answer."orderNumber"
    AND old.line_id = answer."lineId"
  WHERE line.shop_id = $1 AND line.order_number = answer."orderNumber" AND line.line_id = answer."lineId"
  RETURNING answer."orderNumber" AS number, answer."lineId",
    array_remove(ARRAY[${columnsOf(LINE_TOTALS, (name, column) => `CASE WHEN answer."isSameState" AND answer."${name}" IS NULL AND old.${column} IS NOT NULL THEN '${name}' END`).join(', ')}], NULL) AS lost`;

/**
 * Stores amounts: a fixed number of statements, whatever their number. Equal amounts change nothing; others raise the
 * order's version, because they do not move the platform's time.
 */
export async function storeAmounts(
  tx: Transaction,
  shopId: string,
  answers: readonly AmountsAnswer[],
): Promise<StoredAnswers> {
  const known = answers.filter(isKnown);
  const postponed = answers.filter((answer) => typeof answer.amounts === 'string');
  await lockOrders(tx, shopId, snsOf(answers));
  if (postponed.length > 0) await postpone(tx, shopId, postponed);
  if (known.length === 0) return { changed: 0, poorer: [] };
  const rows = await tx.query<{
    number: string;
    isChanged: boolean;
    isSameState: boolean;
    hasCases: boolean;
    lost: string[];
  }>(STORE, [shopId, ...ANSWERS.values(known)]);
  const lostLines = await storeLineAmounts(
    tx,
    shopId,
    known,
    new Set(rows.filter(({ isSameState }) => isSameState).map(({ number }) => number)),
  );
  const changed = rows.filter(({ isChanged }) => isChanged);
  if (changed.length > 0) await tellChanged(tx, shopId, changed);
  return { changed: changed.length, poorer: poorerOf(known, [...rows, ...lostLines]) };
}

const REFUSED = batchOf<DueRecord>(DUE_COLUMNS, 2, 'refused');

/** Their answers lie in quarantine, which asks again. One that has become due meanwhile stays due. */
export async function setAmountsAside(
  tx: Transaction,
  shopId: string,
  refused: readonly DueRecord[],
): Promise<void> {
  await lockOrders(tx, shopId, snsOf(refused));
  await tx.query(
    `UPDATE orders AS parent SET amounts_due_at = NULL, amounts_wanted_at = NULL, amounts_attempts = 0,
       amount_state = CASE WHEN amount_state = 'known' THEN 'known' ELSE 'unreadable' END
     FROM ${REFUSED.rows}
     WHERE parent.shop_id = $1 AND parent.order_number = refused.number
       AND parent.amounts_due_at IS NOT DISTINCT FROM refused."dueAt"`,
    [shopId, ...REFUSED.values(refused)],
  );
}

async function tellChanged(
  tx: Transaction,
  shopId: string,
  changed: readonly { readonly number: string; readonly hasCases: boolean }[],
): Promise<void> {
  const numbers = changed.map(({ number }) => number);
  const withCases = changed.filter(({ hasCases }) => hasCases).map(({ number }) => number);
  if (withCases.length > 0) await recomputeRefunds(tx, shopId, withCases);
  await tx.query(
    rememberVersion('amounts', 'FROM orders WHERE shop_id = $1 AND order_number = ANY($2::text[])'),
    [shopId, numbers],
  );
  await emitOrders(tx, shopId, numbers);
}

const POSTPONED = batchOf<AmountsAnswer>(
  {
    number: ['text', ({ number }) => number],
    isComputing: ['boolean', ({ amounts }) => amounts === 'still_computing'],
  },
  2,
  'postponed',
);

/** Not an error: the platform is still computing, or gave no answer. Asked again after a growing gap. */
async function postpone(tx: Transaction, shopId: string, answers: readonly AmountsAnswer[]): Promise<void> {
  await tx.query(
    `UPDATE orders AS parent SET
       amount_state = CASE WHEN amount_state = 'known' OR NOT postponed."isComputing" THEN amount_state
                           ELSE 'computing' END,
       amounts_attempts = least(amounts_attempts + 1, 100),
       amounts_wanted_at = coalesce(amounts_wanted_at, now()),
       amounts_due_at = now() + ${RETRY_MINUTES('amounts_attempts')} * interval '1 minute'
     FROM ${POSTPONED.rows}
     WHERE parent.shop_id = $1 AND parent.order_number = postponed.number`,
    [shopId, ...POSTPONED.values(answers)],
  );
}

function storeLineAmounts(
  tx: Transaction,
  shopId: string,
  known: readonly Known[],
  sameState: ReadonlySet<string>,
): Promise<{ number: string; lineId: string; lost: string[] }[]> {
  const lines = known.flatMap(({ number, amounts }) =>
    amounts.lines.map((line) => ({ orderNumber: number, isSameState: sameState.has(number), line })),
  );
  return tx.query(STORE_LINES, [shopId, ...LINE_ANSWERS.values(lines)]);
}

function poorerOf(
  known: readonly Known[],
  rows: readonly { number: string; lineId?: string; lost: string[] }[],
): UnreadableRecord[] {
  const lost = new Map<string, (string | Said)[]>();
  for (const { number, lineId, lost: names } of rows) {
    const all = names.map((name) =>
      lineId === undefined ? name : say('record.field_of_line', { field: name, line: lineId }),
    );
    if (all.length > 0) lost.set(number, [...(lost.get(number) ?? []), ...all]);
  }
  return known.flatMap(({ number, amounts }) => {
    const names = lost.get(number);
    if (names === undefined) return [];
    const reason = say('record.poorer_order', { fields: names });
    return [{ platformId: number, reason, raw: JSON.stringify(amounts) }];
  });
}

function isKnown(answer: AmountsAnswer): answer is Known {
  return typeof answer.amounts !== 'string';
}

/** Of everything that the answer holds: the same again is the same. */
export function amountsHash(amounts: OrderAmounts): string {
  return createHash('md5').update(JSON.stringify(amounts)).digest('hex');
}
