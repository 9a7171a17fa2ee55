import { unsendable } from '../../call/call-fault.js';
import { longId, UnsendableValueError } from '../../payload/wire-json.js';
import type { TimeWindow } from '../../port.js';
import { MAX_PAGE_SIZE } from './calls.js';

export function requirePaging(
  operation: string,
  { page, pageSize }: { page: number; pageSize: number },
  maxPageSize: number = MAX_PAGE_SIZE,
): void {
  if (!Number.isSafeInteger(page) || page < 1) {
    throw unsendable(operation, `page must be a whole number from 1, got ${page}`);
  }
  if (!Number.isSafeInteger(pageSize) || pageSize < 1 || pageSize > maxPageSize) {
    throw unsendable(operation, `pageSize must be 1 to ${maxPageSize}, got ${pageSize}`);
  }
}

/** Whole seconds both: a fraction would silently move a border. */
export function requireWindow(operation: string, window: TimeWindow): { from: number; to: number } {
  const from = window.from.getTime() / 1000;
  const to = window.to.getTime() / 1000;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw unsendable(operation, 'the borders of the window must be whole seconds');
  }
  if (from > to) throw unsendable(operation, 'the window ends before it begins');
  return { from, to };
}

export function requireOrderNumber(operation: string, parentOrderSn: string): void {
  if (parentOrderSn.trim() === '') throw unsendable(operation, 'the parent order number is empty');
}

export function requireCaseNumber(operation: string, parentAfterSalesSn: string): void {
  if (parentAfterSalesSn.trim() === '') throw unsendable(operation, 'the number of the case is empty');
}

export function requireOneOf(
  operation: string,
  field: string,
  value: string,
  known: readonly string[],
): void {
  if (known.includes(value)) return;
  throw unsendable(operation, `${field} must be one of ${known.join(', ')}, got ${value}`);
}

export function requireCountOf(
  operation: string,
  what: string,
  items: readonly unknown[],
  max: number,
): void {
  if (items.length < 1 || items.length > max) {
    throw unsendable(operation, `takes 1 to ${max} ${what}, got ${items.length}`);
  }
}

export function wireId(operation: string, id: string, field: string): bigint {
  try {
    return longId(id, field);
  } catch (error) {
    if (error instanceof UnsendableValueError) throw unsendable(operation, error.message);
    throw error;
  }
}
