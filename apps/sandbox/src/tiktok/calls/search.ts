import type { Values } from '../protocol/parameters.js';
import { parameterInvalid } from '../protocol/refusal.js';
import type { Shelf } from '../world/shop-state.js';
import { type Position, readToken, writeToken } from './page-token.js';

interface Timed {
  id: string;
  createTime: number;
  updateTime: number;
}

export const SORTING = {
  sort_field: { kind: 'choice', choices: ['create_time', 'update_time'] },
  sort_order: { kind: 'choice', choices: ['ASC', 'DESC'] },
  page_token: { kind: 'text' },
} as const;

type Sorting = Values<typeof SORTING>;

/** Times of a search: from `ge`, and before `lt`. A missing end is the shop's beginning, or now. */
export interface Span {
  ge: number | undefined;
  lt: number | undefined;
}

export function checkSpan(name: string, { ge, lt }: Span): void {
  if (ge !== undefined && lt !== undefined && ge > lt) {
    throw parameterInvalid(`${name}_lt`, 'before the beginning', `a moment not before ${name}_ge`);
  }
}

export function isWithin(time: number, { ge, lt }: Span): boolean {
  return (ge === undefined || time >= ge) && (lt === undefined || time < lt);
}

function timeOf(item: Timed, field: Position['sortField']): number {
  return field === 'create_time' ? item.createTime : item.updateTime;
}

function isBehind(item: Timed, { sortField, sortOrder, time, id }: Position): boolean {
  const own = timeOf(item, sortField);
  const isGreater = own === time ? item.id > id : own > time;
  const isSame = own === time && item.id === id;
  return !isSame && (sortOrder === 'ASC' ? isGreater : !isGreater);
}

/** One page of the matching rows, and how many match in all. */
export function searchPage<T extends Timed>(
  shelf: Shelf<T>,
  sorting: Sorting,
  standard: { sortOrder: 'ASC' | 'DESC'; size: number },
  isMatch: (item: T) => boolean,
): { items: T[]; next_page_token: string; total_count: number } {
  const sortField = (sorting.sort_field ?? 'create_time') as Position['sortField'];
  const sortOrder = (sorting.sort_order ?? standard.sortOrder) as Position['sortOrder'];
  const matching = shelf.sorted(sortField).filter(isMatch);
  if (sortOrder === 'ASC') matching.reverse();
  const { page_token: token } = sorting;
  const position = token === undefined ? undefined : readToken(token, { sortField, sortOrder });
  const rest = position === undefined ? matching : matching.filter((item) => isBehind(item, position));
  const items = rest.slice(0, standard.size);
  const last = items.at(-1);
  return {
    items,
    next_page_token:
      last !== undefined && rest.length > items.length
        ? writeToken({ sortField, sortOrder, time: timeOf(last, sortField), id: last.id })
        : '',
    total_count: matching.length,
  };
}
