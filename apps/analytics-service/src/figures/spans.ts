import { DateTime } from 'luxon';
import { type ComparedSpan, type FigureQuery, isDay, type Span } from '#contracts';
import { type FieldError, invalid, refusedField } from '#runtime';
import { english } from '#said';

export const LONGEST_SPAN_DAYS = 731;
const DEFAULT_SPAN: Span = '30d';

const DAYS_OF_SPAN: Readonly<Record<Span, number>> = {
  '7d': 7,
  '30d': 30,
  '90d': 90,
  '180d': 180,
  '365d': 365,
};

/** What was asked for, checked: whole days, half-open. */
export type AskedSpan =
  | { readonly kind: 'last-days'; readonly days: number; readonly includeToday: boolean }
  | { readonly kind: 'days'; readonly from: string; readonly to: string };

/** A calendar day has no zone: UTC is only the arithmetic. */
export function addDays(day: string, days: number): string {
  const date = DateTime.fromISO(day, { zone: 'utc' }).plus({ days }).toISODate();
  if (date === null) throw new Error(`${day} is no day`);
  return date;
}

export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}

/** @throws AppError `request.invalid` that names each field. */
export function askedSpan(query: FigureQuery): AskedSpan {
  const { from, to, span, includeToday } = query;
  if (from === undefined && to === undefined) {
    return {
      kind: 'last-days',
      days: DAYS_OF_SPAN[span ?? DEFAULT_SPAN],
      includeToday: includeToday ?? false,
    };
  }
  const fields: FieldError[] = [];
  if (span !== undefined) fields.push(refusedField('span', 'input.without', { others: ['from', 'to'] }));
  if (includeToday === true) {
    fields.push(refusedField('includeToday', 'input.without', { others: ['from', 'to'] }));
  }
  for (const [field, day] of Object.entries({ from, to })) {
    if (day === undefined) {
      fields.push(refusedField(field, 'input.with', { other: field === 'from' ? 'to' : 'from' }));
    } else if (!isDay(day)) fields.push(refusedField(field, 'input.day'));
  }
  if (fields.length === 0 && from !== undefined && to !== undefined) {
    const days = daysBetween(from, to);
    if (days < 1) fields.push(refusedField('to', 'input.not_later', { other: 'from' }));
    else if (days > LONGEST_SPAN_DAYS) {
      fields.push(refusedField('to', 'input.span_too_long', { other: 'from', most: LONGEST_SPAN_DAYS }));
    } else if (fields.length === 0) return { kind: 'days', from, to };
  }
  throw invalid(
    'request.invalid',
    `The request was refused: ${fields.map(({ why }) => english(why)).join('; ')}.`,
    fields,
  );
}

/** The day that is running in a zone. */
export function todayInZone(timeZone: string, now: Date): string {
  const today = DateTime.fromJSDate(now, { zone: timeZone }).toISODate();
  if (today === null) throw new Error(`the zone ${timeZone} is not known here`);
  return today;
}

/** Half-open, in days of one zone. */
interface DaySpan {
  readonly from: string;
  readonly to: string;
}

/** "The last 7 days" are the last 7 whole days before `today`, or end with it where that is asked for. */
export function spanUpTo(asked: AskedSpan, today: string): DaySpan {
  switch (asked.kind) {
    case 'days':
      return { from: asked.from, to: asked.to };
    case 'last-days': {
      const to = asked.includeToday ? addDays(today, 1) : today;
      return { from: addDays(to, -asked.days), to };
    }
  }
}

/**
 * The whole days of a span, and as many that end where it begins. A day that is not over, or is still to come, is
 * compared with nothing.
 * @returns null when no day of the span is over.
 */
export function comparedSpan({ from, to }: DaySpan, today: string): ComparedSpan | null {
  const isWithoutToday = to > today;
  const wholeTo = isWithoutToday ? today : to;
  if (wholeTo <= from) return null;
  const days = daysBetween(from, wholeTo);
  return { days, from, to: wholeTo, previousFrom: addDays(from, -days), previousTo: from, isWithoutToday };
}

/** What the comparisons of several shops reach over, each by its own days; null when none of them has one. */
export function comparedOverall(spans: readonly (ComparedSpan | null)[]): ComparedSpan | null {
  const [first, ...others] = spans.filter((span) => span !== null);
  if (first === undefined) return null;
  return others.reduce(
    (all, span) => ({
      days: Math.max(all.days, span.days),
      from: all.from < span.from ? all.from : span.from,
      to: all.to > span.to ? all.to : span.to,
      previousFrom: all.previousFrom < span.previousFrom ? all.previousFrom : span.previousFrom,
      previousTo: all.previousTo > span.previousTo ? all.previousTo : span.previousTo,
      isWithoutToday: all.isWithoutToday || span.isWithoutToday,
    }),
    first,
  );
}
