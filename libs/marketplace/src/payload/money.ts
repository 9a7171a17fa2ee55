import { say } from '#said';
import type { Money } from '../port.js';
import { describe, isJsonObject, optionalInteger, UnreadableField } from './read.js';
import { numberText } from './wire-json.js';

/**
 * Currencies whose smallest unit is not a hundredth (ISO 4217, list one). Kept by hand because `Intl` follows what
 * people write, which differs from ISO for some.
 */
const EXPONENTS: Record<string, number> = Object.fromEntries([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3]),
  ...'CLF UYW'.split(' ').map((code) => [code, 4]),
]);

export function currencyExponent(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

export function readCurrency(value: unknown, field: string): string {
  const code = typeof value === 'string' ? value.trim().toUpperCase() : '';
  if (!/^[A-Z]{3}$/.test(code)) throw new UnreadableField(say('field.not_a_currency', { field }));
  return code;
}

/** `{amount, currency}` with the amount in minor units, as the order calls have it. */
export function optionalMinorMoney(value: unknown, field: string): Money | null {
  if (!isJsonObject(value)) {
    if (value === undefined || value === null) return null;
    throw new UnreadableField(say('field.not_money', { field }));
  }
  const amountMinor = optionalInteger(value.amount, `${field}.amount`);
  return amountMinor === null
    ? null
    : { amountMinor, currency: readCurrency(value.currency, `${field}.currency`) };
}

/** `{amount, currency}` with the amount as a decimal text, as calls about products have it. */
export function optionalDecimalMoney(
  value: unknown,
  field: string,
  fallbackCurrency?: unknown,
): Money | null {
  if (value === undefined || value === null || value === '') return null;
  if (!isJsonObject(value)) throw new UnreadableField(say('field.not_money', { field }));
  return decimalPrice(value.amount, value.currency ?? fallbackCurrency, field);
}

/** A decimal price beside its currency. No amount is no price; an amount without a currency cannot be understood. */
export function decimalPrice(amount: unknown, currency: unknown, field: string): Money | null {
  if (amount === undefined || amount === null || amount === '') return null;
  const text = numberText(amount) ?? amount;
  if (typeof text !== 'string')
    throw new UnreadableField(say('field.not_a_decimal', { field, value: describe(amount) }));
  const code = readCurrency(currency, `${field} currency`);
  return { amountMinor: minorFromDecimal(text.trim(), currencyExponent(code), field), currency: code };
}

/** "298.99" → 29899, exactly. More decimals than the currency has are refused unless they are zeros. */
function minorFromDecimal(text: string, exponent: number, field: string): number {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new UnreadableField(say('field.not_a_decimal', { field, value: describe(text) }));
  const [, sign = '', whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(exponent))) {
    throw new UnreadableField(say('field.too_fine', { field, number: text.slice(0, 40) }));
  }
  const minor = Number(`${sign}${whole}${fraction.slice(0, exponent).padEnd(exponent, '0')}`);
  if (!Number.isSafeInteger(minor)) throw new UnreadableField(say('field.too_large', { field }));
  return minor === 0 ? 0 : minor;
}
