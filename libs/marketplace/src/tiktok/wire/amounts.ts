import { say } from '#said';
import { decimalPrice, readCurrency } from '../../payload/money.js';
import { UnreadableField } from '../../payload/read.js';

export type ReadMinor = (value: unknown, field: string) => number | null;

/** Decimal texts beside one currency [D]; an amount that is not there is unknown. */
export function amountsIn(currencyField: unknown, field: string): { currency: string; minor: ReadMinor } {
  const currency = readCurrency(currencyField, field);
  return {
    currency,
    minor: (value, name) => decimalPrice(value, currency, name)?.amountMinor ?? null,
  };
}

/** @throws UnreadableField where an object has another currency than the answer that holds it */
export function requireSameCurrency(
  value: unknown,
  field: string,
  currency: string,
  firstField: string,
): void {
  if (value === undefined || value === null || value === '') return;
  const own = readCurrency(value, field);
  if (own === currency) return;
  throw new UnreadableField(
    say('field.foreign_currency', { field, currency: own, first: currency, firstField }),
  );
}

/** Unknown where either part is unknown. */
export function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

export function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
