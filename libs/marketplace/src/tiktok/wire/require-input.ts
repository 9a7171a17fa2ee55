import { unsendable } from '../../call/call-fault.js';
import type { TimeWindow } from '../../port.js';

/** Whole seconds both: a fraction would silently move a border. */
export function windowOf(operation: string, window: TimeWindow): { from: number; to: number } {
  const from = window.from.getTime() / 1000;
  const to = window.to.getTime() / 1000;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) {
    throw unsendable(operation, 'the borders of the window must be whole seconds');
  }
  if (from > to) throw unsendable(operation, 'the window ends before it begins');
  return { from, to };
}

/** Ids that stand in an address or a filter: an empty one would not filter, a comma would be two. */
export function requireIds(operation: string, what: string, ids: readonly string[], max: number): void {
  requireCountOf(operation, what, ids, max);
  for (const id of ids) {
    if (!/^\w{1,100}$/.test(id)) throw unsendable(operation, `${JSON.stringify(id.slice(0, 40))} is no id`);
  }
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

export function requireOneOf(
  operation: string,
  field: string,
  value: string,
  known: readonly string[],
): void {
  if (known.includes(value)) return;
  throw unsendable(operation, `${field} must be one of ${known.join(', ')}, got ${value}`);
}
